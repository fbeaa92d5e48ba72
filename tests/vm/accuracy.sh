# SPDX-License-Identifier: GPL-2.0
# Rates are right: sourced by accuracy*.t, which ask for different numbers of processors.
#
# Loads fault at known rates. What the sampler makes of it, averaged over some seconds, is compared
# with what the loads say they really did meanwhile; and a rule at 100/s must not fire at a true 60/s.
# shellcheck shell=sh
slow_rates='20 60 140 1000'
readings=10
load=0

# start_faults RATE SHARE...: a load for each share, begun outside of the cgroup, so that the faults of
# the program's own start do not count
start_faults() {
	rate=$1
	shift
	: >/tmp/new
	for share; do
		load=$((load + 1))
		workload faults 100 "$share" >"/tmp/r$rate.$load" &
		echo $! >>/tmp/new
		wait_until 20 has_lines "/tmp/r$rate.$load" 1
	done
	while read -r pid; do
		echo "$pid" >"$CGROUPS/r$rate/cgroup.procs"
	done </tmp/new
	cat /tmp/new >>/tmp/pids
}

# shellcheck disable=SC2046 # numbers
signal_loads() { kill "-$1" $(cat /tmp/pids); }

# read_rates POLICY ROW...: what the sampler says of each row, once a second, into /tmp/rowN. The window
# is a second too, ten ticks: the loads are asked when the sampler has gone so far beyond their start,
# a second before the first reading.
read_rates() {
	policy=$1
	shift
	rm -f /tmp/row*
	ticked "$policy" 15
	signal_loads USR1
	for _ in $(seq $readings); do
		sleep 1
		for row; do
			signal_value "$policy" "$row" >>"/tmp/row$row"
		done
	done
	signal_loads TERM
	wait
	rm /tmp/pids
}

# Per 1000 s. Each load has written three lines: at its start, at that of the readings and at the end.
true_rate() {
	awk -F'[= ]' '
		FNR == 2 { faults = $2; ms = $4 }
		FNR == 3 { sum += ($2 - faults) / ($4 - ms) }
		END { printf "%d", sum * 1000000 }' "/tmp/r$1".*
}
read_rate() { awk '{ sum += $1 } END { printf "%d", sum / NR * 1000 }' "/tmp/row$1"; }

# compare RATE ROW: two checks
compare() {
	right=$(true_rate "$1")
	got=$(read_rate "$2")
	diag "asked for $1/s, did $((right / 1000)), read $((got / 1000)) on average: $(tr '\n' ' ' <"/tmp/row$2")"
	cmp_ok $((got * 10)) ge $((right * 9)) "$1/s is not read as less by 10 %"
	cmp_ok $((got * 10)) le $((right * 11)) "$1/s is not read as more by 10 %"
}

exact_checks=16
exact() {
	for rate in $slow_rates 50000; do
		cgroup_create "r$rate"
	done
	ok 'the policy loads' mmpctl load "$PROJECT/build/vm/rates.bpf.o"
	is "$(policy_run rates is_exact)" 1 'the statistics are flushed exactly'
	for rate in $slow_rates; do
		start_faults "$rate" "$rate"
	done
	read_rates rates 0 1 2 3
	is "$(rule_field rates 0 entered)" 0 'a rule at 100/s does not fire at a true 20/s'
	is "$(rule_field rates 1 entered)" 0 'nor at a true 60/s'
	is "$(rule_field rates 2 entered)" 1 'and fires once at a true 140/s'
	compare 20 0
	compare 60 1
	compare 140 2
	compare 1000 3
	# One processor of an emulated machine does not manage so many.
	start_faults 50000 25000 25000
	read_rates rates 4
	cmp_ok "$(true_rate 50000)" gt 20000000 'the fast load is fast'
	compare 50000 4
	mmpctl unload rates
}

# The same policy on a kernel whose statistics cannot be flushed at will: its exact starter has
# another name here, so that the plain one is taken.
lagging_checks=8
lagging() {
	rm -f /tmp/r60.* /tmp/r140.*
	ok 'the policy loads without an exact starter' \
		mmpctl load --name lagging "$PROJECT/build/vm/lagging.bpf.o"
	is "$(policy_run lagging is_exact)" 0 'the statistics lag'
	start_faults 60 60
	start_faults 140 140
	# Up to a lag of 2.6 s and a window pass before the start of the loads is seen.
	ticked lagging 40
	read_rates lagging 1 2
	is "$(rule_field lagging 1 entered)" 0 'a rule at 100/s does not fire at a true 60/s'
	is "$(rule_field lagging 2 entered)" 1 'and fires once at a true 140/s'
	compare 60 1
	compare 140 2
}
