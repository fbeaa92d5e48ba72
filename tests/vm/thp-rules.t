#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Huge-page rules decide by process, mapping and order: those for one process are tests in the
# instance of every process, the highest priority decides, and what no rule decides is as ever.
# vm: timeout=100
# host: mkdir -p build/vm && build/mmpc -o build/vm/thp-rules.bpf.o tests/vm/thp-rules.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 9

huge() { counter huge "$("$@")"; }
mthp() { cat "$THP/hugepages-64kB/stats/anon_fault_alloc"; }

for name in redis java; do
	cp "$PROJECT/build/vm/workload" /tmp/$name
done
thp_mode always
is "$(huge /tmp/redis thp 0 32)" 32768 "without a policy all memory is huge pages"
ok "the policy loads" mmpctl load "$PROJECT/build/vm/thp-rules.bpf.o"
active() { mmpctl status | grep -q 'active'; }
ok "its rules are active" wait_until 10 active
is "$(huge /tmp/redis thp 0 32)" 0 "none for the process that may have none"
is "$(huge workload thp 0 32)" 32768 "the largest for the others"
echo always >"$THP/hugepages-64kB/enabled"
before=$(mthp)
is "$(huge /tmp/java thp 0 32)" 0 "smaller ones by name, of higher priority"
# Pages that are read first become the zero page, and base pages when written: so write at once.
/tmp/java random 0 32 >/dev/null
cmp_ok "$(($(mthp) - before))" ge 500 "namely those of 64 kB"
is "$(huge /tmp/java thp 0 8)" 8192 "but not for a small mapping"
mmpctl unload --all >/dev/null
is "$(huge /tmp/redis thp 0 32)" 32768 "all as before without the policy"
