#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A policy that runs by files is killed at each of its system calls: when it begins, at its first ticks,
# when it is replaced, changed, and unloaded. After each `mmpctl unload` puts every old value back and
# leaves nothing. Then the same beside another policy with a target below the same ancestor, which goes on.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"
kill_at=$MMP_BUILD/vm/kill_at
MMP_RUN_DIR=$PWD/state
export MMP_RUN_DIR
held=
trap '[ -z "$held" ] || kill -9 $held 2>/dev/null; rm -rf "$dir"' EXIT

files='a/memory.low a/b/memory.low a/b/high/memory.low'
granted=0 # by the other policy, in a
cgroup() {
	mkdir -p "tree/$1"
	for file in low=0 min=0 high=max max=max current=4194304; do
		echo "${file#*=}" >"tree/$1/memory.${file%=*}"
	done
	echo "pgfault 0" >"tree/$1/memory.stat"
}
cgroup a
cgroup a/b
cgroup a/b/high
cgroup a/other
echo 1048576 >tree/a/other/memory.current
echo 'param most = 1GiB in 1MiB .. 2GiB
cgroup high = "a/b/high"
protect high when high.usage < $most' >p.mmp
"$mmpc" compile --emit=manifest -o p.plan.json p.mmp || exit 1
echo 'cgroup other = "a/other"
protect other' >q.mmp
"$mmpc" compile --emit=manifest -o q.plan.json q.mmp || exit 1
run() { "$mmpctl" run p.plan.json --root tree "$@"; }

hold() { # in the background, until its rule has written
	run "$@" >run.out 2>&1 &
	held=$!
	for _ in $(seq 100); do
		[ "$(head -n 1 tree/a/memory.low)" = $((granted + 4194304)) ] && return
		sleep 0.02
	done
	complain "it does not write"
}
release() {
	[ -z "$held" ] || kill -9 "$held" 2>/dev/null
	[ -z "$held" ] || wait "$held" 2>/dev/null
	held=
}
complain() {
	wrong=$((wrong + 1))
	echo "# $what, call $n: $*"
}

# is_back FILE: it has its old value, and what the other policy grants
is_back() {
	now=$(head -n 1 "tree/$1")
	case $1 in
	a/memory.low) [ "$now" = "$granted" ] ;;
	*) [ "$now" = 0 ] ;;
	esac
}

# Whatever was killed: what is written is known, and comes back.
check_state() {
	for file in $files; do
		is_back "$file" && continue
		# A process that was told to end may do so right now.
		"$mmpctl" list | grep -q '^p ' || is_back "$file" ||
			complain "$file is written and nothing is listed"
		break
	done
	for name in $("$mmpctl" list | sed -n '1d; s/^\([^ ]*\) .*/\1/p' | grep -vx 'q\|no'); do
		"$mmpctl" unload "$name" >out 2>&1 || complain "unload: $(cat out)"
	done
	release
	for file in $files; do
		is_back "$file" || complain "$file is $(head -n 1 "tree/$file")"
	done
	[ -z "$(ls state 2>/dev/null | grep -vx q)" ] || complain "left: $(ls state/*)"
}

# try WHAT PREPARE COMMAND...: killed at its first call, and so many later, ... until it ends first
try() {
	what=$1 n=$((1 - step)) prepare=$2 wrong=0
	shift 2
	while :; do
		n=$((n + step))
		$prepare
		"$kill_at" "any:$n" "$@" >kill.out 2>&1
		status=$?
		check_state
		[ $status = 0 ] || break
	done
	tests=$((tests + 1))
	if [ $status = 3 ] && [ $wrong = 0 ] && [ $n -gt 50 ]; then
		echo "ok $tests - $what, killed at one in $step of its $((n - 1)) calls"
	else
		echo "not ok $tests - $what: status $status after $n calls, $wrong wrong"
		sed 's/^/# /' kill.out
	fi
}

# Left behind by a process that was killed: what was written stands there still.
leave() {
	hold
	release
}

tests=0 step=1
echo 1..9
try run true "$mmpctl" run p.plan.json --root tree --for 250ms
try "run again after a kill" leave "$mmpctl" run p.plan.json --root tree --for 150ms
try replace hold "$mmpctl" run p.plan.json --root tree --replace --param most=2GiB --for 150ms
try set hold "$mmpctl" set p most=2MiB
try unload hold "$mmpctl" unload p

"$mmpctl" run q.plan.json --root tree >q.out 2>&1 &
other=$!
trap 'kill -9 $other $held 2>/dev/null; rm -rf "$dir"' EXIT
granted=1048576 step=9
for _ in $(seq 100); do is_back a/memory.low && break || sleep 0.02; done
try "run beside another policy" true "$mmpctl" run p.plan.json --root tree --for 250ms
try "replace beside it" hold "$mmpctl" run p.plan.json --root tree --replace --param most=2GiB --for 150ms
try "unload beside it" hold "$mmpctl" unload p
"$mmpctl" unload q >out 2>&1
granted=0
tests=$((tests + 1))
if is_back a/memory.low && [ -z "$(ls state)" ]; then
	echo "ok $tests - the other policy leaves nothing either"
else
	echo "not ok $tests - the other policy left $(head -n 1 tree/a/memory.low)"
fi
