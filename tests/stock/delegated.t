#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A user without privilege, on a subtree that is delegated to them: protect, throttle, reclaim, notify, and
# the other commands; somebody who overwrites, a cgroup that is made anew, a second policy.
# vm: timeout=300
# host: mkdir -p build/vm && build/mmpc compile --emit=manifest -o build/vm/delegated.plan.json tests/vm/policies/delegated.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 25
plans=$PROJECT/build/vm
lru classic
zram_swap 256

cgroup_create user user/app user/app/web user/app/batch
chown 65534 "$CGROUPS/user" "$CGROUPS/user/cgroup.procs" "$CGROUPS/user/cgroup.subtree_control"
find "$CGROUPS/user/app" -exec chown 65534 {} +
mkdir -p /tmp/nobody
chown 65534 /tmp/nobody
MMP_RUN_DIR=/tmp/nobody/mmp
export MMP_RUN_DIR
ctl() { with_caps - mmpctl "$@"; }
hold() {
	rm -f run.out
	with_caps - mmpctl run "$@" >run.out 2>run.err &
	held=$!
	wait_until 60 grep -q '^running' run.out
}
is_value() { [ "$(cgroup_get "$1" "$2")" = "$3" ]; }
isnt_value() { [ "$(cgroup_get "$1" "$2")" != "$3" ]; }
has() { ctl stats "$1" --format=json | grep -Eq "$2"; }

start_in user/app/web workload hold 1000 8 >web.out
start_in user/app/batch workload hold 1000 24 >batch.out
wait_until 60 test -s batch.out
wait_until 60 test -s web.out
ok 'a user runs a policy' hold "$plans/delegated.plan.json" --name mine
like "$(cat run.err)" "'user' is not yours to write" 'and is told what limits the protection'
ok 'protect acts' wait_until 20 is_value user/app/web memory.low max
is "$(cgroup_get user memory.low)" 0 'above what is delegated nothing changes'
ok 'what is theirs grants it' wait_until 20 isnt_value user/app memory.low 0
ok 'throttle acts' wait_until 20 isnt_value user/app/batch memory.high max
ok 'reclaim acts' wait_until 20 has mine '"pages": [1-9]'
freed() { [ "$(cgroup_get user/app/batch memory.current)" -lt $((17 * MIB)) ]; }
ok 'until it has freed enough' wait_until 60 freed
like "$(ctl events mine)" 'web has memory' 'notify writes'
like "$(ctl list)" 'mine +enforce.*files' 'the user lists it'
ok 'and sets it to monitor' ctl set mine mode=monitor
ok 'which gives back' wait_until 20 is_value user/app/web memory.low 0
ok 'and enforces again' ctl set mine mode=enforce
wait_until 20 is_value user/app/web memory.low max

# Somebody overwrites, as systemctl set-property does.
cgroup_set user/app/web memory.low 1M
ok 'what somebody wrote is written again' wait_until 20 is_value user/app/web memory.low max
ok 'which is counted' wait_until 5 has mine '"overwritten": 1\>'
like "$(ctl status mine)" 'somebody else wrote what the policy holds: 1' 'and shown'

ctl run "$plans/delegated.plan.json" --name other >out 2>&1
is $? 6 'a second policy for the same cgroups is refused'
like "$(cat out)" "'mine'" 'by the name of the first'

# The cgroup goes, and is made anew under its path.
cgroup_kill user/app/web
cgroup_remove user/app/web
with_caps - mkdir "$CGROUPS/user/app/web"
start_in user/app/web workload hold 1000 8 >web.out
ok 'a cgroup that is made anew is followed' wait_until 30 is_value user/app/web memory.low max

kill -9 "$held"
wait "$held" 2>/dev/null
like "$(ctl list)" 'mine +killed' 'a killed process is seen'
ok 'and its policy unloaded' ctl unload mine
is "$(cgroup_get user/app/web memory.low) $(cgroup_get user/app memory.low)" '0 0' 'protection is as it was'
is "$(cgroup_get user/app/batch memory.high)" max 'and so is memory.high'
is "$(ls $MMP_RUN_DIR)" '' 'nothing is left'
like "$(ctl list 2>&1)" 'no policy is loaded' 'nor listed'
