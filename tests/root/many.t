#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# However many policies there are, none is left out. Directories without maps stand for them here:
# leftovers that list names and unload removes. They are on a bpf file system of this test alone.
. "$(dirname "$0")/../tap.sh"
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${MMP_BUILD:-$PWD/build}
if [ "${1:-}" != alone ]; then
	exec unshare -m sh "$0" alone
fi
mount --make-rprivate / && mount -t bpf bpf /sys/fs/bpf || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
PATH=$build:$PATH
echo 1..6

mkdir /sys/fs/bpf/mmp
seq -f 'p%04.0f' 1000 | (cd /sys/fs/bpf/mmp && xargs mkdir zebra)
is "$(mmpctl list --format=json | grep -c '"name": "p')" 1000 "list names all"
is "$(mmpctl status --format=json | grep -c '"name": "p')" 1000 "status too"
mmpctl unload zebrra >"$tmp/out" 2>&1
is $? 2 "none of another name is there"
is "$(grep -c "did you mean 'zebra'" "$tmp/out")" 1 "the nearest name is found among all"
mmpctl unload --all >"$tmp/out" 2>&1
is $? 0 "unload --all"
is "$(find /sys/fs/bpf/mmp -mindepth 1 | wc -l)" 0 "leaves none"
