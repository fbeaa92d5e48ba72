#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Policies that need no hook load on Debian's own kernel, and no process stays; one whose rules need hooks is
# refused, and told of `run`.
# vm: series=7.3 timeout=120
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/notify.bpf.o tests/vm/policies/notify.mmp
# host: build/mmpc compile -o build/vm/seen.bpf.o tests/vm/policies/seen.mmp
# host: build/mmpc compile -o build/vm/eyes.bpf.o tests/vm/policies/eyes.mmp
. "$PROJECT/tests/vm/lib.sh"
build=$PROJECT/build/vm
plan 13

cgroup_create high many
ok 'a policy of notify alone is loaded' mmpctl load "$build/notify.bpf.o"
like "$(mmpctl list)" '^notify .*hooks' 'and listed'
is "$(cat /proc/[0-9]*/comm 2>/dev/null | grep -c '^mmpctl$')" 0 'no process stays'
start_in high workload hold 60 32 >/tmp/high.out
has_seen() { mmpctl events notify | grep -q 'large high.usage='; }
ok 'it sees what it was written for' wait_until 30 has_seen
like "$(mmpctl status notify)" 'notify-1: active' 'its state is shown'
cgroup_kill high
is_over() { mmpctl status notify | grep -q 'notify-1: idle'; }
ok 'and that it is over' wait_until 30 is_over
ok 'it is unloaded' mmpctl unload notify
is "$(bpftool prog show | grep -c mmp_)" 0 'and gone'
mmpctl load "$build/seen.bpf.o" >/dev/null 2>err
is $? 5 'the matches of a glob need a hook'
like "$(cat err)" 'mmpctl run' 'and run does without'
mmpctl load "$build/eyes.bpf.o" >/dev/null 2>err
is $? 5 'protect needs one, too'
like "$(cat err)" 'mmpctl run' 'and run does without'
is "$(mmpctl list | grep -c hooks)" 0 'nothing is left of either'
