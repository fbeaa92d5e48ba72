# Two groups of 60 MB share 90 MB: what each of them gets done; sourced, not run. Throughput is page
# touches in as many seconds for each row, so that ratios between rows mean something on an emulated
# machine too. The count begins when the busy group has its memory: how long that takes varies, and
# without a policy it may never come to that.
# shellcheck shell=sh
# shellcheck disable=SC2034 # what is measured is for who sources this
: "${SECONDS_A_ROW:=10}"

say() { echo "# $*"; }

# share of a in b, for people and for cmp_ok (in percent)
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", b ? a / b : 0 }'; }
percent() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%d", b ? 100 * a / b : 0 }'; }

fresh_groups() {
	cgroup_create demo
	cgroup_set demo memory.max $((90 * MIB))
	cgroup_create demo/high demo/low
}

drop_groups() {
	high_scan=$(memory_stat demo/high pgscan)
	low_scan=$(memory_stat demo/low pgscan)
	kills=$(memory_event demo oom_kill)
	cgroup_remove demo/high demo/low demo
}

# ask PID FILE: the load says what it did so far
ask() {
	lines=$(wc -l <"$2")
	kill -USR1 "$1" && wait_until 60 has_more "$2" "$lines"
}

has_more() { [ "$(wc -l <"$1")" -gt "$2" ]; }

# wait_for_memory TRIES PID FILE: until the load gets round its memory quickly, or a second a try
wait_for_memory() {
	tries=$1
	while [ "$tries" -gt 0 ]; do
		tries=$((tries - 1))
		ask "$2" "$3"
		rounds=$(counter rounds "$(cat "$3")")
		sleep 1
		ask "$2" "$3"
		[ "$(counter rounds "$(cat "$3")")" -le $((rounds + 10)) ] || return 0
	done
}

# count_touches: of the loads that are busy, in the row's seconds
count_touches() {
	[ "$1" = hold ] || ask "$high_pid" /tmp/high.out
	ask "$low_pid" /tmp/low.out
	high_touches=$(counter touches "$(cat /tmp/high.out)")
	low_touches=$(counter touches "$(cat /tmp/low.out)")
	sleep "$SECONDS_A_ROW"
	[ "$1" = hold ] || ask "$high_pid" /tmp/high.out
	ask "$low_pid" /tmp/low.out
	high_touches=$(($(counter touches "$(cat /tmp/high.out)") - high_touches))
	low_touches=$(($(counter touches "$(cat /tmp/low.out)") - low_touches))
}

# A load's first line says that it has begun, or, when it holds memory, that it has it.
#
# run MODE: high does MODE (touch or hold) with 60 MB while low touches 60 MB. A group that is to be
# idle comes first, so that its memory is there before the neighbour wants it; busy ones start together.
run() {
	start_in demo/high workload "$1" 1000 60 >/tmp/high.out
	high_pid=$started
	wait_until 60 has_more /tmp/high.out 0
	start_in demo/low workload touch 1000 60 >/tmp/low.out
	low_pid=$started
	wait_until 60 has_more /tmp/low.out 0
	if [ "$1" = touch ]; then
		wait_for_memory 30 "$high_pid" /tmp/high.out
	else
		wait_for_memory 10 "$low_pid" /tmp/low.out
	fi
	count_touches "$1"
	kill "$high_pid" "$low_pid"
	wait "$high_pid" "$low_pid"
}

row() {
	printf '# %-34s %14s %14s %10s %10s\n' "$@"
}

measure() { # title mode
	run "$2"
	high_shown=$high_touches
	[ "$2" = touch ] || high_shown=idle
	drop_groups
	row "$1" "$high_shown" "$low_touches" "$high_scan" "$low_scan"
}
