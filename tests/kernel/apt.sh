# Packages of another suite by apt, with the host's lists and sources left as they are. Sourced.
# shellcheck shell=sh
#
#	apt_open DIRECTORY      a state directory of its own below it
#	apt_suite SUITE         packages of this suite, from where the host's apt gets its own
#	apt_archive URI SUITE   the same from an archive that the user names
#	apt_versions PACKAGE    the versions there are, newest first
#	apt_fetch PACKAGE[=VERSION]   the file into the directory that apt_open was given
#
# No mirror is named here or by those who source this: it is the one that apt is configured with, so
# that a site's own mirror, its proxy and its passwords serve the tests, too.

apt_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# apt_address SUITE: where the host's apt gets this suite, else where it gets its own release, and
# else where it gets any main component of Debian. ReleaseInfo=false: lists that were never fetched,
# as in a fresh container, count too.
apt_address() {
	codename=$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}")
	apt-get -oAPT::Get::IndexTargets::ReleaseInfo=false indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
		awk -v suite="$1" -v own="$codename" '
			$3 != "main" { next }
			$2 == suite { exact = exact ? exact : $1 }
			$2 == own { home = home ? home : $1 }
			$2 ~ /^(old)*stable$|^testing$|^unstable$|^sid$|^[a-z]+-(updates|backports)$/ {
				other = other ? other : $1
			}
			END { print exact ? exact : home ? home : other }'
}

apt_open() {
	apt_directory=$1
	apt_state=$1/apt
	mkdir -p "$apt_state/lists/partial" "$apt_state/archives/partial" "$apt_state/sources.d"
	case $apt_directory in
	*[[:space:]]*)
		echo "apt: the path '$apt_directory' must not contain blanks" >&2
		return 1
		;;
	esac
	apt_options="-oDir::State=$apt_state -oDir::State::lists=$apt_state/lists
		-oDir::State::status=/dev/null -oDir::Cache=$apt_state
		-oDir::Cache::archives=$apt_state/archives
		-oDir::Etc::sourcelist=$apt_state/sources.list
		-oDir::Etc::sourceparts=$apt_state/sources.d -oAPT::Sandbox::User= -oAcquire::Languages=none"
}

# The options are words, which may be split: the path has no blanks.
# shellcheck disable=SC2086
apt_run() {
	apt_program=$1
	shift
	"$apt_program" $apt_options "$@"
}

apt_archive() {
	apt_words=check-valid-until=no
	[ ! -r "$apt_keyring" ] || apt_words="$apt_words signed-by=$apt_keyring"
	echo "deb [$apt_words] $1 $2 main" >"$apt_state/sources.list"
	apt_run apt-get -qq update >&2
}

# Lists that are old are not taken from the host's own archive.
apt_suite() {
	apt_uri=$(apt_address "$1")
	if [ -z "$apt_uri" ]; then
		echo "apt: no source of Debian packages is configured (see apt-get indextargets)" >&2
		return 1
	fi
	apt_archive "$apt_uri" "$1"
}

apt_versions() {
	apt_run apt-cache madison "$1" 2>/dev/null | awk -F' *[|] *' '{ print $2 }'
}

apt_fetch() {
	(cd "$apt_directory" && apt_run apt-get -qq download "$1" >&2)
}
