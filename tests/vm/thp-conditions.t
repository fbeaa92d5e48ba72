#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Conditions on who asks and for what, each by a rule of its own, in one policy for every process: it
# also reaches processes that appear after the load, from their first page fault on.
# vm: timeout=240
# host: mkdir -p build/vm
# host: build/mmpc compile -Wno-thp-exact-order -Wno-unreachable-rule -o build/vm/thp-conditions.bpf.o tests/vm/policies/thp-conditions.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/thp.sh"
plan 43

# huge NAME KB [ADVICE]: the kB of huge pages that a process so called gets
huge() { counter huge "$(tell who name "$1" >/dev/null; tell who huge "$2" ${3:-})"; }

thp_mode always
cgroup_create app elsewhere
ok "the policy loads" mmpctl load "$PROJECT/build/vm/thp-conditions.bpf.o"
like "$(mmpctl list)" "thp-conditions +enforce +17 +1" "by one link"
ok "its rules become active" wait_until 20 rule_is thp-conditions second active

obedient who
ok "the process is known" test -e "/proc/$started"
who=$started
is "$(huge other 8192)" 8192 "who is not named gets huge pages"
is "$(huge thp-comm 8192)" 0 "comm"
is "$(huge thp-com 8192)" 8192 "comm: a shorter name is another"
is "$(huge thp-comm-2 8192)" 8192 "comm: and a longer one"

is "$(huge thp-size 2048)" 0 "vma.size: a small mapping"
is "$(huge thp-size 8192)" 8192 "vma.size: a large one"
is "$(huge thp-plain 8192 none)" 0 "vma.advice: none"
is "$(huge thp-plain 8192)" 8192 "vma.advice: it is not hugepage"
is "$(huge thp-advised 8192)" 0 "vma.advice: hugepage"
is "$(huge thp-advised 8192 none)" 8192 "vma.advice: it is not none"
is "$(huge thp-anon 8192)" 0 "vma.anon"
is "$(huge thp-orders 8192)" 0 "orders"

is "$(huge thp-calm 8192)" 0 "the system's pressure, when it is low"
is "$(huge thp-pressed 8192)" 8192 "and when it is not high"
is "$(huge thp-group 8192)" 0 "a cgroup's pressure"
is "$(huge thp-usage 8192)" 8192 "a cgroup's memory, when there is little"
start_in app workload hold 1000 48 >/dev/null
holder=$started
ok "there is more" wait_until 30 rule_is thp-conditions usage active
is "$(huge thp-usage 8192)" 0 "a cgroup's memory, when there is much"
kill "$holder"

is "$(huge thp-high 8192)" 8192 "the higher priority decides"
is "$(huge thp-first 8192)" 8192 "of equals the first in the file"

# Processes that appear later
obedient late
tell late name thp-comm >/dev/null
is "$(huge_of late)" 0 "a namesake that came after the load"
is "$(huge_of late fork)" 0 "and its child"
obedient web app
web=$started
is "$(huge_of web)" 0 "one started in the cgroup"
is "$(huge_of web fork)" 0 "and its child"
tell web name thp-free >/dev/null
is "$(huge_of web)" 8192 "but not where the rule says so"
tell web name web >/dev/null
echo "$web" >"$CGROUPS/elsewhere/cgroup.procs"
is "$(huge_of web)" 8192 "one that left the cgroup"
mkdir "$CGROUPS/app/below"
echo "$web" >"$CGROUPS/app/below/cgroup.procs"
is "$(huge_of web)" 0 "one in a cgroup below it"

workload thp 0 8 >out
is "$(counter huge "$(cat out)")" 8192 "root may have huge pages"
is "$(counter huge "$(tell who name thp-uid >/dev/null; tell who uid 1234 >/dev/null; tell who huge 8192)")" 0 "uid"

# By number
obedient one
one=$started
obedient two
is "$(huge_of one)" 8192 "pid: nobody's yet"
ok "pid: it is a param" mmpctl set thp-conditions "who=$one"
is "$(huge_of one)" 0 "pid: that process"
is "$(huge_of one fork)" 8192 "pid: its child has another"
is "$(huge_of two)" 8192 "pid: and so has a neighbour"
cmp_ok "$(acted thp-conditions pid)" ge 1 "pid: the rule decided"

# In one answer, rules that hold at the same time
cmp_ok "$(acted thp-conditions comm)" ge 12 "a rule counts what it decides"
is "$(acted thp-conditions low)" 0 "and nothing that it does not"
ok "it is unloaded" mmpctl unload thp-conditions
is "$(huge_of late)" 8192 "huge pages for all"
