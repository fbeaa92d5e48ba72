#!/bin/sh
# The loader is killed at calls by which it changes the system's state, at load, replace and unload,
# and at others by chance. After each: the old policy, the new one, or something disarmed that doctor
# names and unload removes; never half a policy in force. A kill takes ten seconds in this machine: one
# call in twelve is tried. All of them: tests/vm/run --append mmp_every=1 --timeout 3600 tests/vm/killed.t
# vm: part=2 timeout=1800
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/steered.bpf.o tests/vm/policies/steered.mmp
# host: build/mmpc compile -o build/vm/two.bpf.o tests/vm/policies/two.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 9

objects=$PROJECT/build/vm
root=/sys/fs/bpf/mmp
load_old() { mmpctl load --name p "$objects/steered.bpf.o"; }
load_new() { mmpctl load --name p "$objects/two.bpf.o" "$@"; }

armed_count() {
	find $root -name mmp_cfg | while read -r pin; do bpftool map dump pinned "$pin"; done |
		grep -c '"is_armed": 1'
}
live_links() { bpftool link | grep -c struct_ops; }
is_empty() {
	[ "$(bpftool link | wc -l)$(bpftool map | wc -l)$(bpftool prog | wc -l)" = 000 ] &&
		[ -z "$(ls $root 2>/dev/null)" ]
}

complain() {
	wrong=$((wrong + 1))
	diag "$what $n ($call): $*"
	diag "$(mmpctl list)" "$(find $root)" "$(bpftool link)"
}

# After a kill. $1: is the old policy also right?
check_state() {
	doctor=$(mmpctl doctor)
	list=$(mmpctl list)
	armed=$(armed_count)
	left=$(find $root -name 'tmp_*' -maxdepth 1 2>/dev/null)
	if echo "$list" | grep -q "^p *enforce"; then
		links=$(echo "$list" | sed -n 's/^p *enforce *[0-9]* *\([0-9]*\) .*/\1/p')
		[ "$links" = 1 ] || [ "$links" = 2 ] || complain "an armed policy with $links links"
		[ "$armed" = 1 ] || complain "$armed armed configurations"
		[ "$(live_links)" -ge "$links" ] || complain "an armed policy without its links"
	else
		[ "$armed" = 0 ] || complain "armed outside of a policy in force"
	fi
	for name in $left $(echo "$list" | sed -n 's/^\([a-z0-9_]*\) *\(disarmed\|broken\).*/\1/p'); do
		echo "$doctor" | grep -q "leftovers.*$(basename "$name")" || complain "doctor does not name $name"
	done
	mmpctl unload --all >out 2>&1 || complain "unload failed: $(cat out)"
	wait_until 10 is_empty || complain "unload left something: $(bpftool map | head -n 3)"
	states="$states $(echo "$list" | sed -n 's/^\(p\|tmp_[0-9]*\) *\([a-z]*\).*/\2/p' | tr '\n' '+')"
}

step=$(sed -n 's/.*mmp_every=\([0-9]*\).*/\1/p' /proc/cmdline)
step=${step:-12}

# try WHAT PREPARE COMMAND...: kill at the first call, and at each so many later, until the command ends
# first.
try() {
	what=$1 prepare=$2 n=$((1 - step)) wrong=0 calls= states=
	shift 2
	while :; do
		n=$((n + step))
		$prepare >out 2>&1 || complain "cannot prepare: $(cat out)"
		call=$(kill_at $n "$@" 2>out)
		status=$?
		check_state
		[ $status = 0 ] || break
		calls="$calls,$call"
	done
	[ $status = 3 ] || complain "kill_at failed: $(cat out)"
	diag "$what: $((n - step)) calls, one in $step:$(echo "$calls" | tr , '\n' | sort | uniq -c | tr '\n' ';')"
	diag "states seen:$(echo "$states" | tr ' ' '\n' | sort | uniq -c | tr '\n' ';')"
	is "$wrong" 0 "$what, killed at one call in $step"
	cmp_ok $((n - 1)) gt "$least" "of many"
}

cgroup_create app busy
least=15 try load true mmpctl load --name p "$objects/two.bpf.o"
least=15 try replace load_old mmpctl load --replace --name p "$objects/two.bpf.o"
least=8 try unload load_new mmpctl unload p

# By chance, but the same chance in every run.
load_old >out 2>&1
all=$(kill_at any:1000000 mmpctl load --replace --name p "$objects/two.bpf.o" | sed -n 's/ended after //p')
mmpctl unload --all >out 2>&1
diag "a replacement makes $all system calls"
wrong=0 what=anywhere states=
seed=12345
n=0
while [ $n -lt $((20 / step)) ]; do
	n=$((n + 1))
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	load_old >out 2>&1
	call=$((seed / 65536 % all + 1))
	kill_at any:$call mmpctl load --replace --name p "$objects/two.bpf.o" >out 2>&1
	status=$?
	[ $status = 0 ] || [ $status = 3 ] || complain "kill_at failed: $(cat out)"
	check_state
done
diag "states seen:$(echo "$states" | tr ' ' '\n' | sort | uniq -c | tr '\n' ';')"
is $wrong 0 "killed at $n other calls"

mmpctl load --name p "$objects/two.bpf.o" >out 2>&1
kill_at 12 mmpctl load --name q --cgroup a=app "$objects/steered.bpf.o" >out 2>&1
mmpctl unload --all >out 2>&1
is "$(find $root -mindepth 1)" "" "a killed loader's rest goes with the others"
ok "and the name is free" load_new
