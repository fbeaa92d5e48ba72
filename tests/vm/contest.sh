# Two groups below the root that want more memory than the machine has; sourced, after lib.sh.
# shellcheck shell=sh
#
# What counts is page touches in as many seconds for each row, so that ratios between rows mean
# something on an emulated machine too. `mmp_seconds=N` on the kernel's command line makes rows of N
# seconds.

row_seconds=$(sed -n 's/.*\bmmp_seconds=\([0-9]*\).*/\1/p' /proc/cmdline)
: "${row_seconds:=10}"

percent() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%d", b ? 100 * a / b : 0 }'; }

has_more_lines() { [ "$(wc -l <"$1")" -gt "$2" ]; }

# ask PID FILE: the load says what it did so far. False when it does not live any more.
ask() {
	lines=$(wc -l <"$2")
	kill -USR1 "$1" 2>/dev/null && wait_until 60 has_more_lines "$2" "$lines"
}

touches_of() { counter touches "$(cat "$1")"; }

stall_us() { sed -n 's/^some .*total=//p' $CGROUPS/high/memory.pressure; }

# in_percent THOUSANDTHS: for people
in_percent() { awk -v a="$1" 'BEGIN { printf "%.1f %%", a / 10 }'; }

# has_memory PID FILE: the load gets round its memory many times within a second
has_memory() {
	ask "$1" "$2"
	rounds=$(counter rounds "$(cat "$2")")
	sleep 1
	ask "$1" "$2"
	[ "$(counter rounds "$(cat "$2")")" -gt $((rounds + 2)) ]
}

# In us: for how long high ran in user mode. Its loop does nothing there but touch pages.
user_us() { cgroup_get high cpu.stat user_usec; }

# contest HIGH-MODE MB [LOW-MB]: `high` does the mode (touch, or hold: idle) with so many MB, and `low` touches
# as many, or LOW-MB. Counts begin when the one that is to have its memory has it, or after a while, since
# unprotected it may never come to that. They last as long as a row. Sets
#   high_touches, low_touches
#   high_ran     for how much of the time, in thousandths, high touched pages: what to compare between rows.
#                Touches are not, since on a busy host the machine is twice as fast in one row as in the next.
#   high_worked  for how much of the time, in thousandths, high did not wait for memory
#   kills        how many tasks were killed in both
contest() {
	start_in high workload "$1" 1000 "$2" >/tmp/high.out
	high_pid=$started
	wait_until 60 has_more_lines /tmp/high.out 0
	start_in low workload touch 1000 "${3:-$2}" >/tmp/low.out
	low_pid=$started
	wait_until 60 has_more_lines /tmp/low.out 0
	if [ "$1" = touch ]; then
		wait_until 30 has_memory "$high_pid" /tmp/high.out
	else
		wait_until 10 has_memory "$low_pid" /tmp/low.out
	fi
	[ "$1" = hold ] || ask "$high_pid" /tmp/high.out
	ask "$low_pid" /tmp/low.out
	high_touches=$(touches_of /tmp/high.out)
	low_touches=$(touches_of /tmp/low.out)
	stalled=$(stall_us) ran=$(user_us) began=$(milliseconds)
	sleep "$row_seconds"
	took=$(($(milliseconds) - began))
	high_worked=$((1000 - ($(stall_us) - stalled) / took))
	high_ran=$((($(user_us) - ran) / took))
	[ "$1" = hold ] || ask "$high_pid" /tmp/high.out
	ask "$low_pid" /tmp/low.out
	high_touches=$(($(touches_of /tmp/high.out) - high_touches))
	low_touches=$(($(touches_of /tmp/low.out) - low_touches))
	kills=$(($(memory_event high oom_kill) + $(memory_event low oom_kill)))
	kill "$high_pid" "$low_pid" 2>/dev/null
	wait "$high_pid" "$low_pid" 2>/dev/null
	cgroup_remove high low
}

contest_row() { printf '# %-36s %14s %9s %9s %14s %6s\n' "$@"; }
contest_head() { contest_row '' 'high, touches' 'touching' 'not wait' 'low, touches' 'kills'; }

# measure TITLE MODE MB [LOW-MB]: a row of the table, in the groups as they have been set up
measure() {
	contest "$2" "$3" "${4:-}"
	shown=$high_touches
	[ "$2" = touch ] || shown=idle
	contest_row "$1" "$shown" "$(in_percent "$high_ran")" "$(in_percent "$high_worked")" "$low_touches" "$kills"
}
