# Two groups of 60 MB share 90 MB: what each of them gets done; sourced, not run. Throughput is page
# touches in as many seconds for each row, so that ratios between rows mean something on an emulated
# machine too. The count begins when the busy group has its memory: how long that takes varies, and
# without a policy it may never come to that.
#
# `make demo` runs this on the user's machine too, so its files are in the working directory.
# shellcheck shell=sh
# shellcheck disable=SC2034 # what is measured is for who sources this
: "${SECONDS_A_ROW:=10}"
: "${MEMORY_TRIES:=30}" # for how long a busy group may take to have its memory

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

stall_us() { sed -n 's/^some .*total=//p' "$CGROUPS/demo/high/memory.pressure"; }

# count_touches: of the loads that are busy, in the row's seconds. high_worked is for how much of that time, in
# thousandths, high did not wait for memory. Touches alone do not tell how good a protection is: on a busy
# host an emulated machine is several times as fast in one row as in the next.
count_touches() {
	[ "$1" = hold ] || ask "$high_pid" high.out
	ask "$low_pid" low.out
	high_touches=$(counter touches "$(cat high.out)")
	low_touches=$(counter touches "$(cat low.out)")
	stalled=$(stall_us) began=$(milliseconds)
	sleep "$SECONDS_A_ROW"
	high_worked=$((1000 - ($(stall_us) - stalled) / ($(milliseconds) - began)))
	[ "$1" = hold ] || ask "$high_pid" high.out
	ask "$low_pid" low.out
	high_touches=$(($(counter touches "$(cat high.out)") - high_touches))
	low_touches=$(($(counter touches "$(cat low.out)") - low_touches))
}

# in_percent THOUSANDTHS: for people
in_percent() { awk -v a="$1" 'BEGIN { printf "%.1f %%", a / 10 }'; }

# A load's first line says that it has begun, or, when it holds memory, that it has it.
#
# run MODE: high does MODE (touch or hold) with 60 MB while low touches 60 MB. A group that is to be
# idle comes first, so that its memory is there before the neighbour wants it; busy ones start together.
run() {
	start_in demo/high workload "$1" 1000 60 >high.out
	high_pid=$started
	wait_until 60 has_more high.out 0
	start_in demo/low workload touch 1000 60 >low.out
	low_pid=$started
	wait_until 60 has_more low.out 0
	if [ "$1" = touch ]; then
		wait_for_memory "$MEMORY_TRIES" "$high_pid" high.out
	else
		wait_for_memory 10 "$low_pid" low.out
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
