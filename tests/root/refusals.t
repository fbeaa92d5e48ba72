#!/bin/sh
# On a kernel without the hooks: what mmpctl says of it, and what works all the same.
. "$(dirname "$0")/../tap.sh"
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${MMP_BUILD:-$PWD/build}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
PATH=$build:$PATH
echo 1..15

mmpc compile -o "$tmp/two.bpf.o" tests/vm/policies/two.mmp
mmpc compile -o "$tmp/huge.bpf.o" tests/vm/policies/huge.mmp

if bpftool btf dump file /sys/kernel/btf/vmlinux 2>/dev/null | grep -q "STRUCT 'memcg_bpf_ops'"; then
	# Here they are: the tests in the virtual machine show the rest.
	while [ $test_count -lt 10 ]; do
		like hooks hooks "this kernel has the hooks"
	done
else
	mmpctl load "$tmp/two.bpf.o" >"$tmp/out" 2>&1
	is $? 5 "a policy for hooks that are not there"
	like "$(cat "$tmp/out")" "two.mmp:2: error: this kernel has no hook 'below_low' for memory cgroups" "names the rule and the hook"
	if mmpctl doctor | grep -q '^protect .* run$'; then
		like "$(cat "$tmp/out")" "by cgroup files, 2 of its 2 rules work: mmpctl run " "and what works here"
	else
		like "$(cat "$tmp/out")" "the policy would need cgroup2 with the memory controller, which is not available" "and what lacks for the files, too"
	fi
	echo 'notify "x" when system.pgfault_rate > 5 hold 1s' >"$tmp/n.mmp"
	mmpc load "$tmp/n.mmp" >"$tmp/n.out" 2>&1
	like "$(cat "$tmp/n.out")" "1 of its 1 rules work: mmpc run $tmp/n.mmp\$" "mmpc load names the file that is there"
	like "$(cat "$tmp/out")" "hint: no released kernel has it yet" "and says what to do"
	mmpctl load "$tmp/huge.bpf.o" >"$tmp/out" 2>&1
	is $? 5 "a huge-page policy"
	like "$(cat "$tmp/out")" "huge.mmp:[0-9]+: error: this kernel has no hook 'thp_get_order'" "does so too"
	like "$(mmpctl load --format=json "$tmp/two.bpf.o" 2>/dev/null)" '"status": 5' "JSON has the status"
	mmpctl doctor >"$tmp/out"
	is $? 5 "doctor finds the kernel wanting"
	like "$(cat "$tmp/out")" "bad +memory-controller hooks +absent" "for the reason"
fi
mmpctl doctor --format=json >"$tmp/doctor.json"
python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); assert all(c["verdict"] in ("ok", "note", "bad") for c in d["checks"]) and len(d["checks"]) > 12' "$tmp/doctor.json"
is $? 0 "doctor speaks JSON"
# Every trouble that somebody can mend has a command or a place to look.
python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); assert all("fix" in c for c in d["checks"] if c["verdict"] == "bad")' "$tmp/doctor.json"
is $? 0 "and says how to mend what is bad"

# A trace needs no hooks.
cgroup=$(awk '{ for (i = 7; i < NF; i++) if ($i == "-") break; if ($(i + 1) == "cgroup2") { print $5; exit } }' /proc/self/mountinfo)
mkdir "$cgroup/mmp-record.$$" 2>/dev/null
cat >"$tmp/traced.mmp" <<EOF
cgroup web = "mmp-record.$$"
notify "tight" when web.psi > 10 or system.psi > 10 or system.mem_available < 10% or system.pgfault_rate > 1000000
EOF
mmpc compile -o "$tmp/traced.bpf.o" "$tmp/traced.mmp"
mmpctl record --for 500ms --output "$tmp/trace.csv" "$tmp/traced.bpf.o" >"$tmp/out" 2>&1
is $? 0 "a trace is recorded"
like "$(head -n 1 "$tmp/trace.csv")" "^time,web.psi.some.avg10,system.psi.some.avg10,system.mem_available%,system.pgfault_rate" "with a column for each signal"
mmpc replay "$tmp/traced.mmp" "$tmp/trace.csv" >"$tmp/out" 2>&1
is $? 0 "and can be replayed"
sed 's/^/# /' "$tmp/out" "$tmp/trace.csv"
rmdir "$cgroup/mmp-record.$$" 2>/dev/null
