#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# By files as by hooks, in one boot: the same line of policy, in force both ways at once on one load, makes
# the same transitions within two ticks, and replay makes them from the signals that were recorded
# meanwhile. Then each way alone, in turns, while two groups go on with their work.
#
# make check does one turn, and holds the time without waiting against each other. Touches vary with what
# else the host does, so their medians are for a longer run by hand:
#   tests/vm/run --append "mmp_turns=3 mmp_seconds=10" --timeout 900 tests/vm/ways.t
# vm: timeout=300
# host: mkdir -p build/vm && printf "protect high when pgfault_rate > 100\n" >build/vm/line.mmp
# host: build/mmpc compile -o build/vm/line.bpf.o build/vm/line.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/neighbour.sh"
. "$PROJECT/tests/stock/hold.sh"
object=$PROJECT/build/vm/line.bpf.o

word() { sed -n "s/.*\b$1=\([0-9]*\).*/\1/p" /proc/cmdline; }
turns=$(word mmp_turns) SECONDS_A_ROW=$(word mmp_seconds)
: "${turns:=1}" "${SECONDS_A_ROW:=4}"
two_ticks=200 # ms

# The last four changes of the one rule, oldest first, in ms of the kernel's clock
by_hooks() {
	bpftool map lookup pinned /sys/fs/bpf/mmp/hooks/mmp_rules key 0 0 0 0 | tr -d ' \n' |
		sed 's/.*"last_change":\[\([0-9,]*\)\].*/\1/' | tr , '\n' | to_ms
}
by_files() { od -A n -t u8 -w8 -j 120 -N 32 /run/mmp/files/mmp_rules | to_ms; } # of struct mmp_rule
to_ms() { awk '$1 { printf "%.0f\n", $1 / 1e6 }' | sort -n; }
# each_within MS FILE FILE: both have as many numbers, and no two differ by more
each_within() {
	[ "$(wc -l <"$2")" = "$(wc -l <"$3")" ] &&
		paste "$2" "$3" | awk -v most="$1" '{ d = $1 - $2; if (d < 0) d = -d; bad += d > most } END { exit bad > 0 }'
}
replayed() { sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" replay.json | head -n 1; }

plan $((10 + (turns >= 3)))
lru classic
zram_swap 600

# The neighbour reads a file that does not fit, with rests, so that the hooks are called: without, and while its
# rules are idle, the sampler in the kernel looks once a second only. Faults begin slowly: files know a rate once
# the counter has moved twice. They stop at once from a high rate: the exact rate in the kernel falls with its
# window, that by files at the window's end.
fresh_groups
cgroup_set demo memory.max $((40 * MIB))
in_cgroup demo/low dd if=/dev/zero of=/mnt/disk/read bs=1M count=48 2>/dev/null
ok 'the line is loaded' mmpctl load "$object" --name hooks --cgroup high=demo/high
ok 'and watches by files, too' hold "$object" --name files --mode monitor --eyes files --cpu 100% --cgroup high=demo/high
start_in demo/low sh -c 'while :; do cat /mnt/disk/read >/dev/null; sleep 0.4; done'
mmpctl record --for 19s --cgroup high=demo/high --output trace.csv "$object" >record.out 2>&1 &
recorder=$!
workload wave 17 1:3 3000:2 1:4 3000:6 1:2 >wave &
wave=$!
wait_until 20 has_lines wave 1
echo $wave >$CGROUPS/demo/high/cgroup.procs
wait $wave
wait $recorder
by_hooks >hooks
by_files >files
diag "$(cat wave); by hooks $(tr '\n' ' ' <hooks)ms; by files $(tr '\n' ' ' <files)ms"
is "$(wc -l <hooks)" 4 'by hooks the rule came and went twice'
ok 'by files it did so within two ticks of that, each time' each_within $two_ticks hooks files
mmpc replay --format=json "$PROJECT/build/vm/line.mmp" trace.csv >replay.json
is "$(replayed entered) $(replayed left)" '2 2' 'and twice in what was recorded'
active=$(awk '{ n += NR % 2 ? -$1 : $1 } END { printf "%.0f", n }' files)
diag "active for $active ms by files, for $(($(replayed active_ns) / 1000000)) ms in what was recorded"
apart=$((active - $(replayed active_ns) / 1000000))
cmp_ok "${apart#-}" le $((2 * two_ticks)) 'for as long'
mmpctl unload --all >/dev/null
wait "$held"
drop_groups

# turn WAY: what both groups get done with the policy in force that way
turn() {
	case $1 in
	files) hold "$object" --name line --cgroup high=demo/high ;;
	hooks) mmpctl load "$object" --name line --cgroup high=demo/high >load.out ;;
	esac || return 1
	wait_for_memory "$MEMORY_TRIES" "$high_pid" high.out
	count_touches touch
	mmpctl unload line >/dev/null || return 1
	[ "$1" = hooks ] || wait "$held"
	row "by $1" "$high_touches" "$low_touches" "$(in_percent "$high_worked")" ''
	echo "$high_touches" >>"$1.touches"
	echo "$high_worked" >>"$1.worked"
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { printf "%d", v[int((NR + 1) / 2)] }'; }

fresh_groups
start_in demo/high workload touch 1000 60 >high.out
high_pid=$started
start_in demo/low workload touch 1000 60 >low.out
low_pid=$started
wait_until 60 has_more high.out 0
wait_until 60 has_more low.out 0
row '' 'high, touches' 'low, touches' 'not wait' ''
bad=
for _ in $(seq "$turns"); do
	for way in hooks files; do turn $way || bad="$bad $way"; done
done
is "$bad" '' 'each way came into force, and left'
drop_groups
is "$kills" 0 'nobody was killed'
share=$(percent "$(median files.touches)" "$(median hooks.touches)")
diag "by files the protected group touches $share % of what it does by hooks (medians of $turns)"
worked=$(median files.worked)
# One row of a few seconds may fall where protection has just ended, when its hold was over: 61 % were seen.
[ "$turns" -ge 3 ] && least=900 || least=500
cmp_ok "$(median hooks.worked)" ge $least 'by hooks the protected group hardly waits for memory'
cmp_ok "$worked" ge $least 'nor by files'
if [ "$turns" -ge 3 ]; then
	ok 'the throughputs are within 20 %' test "$share" -ge 80 -a "$share" -le 125
fi
