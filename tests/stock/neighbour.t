#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The one line of policy on kernels without the hooks: `mmpctl run` keeps a busy group's memory by
# memory.low as a static setting does, and gives it to the neighbour when the group idles.
#
# How good a protection is shows in the time for which the group does not wait for memory; touches are several
# times as many in one row as in the next. Static memory.low has 100 %; the policy has 96 % on a quiet host, since
# it loses memory for a moment each time its hold has ended. Beside other tests ticks are late, too.
# vm: timeout=900
# host: mkdir -p build/vm && build/mmpc compile --emit=manifest -o build/vm/neighbour.plan.json examples/idle-neighbour.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/neighbour.sh"
. "$PROJECT/tests/stock/hold.sh"
build=$PROJECT/build/vm

plan 7
lru classic
zram_swap 600
say "$(uname -r), classic LRU"
row '' 'high, touches' 'low, touches' 'pgscan' 'pgscan'

SECONDS_A_ROW=30
fresh_groups
cgroup_set demo/high memory.low max
measure 'memory.low, both active' touch
static_high=$high_touches static_worked=$high_worked
fresh_groups
ok 'the policy runs' hold "$build/neighbour.plan.json" --name demo --cgroup high=demo/high
measure 'by files, both active' touch
files_high=$high_touches files_worked=$high_worked
ok 'it is in force still, although its cgroup went' sh -c "mmpctl list | grep -q '^demo .*files'"
kill "$held"
wait "$held"
is $? 0 'it ends'

SECONDS_A_ROW=10
fresh_groups
cgroup_set demo/high memory.low max
measure 'memory.low, high idle' hold
static_idle_low=$low_touches
fresh_groups
ok 'the policy runs again' hold "$build/neighbour.plan.json" --name demo --cgroup high=demo/high
measure 'by files, high idle' hold
files_idle_low=$low_touches
ok 'and is unloaded' mmpctl unload demo
wait "$held"
say "neighbour of an idle group: $(ratio "$files_idle_low" "$static_idle_low") times as many touches as under memory.low"
say "protected group, both active: $(ratio "$files_high" "$static_high") of memory.low's touches;" \
	"it did not wait in $(in_percent "$files_worked") of the time, under memory.low in $(in_percent "$static_worked")"
cmp_ok "$files_idle_low" ge $((static_idle_low * 37)) 'the neighbour of an idle group has 37 times what memory.low leaves it'
cmp_ok "$(percent "$files_worked" "$static_worked")" ge 40 'both active, the protected group mostly need not wait for memory'
