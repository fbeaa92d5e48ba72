#!/bin/sh
# status and stats wait while a loader is at work: no policy is seen half replaced.
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/two.bpf.o tests/vm/policies/two.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 6

cgroup_create app busy
ok "a policy loads" mmpctl load "$PROJECT/build/vm/two.bpf.o"
exec 9</sys/fs/bpf/mmp
flock 9
for command in status stats list; do
	mmpctl "$command" >"$command.out" 2>&1 9<&- &
done
all_wait() { [ "$(grep -c -- '-> FLOCK' /proc/locks)" = 3 ]; }
ok "each waits for the lock" wait_until 20 all_wait
is "$(cat status.out stats.out list.out)" "" "nothing is said while another holds the lock"
exec 9<&-
wait
for command in status stats list; do
	like "$(cat "$command.out")" "two" "then $command answers"
done
