#!/bin/sh
# The least privilege: CAP_BPF and CAP_PERFMON load and unload; what more can do, and less cannot.
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/steered.bpf.o tests/vm/policies/steered.mmp
# host: build/mmpc compile -o build/vm/two.bpf.o tests/vm/policies/two.mmp
# host: sed 's|/usr/local/bin/||; s|/etc/mmp|/project/build/vm|' runtime/systemd/mmp@.service >build/vm/steered.service
. "$PROJECT/tests/vm/lib.sh"
plan 19

CAP_SYS_ADMIN=21 CAP_PERFMON=38 CAP_BPF=39
objects=$PROJECT/build/vm

cgroup_create app busy
ok "CAP_BPF and CAP_PERFMON load" with_caps $CAP_BPF,$CAP_PERFMON mmpctl load "$objects/steered.bpf.o"
like "$(with_caps $CAP_BPF,$CAP_PERFMON mmpctl list)" "steered +enforce +2 +1 +0" "and list"
like "$(with_caps $CAP_BPF,$CAP_PERFMON mmpctl set steered enter=50/s)" "enter 50/s" "and set"
like "$(with_caps $CAP_BPF,$CAP_PERFMON mmpctl stats)" "keep +/app" "and show"
with_caps $CAP_BPF,$CAP_PERFMON mmpctl load --name again --cgroup a=app "$objects/steered.bpf.o" >out 2>&1
is $? 6 "a conflict is one"
like "$(cat out)" "seeing their owners needs root" "whose owner it takes CAP_SYS_ADMIN to name"
ok "and unload" with_caps $CAP_BPF,$CAP_PERFMON mmpctl unload steered
rmdir /sys/fs/bpf/mmp

with_caps $CAP_BPF mmpctl load "$objects/steered.bpf.o" >out 2>&1
is $? 5 "CAP_BPF alone does not load"
like "$(cat out)" "CAP_PERFMON missing" "and says what is missing"
with_caps $CAP_PERFMON mmpctl load "$objects/steered.bpf.o" >out 2>&1
is $? 5 "nor does CAP_PERFMON"
like "$(cat out)" "CAP_BPF missing" "and says what is missing"

mmpctl load "$objects/steered.bpf.o" >out 2>&1
with_caps - mmpctl list >out 2>&1
is $? 5 "nobody cannot look at root's policies"
like "$(cat out)" "no permission" "by a sentence"
with_caps - mmpctl unload steered >out 2>&1
is $? 5 "nor unload them"
with_caps - mmpctl doctor >out 2>&1
like "$(cat out)" "bad +capabilities +CAP_BPF and CAP_PERFMON are needed" "doctor tells nobody what is missing"
mmpctl unload --all >out 2>&1

# The systemd unit's commands, with its capabilities.
rmdir /sys/fs/bpf/mmp
unit_command() { sed -n "s/^$1=//p" "$objects/steered.service" | sed 's/%i/steered/g'; }
root_with_caps() { with_caps "$CAP_SYS_ADMIN,$CAP_BPF,$CAP_PERFMON" "$@"; }
# shellcheck disable=SC2046 # the commands are words
ok "the unit's start" root_with_caps $(unit_command ExecStart)
# shellcheck disable=SC2046
like "$(root_with_caps $(unit_command ExecReload))" "replaced steered: .*no gap" "its reload"
mmpctl list | sed 's/^/# /'
# shellcheck disable=SC2046
ok "its stop" root_with_caps $(unit_command ExecStop)
is "$(find /sys/fs/bpf -mindepth 2)" "" "nothing is left"
