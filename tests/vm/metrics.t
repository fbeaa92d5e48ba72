#!/bin/sh
# What monitoring systems get of policies in force has the very series of tests/packages/stats.json, which
# stands for it where no kernel has the hooks: there Prometheus, dashboard and alerts are tested.
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/metrics.bpf.o tests/vm/policies/metrics.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 6

cgroup_create app jobs jobs/a jobs/b
cgroup_set jobs/a memory.max 256M
cgroup_set jobs/b memory.max 256M
mmpctl load "$PROJECT/build/vm/metrics.bpf.o" >load.out 2>&1
is "$(cat load.out)" "loaded metrics: 6 rules, 3 attachments, 2 cgroups matched, mode enforce" "a policy with a rule of each action"
mkdir /sys/fs/bpf/mmp/tmp_1

start_in app workload touch 20 8
all_known() {
	mmpctl stats --format=prometheus >now
	grep -q 'mmp_signal_known.* 1$' now && ! grep -q 'mmp_signal_known.* 0$' now &&
		grep -q 'mmp_rule_active{.*action="protect".* 1$' now
}
ok "its signals become known, and a rule active" wait_until 30 all_known
series() { sed '/^#/!s/ [^ ]*$//' "$1"; }
mmpctl stats --from "$PROJECT/tests/packages/stats.json" --format=prometheus >recorded
ok "what was recorded can be shown" test -s recorded
series now >now.series
series recorded >recorded.series
if diff recorded.series now.series >differ; then
	pass "and has the same series"
else
	fail "and has the same series"
	diag "$(cat differ)" "in place of tests/packages/stats.json:"
	mmpctl stats --format=json | tr -d '\n' | sed 's/  */ /g; s/.*/# stats: &/'
	echo
fi
is "$(sed -n 's/^mmp_leftovers //p' now)" 1 "what a killed mmpctl left is counted"
is "$(sed -n 's/^mmp_threshold_per_second{.*rule="protect-app-1",clause="when".*} //p' now)" 20 "a param is a threshold"
