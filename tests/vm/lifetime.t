#!/bin/sh
# Policies outlive their loader, survive their cgroup, and leave nothing, however often they come and go.
# vm: timeout=600
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/steered.bpf.o tests/vm/policies/steered.mmp
# host: build/mmpc compile -o build/vm/two.bpf.o tests/vm/policies/two.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 22

objects=$PROJECT/build/vm
# `make soak` asks for more of both on the kernel's command line.
cycles=$(sed -n 's/.*mmp_cycles=\([0-9]*\).*/\1/p' /proc/cmdline)
: "${cycles:=24}"
sets=$((cycles * 10))
counts() { echo "$(bpftool link | wc -l) $(bpftool map | wc -l) $(bpftool prog | wc -l) $(find /sys/fs/bpf | wc -l)"; }
slab() { awk '/^(Slab|Percpu|VmallocUsed):/ { sum += $2 } END { print sum }' /proc/meminfo; }
# The kernel frees what was unloaded a moment later.
is_clear() { [ "$(bpftool link | wc -l)$(bpftool map | wc -l)$(bpftool prog | wc -l)" = 000 ]; }

# The cgroup goes first.
cgroup_create app busy
ok "a policy on two cgroups" mmpctl load "$objects/two.bpf.o"
rmdir $CGROUPS/busy
is_dead() { mmpctl list | grep -q "two *enforce *2 *2 *1"; }
ok "one is removed: its link is dead" wait_until 10 is_dead
like "$(mmpctl list)" "two: link link_1_busy is dead: the cgroup /busy is gone" "list says which"
like "$(mmpctl list --format=json)" '"dead": true' "also for programs"
like "$(mmpctl doctor)" "bad +leftovers +two [(]1 of 2 links dead[)]" "doctor says so"
like "$(mmpctl status --explain protect-busy-1)" "the cgroup it was loaded for was removed; load again" "explain too"
like "$(mmpctl stats)" "protect-busy-1 +/busy [(]gone[)]" "stats go on"
mkdir $CGROUPS/busy
ok "a new one of that name is free" mmpctl load --name other --cgroup a=busy "$objects/steered.bpf.o"
not_ok "so the old policy cannot be replaced as it is" mmpctl load --replace "$objects/two.bpf.o"
ok "until the other has gone" mmpctl unload other
like "$(mmpctl load --replace "$objects/two.bpf.o")" "replaced two: .* gap" "then it can"
is_whole() { mmpctl list | grep -q "two *enforce *2 *2 *0"; }
ok "and is whole again" is_whole
ok "unloaded" mmpctl unload two

# Two loaders at once take turns.
mmpctl load --name p "$objects/two.bpf.o" >first 2>&1 & first=$!
mmpctl load --name p "$objects/steered.bpf.o" >second 2>&1 & second=$!
wait $first; one=$?
wait $second; two=$?
like "$one $two" "^(0 6|6 0)$" "one of two loaders of one name wins"
is "$(mmpctl list | grep -c '^p  *enforce')" 1 "and its policy is whole"
ok "unloaded" mmpctl unload p

# Again and again.
rmdir /sys/fs/bpf/mmp
i=0
while [ $i -lt $cycles ]; do
	mmpctl load "$objects/two.bpf.o" >out 2>&1 || break
	mmpctl unload two >out 2>&1 || break
	i=$((i + 1))
	if [ $i = 20 ]; then
		wait_until 30 is_clear
		counts >at20
		slab20=$(slab)
	fi
done
is $i $cycles "loaded and unloaded again and again"
has_settled() { counts >at100; cmp -s at20 at100; }
ok "links, maps, programs and pins after all of them are those after 20" wait_until 15 has_settled
diag "after 20: $(cat at20), $slab20 kB; after $cycles: $(cat at100), $(slab) kB"
little_grew() { [ "$(slab)" -lt $((slab20 + 1024)) ]; }
ok "and the kernel's memory" wait_until 30 little_grew
i=0
mmpctl load "$objects/steered.bpf.o" >out 2>&1
counts >before
while [ $i -lt $sets ]; do
	mmpctl set steered "enter=$((10 + i))/s" >out 2>&1 || break
	i=$((i + 1))
done
is $i $sets "set again and again"
is "$(cat out)" "steered: mode enforce, enter $((9 + sets))/s" "the last one holds"
is "$(counts)" "$(cat before)" "with as many links, maps, programs and pins"
