#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# How many cgroups a glob may stand for, and what each costs, by counts: a load and a tick grow with
# those that are there, a charge costs the same with any number. All sizes, for the figures in docs/bpf.md:
#   tests/vm/run --append mmp_all=1 --timeout 900 tests/vm/room.t
# vm: timeout=300
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/pods.bpf.o tests/vm/policies/pods.mmp
# host: build/mmpc compile --matches=256 -o build/vm/room.bpf.o tests/vm/policies/pods.mmp
# host: build/mmpc compile --matches=4 -o build/vm/few.bpf.o tests/vm/policies/pods.mmp
. "$PROJECT/tests/vm/lib.sh"

# Less room than usual: it is the dumps of the maps below that take the time.
sizes='50 200' object=$PROJECT/build/vm/room.bpf.o
if grep -q '\bmmp_all=1' /proc/cmdline; then
	sizes='250 500 1000 2000 4000' object=$PROJECT/build/vm/pods.bpf.o
fi
plan $((8 + 5 * $(echo "$sizes" | wc -w)))

few=$PROJECT/build/vm/few.bpf.o
cgroup_create pods
echo +memory >$CGROUPS/pods/cgroup.subtree_control
make_until() { # N: so many cgroups in all
	while [ "${made:-0}" -lt "$1" ]; do
		made=$((${made:-0} + 1))
		mkdir "$CGROUPS/pods/p$made"
	done
}

slots() { bpftool map dump pinned "/sys/fs/bpf/mmp/$1/mmp_slots" | grep -c '"cgroup_id": [1-9]'; }
has_slots() { [ "$(slots "$1")" = "$2" ]; }

# Room for 4.
make_until 5
census_take
mmpctl load "$few" >out 2>&1
is $? 8 "a glob that matches more than it has room for is not loaded"
like "$(cat out)" "'pods' has room for 4 cgroups at a time, and 1 more match" "which says so"
census_check "nothing of it stays"
rmdir $CGROUPS/pods/p5
ok "as many as it has room for are" mmpctl load --name few "$few"
mkdir $CGROUPS/pods/p5
is "$(policy_run few slots_lost)" 1 "one more that comes later finds none"
like "$(mmpctl status few)" "1 cgroups matched a name that had no room" "status counts it"
like "$(mmpctl stats few)" "1 cgroups matched a name that had no room" "so do stats"
event=$(mmpctl events few)
like "$event" "error: few: .*no rule acts on this one cgroup=/pods/p5" "it has an event" || diag "$event"
rmdir $CGROUPS/pods/p1
wait_until 20 has_slots few 3 # the kernel calls the hook some time after
mkdir $CGROUPS/pods/p1
is "$(policy_run few slots_lost)" 1 "the room of one that goes is taken by the next"
mmpctl unload few >/dev/null

# The sampler's time per tick in us, over 4 ticks. A time: shown only.
tick_us() {
	from=$(policy_run pods ticks) ns=$(policy_run pods sampler_ns)
	ticked pods 4
	echo $((($(policy_run pods sampler_ns) - ns) / ($(policy_run pods ticks) - from) / 1000))
}

# evaluations: how often each row of a rule was evaluated so far
evaluations() {
	bpftool map dump pinned /sys/fs/bpf/mmp/pods/mmp_rules |
		awk '$1 == "\"evaluated\":" { print $2 + 0 }'
}

# visits: the rows that ticks evaluate, and those that one tick evaluates more than once
visits() {
	from=$(policy_run pods ticks)
	evaluations >before
	ticked pods 2
	evaluations >after
	paste before after | awk -v ticks=$(($(policy_run pods ticks) - from + 1)) '
		$2 > $1 { rows++ } $2 - $1 > ticks { many++ } END { print rows + 0, many + 0 }'
}

# The program that a charge runs has no loop, so its text is its cost; instructions.t bounds that.
charge() { bpftool prog dump xlated name g_pods_memcg_charged | sed 's/id:[0-9]*//g; s/bpf_prog_[0-9a-f]*//g' | md5sum; }

last=
for n in $sizes; do
	make_until "$n"
	load=$(kill_at count mmpctl load --name pods "$object")
	ok "$n: the policy loads" mmpctl status pods
	is "$(slots pods)" "$n" "$n: each has a slot"
	calls=$(counter calls "$load") tick=$(tick_us) charge=$(charge)
	is "$(visits)" "$((2 * n)) 0" "$n: a tick evaluates the two rules of each once, and no free slot's"
	mmpctl unload pods >/dev/null
	processor=$(sh -c '"$@" >/dev/null; times' - mmpctl load --name pods "$object" | awk 'NR == 2 { print $1 " user, " $2 " kernel" }')
	mmpctl unload pods >/dev/null
	diag "$n cgroups: load $calls calls, $processor; tick $tick us, $((tick * 1000 / n)) ns a cgroup"
	if [ "$last" ]; then
		cmp_ok $(((calls - last_calls) * 10 / (n - last))) le 120 "$n: a load makes few calls for each more"
		is "$charge" "$last_charge" "$n: a charge runs the same instructions"
	fi
	last=$n last_calls=$calls last_charge=$charge
done
# Those that have gone cost nothing: of the last size, one in five stays.
mmpctl load --name pods "$object" >/dev/null
i=$((made / 5))
while [ "$i" -lt "$made" ]; do
	i=$((i + 1))
	rmdir "$CGROUPS/pods/p$i"
done
wait_until 60 has_slots pods $((made / 5))
diag "$((made / 5)) of $made cgroups stay: tick $(tick_us) us"
is "$(visits)" "$((2 * (made / 5))) 0" "a tick does not visit those that have gone"
