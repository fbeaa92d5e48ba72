#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The kernel series' own scenario: two groups share 120 MB without swap, each writes and reads back a
# file of 64 MB, over and over. The low one has all its memory when the high one starts. With a policy
# the high one is done clearly first: the low one is throttled, and the high one's memory is protected
# not at all, at low, or at min.
#
# Measured is the work that the low one does until the high one is done, in percent of the high one's.
# Without a policy that is a lottery, mostly several hundred percent; it is only shown.
# vm: timeout=240
# host: mkdir -p build/vm && cd tests/vm/policies && for i in priority-*; do
# host: ../../../build/mmpc compile -o ../../../build/vm/${i%.mmp}.bpf.o ${i%.mmp}.mmp; done
. "$PROJECT/tests/vm/lib.sh"
plan 14

load() {
	mmpctl load "$PROJECT/build/vm/priority-$1.bpf.o" --name race \
		--cgroup high=parent/high --cgroup low=parent/low
}

# has_memory CGROUP MB
has_memory() { [ "$(cgroup_get "$1" memory.current)" -ge $(($2 * MIB)) ]; }

# race POLICY CHECK: 30 rounds of the high one, or 60 s; without a policy 20 s, since that is only shown
race() {
	seconds=60
	[ "$1" != none ] || seconds=20
	cgroup_create parent
	cgroup_set parent memory.max 120M
	cgroup_create parent/high parent/low
	[ "$1" = none ] || ok "$1: the policy loads" load "$1"
	start_in parent/low workload rewrite 200 /mnt/disk/low 64 >/tmp/low
	low_pid=$started
	wait_until 60 has_memory parent/low 64
	start_in parent/high workload rewrite $seconds /mnt/disk/high 64 30 >/tmp/high
	kill -USR1 "$low_pid"
	wait "$started"
	kill "$low_pid"
	wait "$low_pid"
	high=$(counter touches "$(cat /tmp/high)")
	low_before=$(counter touches "$(head -n 1 /tmp/low)")
	low=$(($(counter touches "$(cat /tmp/low)") - low_before))
	diag "$1: the high one did $high in $(counter ms "$(cat /tmp/high)") ms, the low one $low:" \
		"$((low * 100 / high)) %; scanned $(memory_stat parent/high pgscan)" \
		"and $(memory_stat parent/low pgscan) pages"
	[ "$1" = none ] || $2
	rm /mnt/disk/low /mnt/disk/high
	[ "$1" = none ] || mmpctl unload race >/dev/null
	cgroup_remove parent/high parent/low parent
}

throttled() {
	is "$(counter rounds "$(cat /tmp/high)")" 30 'the high one gets done'
	cmp_ok $((low * 100)) lt $((high * 80)) 'the low one did much less by then'
	cmp_ok "$(rule_acts race 0)" gt 0 'it was delayed'
}

protected() {
	throttled
	cmp_ok "$(rule_acts race 1)" gt 0 'reclaim left the high one alone'
}

race none
race throttle throttled
race low protected
race min protected
