#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Processes with rules of their own: several of a name, of a cgroup, what fork and exec inherit, exit,
# and unloading while all of them live.
# host: mkdir -p build/vm
# host: build/mmpc compile -Wno-thp-exact-order -o build/vm/thp-two.bpf.o tests/vm/policies/thp-two.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/thp.sh"
plan 21

cgroup_create app
thp_mode madvise
for name in a1 a2 b1 other; do
	obedient $name
	eval "pid_$name=$started"
done
obedient w1 app
obedient w2 app
tell a1 name thp-a >/dev/null
tell a2 name thp-a >/dev/null
tell b1 name thp-b >/dev/null
is "$(huge_of a1)" 8192 "without a policy all memory is huge pages"

census_take
out=$(mmpctl load "$PROJECT/build/vm/thp-two.bpf.o" 2>&1)
like "$out" "loaded thp-two: 3 rules, 5 attachments" "an instance for each process that is there"
ok "its rules become active" wait_until 10 rule_is thp-two none active
is "$(huge_of a1)" 0 "one process of the name has no huge pages"
is "$(huge_of a2)" 0 "nor has the other"
is "$(huge_of b1)" 8192 "another rule gives them"
is "$(huge_of w1)" 0 "a process of the cgroup has none"
is "$(huge_of w2)" 0 "nor has the other one there"
is "$(huge_of other)" 8192 "who is not named is not managed"

is "$(huge_of a1 fork)" 0 "a child inherits"
tell a1 exec >/dev/null
isnt "$(cat "/proc/$pid_a1/comm")" thp-a "exec changes the name"
is "$(huge_of a1)" 0 "but not who is managed"
is "$(huge_of a1 fork)" 0 "nor what its children inherit"

obedient late
tell late name thp-a >/dev/null
is "$(huge_of late)" 8192 "a namesake that came later is not managed"

kill -9 "$pid_a2"
wait "$pid_a2" 2>/dev/null
is "$(huge_of a1)" 0 "the exit of one leaves the other managed"
like "$(mmpctl list)" "thp-two +enforce +3 +5" "the policy lives on"

ok "it is unloaded with its processes alive" mmpctl unload thp-two
is "$(huge_of a1)" 8192 "who had none has huge pages"
is "$(huge_of w1)" 8192 "in the cgroup too"
census_check "nothing is left"
ok "who was managed still works" tell b1 huge 2048
