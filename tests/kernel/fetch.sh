#!/bin/sh
# Unpack the kernel's source into the cache and print its path, if it is not there yet.
#
# The pinned version where the archive has it; else the newest of a series that the patches apply to;
# else the pinned one from the archive that MMP_SNAPSHOT names, a folder with dists and pool in it,
# such as a dated one of Debian's snapshot service. The version is noted for build.sh.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/kernel/source.sh
. "$here/source.sh"
# shellcheck source=tests/kernel/apt.sh
. "$here/apt.sh"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/mmp

say() { echo "kernel: $*" >&2; }

die() {
	say "$*"
	exit 1
}

has_pinned() {
	[ -n "$source_version" ] &&
		apt_versions "$(source_package_of "$source_version")" | grep -qxF -e "$source_version"
}

# Prints the newest version of the first series that the archive has.
newest_known() {
	for series in $source_series; do
		newest=$(apt_versions "linux-source-$series" | head -n 1)
		[ -z "$newest" ] || break
	done
	echo "$newest"
}

nothing_there() {
	say "$source_suite of the archive that apt is configured with has neither ${source_version:-a pinned version} nor any of the series $source_series; it offers:"
	apt_run apt-cache search --names-only '^linux-source-[0-9]' | sed 's/^/kernel:   /' >&2
	die "set MMP_SNAPSHOT to the address of an archive that still has it, such as a dated folder of Debian's snapshot service"
}

# Sets version, the one to take, and leaves apt open on the archive that has it.
choose() {
	if apt_suite "$source_suite"; then
		if has_pinned; then
			version=$source_version
			return
		fi
		version=$(newest_known)
		if [ -n "$version" ]; then
			say "taking $version: ${source_version:+the archive no longer has $source_version, }the newest of the series $source_series"
			return
		fi
	elif [ -z "${MMP_SNAPSHOT:-}" ]; then
		die "cannot read $source_suite from the archive that apt is configured with"
	fi
	[ -n "${MMP_SNAPSHOT:-}" ] && [ -n "$source_version" ] || nothing_there
	apt_archive "$MMP_SNAPSHOT" "$source_suite" || die "cannot read $source_suite in $MMP_SNAPSHOT"
	has_pinned || die "$MMP_SNAPSHOT does not have $source_version in $source_suite"
	version=$source_version
	say "taking $version from $MMP_SNAPSHOT"
}

download_and_unpack() {
	package=$(source_package_of "$version")
	say "fetching $package $version (160 MB)"
	apt_fetch "$package=$version" || die "cannot fetch $package $version"
	say "unpacking the source"
	dpkg-deb -x "$work/$package"_*.deb "$work/deb"
	mkdir "$work/tree"
	tar -xf "$work/deb/usr/src/$package.tar.xz" -C "$work/tree" --strip-components=1
	mv -T "$work/tree" "$cache/source-$version" 2>/dev/null || [ -d "$cache/source-$version" ] ||
		die "cannot create $cache/source-$version"
}

fetch() {
	mkdir -p "$cache"
	work=$(mktemp -d "$cache/fetch.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	trap 'exit 1' HUP INT TERM
	apt_open "$work" || exit 1
	choose
	[ -d "$cache/source-$version" ] || download_and_unpack
	[ "$version" = "$source_version" ] || echo "$version" >"$source_note"
}

version=$source_version
[ ! -r "$source_note" ] || version=$(cat "$source_note")
[ -n "$version" ] && [ -d "$cache/source-$version" ] || fetch
echo "$cache/source-$version"
