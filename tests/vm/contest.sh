# Two groups below the root that want more memory than the machine has; sourced, after lib.sh.
# shellcheck shell=sh
#
# What counts is page touches in as many seconds for each row, so that ratios between rows mean
# something on an emulated machine too. `mmp_seconds=N` on the kernel's command line makes rows of N
# seconds, `mmp_settle=N` has the count beside an idle group begin N seconds after low did.

row_seconds=$(sed -n 's/.*\bmmp_seconds=\([0-9]*\).*/\1/p' /proc/cmdline)
: "${row_seconds:=10}"
settle_seconds=$(sed -n 's/.*\bmmp_settle=\([0-9]*\).*/\1/p' /proc/cmdline)
: "${settle_seconds:=10}"

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
# as many, or LOW-MB. Counts begin when a busy high has its memory, or after a while, since unprotected it may
# never come to that; where high is idle, some time after low began. They last as long as a row. Sets
#   high_touches, low_touches
#   high_ran     for how much of the time, in thousandths, high touched pages: what to compare between rows.
#                Touches are not, since on a busy host the machine is twice as fast in one row as in the next.
#   high_worked  for how much of the time, in thousandths, high did not wait for memory
#   kills        how many tasks were killed in both
contest() {
	start_in high workload "$1" 1000 "$2" >/tmp/high.out
	high_pid=$started
	wait_until 60 has_more_lines /tmp/high.out 0
	if [ "$1" = hold ]; then
		count_beside_idle "${3:-$2}"
	else
		count_both "${3:-$2}"
	fi
	kills=$(($(memory_event high oom_kill) + $(memory_event low oom_kill)))
	kill "$high_pid" "$low_pid" 2>/dev/null
	wait "$high_pid" "$low_pid" 2>/dev/null
	cgroup_remove high low
}

count_both() {
	start_in low workload touch 1000 "$1" >/tmp/low.out
	low_pid=$started
	wait_until 60 has_more_lines /tmp/low.out 0
	wait_until 30 has_memory "$high_pid" /tmp/high.out
	ask "$high_pid" /tmp/high.out
	ask "$low_pid" /tmp/low.out
	high_touches=$(touches_of /tmp/high.out)
	low_touches=$(touches_of /tmp/low.out)
	stalled=$(stall_us) ran=$(user_us) began=$(milliseconds)
	sleep "$row_seconds"
	took=$(($(milliseconds) - began))
	high_worked=$((1000 - ($(stall_us) - stalled) / took))
	high_ran=$((($(user_us) - ran) / took))
	ask "$high_pid" /tmp/high.out
	ask "$low_pid" /tmp/low.out
	high_touches=$(($(touches_of /tmp/high.out) - high_touches))
	low_touches=$(($(touches_of /tmp/low.out) - low_touches))
}

# With memory.min of an idle group the machine comes to a halt, this shell too: ask_at does not.
count_beside_idle() {
	ask_at $CGROUPS/low "$settle_seconds" "$row_seconds" >/tmp/ask.out &
	asker=$!
	wait_until 10 has_lines /tmp/ask.out 1
	start_in low workload touch 1000 "$1" >/tmp/low.out
	low_pid=$started
	wait "$asker"
	# Each line is touches=N rounds=N ms=N: the first when low began, then one for each time it was asked.
	low_touches=$(awk -F '[= ]' -v row=$((row_seconds * 1000)) '
		NR == 2 { touches = $2; ms = $6 }
		NR == 3 { printf "%d", ($2 - touches) * row / ($6 - ms) }' /tmp/low.out)
	[ -n "$low_touches" ] || fail "low says what it did: $(cat /tmp/low.out)"
	high_touches=0 high_worked=0 high_ran=0
}

contest_row() { printf '# %-36s %14s %9s %9s %14s %6s\n' "$@"; }
contest_head() { contest_row '' 'high, touches' 'touching' 'not wait' 'low, touches' 'kills'; }

# measure TITLE MODE MB [LOW-MB]: a row of the table, in the groups as they have been set up
measure() {
	contest "$2" "$3" "${4:-}"
	if [ "$2" = touch ]; then
		contest_row "$1" "$high_touches" "$(in_percent "$high_ran")" "$(in_percent "$high_worked")" "$low_touches" "$kills"
	else
		contest_row "$1" idle - - "$low_touches" "$kills"
	fi
}
