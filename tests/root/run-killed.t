#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A policy that runs by files is killed at each of its system calls: when it begins, at its first ticks,
# when it is replaced, changed, and unloaded. After each `mmpctl unload` puts every old value back and
# leaves nothing.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"
kill_at=$MMP_BUILD/vm/kill_at
MMP_RUN_DIR=$PWD/state
export MMP_RUN_DIR
held=
trap '[ -z "$held" ] || kill -9 $held 2>/dev/null; rm -rf "$dir"' EXIT

files='a/memory.low a/b/memory.low a/b/high/memory.low'
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
echo 'param most = 1GiB in 1MiB .. 2GiB
cgroup high = "a/b/high"
protect high when high.usage < $most' >p.mmp
"$mmpc" compile --emit=manifest -o p.plan.json p.mmp || exit 1
run() { "$mmpctl" run p.plan.json --root tree "$@"; }

hold() { # in the background, until its rule has written
	run "$@" >run.out 2>&1 &
	held=$!
	for _ in $(seq 100); do
		[ "$(head -n 1 tree/a/memory.low)" = 4194304 ] && return
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

# Whatever was killed: what is written is known, and comes back.
check_state() {
	for file in $files; do
		[ "$(head -n 1 "tree/$file")" = 0 ] && continue
		# A process that was told to end may do so right now.
		"$mmpctl" list | grep -q '^p ' || [ "$(head -n 1 "tree/$file")" = 0 ] ||
			complain "$file is written and nothing is listed"
		break
	done
	"$mmpctl" unload --all >out 2>&1 || complain "unload: $(cat out)"
	release
	for file in $files; do
		[ "$(head -n 1 "tree/$file")" = 0 ] || complain "$file is $(head -n 1 "tree/$file")"
	done
	[ -z "$(ls state 2>/dev/null)" ] || complain "left: $(ls state/*)"
}

# try WHAT PREPARE COMMAND...: killed at its first call, the second, ... until it ends first
try() {
	what=$1 n=0 prepare=$2 wrong=0
	shift 2
	while :; do
		n=$((n + 1))
		$prepare
		"$kill_at" "any:$n" "$@" >kill.out 2>&1
		status=$?
		check_state
		[ $status = 0 ] || break
	done
	tests=$((tests + 1))
	if [ $status = 3 ] && [ $wrong = 0 ] && [ $n -gt 50 ]; then
		echo "ok $tests - $what, killed at each of its $((n - 1)) calls"
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

tests=0
echo 1..5
try run true "$mmpctl" run p.plan.json --root tree --for 250ms
try "run again after a kill" leave "$mmpctl" run p.plan.json --root tree --for 150ms
try replace hold "$mmpctl" run p.plan.json --root tree --replace --param most=2GiB --for 150ms
try set hold "$mmpctl" set p most=2MiB
try unload hold "$mmpctl" unload p
