# SPDX-License-Identifier: GPL-2.0
# A bare Debian 12: sourced. It is bootstrapped once, from where apt gets its packages, and kept.
# shellcheck shell=sh
. "$top/tests/kernel/apt.sh"
bare_kept=${XDG_CACHE_HOME:-$HOME/.cache}/mmp/bare-bookworm.tar

# bare_archive: makes sure that the archive is there
bare_archive() {
	[ ! -s "$bare_kept" ] || return 0
	mkdir -p "$(dirname "$bare_kept")"
	bare_new=$(mktemp -d)
	debootstrap --variant=minbase bookworm "$bare_new" "$(apt_address bookworm)" >"$bare_new.log" 2>&1 || {
		tail -n 20 "$bare_new.log"
		return 1
	}
	rm -rf "$bare_new"/var/cache/apt/archives/*.deb
	tar -C "$bare_new" -cf "$bare_kept.$$" . && mv "$bare_kept.$$" "$bare_kept"
	rm -rf "$bare_new" "$bare_new.log"
}

# bare_make FOLDER: one in it, that reaches what this machine's apt reaches
bare_make() {
	bare_archive || return 1
	mkdir -p "$1"
	tar -C "$1" -xf "$bare_kept"
	cp /etc/resolv.conf "$1/etc/resolv.conf"
	# Proxies, certificates and the like of this machine's apt; not its sources.
	apt-config dump | grep -E '^Acquire::(http|https)::' >"$1/etc/apt/apt.conf.d/99host" || :
	chroot "$1" apt-get update -qq >"$1/tmp/update.log" 2>&1 || {
		cat "$1/tmp/update.log"
		return 1
	}
	rm "$1/tmp/update.log"
}
