#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Eyes in BPF: `mmpctl run` sleeps while the sampler in the kernel finds no verdict that has changed, acts
# when one has, and sees what eyes on files see.
# vm: series=7.3 timeout=240
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/eyes.bpf.o tests/vm/policies/eyes.mmp
# host: build/mmpc compile --emit=manifest -o build/vm/eyes.plan.json tests/vm/policies/eyes.mmp
# host: build/mmpc compile --emit=manifest -o build/vm/seen.plan.json tests/vm/policies/seen.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/stock/hold.sh"
build=$PROJECT/build/vm
plan 23

low_is() { [ "$(cgroup_get high memory.low)" = "$1" ]; }
field() { mmpctl stats eyes --format=json | sed -n "s/.*\"$1\": \([0-9.]*\).*/\1/p" | head -n 1; }
switches() { sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' "/proc/$1/status"; }

thp_mode never # each page is a fault
cgroup_create high many many/first
mmpctl run "$build/eyes.plan.json" --eyes=bpf >out 2>err
is $? 2 'a plan alone has no program for eyes in BPF'
like "$(cat err)" 'is a plan alone' 'and is refused for that'
ok 'by itself it takes files' hold "$build/eyes.plan.json"
like "$(cat /tmp/run.out)" 'eyes files' 'and says so'
mmpctl unload eyes >/dev/null
wait "$held"

ok 'an object runs with eyes in BPF' hold "$build/eyes.bpf.o" --cpu 100%
like "$(cat /tmp/run.out)" 'eyes bpf' 'and says so'
eyes=$held
diag "$(cat /tmp/run.err)"
ok 'beside one with eyes on files' hold "$build/seen.plan.json" --eyes=files --cpu 100%
seen=$held

ticks=$(field ticks) woken=$(switches "$eyes")
sleep 3
cmp_ok "$(($(field ticks) - ticks))" ge 10 'the rules are evaluated at each tick'
cmp_ok "$(($(switches "$eyes") - woken))" le 12 'and the process sleeps'
cmp_ok "$(field sampler_s | sed 's/[.]//')" gt 0 'what that costs is counted'

start_in high workload first-touch 100 32 >/tmp/high.out
ok 'memory is protected while it is busy' wait_until 20 low_is max
mkdir "$CGROUPS/many/second"
sleep 2
start_in many/second workload hold 100 32 >/tmp/second.out
# Events are read once.
has_seen() { mmpctl events "$1" >>"/tmp/$1.seen" && grep -q 'is large' "/tmp/$1.seen"; }
ok 'a cgroup that appeared is seen by eyes in BPF' wait_until 20 has_seen eyes
ok 'and by those on files' wait_until 20 has_seen seen
diag "$(cat /tmp/eyes.seen)"
diag "$(cat /tmp/seen.seen)"
verdicts() { sed -n 's,.*/\(notify-[0-9]* [a-z]*\).*,\1,p' "$1" | sort; }
is "$(verdicts /tmp/eyes.seen)" "$(verdicts /tmp/seen.seen)" 'both have come to the same verdicts'
is "$(verdicts /tmp/eyes.seen | wc -l)" 2 'one for each rule that holds'
mmpctl status eyes >/tmp/status
like "$(cat /tmp/status)" 'protect-high-1.*active' 'status shows the rule'
ok 'its mode is set' mmpctl set eyes mode=monitor
ok 'at once' wait_until 5 low_is 0
ok 'and back' mmpctl set eyes mode=enforce
ok 'it is unloaded' mmpctl unload eyes
wait "$eyes"
is $? 0 'the process ends'
is "$(cgroup_get high memory.low)" 0 'everything is given back'
mmpctl unload seen >/dev/null
wait "$seen"
is "$(bpftool prog show | grep -c mmp_)" 0 'no program stays in the kernel'
