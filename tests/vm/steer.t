#!/bin/sh
# A policy in force is looked at and changed: status, explain, stats, set.
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/steered.bpf.o tests/vm/policies/steered.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 30

cgroup_create app
mmpctl load --param enter=500/s "$PROJECT/build/vm/steered.bpf.o" >load.out 2>&1
is "$(cat load.out)" "loaded steered: 2 rules, 1 attachments, mode enforce" "load says what it did"

out=$(mmpctl status steered)
like "$out" "param enter = 500/s in 10/s .. 100000/s" "status shows a param and its range"
like "$out" "keep on /app: idle" "and the rules' states"
like "$(mmpctl status --explain keep)" "not known before its window of 1.0 s" "explain tells why a rate is not known at once"
ok "then it is known" wait_until 10 sh -c 'mmpctl status --explain keep | grep -q "a.pgfault_rate.* 0/s"'
like "$(mmpctl status --explain keep)" "= its condition is false: pgfault_rate > [\$]enter" "explain says what is waited for"
like "$(mmpctl status --explain keep)" "a.pgfault_rate.* 0/s" "and shows the signal's value"
has_age() { mmpctl status | grep -q "keep on /app: idle for \([1-9]\|[1-9][0-9]\)\.[0-9] s"; }
ok "a rule that never changed is idle since the load" wait_until 10 has_age
mmpctl load --replace --param enter=501/s "$PROJECT/build/vm/steered.bpf.o" >out
ok "and still when only constants were replaced" has_age
mmpctl set steered enter=500/s >/dev/null
not_ok "explaining no rule fails" mmpctl status --explain kep
like "$(mmpctl status steered --explain kep 2>&1)" "did you mean 'keep'" "with the nearest name"

is "$(mmpctl set steered enter=20/s)" "steered: mode enforce, enter 20/s" "set says what holds now"
start_in app workload touch 1000 8
ok "the rule becomes active at the new threshold" wait_until 15 sh -c 'mmpctl status | grep -q "keep on /app: active"'
like "$(mmpctl status --explain keep)" "became active" "explain shows the change"
like "$(mmpctl status --explain keep)" "no ancestor of the cgroup has reclaimed" "and why nothing was protected"
# It ends once 8 MB are free, and may not have come to this cgroup by then: so it is asked for again.
is_refused() {
	echo 8M 2>/dev/null >$CGROUPS/memory.reclaim
	[ "$(rule_acts steered 0)" -gt "$refused" ]
}
for kind in classic generations; do
	lru $kind
	refused=$(rule_acts steered 0)
	ok "reclaim of the whole machine is refused ($kind LRU)" wait_until 10 is_refused
done
lru classic
kill "$started"

is "$(mmpctl set steered mode=monitor enter=100/s)" "steered: mode monitor, enter 100/s" "several things at once"
like "$(mmpctl status --explain keep)" "mode monitor" "explain says so"
not_ok "a value outside the range is refused" mmpctl set steered mode=enforce enter=1/s
like "$(mmpctl set steered enter=1/s 2>&1)" "outside the range of the param 'enter', 10/s .. 100000/s" "by a sentence"
like "$(mmpctl list)" "steered +monitor" "and nothing else of that command was done"
like "$(mmpctl set steered enter=1MiB 2>&1)" "param 'enter': '1MiB' is a size, not a rate" "a wrong unit is refused"
like "$(mmpctl set steered entr=20/s 2>&1)" "did you mean 'enter'" "a wrong name is refused"

like "$(mmpctl stats)" "keep +/app +[a-z]+ +[1-9]" "stats count evaluations"
mmpctl stats --format=openmetrics >om
is "$(tail -n 1 om)" "# EOF" "OpenMetrics ends as it must"
like "$(cat om)" 'mmp_rule_entered_total\{policy="steered",rule="keep",action="protect",cgroup="/app"\} [1-9]' "and has the counters"
like "$(mmpctl stats --format=json)" '"entered": [1-9]' "JSON too"
like "$(mmpctl events 2>&1)" "no policy that is loaded has a notify rule" "events need a notify rule"

i=0
while [ $i -lt 100 ]; do
	mmpctl set steered enter=$((10 + i))/s >set.out || break
	i=$((i + 1))
done
is "$(cat set.out)" "steered: mode monitor, enter 109/s" "a hundred sets"
