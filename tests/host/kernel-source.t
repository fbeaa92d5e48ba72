#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Which kernel source the tests take, from archives made here that hold packages of a few bytes.
. "$(dirname "$0")/../tap.sh"
project=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
pinned=$(sed -n 's/^source_version=\([0-9].*\)/\1/p' "$project/tests/kernel/source.sh")
suite=$(sed -n 's/^source_suite=//p' "$project/tests/kernel/source.sh")

check() { # what, then a command that holds
	ok "$@" || sed 's/^/# /' out err 2>/dev/null
}

package() { # archive version: a source package with one file in it
	series=$(echo "$2" | cut -d. -f1-2)
	rm -rf deb tree
	mkdir -p "deb/DEBIAN" deb/usr/src "tree/linux-source-$series" "$1/pool"
	echo "$2" >"tree/linux-source-$series/version"
	tar -cJf "deb/usr/src/linux-source-$series.tar.xz" -C tree "linux-source-$series"
	printf 'Package: linux-source-%s\nVersion: %s\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n' \
		"$series" "$2" >deb/DEBIAN/control
	dpkg-deb -b deb "$1/pool/linux-source-${series}_$2_all.deb" >/dev/null
}

# What dpkg-scanpackages would write, which is not everywhere.
index() { # archive
	packages=$1/dists/$suite/main/binary-$(dpkg --print-architecture)/Packages
	mkdir -p "$(dirname "$packages")"
	for deb in "$1"/pool/*.deb; do
		[ -e "$deb" ] || continue
		dpkg-deb -f "$deb"
		echo "Filename: pool/$(basename "$deb")"
		echo "Size: $(stat -c %s "$deb")"
		echo "SHA256: $(sha256sum "$deb" | cut -d' ' -f1)"
		echo
	done >"$packages"
	printf 'Suite: %s\nCodename: %s\nComponents: main\nArchitectures: %s\nDate: %s\nSHA256:\n %s %s %s\n' \
		"$suite" "$suite" "$(dpkg --print-architecture)" "$(LC_ALL=C date -Ru | sed 's/+0000/UTC/')" \
		"$(sha256sum "$packages" | cut -d' ' -f1)" "$(stat -c %s "$packages")" \
		"main/binary-$(dpkg --print-architecture)/Packages" >"$1/dists/$suite/Release"
}

# The host's apt as a site would configure it: a mirror of its own for the release.
configure() { # archive
	mkdir -p etc/parts
	codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
	echo "deb file:$dir/$1 $codename main" >etc/sources.list
	cat >apt.conf <<EOF
Dir::Etc::sourcelist "$dir/etc/sources.list";
Dir::Etc::sourceparts "$dir/etc/parts";
Acquire::AllowInsecureRepositories "true";
APT::Get::AllowUnauthenticated "true";
EOF
}

fetch() { # cache [NAME=VALUE...]
	cache=$dir/$1
	shift
	env XDG_CACHE_HOME="$cache" APT_CONFIG="$dir/apt.conf" "$@" "$project/tests/kernel/fetch.sh" >out 2>err
}

takes() { # version, then fetch's words
	want=$1
	shift
	fetch "$@" && [ "$(cat "$(cat out)/version")" = "$want" ]
}

says() { grep -qF -e "$1" err; }
refuses() { ! fetch "$@" && [ ! -s out ]; }
chosen() { # cache [NAME=VALUE]: the version that build.sh would build
	env XDG_CACHE_HOME="$dir/$1" ${2:+"$2"} sh -c '. "$0/tests/kernel/source.sh"; read_source_note; echo "$source_package $source_version"' "$project"
}

# A struck-out version, as an old tree would have it
unpinned() {
	mkdir -p unpinned/tests
	cp -r "$project/tests/kernel" unpinned/tests/
	sed -i 's/^source_version=[0-9].*/source_version=/' unpinned/tests/kernel/source.sh
	env XDG_CACHE_HOME="$dir/struck" APT_CONFIG="$dir/apt.conf" unpinned/tests/kernel/fetch.sh >out 2>err &&
		[ "$(cat "$(cat out)/version")" = 7.3.20-1 ]
}

names_no_mirror() {
	! grep -rnE '(https?|ftp)://' "$project/setup.sh" "$project"/tests/kernel/*.sh
}

package pinned "$pinned"
package pinned 7.3.20-1
package later 7.3.9-1
package later 7.3.20-1
package later 7.2.30-1
package older 7.2.30-1
package strange 6.12.1-1
for archive in pinned later older strange; do
	index $archive
done

echo 1..16
configure pinned
check "the pinned version is taken where it is" takes "$pinned" a
check "nothing is said of another one" sh -c '! grep -q taking err'
check "it is what is built" test "$(chosen a)" = "linux-source-7.3 $pinned"
configure later
check "the archive is not asked again" takes "$pinned" a
check "else the newest of the first known series" takes 7.3.20-1 b
check "that is said, with what is missing" says "taking 7.3.20-1: the archive no longer has $pinned"
check "it is what is built" test "$(chosen b)" = "linux-source-7.3 7.3.20-1"
check "a series can be asked for" takes 7.2.30-1 b MMP_KERNEL_SERIES=7.2
check "the pin struck out, the newest is taken" unpinned
configure older
check "the next known series where the first is gone" takes 7.2.30-1 c
configure strange
check "no known series: an error" refuses d
check "it says what there is, and what to set" grep -q MMP_SNAPSHOT err
check "then the pinned one from the archive that the user names" takes "$pinned" d MMP_SNAPSHOT="file:$dir/pinned"
check "that is said" says "taking $pinned from file:$dir/pinned"
check "an archive without it is refused" refuses e MMP_SNAPSHOT="file:$dir/later"
check "no script names a mirror" names_no_mirror
