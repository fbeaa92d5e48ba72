#!/bin/sh
# A glob: one attachment to the parent, a slot for every child, those that exist and those to come.
# vm: timeout=300
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/pods.bpf.o tests/vm/policies/pods.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 18

object=$PROJECT/build/vm/pods.bpf.o
cgroup_create pods
echo +memory >$CGROUPS/pods/cgroup.subtree_control
make() { i=$1; while [ $i -lt "$2" ]; do mkdir "$CGROUPS/pods/p$i"; i=$((i + 1)); done; }
# Slots are given at once, shown when a rule was evaluated in them.
# A rule's rows name its action; its thresholds, which name the rule as well, do not.
rows() { mmpctl stats --format=json | grep -A1 "\"rule\": \"$1\"" | grep -c '"action"'; }
slots() { rows slow; }
slots_are() { [ "$(slots)" = "$1" ]; }

make 0 100
mkdir $CGROUPS/pods/p0/inner
hundred=$(elapsed mmpctl load "$object")
out=$(mmpctl list)
like "$out" "pods +enforce +2 +1 +0" "one link for a hundred cgroups"
is "$(slots)" 100 "each has its slot"
like "$(mmpctl stats)" "slow +/pods/p99 " "and is named by its path"
is "$(mmpctl stats --format=json | grep -c inner)" 0 "what is below them shares theirs"
is "$(mmpctl stats --format=json | grep -c '"cgroup": "/pods"')" 0 "the parent itself has none"
ok "it is unloaded" mmpctl unload pods

make 100 300
out=$(mmpctl load "$object")
is "$out" "loaded pods: 2 rules, 1 attachments, 300 cgroups matched, mode enforce" "300 load at once"
ok "it is unloaded" mmpctl unload pods
threehundred=$(elapsed mmpctl load "$object")
# Times are told only; growth.t counts.
diag "100 cgroups: $hundred ms, 300: $threehundred ms"
is "$(slots)" 300 "all have slots"
time=$(elapsed mmpctl stats)
diag "stats of 300: $time ms"
cmp_ok "$(mmpctl stats --format=openmetrics | grep -c '^mmp_rule_evaluated_total.*rule="slow"')" eq 300 "stats show them in one call"
is "$(rows keep)" 300 "for every rule"

make 300 310
ok "new ones get theirs" wait_until 10 slots_are 310
i=0
while [ $i -lt 50 ]; do
	[ -d $CGROUPS/pods/p$i/inner ] && rmdir $CGROUPS/pods/p$i/inner
	rmdir $CGROUPS/pods/p$i
	i=$((i + 1))
done
ok "removed ones give theirs back" wait_until 20 slots_are 260
mkdir $CGROUPS/pods/p400
cmp_ok "$(slot_of pods pods/p400)" ge 256 "the next one is searched for from the 64 of the last, not from the first"
make 401 600
make 600 620
used=$(slots)
diag "slots used: $used"
cmp_ok "$used" ge 470 "others take them"
not_ok "a glob whose parent is missing" mmpctl load --name q --cgroup 'pods=nowhere/*' "$object"
like "$(mmpctl load --name q --cgroup 'pods=nowhere/*' "$object" 2>&1)" "pods.mmp:3: error: there is no cgroup 'nowhere'" "is refused by the line of its rule"
mmpctl unload --all >out 2>&1
ok "nothing is left" wait_until 20 sh -c '[ "$(bpftool link | wc -l)$(bpftool map | wc -l)" = 00 ]'
