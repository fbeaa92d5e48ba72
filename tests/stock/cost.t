#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a tick costs with 1, 100 and 1,000 cgroups, as CPU time for a cgroup and tick: by eyes on files and by
# eyes in BPF, beside merely reading the same files in C meanwhile. The guest's clock of CPU time also runs while
# the host does something else, so both are measured at once, and files are allowed more here than the 130 %
# that they take on a machine with nothing else to do.
# vm: series=7.3 timeout=420
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/cost.bpf.o tests/vm/policies/cost.mmp
# host: build/mmpc compile -o build/vm/cost-one.bpf.o tests/vm/policies/cost-one.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/stock/hold.sh"
plan 13

cgroup_create one two
echo +memory >"$CGROUPS/one/cgroup.subtree_control"
echo +memory >"$CGROUPS/two/cgroup.subtree_control"
made=0
# so_many N: that many cgroups in all, half of them below each
so_many() {
	while [ "$made" -lt "$1" ]; do
		made=$((made + 1))
		parent=one
		[ $((made % 2)) = 1 ] || parent=two
		mkdir "$CGROUPS/$parent/c$made"
	done
}
field() { sed -n "s/.*\"$1\": \([0-9.]*\).*/\1/p" "$2" | head -n 1; }

# cost EYES N: into $run_ns and $read_ns, for a cgroup and tick
cost() {
	object=cost.bpf.o
	[ "$2" -gt 1 ] || object=cost-one.bpf.o
	hold "$PROJECT/build/vm/$object" --name cost --eyes="$1" --cpu 100% || diag "$(cat run.out run.err)"
	sleep 3 # it opens the files and sees two rounds of looking for cgroups
	mmpctl stats cost --format=json >before
	read_ns=$(read_files $rounds 100 "$CGROUPS"/*/c*/memory.stat "$CGROUPS"/*/c*/memory.current |
		sed 's/ns=\([0-9]*\).*/\1/')
	mmpctl stats cost --format=json >after
	mmpctl unload cost >/dev/null
	wait "$held"
	read_ns=$((read_ns / rounds / $2))
	ticks=$(($(field ticks after) - $(field ticks before)))
	run_ns=$(awk -v a="$(field sampler_s before)" -v b="$(field sampler_s after)" -v t="$ticks" -v n="$2" \
		'BEGIN { printf "%d", t ? (b - a) * 1e9 / t / n : 0 }')
}

# One cgroup is little work, and what else the host does counts for more: the turn in the middle of three.
turns() { # EYES N
	: >turns
	for _ in $([ "$2" -gt 1 ] && echo 1 || echo 1 2 3); do
		cost "$1" "$2"
		echo "$((run_ns * 100 / read_ns)) $run_ns $read_ns $ticks" >>turns
	done
	sort -n turns | sed -n "$(($(wc -l <turns) / 2 + 1))p"
}

rounds=50
for n in 1 100 1000; do
	so_many $n
	for eyes in files bpf; do
		turns $eyes $n >middle
		read -r ratio run_ns read_ns ticks <middle
		diag "$n cgroups: $run_ns ns by eyes $eyes, $read_ns ns for reading alone: $ratio %; $ticks ticks"
		s=s
		[ "$n" -gt 1 ] || s=
		figure "$n cgroup$s, eyes $eyes" "$run_ns" "$read_ns"
		cmp_ok "$ticks" gt 0 "$n cgroups are held"
		case $eyes in
		files) most=170 ;;
		bpf) most=30 ;;
		esac
		# For one cgroup the process's own look at it, once a second, and its waking are most of the cost: 24 to
		# 36 % and 131 % were measured, and up to 225 % beside other tests.
		case $eyes$n in
		bpf1) most=60 ;;
		files1) most=300 ;;
		esac
		cmp_ok "$ratio" le "$most" "by eyes $eyes it costs at most $most % of reading alone"
	done
done
is "$(cat "$CGROUPS"/*/c*/memory.low | sort -u)" 0 'nothing is written'
