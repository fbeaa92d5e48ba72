#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Another boot than privilege.t's: nothing is in force, and the systemd unit's start restores the policy.
# vm: append=mmp_boot=2
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/steered.bpf.o tests/vm/policies/steered.mmp
# host: sed 's|/usr/local/bin/||; s|/etc/mmp|/project/build/vm|' runtime/systemd/mmp@.service >build/vm/steered.service
. "$PROJECT/tests/vm/lib.sh"
plan 5

like "$(cat /proc/cmdline)" 'mmp_boot=2' 'this is a boot of its own'
is "$(bpftool link | wc -l)" 0 'after a boot no policy is in force'
cgroup_create app busy
start=$(sed -n 's/^ExecStart=//p' "$PROJECT/build/vm/steered.service" | sed 's/%i/steered/g')
# shellcheck disable=SC2086 # the command is words
ok "the unit's start restores it" with_caps 21,38,39 $start
like "$(mmpctl list)" 'steered +enforce +2 +1 +0' 'it is in force'
like "$(mmpctl doctor)" 'ok +leftovers' 'and nothing is left over'
