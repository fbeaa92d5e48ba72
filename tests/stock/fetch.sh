#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Fetch one of Debian's own kernels, as it is, and print the directory that holds it.
#
#   tests/stock/fetch.sh [--newest] SERIES      6.1, 6.12 or 7.3
#
# The newest version of the series that the archive has is kept in the cache and used from then on;
# --newest asks the archive again. The directory holds vmlinuz, version (a line for people), and
# modules/ with a file "order" that names them in the order in which they are to be inserted.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/kernel/apt.sh
. "$here/../kernel/apt.sh"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/mmp
newest=
if [ "${1:-}" = --newest ]; then
	newest=1
	shift
fi
series=${1:-}

say() { echo "stock: $*" >&2; }

die() {
	say "$*"
	exit 1
}

# Where Debian publishes a series. A suite that apt is not configured with may be missing.
case $series in
6.1) suites="bookworm bookworm-security" ;;
6.12) suites="bookworm-backports bookworm-security" ;;
7.3) suites=trixie-backports ;;
*) die "usage: $0 [--newest] 6.1|6.12|7.3" ;;
esac

# What a machine for tests needs beside what is built in: 9p for the project, a disk with ext4, and
# compressed swap.
wanted="virtio_pci virtio_blk 9pnet_virtio 9p ext4 crc32c_generic lzo lzo-rle zstd zram"

#
# Which package: the image of the newest version, or what that consists of
#

# Prints "VERSION PACKAGE", the newest image of the series in the suite that was read last.
image_of_suite() {
	apt_run apt-cache pkgnames "linux-image-$series" |
		grep -E "^linux-image-$series(\.[0-9.]*|\.[0-9]+-[0-9]+|\.[0-9.]+\+deb[0-9.]+)-amd64\$" |
		while read -r package; do
			echo "$(apt_versions "$package" | head -n 1) $package"
		done | sort -V | tail -n 1
}

# Sets suite, version and package.
choose() {
	best=
	for candidate in $suites; do
		apt_suite "$candidate" 2>>"$work/apt.log" || continue
		found=$(image_of_suite)
		[ -n "$found" ] || continue
		best=$(printf '%s\n' "$found $candidate" "$best" | sort -V | tail -n 1)
	done
	if [ -z "$best" ]; then
		cat "$work/apt.log" >&2
		die "no Linux $series in $suites of the archive that apt is configured with"
	fi
	version=${best%% *} suite=${best##* }
	package=${best#* } package=${package% *}
	[ "$suite" = "$candidate" ] || apt_suite "$suite" || die "cannot read $suite again"
}

# From 7.x on the image is a package that depends on its parts.
parts_of() {
	parts=$(apt_run apt-cache show "$1=$version" | sed -n 's/^Depends: //p' | tr ',' '\n' |
		sed -n 's/^ *\(linux-\(binary\|modules\)-[^ ]*\).*/\1/p')
	echo "${parts:-$1}"
}

size_of() {
	apt_run apt-cache show "$1=$version" | sed -n 's/^Size: //p' | head -n 1
}

#
# Fetching
#

# show_progress FILES-OF NAME BYTES: until it is killed
show_progress() {
	while sleep 3; do
		have=$(cat "$work/$1"_*.deb 2>/dev/null | wc -c)
		[ "$have" -ge "$2" ] || say "$1: $((have / 1000000)) of $(($2 / 1000000)) MB"
	done
}

fetch_part() {
	size=$(size_of "$1")
	say "fetching $1 $version from $suite ($((size / 1000000)) MB)"
	show_progress "$1" "$size" &
	watcher=$!
	apt_fetch "$1=$version" 2>>"$work/apt.log" || fetched=no
	kill $watcher
	wait $watcher 2>/dev/null || :
	[ "${fetched:-}" != no ] || {
		cat "$work/apt.log" >&2
		die "cannot fetch $1 $version"
	}
	dpkg-deb -x "$work/$1"_*.deb "$work/tree"
}

#
# What is kept of it
#

# Debian 13 has /usr/lib only; modprobe looks below /lib. Prints what it would insert, once each.
module_files() {
	for module in $wanted; do
		PATH=$PATH:/usr/sbin:/sbin modprobe -d "$work/tree" -S "$release" --show-depends \
			"$module" 2>/dev/null | sed -n 's/^insmod \([^ ]*\).*/\1/p'
	done | awk '!seen[$0]++'
}

keep_modules() {
	[ -d "$work/tree/lib/modules" ] || ln -s usr/lib "$work/tree/lib"
	release=$(ls "$work/tree/lib/modules")
	PATH=$PATH:/usr/sbin:/sbin depmod -b "$work/tree" "$release" 2>>"$work/apt.log"
	mkdir -p "$work/out/modules"
	module_files >"$work/files"
	while read -r file; do
		name=$(basename "$file")
		case $name in
		*.xz) xz -dc "$file" >"$work/out/modules/${name%.xz}" ;;
		*) cp "$file" "$work/out/modules/$name" ;;
		esac
		echo "${name%.xz}" >>"$work/out/modules/order"
	done <"$work/files"
	grep -q '^zram\.ko' "$work/out/modules/order" || die "$package has no zram module"
}

keep() {
	keep_modules
	kernel=$work/tree/boot/vmlinuz-$release
	[ -e "$kernel" ] || kernel=$work/tree/usr/lib/modules/$release/vmlinuz
	cp -L "$kernel" "$work/out/vmlinuz"
	echo "Linux $release of $package $version ($suite)" >"$work/out/version"
}

fetch() {
	work=$(mktemp -d "$cache/stock.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	trap 'exit 1' HUP INT TERM
	apt_open "$work" || exit 1
	say "looking for Linux $series in $suites"
	choose
	for part in $(parts_of "$package"); do
		fetch_part "$part"
	done
	keep
	rm -rf "$target.old"
	[ ! -d "$target" ] || mv -T "$target" "$target.old"
	mv -T "$work/out" "$target"
	rm -rf "$target.old"
}

main() {
	mkdir -p "$cache"
	# What is kept depends on the list of modules, too.
	target=$cache/stock-$series-$(echo "$wanted" | cksum | cut -d' ' -f1)
	# One at a time; the second finds the result of the first.
	exec 9>"$cache/stock.lock"
	flock 9
	[ -z "$newest" ] && [ -d "$target" ] || fetch
	say "$(cat "$target/version")"
	echo "$target"
}

# One line: the shell must not look into this file again when it has changed meanwhile.
main; exit
