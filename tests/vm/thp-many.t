#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A name that means many processes: those of a cgroup with all below it, those of a glob's matches, and as
# many of one name as there is room for. One more is refused, and so is one that two names mean.
# vm: timeout=240
# host: mkdir -p build/vm/many
# host: (cd build/vm/many && printf 'process crowd = comm "crowd"\n\nthp crowd never\n' >crowd.mmp && printf 'cgroup app = "app"\nprocess web = cgroup app\nthp web never\n' >web.mmp && printf 'cgroup tenants = "t-*"\nprocess all_tenants = cgroup tenants\nthp all_tenants never\n' >tenants.mmp && printf 'cgroup app = "app"\nprocess web = cgroup app\nprocess crowd = comm "crowd"\nthp web never\nthp crowd default\n' >both.mmp && printf 'cgroup tenants = "t-*"\nprocess all_tenants = cgroup tenants\nthp all_tenants never\nthp default\n' >every.mmp)
# host: (cd build/vm/many && for n in crowd web tenants both every; do ../../mmpc compile -o $n.bpf.o $n.mmp || exit 1; done)
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/thp.sh"
plan 33

many=$PROJECT/build/vm/many
# loads NAME PATTERN
loads() {
	like "$(mmpctl load "$many/$1.bpf.o" 2>&1)" "$2" "$1 is loaded"
	ok "its rule becomes active" wait_until 10 sh -c "mmpctl status $1 | grep -q ': active'"
}
unloads() { ok "$1 is unloaded" mmpctl unload "$1"; }

# refuses STATUS NAME PATTERN
refuses() {
	mmpctl load "$many/$2.bpf.o" >out 2>&1
	is $? "$1" "$2 is refused"
	like "$(cat out)" "$3" "by a sentence with the rule's line"
}

thp_mode always
cgroup_create app app/below t-one t-two t-two/below other
census_take

refuses 8 tenants "tenants.mmp:3: error: no process matches 'all_tenants' [(]cgroup 't-[*]'[)]"
like "$(cat out)" "beside a rule for every process" "the hint tells of processes to come"

obedient outside
obedient other other
obedient one t-one
obedient two t-two/below
loads tenants "loaded tenants: 1 rules, 2 attachments"
is "$(huge_of one)" 0 "a process of a match"
is "$(huge_of two)" 0 "a process below a match"
is "$(huge_of other)" 8192 "but none of what does not match"
is "$(huge_of outside)" 8192 "nor of the parent itself"
obedient late t-one
is "$(huge_of late)" 8192 "nor who came later"
unloads tenants
is "$(huge_of one)" 8192 "who had none has huge pages"

loads every "loaded every: 2 rules, 2 attachments"
is "$(huge_of two)" 0 "beside a rule for every process: below a match"
is "$(huge_of late)" 0 "who came later"
is "$(huge_of outside)" 8192 "not who is in the parent itself"
unloads every

obedient web app/below
loads web "loaded web: 1 rules, 1 attachments"
is "$(huge_of web)" 0 "a process below the cgroup"
unloads web

tell web name crowd >/dev/null
refuses 6 both "both.mmp:5: error: both 'web' and 'crowd' stand for process $started"

ln -s "$(command -v workload)" crowd
join() { ./crowd hold 200 1 >/dev/null & }
i=1
while [ $i -lt 64 ]; do
	join
	i=$((i + 1))
done
are_named() { [ "$(cat /proc/[0-9]*/comm 2>/dev/null | grep -cx crowd)" = "$1" ]; }
ok "64 processes have one name" wait_until 60 are_named 64
loads crowd "loaded crowd: 1 rules, 64 attachments"
is "$(huge_of web)" 0 "one of them"
unloads crowd
join
ok "a 65th comes" wait_until 10 are_named 65
refuses 8 crowd "crowd.mmp:3: error: 65 processes match 'crowd', more than the 64 that the policy has room for"
census_check "nothing is left"
