#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What keeps a huge-page policy from being loaded is said by a sentence with the rule's line, and
# leaves nothing attached.
# vm: timeout=200
# host: mkdir -p build/vm
# host: for who in 'pid 999999' 'pid 2' 'pidfile "/tmp/app.pid"' 'comm "nobody-there"' 'cgroup empty'; do n=$((n + 1)); printf 'cgroup empty = "empty"\nprocess p = %s\nthp p never\n' "$who" >build/vm/thp-error-$n.mmp; build/mmpc compile -Wno-unused -o build/vm/thp-error-$n.bpf.o build/vm/thp-error-$n.mmp; done
# host: printf 'thp never\n' >build/vm/thp-all.mmp && build/mmpc compile -o build/vm/thp-all.bpf.o build/vm/thp-all.mmp
# host: printf 'process p = comm "thp-one"\n\nthp p never\n' >build/vm/thp-one.mmp && build/mmpc compile -o build/vm/thp-one.bpf.o build/vm/thp-one.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/thp.sh"
plan 48

objects=$PROJECT/build/vm
cgroup_create empty
census_take

# refuses STATUS PATTERN NAME LOAD-ARGUMENTS...
refuses() {
	wanted=$1 pattern=$2 name=$3
	shift 3
	mmpctl load "$@" >out 2>&1
	is $? "$wanted" "$name is refused"
	like "$(cat out)" "$pattern" "by a sentence with the rule's line"
	census_check "nothing is left"
}

refuses 8 'thp-error-1.mmp:3: error: there is no process 999999' "no such pid" "$objects/thp-error-1.bpf.o"
refuses 8 "thp-error-2.mmp:3: error: process 2 [(]'kthreadd'[)] is a kernel thread" "a kernel thread" "$objects/thp-error-2.bpf.o"
refuses 8 "thp-error-3.mmp:3: error: cannot read the pid file '/tmp/app.pid'" "no pid file" "$objects/thp-error-3.bpf.o"
echo mouse >app.pid
refuses 8 "thp-error-3.mmp:3: error: the pid file '/tmp/app.pid' of 'p' holds no pid" "a pid file without a pid" "$objects/thp-error-3.bpf.o"
refuses 8 "thp-error-4.mmp:3: error: no process matches 'p' [(]comm 'nobody-there'[)]" "a name that nobody has" "$objects/thp-error-4.bpf.o"
like "$(cat out)" 'comm == "nobody-there"' "the hint tells of processes to come"
refuses 8 "thp-error-5.mmp:3: error: no process matches 'p' [(]cgroup 'empty'[)]" "an empty cgroup" "$objects/thp-error-5.bpf.o"
like "$(cat out)" 'memcg == "empty"' "with such a hint, too"
refuses 2 "'mouse' is not a pid" "a binding that is none" --process p=mouse "$objects/thp-error-1.bpf.o"
refuses 8 "thp-error-1.mmp:3: error: process 2 .* kernel thread" "a kernel thread by a binding" --process p=2 "$objects/thp-error-1.bpf.o"

thp_mode never
refuses 5 'thp-all.mmp:1: error: huge pages are switched off on this machine: thp rules cannot act' "a machine without huge pages" "$objects/thp-all.bpf.o"
like "$(mmpctl doctor)" "note +huge pages +never: thp rules cannot act" "doctor says so"
mthp_mode 64 madvise
ok "one size that is on is enough" mmpctl load "$objects/thp-all.bpf.o"
ok "it goes" mmpctl unload thp-all
like "$(mmpctl doctor)" "ok +huge pages +never; .*64kB madvise" "doctor names the sizes"

thp_mode always
obedient one
tell one name thp-one >/dev/null
ok "a policy for one process" mmpctl load "$objects/thp-one.bpf.o"
ok "is active" wait_until 10 rule_is thp-one thp-p-1 active
mmpctl load --name two "$objects/thp-one.bpf.o" >out 2>&1
is $? 6 "another one for it is refused"
like "$(cat out)" "thp-one.mmp:3: error: another huge-page policy is in force for process $started" "by a sentence with the rule's line"
like "$(cat out)" "it is the policy 'thp-one': mmpctl unload thp-one" "that names the owner"
is "$(mmpctl list | grep -c enforce)" 1 "one policy is loaded"
is "$(huge_of one)" 0 "and still acts"
tell one disable >/dev/null
like "$(mmpctl doctor)" "note +huge pages, processes +process $started of 'thp-one'" "doctor names a process that refuses huge pages"
ok "it goes" mmpctl unload thp-one

ok "a policy for every process" mmpctl load "$objects/thp-all.bpf.o"
mmpctl load "$objects/thp-one.bpf.o" >out 2>&1
is $? 6 "beside it, one for a single process is refused"
like "$(cat out)" "thp-one.mmp:3: error: another huge-page policy is in force for process $started" "by a sentence"
like "$(cat out)" "it is the policy 'thp-all': mmpctl unload thp-all" "that names the owner"
ok "it goes" mmpctl unload thp-all
census_check "nothing is left"
