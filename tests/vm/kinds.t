#!/bin/sh
# Policies of every kind are loaded, say what they do, and go without a trace.
# vm: timeout=200
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/actions.bpf.o tests/vm/policies/actions.mmp
# host: printf "thp order 9 when psi < 10\n" >build/vm/one-thp.mmp && build/mmpc compile -o build/vm/one-thp.bpf.o build/vm/one-thp.mmp
# host: build/mmpc compile -o build/vm/huge.bpf.o tests/vm/policies/huge.mmp
# host: build/mmpc compile -o build/vm/processes.bpf.o tests/vm/policies/processes.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 38

objects=$PROJECT/build/vm
links() { bpftool link | grep -c struct_ops; }
nothing_is_left() { [ "$(bpftool link | wc -l)$(bpftool map | wc -l)$(bpftool prog | wc -l)" = 000 ]; }

cgroup_create high low
cgroup_set low memory.max 64M
ok "all actions load" mmpctl load --param enter=50% "$objects/actions.bpf.o"
is "$(links)" 2 "a link for each target"
start_in low workload touch 1000 48
ok "a notify rule writes an event" wait_until 20 sh -c 'mmpctl events --format=json >events; grep -q short events'
like "$(cat events)" '^\{"time": ?[0-9.e+]+, ?"policy": ?"actions".*"level": ?"warning", ?"message": ?"memory is short", ?"values": ?\{"low.usage": ?"[0-9.]+[KM]iB"' "a line of JSON with the values that made it"
is "$(wc -l <events)" 1 "once"
ok "reclaim works" wait_until 20 sh -c 'mmpctl stats | grep -q "^r  .* active"'
like "$(mmpctl status --explain r)" "low.usage" "explain shows its signals"
ok "and that there was nothing to free" wait_until 20 sh -c 'mmpctl status --explain r | grep -q "rounds of reclaim found nothing to free .*no swap"'
like "$(mmpctl stats --format=json)" '"empty_rounds": [1-9]' "counted"
kill "$started"
is "$(mmpctl set actions mode=monitor enter=60%)" "actions: mode monitor, enter 60%" "it can be set"
ok "it is unloaded" mmpctl unload actions
ok "nothing is left" wait_until 10 nothing_is_left

thp_mode always
ok "a huge-page policy for every process loads" mmpctl load "$objects/huge.bpf.o"
is "$(links)" 1 "by one link"
mmpctl load --name again "$objects/huge.bpf.o" >out 2>&1
is $? 6 "a second one is refused"
like "$(cat out)" "huge.mmp:[0-9]+: error: another huge-page policy is in force for all processes" "by a sentence with the line"
like "$(cat out)" "pinned at /sys/fs/bpf/mmp/huge/link_p" "and the owner"
link=$(bpftool link | sed -n 's/^\([0-9]*\): struct_ops.*/\1/p')
like "$(mmpctl load --replace "$objects/huge.bpf.o")" "replaced huge: .* no gap: only constants differ" "the same again changes only constants"
like "$(mmpctl load --replace --name huge "$objects/one-thp.bpf.o")" "replaced huge: .* no gap: its links were moved" "another one takes over the link"
is "$(bpftool link | sed -n 's/^\([0-9]*\): struct_ops.*/\1/p')" "$link" "which is the same"
like "$(mmpctl list)" "huge +enforce +1 +1 +0" "and in force"
ok "it is unloaded" mmpctl unload huge
ok "nothing is left" wait_until 10 nothing_is_left

mmpctl load "$objects/processes.bpf.o" >out 2>&1
is $? 8 "no pid file, no policy"
like "$(cat out)" "processes.mmp:4: error: cannot read the pid file '/tmp/web.pid' of 'web': it does not exist" "says the rule's line"
workload hold 1000 8 & first=$!
workload hold 1000 8 & second=$!
sleep 1000 & echo $! >web.pid
wait_until 10 is_called $first workload
wait_until 10 is_called $second workload
ok "with three processes" mmpctl load "$objects/processes.bpf.o"
is "$(links)" 3 "there are three links"
like "$(mmpctl list --format=json)" "\"pid\": $second" "which list names by pid"
mmpctl unload --all

# Processes come and go, also while a policy is being attached to them.
kill_at victims:$first mmpctl load "$objects/processes.bpf.o" >out 2>&1
is $? 0 "one that its comm found ends before it is attached to: the policy loads"
is "$(links)" 2 "without it"
list=$(mmpctl list --format=json)
like "$list" "\"pid\": $second" "list names the one that is left"
is "$(printf '%s\n' "$list" | grep -c "\"pid\": $first\$")" 0 "and not the one that ended"
mmpctl unload --all
mmpctl load "$objects/processes.bpf.o" >out 2>&1
is "$?$(links)" 02 "one that has ended and that its parent has not read yet is not found"
mmpctl unload --all
kill_at victims:$second mmpctl load "$objects/processes.bpf.o" >out 2>&1
is $? 8 "the last one that matches ends: no policy"
like "$(cat out)" "processes.mmp:5: error: no process matches 'nap' [(]comm 'workload'[)]" "says the rule's line"
workload hold 1000 8 &
wait_until 10 is_called $! workload
kill_at victims:$(cat web.pid) mmpctl load "$objects/processes.bpf.o" >out 2>&1
is $? 8 "one that a pid file names ends: no policy"
like "$(cat out)" "processes.mmp:4: error: process [0-9]+ has ended" "says so"
ok "nothing is left" wait_until 10 nothing_is_left
