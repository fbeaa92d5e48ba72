#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The Debian packages in a bare Debian 12: they install, run, and leave nothing when they go.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"
top=$MMP_BUILD/..
# shellcheck source=tests/packages/bare.sh
. "$top/tests/packages/bare.sh"
bare=$dir/bare
version=$(sed -n 's/^VERSION := //p' "$top/Makefile")
packages="mmpc mmpctl mmp-common"
in_bare() { chroot "$bare" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }
# Whatever happens: nothing of this machine stays mounted below what is to be removed.
trap 'umount "$bare/sys/fs/bpf" 2>/dev/null; rm -rf "$dir"' EXIT

check 'lintian finds neither an error nor a warning' \
	lintian --profile debian --fail-on error,warning "$MMP_BUILD/deb/mmp_${version}_amd64.changes"
check 'a bare Debian 12' bare_make "$bare"
for package in $packages; do
	cp "$MMP_BUILD/deb/${package}_$version"_*.deb "$bare/root"
done
# All but what apt and dpkg keep for themselves.
files() {
	(cd "$bare" && find . \( -path ./proc -o -path ./sys -o -path ./root -o -path ./tmp -o \
		-path ./var/cache -o -path ./var/log -o -path ./var/lib/apt -o -path ./var/lib/dpkg \) \
		-prune -o -print | sort)
}
files >before
check 'apt installs them, and what they need is there' in_bare apt-get install -y -qq --no-install-recommends \
	/root/mmpc_"$version"_amd64.deb /root/mmpctl_"$version"_amd64.deb /root/mmp-common_"$version"_all.deb
check '... libbpf is in mmpctl' sh -c "! chroot '$bare' dpkg -s libbpf1"
check 'dpkg is content' sh -c "! chroot '$bare' dpkg --audit | grep ."
echo 'protect high when pgfault_rate > 100 hold 2s' >"$bare/root/web.mmp"
echo 'protect high whn pgfault_rate > 100' >"$bare/root/bad.mmp"
check 'mmpc checks a policy' in_bare mmpc --check /root/web.mmp
in_bare mmpc --check /root/bad.mmp >out 2>&1
check '... and finds a mistake' contains out "did you mean 'when'?"
in_bare mmpctl doctor >out 2>&1
check 'mmpctl doctor runs' contains out 'kernel ' 'memory-controller hooks'
check 'its units start what is there' sh -c "sed -n 's/^Exec[A-Za-z]*=[-+]*\([^ ]*\).*/\1/p' '$bare'/lib/systemd/system/mmp* |
	sort -u >started && test -s started && while read -r file; do test -x '$bare'\$file || exit 1; done <started"
check '... none is enabled' sh -c "! find '$bare/etc/systemd' -name 'mmp*' | grep ."
for page in man1/mmpc.1 man5/mmp.5 man8/mmpctl.8; do
	check "the page $page is there" test -s "$bare/usr/share/man/$page.gz"
done
check 'what mmpc lsp links to is there' test -s "$bare/usr/share/doc/mmp/diagnostics.md"

# A policy is in force: its pins are in a bpffs.
mkdir -p "$bare/sys/fs/bpf"
check 'a bpffs' mount -t bpf bpf "$bare/sys/fs/bpf"
mkdir -p "$bare/sys/fs/bpf/mmp/web"
pin=$bare/sys/fs/bpf/mmp/web/link_0
check 'something of a policy is pinned' bpftool map create "$pin" type array key 4 value 4 entries 1 name mmp_deb_test
touch "$bare/etc/mmp/web.bpf.o"
check 'an upgrade takes nothing out of force' in_bare dpkg -i /root/mmpctl_"$version"_amd64.deb
check '... nor does removal' sh -c "chroot '$bare' apt-get remove -y -qq $packages && test -e '$pin' && test -e '$bare/etc/mmp/web.bpf.o'"
check 'the programs are gone' sh -c "! ls '$bare'/usr/bin/mmp*"
check 'purge' in_bare apt-get purge -y -qq $packages
check '... takes policies out of force' sh -c "! test -e '$bare/sys/fs/bpf/mmp' && ! bpftool map | grep mmp_deb_test"
umount "$bare/sys/fs/bpf" 2>/dev/null
in_bare apt-get autoremove --purge -y -qq >out 2>&1
# What the maintenance of shared libraries left is none of ours.
files | diff before - | grep '^[<>]' >differ
check 'nothing is left' test ! -s differ
check '... dpkg knows none of them' sh -c "! chroot '$bare' dpkg-query -W $packages 2>/dev/null | grep ."
[ -s differ ] && sed 's/^/# /' differ
echo "1..$n"
