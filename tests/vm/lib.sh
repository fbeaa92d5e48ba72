# Helpers for the tests that run inside the test machine; sourced, not run.
# shellcheck shell=sh
#
# A test sources this file, calls plan with the number of its checks, and makes them with ok, is
# and others of tests/tap.sh. The machine cleans up after each test: processes, cgroups, pins, swap, THP settings.

CGROUPS=/sys/fs/cgroup
THP=/sys/kernel/mm/transparent_hugepage
MIB=1048576

. "$PROJECT/tests/tap.sh"

# wait_until SECONDS COMMAND...: tries until the command succeeds; false when time is up
wait_until() {
	wait_end=$(($(date +%s) + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$wait_end" ] || return 1
		sleep 0.1
	done
}

#
# Control groups. Names are paths below the root, as in "app/web".
#

# cgroup_create NAME...: with memory enabled in it and for its children
cgroup_create() {
	for cgroup; do
		parent=$(dirname "$cgroup")
		[ "$parent" = . ] || echo +memory >"$CGROUPS/$parent/cgroup.subtree_control"
		mkdir "$CGROUPS/$cgroup"
	done
}

# cgroup_set NAME FILE VALUE
cgroup_set() { echo "$3" >"$CGROUPS/$1/$2"; }

# cgroup_get NAME FILE [KEY]: the file's content, or the value of one key of it
cgroup_get() {
	if [ $# = 2 ]; then
		cat "$CGROUPS/$1/$2"
	else
		awk -v key="$3" '$1 == key { print $2 }' "$CGROUPS/$1/$2"
	fi
}

memory_stat() { cgroup_get "$1" memory.stat "$2"; }
memory_event() { cgroup_get "$1" memory.events "$2"; }

# vmstat KEY: a counter of the whole machine
vmstat() { awk -v key="$1" '$1 == key { print $2 }' /proc/vmstat; }

cgroup_id() { stat -c %i "$CGROUPS/$1"; }

# in_cgroup NAME COMMAND...: runs the command there, in the foreground
in_cgroup() {
	in_cgroup_dir=$CGROUPS/$1
	shift
	(exec sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$in_cgroup_dir" "$@")
}

# start_in NAME COMMAND...: in the background; the process id is in $started
start_in() {
	start_in_dir=$CGROUPS/$1
	shift
	sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$start_in_dir" "$@" &
	started=$!
}

# has_lines FILE N: a program has written so many lines into its output
has_lines() { [ "$(wc -l <"$1")" -ge "$2" ]; }

# is_called PID COMM: a process that was started runs its program, no longer the shell
is_called() { [ "$(cat "/proc/$1/comm")" = "$2" ]; }

# cgroup_kill NAME: everything in it, and waits until it is empty
cgroup_kill() {
	echo 1 >"$CGROUPS/$1/cgroup.kill"
	wait_until 10 grep -q 'populated 0' "$CGROUPS/$1/cgroup.events"
}

cgroup_remove() {
	for cgroup; do
		cgroup_kill "$cgroup"
		rmdir "$CGROUPS/$cgroup"
	done
}

#
# Swap, huge pages, clock
#

# zram_swap MB: a compressed swap device of that size
zram_swap() {
	echo "${1}M" >/sys/block/zram0/disksize
	mkswap /dev/zram0 >/dev/null
	swapon /dev/zram0
}

# lru classic|generations: which of the kernel's two the machine uses from now on
lru() {
	case $1 in
	classic) echo 0 ;;
	generations) echo 7 ;;
	esac >/sys/kernel/mm/lru_gen/enabled
}

# The series of Debian's kernel that this machine runs; empty on the test kernel
stock_series() { sed -n 's/.*mmp_kernel=stock-\([^ ]*\).*/\1/p' /proc/cmdline; }

# thp_mode always|madvise|never
thp_mode() { echo "$1" >"$THP/enabled"; }

milliseconds() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }

# elapsed COMMAND...: prints how many milliseconds it took; the status is the command's
elapsed() {
	elapsed_begin=$(milliseconds)
	"$@" >/dev/null
	elapsed_status=$?
	echo $(($(milliseconds) - elapsed_begin))
	return $elapsed_status
}

# figure CASE OURS THEIRS: of one turn, for tests/bench/machine, which makes a row of all turns of a case
figure() { diag "figure: $1 | $2 | $3"; }

# counter NAME TEXT: the value of NAME=VALUE in what a program of ours printed
counter() { printf '%s\n' "$2" | tr ' ' '\n' | sed -n "s/^$1=//p" | tail -n 1; }

#
# Policies that are loaded: what their maps hold, as the kernel's side wrote it
#

# list_without_ticks: what is loaded, without the one column that changes by itself
list_without_ticks() { mmpctl list | awk '{ $6 = ""; print }'; }

# policy_field POLICY MAP ROW FIELD: of one row of a map; summed over processors
policy_field() {
	bpftool map lookup pinned "/sys/fs/bpf/mmp/$1/mmp_$2" \
		key "$(($3 % 256))" "$(($3 / 256))" 0 0 |
		awk -v field="\"$4\":" '$1 == field && $2 ~ /^-?[0-9]/ { sum += $2; seen = 1 }
			END { if (seen) printf "%.0f\n", sum }'
}

# signal_value POLICY ROW, rule_field POLICY ROW FIELD, rule_acts POLICY ROW
signal_value() { policy_field "$1" signals "$2" value; }
rule_field() { policy_field "$1" rules "$2" "$3"; }
rule_acts() { policy_field "$1" acts "$2" acted; }

# policy_run POLICY FIELD: what the sampler says of itself
policy_run() {
	bpftool map dump pinned "/sys/fs/bpf/mmp/$1/mmp_run" |
		awk -v field="\"$2\":" '$1 == field { printf "%.0f\n", $2 }'
}

# ticked POLICY N: waits until the sampler has evaluated so many times more
ticked() {
	ticked_until=$(($(policy_run "$1" ticks) + $2))
	has_ticked() { [ "$(policy_run "$1" ticks)" -ge "$ticked_until" ]; }
	wait_until 60 has_ticked "$1"
}

# slot_of POLICY CGROUP: the row that stands for it, where the policy has one glob or one group
slot_of() {
	bpftool map dump pinned "/sys/fs/bpf/mmp/$1/mmp_slots" |
		awk -v id="$(cgroup_id "$2")," '$1 == "\"key\":" { key = $2 + 0 }
			$1 == "\"cgroup_id\":" && $2 == id { print key }'
}

#
# What BPF holds, before and after. In this machine that is nothing until a test loads something.
#

# The directory of all policies stays when the last one goes.
bpf_census() {
	rmdir /sys/fs/bpf/mmp 2>/dev/null
	bpftool link list
	bpftool map list
	bpftool prog list
	find /sys/fs/bpf -mindepth 1
}

census_is_still() {
	bpf_census >before
	sleep 0.5
	bpf_census >after
	cmp -s before after
}

census_is_empty() { census_is_still && [ ! -s before ]; }

census_is_as_before() { bpf_census >after && cmp -s before after; }

# census_take: in the file "before". The kernel frees what an earlier test had a moment after its end.
census_take() {
	wait_until 20 census_is_empty || wait_until 10 census_is_still
	[ -s before ] && diag "BPF holds from before:" "$(cat before)"
	return 0
}

# census_check NAME: passes when BPF holds what it did then, and prints the difference when not
census_check() {
	if wait_until 10 census_is_as_before; then
		pass "$1"
	else
		fail "$1"
		diag "$(diff before after)"
	fi
}
