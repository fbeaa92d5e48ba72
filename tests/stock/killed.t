#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# With eyes in BPF, too, a policy that is killed at any of its system calls leaves nothing that `mmpctl
# unload` does not put back, and no program in the kernel. tests/root/run-killed.t kills it at each
# call, with eyes on files; here a start takes seconds, so that a few calls are tried, evenly chosen.
# More of them, and at a replacement and a change:
#   tests/vm/run --append mmp_points=100 --timeout 3600 tests/stock/killed.t
# vm: series=7.3 timeout=300
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/eyes-killed.bpf.o tests/vm/policies/nested.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/stock/hold.sh"
object=$PROJECT/build/vm/eyes-killed.bpf.o
points=$(sed -n 's/.*\bmmp_points=\([0-9]*\).*/\1/p' /proc/cmdline)
if [ -n "$points" ]; then plan 4; else plan 2; fi
lru generations # memory.min is written, too

files='a a/b a/b/high'
values() { for cgroup in $files; do cat "$CGROUPS/$cgroup/memory.low" "$CGROUPS/$cgroup/memory.min"; done | tr '\n' ' '; }
programs() { bpftool prog show | grep -c mmp_; }
has_none() { [ "$(programs)" = 0 ]; }
written() { [ "$(cgroup_get a memory.low)" != 0 ]; }
start() {
	hold "$object" --name p --eyes=bpf --cpu 100% && wait_until 20 written || complain "it does not start: $(cat run.err)"
}
nothing() { held=; }
complain() {
	wrong=$((wrong + 1))
	diag "$what, call $n: $*"
}

check_state() {
	[ "$(values)" = "$old" ] || mmpctl list | grep -q '^p ' || complain "written and not listed: $(values)"
	mmpctl unload --all >out 2>&1 || complain "unload: $(cat out)"
	[ -z "$held" ] || wait "$held" 2>/dev/null
	[ "$(values)" = "$old" ] || complain "not put back: $(values)"
	[ -z "$(ls /run/mmp)" ] || complain "left: $(ls /run/mmp/*)"
	wait_until 10 has_none || complain "$(programs) programs left"
}

# try WHAT POINTS PREPARE COMMAND...: counts the calls, then kills at so many of them
try() {
	what=$1 wrong=0 n=all most=${points:-$2} prepare=$3
	shift 3
	$prepare
	all=$(kill_at any:1000000 "$@" 2>&1 | sed -n 's/ended after //p')
	check_state
	[ "${all:-0}" -gt 20 ] || complain "only $all calls"
	for point in $(seq "$most"); do
		n=$((all * point / (most + 1)))
		$prepare
		kill_at any:$n "$@" >out 2>&1 || complain "was not killed: $(cat out)"
		check_state
	done
	is "$wrong" 0 "$what, killed at $most of its $all calls"
}

cgroup_create a a/b a/b/high
start_in a/b/high workload hold 1000 8 >/tmp/high.out
wait_until 60 has_lines /tmp/high.out 1
old=$(values)
is "$old" '0 0 0 0 0 0 ' 'nothing is protected before'
try run 2 nothing mmpctl run "$object" --name p --eyes=bpf --for 1s
[ -n "$points" ] || exit 0
try replace 1 start mmpctl run "$object" --name p --replace --eyes=bpf --for 1s
try set 1 start mmpctl set p mode=monitor
