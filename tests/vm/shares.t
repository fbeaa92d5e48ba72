#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A share of usage is one of the smallest limit of the cgroup and of those above it, and of the machine's
# memory where none has a limit.
# vm: timeout=120
# host: mkdir -p build/vm && build/mmpc -o build/vm/shares.bpf.o tests/vm/policies/shares.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 21

delays() { policy_field shares acts "$1" delays; }

cgroup_create slice slice/app slice/ramp box box/batch free keep keep/kept keep/writer crate crate/writer
cgroup_set slice memory.max 64M
cgroup_set box memory.max 32M
cgroup_set keep memory.max 64M
cgroup_set crate memory.max 32M
ok 'the policy loads' mmpctl load "$PROJECT/build/vm/shares.bpf.o"
ticked shares 2
total=$(($(awk '/^MemTotal:/ { print $2 }' /proc/meminfo) * 1024))
is "$(signal_value shares 3)" $((64 * 1024 * 1024)) 'the limit is the one above'
is "$(signal_value shares 4)" "$total" 'without any, it is the memory of the machine'
is "$(signal_value shares 6)" "$total" '... which is a signal too'

in_cgroup slice/app workload touch 0 28 >/dev/null
is "$(delays 0)" 0 'a ramp does not delay before its start'
in_cgroup slice/app workload touch 0 40 >/dev/null
diag "8 MB above half of 64 MB: $(delays 0) delays"
cmp_ok "$(delays 0)" ge 20 '... and does after it'
cmp_ok "$(delays 0)" le 60 '... for what is charged there'

is "$(delays 5)" 0 'a rule on self knows the same limit: not 40 of 64 MB'
in_cgroup slice/app workload touch 0 51 >/dev/null
diag "3 MB above 75 %: $(delays 5) delays"
cmp_ok "$(delays 5)" ge 8 '... but above 75 %'

in_cgroup free workload touch 0 $((total / 6 / 1048576)) >/dev/null
is "$(delays 1)" 0 'a sixth of the machine is less than 20 %'
in_cgroup free workload touch 0 $((total / 5 / 1048576 + 8)) >/dev/null
diag "8 MB above a fifth of the machine: $(delays 1) delays"
cmp_ok "$(delays 1)" ge 20 '... and above that it is delayed'
is "$(delays 2)" 0 '... but not as above 85 %'

in_cgroup box/batch workload file 0 /mnt/disk/box 60 >/dev/null
diag "60 MB written and read below 32 MB: $(delays 3) delays; memory.max met $(memory_event box max) times"
is "$(memory_event box max)" 0 'pace keeps a writer from the limit above it'
cmp_ok "$(delays 3)" gt 0 '... by delays'

in_cgroup slice/ramp workload touch 0 28 >/dev/null
is "$(delays 7)" 0 'a ramp from 50% of limit does not delay before that'
in_cgroup slice/ramp workload touch 0 40 >/dev/null
diag "8 MB above half of 64 MB: $(delays 7) delays"
cmp_ok "$(delays 7)" ge 20 '... and does after it'

in_cgroup crate/writer workload file 0 /mnt/disk/crate 60 >/dev/null
diag "60 MB written and read below 32 MB: $(delays 8) delays; memory.max met $(memory_event crate max) times"
is "$(memory_event crate max)" 0 'pace from a share of limit keeps a writer from the limit above it'
cmp_ok "$(delays 8)" gt 0 '... by delays'

# While others of keep are written, its reclaim asks for kept, whose usage is above 60 % of 64 MB, then below.
use_beside() { # MB that kept uses
	start_in keep/kept workload hold 120 "$1" >held
	wait_until 30 has_lines held 1
	in_cgroup keep/writer workload file 0 /mnt/disk/keep 60 >/dev/null
	cgroup_kill keep/kept
}
use_beside 45
is "$(rule_acts shares 6)" 0 'nothing is protected above 60% of limit'
use_beside 20
cmp_ok "$(rule_acts shares 6)" gt 0 '... and below it is'
mmpctl unload shares >/dev/null
ok 'the kernel is left as it was' mmpctl doctor
