#!/bin/sh
# Build the test kernel, or find it built, and print the directory that holds it.
#
#   tests/kernel/build.sh [--find] [FLAVOUR]
#
# FLAVOUR is one of flavours/*.config, plain by default; it may have a patch of its own, too. With
# --find nothing is built; the exit status tells whether it was there. The directory holds bzImage,
# config, System.map and vmlinux.btf.
#
# The result is kept in the cache under a key made of everything that goes into it. It appears
# there by one rename, when it is complete.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/kernel/source.sh
. "$here/source.sh"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/mmp
find_only=
if [ "${1:-}" = --find ]; then
	find_only=1
	shift
fi
flavour=${1:-plain}
fragment=$here/flavours/$flavour.config
own_patch=$here/flavours/$flavour.patch

say() { echo "kernel: $*" >&2; }

die() {
	say "$*"
	exit 1
}

key() {
	{
		echo "$source_package $source_version $flavour"
		cat "$here/kernel.config" "$fragment"
		source_patches_of "$source_version" | while read -r patch; do cat "$patch"; done
		[ ! -e "$own_patch" ] || cat "$own_patch"
	} | sha256sum | cut -c1-12
}

# Objects that a build compiles, roughly: the scale of the progress report.
expected_objects() {
	case $flavour in
	plain) echo 1130 ;;
	*) echo 1160 ;;
	esac
}

# Reads make's output. On a terminal one line is updated, else a line is written for every 5 %.
progress() {
	if [ -t 2 ]; then tty=1; else tty=0; fi
	awk -v total="$(expected_objects)" -v tty="$tty" -v name="$flavour" '
		/^  (CC|AS|HOSTCC|LD|AR) / { done++ }
		{
			percent = int(done * 100 / total)
			if (percent > 99)
				percent = 99
			if (tty && percent != shown)
				printf "\rkernel: %s: %d %% of about %d objects", name, percent, total
			else if (!tty && percent >= shown + 5)
				printf "kernel: %s: %d %% of about %d objects\n", name, percent, total
			if (tty ? percent != shown : percent >= shown + 5) {
				shown = percent
				fflush()
			}
		}
		END { if (tty) printf "\n" }' >&2
}

# Links instead of copies: patch and make replace files, they do not write into them.
copy_source() {
	cp -al "$1" "$work/tree" 2>/dev/null || {
		rm -rf "$work/tree"
		cp -a "$1" "$work/tree"
	}
}

apply_patches() {
	{
		source_patches_of "$source_version"
		[ ! -e "$own_patch" ] || echo "$own_patch"
	} >"$work/patches"
	while read -r patch; do
		patch -d "$work/tree" -p1 -s -F0 <"$patch" ||
			die "$(basename "$patch") does not apply to $source_package $source_version"
	done <"$work/patches"
}

configure() {
	make -s -C "$work/tree" tinyconfig >/dev/null
	(cd "$work/tree" && scripts/kconfig/merge_config.sh -m .config "$here/kernel.config" "$fragment") \
		>/dev/null
	make -s -C "$work/tree" olddefconfig >/dev/null
	check_config
}

# An option that does not exist any more, or lacks what it depends on, is dropped silently by
# kconfig. Better to hear of it now than from a test that finds no swap. The fragment wins.
check_config() {
	awk -F= -v config="$work/tree/.config" '
		/^CONFIG_/ { want[$1] = $2 }
		END {
			while ((getline line <config) > 0)
				if (split(line, part, "=") == 2)
					have[part[1]] = part[2]
			for (option in want) {
				value = option in have ? have[option] : "n"
				if (value != want[option]) {
					print option "=" want[option] ", kconfig says " value
					bad = 1
				}
			}
			exit bad
		}' "$here/kernel.config" "$fragment" >"$work/config-lost" ||
		die "not possible in this kernel: $(cat "$work/config-lost")"
}

compile() {
	# ccache would otherwise take the directory, which differs every time, for a difference.
	export CCACHE_NOHASHDIR=1 CCACHE_DIR="${CCACHE_DIR:-$cache/ccache}"
	export KBUILD_BUILD_TIMESTAMP='1970-01-01' KBUILD_BUILD_USER=mmp KBUILD_BUILD_HOST=mmp
	cc=gcc
	! command -v ccache >/dev/null || cc="ccache gcc"

	{
		nice -n 5 make -C "$work/tree" -j"$(nproc)" CC="$cc" bzImage 2>&1 || touch "$work/failed"
	} | tee "$log" | progress
	if [ -e "$work/failed" ]; then
		tail -n 40 "$log" >&2
		die "the build failed; all of its output: $log"
	fi
}

collect() {
	mkdir "$work/out"
	cp "$work/tree/arch/x86/boot/bzImage" "$work/tree/System.map" "$work/out"
	cp "$work/tree/.config" "$work/out/config"
	objcopy --dump-section .BTF="$work/out/vmlinux.btf" "$work/tree/vmlinux" "$work/unused"
}

build() {
	start=$(date +%s)
	say "building $source_package $source_version, $flavour (once; kept in $target)"
	work=$(mktemp -d "$cache/build.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	trap 'exit 1' HUP INT TERM
	log=$cache/build-$flavour.log
	copy_source "$source"
	apply_patches
	configure
	compile
	collect
	mv -T "$work/out" "$target"
	rm -f "$log"
	say "$flavour built in $((($(date +%s) - start + 59) / 60)) min"
}

find_target() {
	read_source_note
	target=$cache/kernel-$flavour-$(key)
}

main() {
	[ -f "$fragment" ] || die "no flavour '$flavour' in tests/kernel/flavours"
	find_target

	if [ ! -d "$target" ]; then
		[ -z "$find_only" ] || exit 1
		mkdir -p "$cache"
		# One builder at a time; the second finds the result of the first.
		exec 9>"$cache/build.lock"
		flock -n 9 || {
			say "waiting for another build"
			flock 9
		}
		source=$("$here/fetch.sh")
		find_target
		[ -d "$target" ] || build
	fi
	echo "$target"
}

# One line: the shell must not look into this file again when it has changed meanwhile.
main; exit
