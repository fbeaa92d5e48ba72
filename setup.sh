#!/bin/sh
# Install what building and testing mmpc needs on Debian 12. Running it again costs one dpkg query.
#
#   ./setup.sh build    compiler, libraries, documentation tools
#   ./setup.sh demo     the above and what building and booting a kernel needs
#   ./setup.sh test     the above and what all tests need
set -eu

build_packages="gcc make flex bison clang llvm pkg-config libelf-dev zlib1g-dev libjansson-dev libcap-dev libncurses-dev"
machine_packages="perl ccache bc libssl-dev pahole cpio busybox-static kmod patch xz-utils zstd qemu-system-x86
	e2fsprogs bpftool file util-linux rsync cpp libc6-dev ca-certificates"
test_packages="libcmocka-dev nftables clang-format python3 python3-jsonschema systemd libclang-rt-14-dev man-db git
	vim neovim tmux"
# What tests of packages, metrics, CI glue and images use.
shipping_packages="prometheus prometheus-node-exporter debhelper fakeroot lintian debootstrap zsh fish pre-commit podman runc"
# Where node is not Debian's, as in many images, theirs would stand in its way.
command -v npm >/dev/null || test_packages="$test_packages nodejs npm"
backports_packages="libbpf-dev/bookworm-backports libbpf1/bookworm-backports"
libbpf_wanted=1.4

# shellcheck source=tests/kernel/apt.sh
. "$(dirname "$0")/tests/kernel/apt.sh"

say() { echo "setup: $*"; }

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		say "not root and no sudo: as root, run: $0 $goal" >&2
		exit 1
	fi
}

installed() { dpkg-query -W -f '${Status}\n' "$1" 2>/dev/null | grep -q '^install ok installed$'; }

have_libbpf() {
	version=$(dpkg-query -W -f '${Version}' libbpf-dev 2>/dev/null) &&
		dpkg --compare-versions "${version#*:}" ge "$libbpf_wanted"
}

add_backports() {
	apt-cache policy | grep -q bookworm-backports && return
	say "adding bookworm-backports (libbpf >= $libbpf_wanted)"
	# From where apt gets the release itself: that may be a site's own mirror.
	address=$(apt_address bookworm-backports)
	[ -n "$address" ] || {
		say "apt has no source of Debian packages: add one for bookworm-backports" >&2
		exit 1
	}
	echo "deb $address bookworm-backports main" |
		as_root tee /etc/apt/sources.list.d/mmp-backports.list >/dev/null
}

# Some packages start services of theirs; the tests start their own.
hold_services() {
	[ ! -e /usr/sbin/policy-rc.d ] || return 0
	printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
	as_root chmod 755 /usr/sbin/policy-rc.d
	trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
}

# Nor shall they start when the machine does.
leave_services_off() {
	for service in prometheus prometheus-node-exporter; do
		case " $missing " in
		*" $service "*) as_root systemctl disable --quiet "$service" 2>/dev/null || : ;;
		esac
	done
}

# What apt reports of its progress: a line for each tenth.
show_progress() {
	awk -F: '
		/^(dl|pm)status:/ {
			tenth = int($3 / 10) * 10
			if ($1 tenth == shown)
				next
			shown = $1 tenth
			print "setup:", $1 == "dlstatus" ? "fetching" : "installing", tenth " %"
			fflush()
		}'
}

# A pipe has the status of its last command, so the installer's is written down.
install_packages() {
	apt_status=$(mktemp)
	{
		DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends \
			-o APT::Status-Fd=1 "$@" && echo done >"$apt_status"
	} | show_progress
	is_done=$(cat "$apt_status")
	rm -f "$apt_status"
	[ "$is_done" ] || {
		say "apt-get install failed" >&2
		exit 1
	}
}

goal=${1:-test}
case $goal in
build) packages=$build_packages ;;
demo) packages="$build_packages $machine_packages" ;;
test) packages="$build_packages $machine_packages $test_packages $shipping_packages" ;;
*)
	say "usage: $0 build|demo|test" >&2
	exit 2
	;;
esac

missing=
for package in $packages; do
	installed "$package" || missing="$missing $package"
done
have_libbpf || missing="$missing $backports_packages"
[ -n "$missing" ] || exit 0

[ -r /etc/os-release ] && . /etc/os-release
if [ "${VERSION_CODENAME:-}" != bookworm ]; then
	say "made for Debian 12 (bookworm); here, install these by hand: $missing" >&2
	exit 1
fi
say "installing:$(echo "$missing" | tr '\n\t' '  ')"
add_backports
as_root apt-get update -qq
hold_services
# shellcheck disable=SC2086 # the list is words
install_packages $missing
leave_services_off
say "done"
