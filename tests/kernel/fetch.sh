#!/bin/sh
# Unpack the pinned kernel source into the cache and print its path.
#
# apt works in a state directory of its own, so that the host's package lists and sources stay as they are.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/kernel/source.sh
. "$here/source.sh"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/mmp
source_dir=$cache/source-$source_version

say() { echo "kernel: $*" >&2; }

die() {
	say "$*"
	exit 1
}

# The options are words, which may be split: the cache path has no blanks, see below.
# shellcheck disable=SC2086
with_private_apt() {
	program=$1
	shift
	"$program" $apt_options "$@"
}

moved_on() {
	say "the archive no longer has $source_package $source_version; $source_suite offers:"
	with_private_apt apt-cache madison "$source_package" | sed 's/^/kernel:   /' >&2
	die "choose one in tests/kernel/source.sh and see that the patches still apply"
}

private_apt() {
	state=$work/apt
	mkdir -p "$state/lists/partial" "$state/archives/partial" "$state/sources.d"
	echo "deb [signed-by=$source_keyring] $source_mirror $source_suite main" >"$state/sources.list"
	apt_options="-oDir::State=$state -oDir::State::lists=$state/lists -oDir::State::status=/dev/null
		-oDir::Cache=$state -oDir::Cache::archives=$state/archives -oDir::Etc::sourcelist=$state/sources.list
		-oDir::Etc::sourceparts=$state/sources.d -oAPT::Sandbox::User= -oAcquire::Languages=none"
}

download() {
	say "fetching $source_package $source_version (160 MB)"
	with_private_apt apt-get -qq update >&2 || die "cannot read $source_mirror $source_suite"
	(cd "$work" && with_private_apt apt-get -qq download "$source_package=$source_version" >&2) || moved_on
}

unpack() {
	say "unpacking the source"
	dpkg-deb -x "$work/$source_package"_*.deb "$work/deb"
	mkdir "$work/tree"
	tar -xf "$work/deb/usr/src/$source_package.tar.xz" -C "$work/tree" --strip-components=1
}

if [ ! -d "$source_dir" ]; then
	case $cache in
	*[[:space:]]*) die "the cache path '$cache' must not contain blanks" ;;
	esac
	mkdir -p "$cache"
	work=$(mktemp -d "$cache/fetch.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	trap 'exit 1' HUP INT TERM
	private_apt
	download
	unpack
	mv -T "$work/tree" "$source_dir" 2>/dev/null || [ -d "$source_dir" ] || die "cannot create $source_dir"
fi
echo "$source_dir"
