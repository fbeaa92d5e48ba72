# SPDX-License-Identifier: GPL-2.0
# For tests that hold policies in force by the files of a made tree: sourced after command.sh, not run.
# What is held ends with the test.
# shellcheck shell=sh
MMP_RUN_DIR=$PWD/state
export MMP_RUN_DIR
pids=
# shellcheck disable=SC2086 # several
trap '[ -z "$pids" ] || kill -9 $pids 2>/dev/null; rm -rf "$dir"' EXIT

cgroup() { # path: made, idle
	mkdir -p "tree/$1"
	for file in low=0 min=0 high=max max=max current=4194304; do
		echo "${file#*=}" >"tree/$1/memory.${file%=*}"
	done
	: >"tree/$1/memory.reclaim"
	echo "pgfault 0" >"tree/$1/memory.stat"
	echo "max 0" >"tree/$1/memory.events"
	press "$1" 0.00
}
value() { head -n 1 "tree/$1"; }
has() { [ "$(value "$1")" = "$2" ] || { echo "$1 is $(value "$1"), not $2"; return 1; }; }
press() { # cgroup, percent: into the file that is held open
	echo "some avg10=$2 avg60=0.00 avg300=0.00 total=0" >"tree/$1/memory.pressure"
}
eventually() { # command...: within 20 s
	for _ in $(seq 200); do
		"$@" >eventually.out 2>&1 && return 0
		sleep 0.1
	done
	cat eventually.out
	return 1
}
policy() { # name, text: compiled without clang
	echo "$2" >"$1.mmp"
	"$mmpc" compile --emit=manifest -o "$1.plan.json" "$1.mmp"
}
hold() { # policy, options...: in the background, once it is in force
	file=$1.plan.json
	shift
	"$mmpctl" run "$file" --root tree "$@" >run.out 2>run.err &
	pid=$!
	pids="$pids $pid"
	eventually grep -q '^running' run.out
}
ends() { # status: what the process in the background ends with
	wait "$pid"
	got=$?
	[ "$got" = "$1" ] || { echo "ended with $got"; cat run.err; return 1; }
}
