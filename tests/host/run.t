#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mmpctl run, on a made tree that stands for the cgroup2 mount: what it writes, that the other commands
# show and change it as they do with a policy in the kernel, and that all of it is given back.
top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"
# shellcheck source=tests/made_tree.sh
. "$top/tests/made_tree.sh"

echo 1..62
cgroup high
cgroup a
cgroup a/b
cgroup a/b/high
cgroup a/b/other
policy web 'param busy = 10% in 1% .. 90%
cgroup high = "high"
protect high when high.psi > $busy
notify "high is short of memory" at warning when high.psi > $busy'

# Stands for systemd's journal.
MMP_JOURNAL_SOCKET=$PWD/journal.socket
export MMP_JOURNAL_SOCKET
python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
open("entry", "wb").write(s.recv(65536))' "$MMP_JOURNAL_SOCKET" &
pids="$pids $!"
eventually test -S journal.socket
check 'a policy is held in force' hold web
check 'it is listed, with how it is in force' sh -c "'$mmpctl' list | grep -Eq '^web +enforce .* files '"
check 'while its rule is idle nothing is written' has high/memory.low 0
press high 42.00
check 'an active rule writes memory.low' eventually has high/memory.low max
check 'status shows it' ctl 0 status web
check 'with its cgroup' contains out 'by files' 'on /high: active'
check 'and explains it' ctl 0 status web --explain protect-high-1
check 'by its signals' contains out 'high.psi' '42%' 'became active'
check 'stats counts' sh -c "'$mmpctl' stats web --format json | grep -Eq '\"acted\": [1-9]'"
check 'an event counts as an act' sh -c "'$mmpctl' stats web --format json | sed -n '/\"rule\": \"notify-1\"/,\$p' | grep -q '\"acted\": 1,'"
check 'events are read' ctl 0 events web
check 'with their values' contains out 'high is short of memory' '42%'
check 'the journal has them as fields' contains entry 'MESSAGE=high is short of memory' 'PRIORITY=4' \
	'MMP_POLICY=web' 'MMP_RULE=notify-1' 'MMP_VALUE_0=high.psi.some.avg10=42%'
check 'and taken away' sh -c "[ -z \"\$('$mmpctl' events web)\" ]"
check 'set changes a param' ctl 0 set web busy=50%
check 'and the rule leaves' eventually has high/memory.low 0
check 'mode monitor' ctl 0 set web busy=10% mode=monitor
check 'decides' eventually sh -c "'$mmpctl' stats web --format json | grep -Eq '\"monitored\": [1-9]'"
check 'and does not act' has high/memory.low 0
check 'the name is taken' ctl 6 run web.plan.json --root tree
check 'another policy may not write the same file' ctl 6 run web.plan.json --name other --root tree
check 'and is told whose it is' contains err "'web'"
ctl 0 set web mode=enforce
eventually has high/memory.low max
old=$pid
check 'a policy replaces another of its name' hold web --replace --param busy=20%
check 'which ends' sh -c "! kill -0 $old 2>/dev/null || [ -z \"\$(ps -o pid= -p $old | grep .)\" ] || ps -o stat= -p $old | grep -q Z"
check 'and what was written stays' has high/memory.low max
kill -9 "$pid"
wait "$pid" 2>/dev/null
check 'what a killed process left is listed' sh -c "'$mmpctl' list | grep -Eq '^web +killed'"
check 'unload gives it back' sh -c "'$mmpctl' unload web && [ \"\$(head -n 1 tree/high/memory.low)\" = 0 ]"
check 'and leaves nothing' sh -c '[ -z "$(ls state)" ]'

policy nested 'protect high when high.psi > 10%'
press a/b/high 42.00
check 'below other cgroups' hold nested --cgroup high=a/b/high
check 'the target and its ancestors are raised' eventually has a/b/high/memory.low max
check 'by what is in use' sh -c '. "$0"' /dev/stdin <<'END'
for file in a/b a; do
	[ "$(head -n 1 tree/$file/memory.low)" = 4194304 ] || { echo "$file: $(cat tree/$file/memory.low)"; exit 1; }
done
END
check 'siblings are not' has a/b/other/memory.low 0
policy beside 'protect other when other.psi > 10%'
press a/b/other 42.00
first=$pid
check 'another policy below the same ancestors' hold beside --cgroup other=a/b/other
check 'has its target protected, too' eventually has a/b/other/memory.low max
check 'and the ancestors grant what both need' eventually has a/memory.low 8388608
check 'one of them ends' ctl 0 unload beside
check 'and the other goes on' has a/b/memory.low 4194304
pid=$first
echo 4096 >tree/a/memory.low
kill "$pid"
check 'SIGTERM ends it' ends 0
check 'what somebody else wrote is left' has a/memory.low 4096
check 'and that is said' contains run.err 'somebody else'
check 'the rest is given back' has a/b/memory.low 0

policy work 'throttle high 20ms when high.psi > 10%
reclaim low when high.psi > 10% step 1MiB no pace'
cgroup low
press high 42.00
check 'throttle and reclaim' hold work
# 4 MiB are 1024 pages; 20 ms for 64 pages is what the kernel asks 1.8 % above memory.high
check 'a delay becomes a memory.high below usage' eventually has high/memory.high 4120576
check 'reclaim asks the kernel in steps' eventually has low/memory.reclaim 1048576
check 'and counts' sh -c "'$mmpctl' stats work --format json | grep -Eq '\"rounds\": [1-9]'"
echo 2097152 >tree/high/memory.current
sleep 0.5
check 'usage is never chased downwards' has high/memory.high 4120576
echo 8388608 >tree/high/memory.high
check 'what somebody else writes is written again' eventually has high/memory.high 4120576
check 'and that is said' eventually grep -q 'somebody else wrote what the policy holds, 1 times' run.err
check 'and counted' sh -c "'$mmpctl' stats work --format json | grep -q '\"overwritten\": 1,'"
check 'and shown' sh -c "'$mmpctl' status work | grep -q 'somebody else wrote what the policy holds: 1'"
press high 0.00
check 'and theirs is put back' eventually has high/memory.high 8388608
echo max >tree/high/memory.high
check 'unload ends the process' ctl 0 unload work
check 'which succeeds' ends 0

"$mmpc" run web.mmp --root tree --name direct >run.out 2>run.err &
pid=$!
pids="$pids $pid"
check 'without an object' eventually grep -q '^running direct' run.out
check 'and is listed by the name of its file' sh -c "'$mmpctl' list | grep -Eq '^direct .* files +web.mmp'"
kill "$pid"
check 'a signal meets mmpctl alone' ends 0

# Huge pages: a size that is denied is never, one that is allowed has its old value.
MMP_THP_DIR=$PWD/thp
export MMP_THP_DIR
for size in 64 2048; do
	mkdir -p "thp/hugepages-${size}kB"
	echo 'always [inherit] madvise never' >"thp/hugepages-${size}kB/enabled"
done
thp() { [ "$(head -n 1 "thp/hugepages-${1}kB/enabled")" = "$2" ] || { cat "thp/hugepages-${1}kB/enabled"; return 1; }; }
press high 0.00
policy huge 'cgroup high = "high"
thp order 9 when high.psi < 10%'
check 'a thp rule for every process' hold huge
press high 42.00
check 'denies its size while it is not active' eventually thp 2048 never
press high 0.00
check 'and gives it back when it is' eventually thp 2048 inherit
kill "$pid"
check 'and at the end' ends 0

# More files than programs usually may have open: the limit that the process was given is raised.
for number in $(seq 60); do
	cgroup "many/c$number"
done
policy many 'cgroup all = "many/*"
protect all when all.psi > 10%'
hard=$(ulimit -Hn)
ulimit -Sn 40
check 'sixty cgroups, where forty files may be open' hold many
ulimit -Sn "$hard"
press many/c60 42.00
check 'are all held' eventually has many/c60/memory.low max
kill "$pid"
wait "$pid"
