#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What `make demo` shows first: one line of policy on a kernel without the hooks, held by `mmpctl run`.
# It runs on the user's machine, in cgroups of its own, or on Debian's kernel in a virtual machine.
# vm: series=6.12 timeout=400
# host: mkdir -p build/vm && build/mmpc compile --emit=manifest -o build/vm/shown.plan.json examples/idle-neighbour.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/neighbour.sh"
. "$PROJECT/tests/stock/hold.sh"

SECONDS_A_ROW=8 MEMORY_TRIES=15

# However it ends, this machine has back what it had.
root_control=$(cat $CGROUPS/cgroup.subtree_control)
give_back() {
	trap - EXIT HUP INT TERM
	[ -z "${held:-}" ] || mmpctl unload demo >/dev/null 2>&1
	for cgroup in demo/high demo/low demo; do
		[ ! -d "$CGROUPS/$cgroup" ] || cgroup_remove "$cgroup"
	done
	case " $root_control " in
	*' memory '*) ;;
	*) echo -memory >$CGROUPS/cgroup.subtree_control ;;
	esac
}
trap give_back EXIT
trap 'exit 1' HUP INT TERM
echo +memory >$CGROUPS/cgroup.subtree_control

plan 7
[ -z "$(stock_series)" ] || zram_swap 600
row '' 'high, touches' 'low, touches' 'pgscan' 'pgscan'

# held_row TITLE MODE: with the policy in force
held_row() {
	fresh_groups
	ok 'the policy is in force' hold "$PROJECT/build/vm/shown.plan.json" --name demo --cgroup high=demo/high
	measure "$1" "$2"
	ok 'and is unloaded' mmpctl unload demo
	wait "$held"
	held=
}
# static_row TITLE MODE
static_row() {
	fresh_groups
	cgroup_set demo/high memory.low max
	measure "$1" "$2"
}

fresh_groups
measure 'no policy, high busy' touch
static_row 'memory.low, high busy' touch
static_high=$high_touches static_worked=$high_worked
held_row 'the policy, high busy' touch
files_high=$high_touches files_worked=$high_worked
fresh_groups
measure 'no policy, high idle' hold
static_row 'memory.low, high idle' hold
static_idle_low=$low_touches
held_row 'the policy, high idle' hold
files_idle_low=$low_touches
say
say "high busy: it does not wait for memory in $(in_percent "$files_worked") of the time, under memory.low in" \
	"$(in_percent "$static_worked"); it touches $(ratio "$files_high" "$static_high") times as many pages, which is also a matter of what else runs"
say "high idle: low gets $(ratio "$files_idle_low" "$static_idle_low") times what static memory.low leaves it"
cmp_ok "$(percent "$files_worked" "$static_worked")" ge 90 'busy, high is on a par with memory.low: at least 0.9 of the time without waiting'
cmp_ok "$files_idle_low" ge $((static_idle_low * 37)) 'high idle, low gets at least 37 times as much'
give_back
not_ok 'the cgroups are gone' test -d $CGROUPS/demo
