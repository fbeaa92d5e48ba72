#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# --kernel, --btf and --together.
. "$(dirname "$0")/../tap.sh"
scratch=$(mktemp -d) && trap 'rm -rf "$scratch"' EXIT && cd "$scratch" || exit 1

says() { is "$3" "$2" "$1"; } # what, wanted, got

check() { "$MMP_BUILD/mmpc" --check "$@" 2>&1; echo "exit $?"; }

echo 'protect web when usage > 1GiB' >protect.mmp
echo 'thp never on swap' >swap.mmp
echo 'thp default' >thp.mmp
echo 'notify "x" when system.psi > 10%' >notify.mmp

says "the hooks' own kernels take everything" "exit 0" \
	"$(check --kernel memcg-v7+thp-v11 protect.mmp swap.mmp thp.mmp notify.mmp | tail -1)"
says "one half does not do for the other" "exit 1" "$(check --kernel memcg-v7 thp.mmp | tail -1)"
says "a stock kernel takes what needs no hook" "exit 0" "$(check --kernel 6.12 notify.mmp)"
echo 'notify "x" when system.pgfault_rate > 100 hold 2s' >faults.mmp
says "a rate of the machine needs what no kernel before 7.0 has" \
	"      = hint: it has no bpf_get_root_mem_cgroup (the machine's memory controller in BPF), bpf_mem_cgroup_vm_events (fault and reclaim counts in BPF)" \
	"$(check --kernel 6.18 faults.mmp | grep hint)"
says "and is taken there" "exit 0" "$(check --kernel 7.0 faults.mmp)"
echo '{"checks": [], "has": ["bpf_wq", "psi", "invented_later"]}' >host.json
says "a machine's own report: it hides the system's pressure" \
	"      = hint: it has no psi_system (the machine's memory pressure in BPF)" \
	"$(check --kernel host.json notify.mmp | grep hint)"
says "a report and a kernel" "exit 0" "$(check --kernel host.json+memcg-v7 protect.mmp)"
says "no such report" "mmpc: cannot use 'none.json': unable to open none.json: No such file or directory
exit 2" "$(check --kernel none.json thp.mmp)"
echo '[]' >list.json
says "another document" "mmpc: cannot use 'list.json': it is not what 'mmpctl doctor --format=json' writes
exit 2" "$(check --kernel list.json thp.mmp)"
says "an interface that nothing is written for is no help" \
	"      = hint: it has bpf_mthp_ops.mthp_choose (huge-page sizes by cgroup), which no rule can use yet" \
	"$(check --kernel mthp-v2 thp.mmp | grep 'it has bpf')"
says "a machine says which of those it has" "huge-page sizes by cgroup not in this kernel (bpf_mthp_ops)
memory.high by policy    not in this kernel (bpf_memcg_ops)" \
	"$("$MMP_BUILD/mmpctl" doctor | sed -n 's/^ok  *\(.* not in this kernel.*\)/\1/p')"
says "a kernel before work queues does not even sample" 1 \
	"$(check --kernel 6.1 notify.mmp | grep -c 'it has no bpf_wq_start')"
says "an unknown kernel" "mmpc: no kernel 'memcg-7' is known; did you mean 'memcg-v7'?
exit 2" "$(check --kernel memcg-7 thp.mmp)"
says "no such BTF" "mmpc: cannot read 'none': there is no such file
exit 2" "$(check --btf none thp.mmp)"
says "BTF that is a folder" "mmpc: cannot use '.': it is not a file with BTF in it
exit 2" "$(check --btf . thp.mmp)"
says "BTF that is text" "mmpc: cannot use 'protect.mmp': it is neither BTF nor an ELF file
exit 2" "$(check --btf protect.mmp thp.mmp)"

# Raw BTF with bpf_thp_ops.thp_get_order, registered for BPF, and bpf_wq_start only.
python3 - <<'EOF'
import struct
strings = b"\0bpf_thp_ops\0thp_get_order\0bpf_struct_ops_bpf_thp_ops\0data\0bpf_wq_start\0"
at = lambda s: strings.index(b"\0" + s + b"\0") + 1
types = struct.pack("<IIIIII", at(b"bpf_thp_ops"), 4 << 24 | 1, 8, at(b"thp_get_order"), 0, 0)
types += struct.pack("<IIIIII", at(b"bpf_struct_ops_bpf_thp_ops"), 4 << 24 | 1, 8, at(b"data"), 0, 0)
types += struct.pack("<III", at(b"bpf_wq_start"), 12 << 24, 0)
head = struct.pack("<HBBIIIII", 0xeb9f, 1, 0, 24, 0, len(types), len(types), len(strings))
open("small.btf", "wb").write(head + types + strings)
EOF
says "BTF with the hook" "exit 0" "$(check --btf small.btf thp.mmp notify.mmp)"
says "BTF without what swap-in needs" "swap.mmp:1:1: error: the kernel of 'small.btf' lacks what this thp rule needs [hook-missing]
      = hint: it has no TVA_SWAP_PAGEFAULT (huge pages at swap-in)" \
	"$(check --btf small.btf swap.mmp | grep -e error -e hint)"

# A revision of the memory hooks that has neither name for charges.
python3 - <<'END'
import struct
members = [b"handle_cgroup_online", b"handle_cgroup_offline", b"below_low", b"below_min"]
functions = [b"bpf_wq_start", b"bpf_cgroup_from_id", b"bpf_get_mem_cgroup"]
strings = b"\0memcg_bpf_ops\0bpf_struct_ops_memcg_bpf_ops\0data\0" + b"\0".join(members + functions) + b"\0"
at = lambda s: strings.index(b"\0" + s + b"\0") + 1
types = struct.pack("<III", at(b"memcg_bpf_ops"), 4 << 24 | len(members), 8 * len(members))
types += b"".join(struct.pack("<III", at(m), 0, 0) for m in members)
types += struct.pack("<IIIIII", at(b"bpf_struct_ops_memcg_bpf_ops"), 4 << 24 | 1, 8, at(b"data"), 0, 0)
types += b"".join(struct.pack("<III", at(f), 12 << 24, 0) for f in functions)
head = struct.pack("<HBBIIIII", 0xeb9f, 1, 0, 24, 0, len(types), len(types), len(strings))
open("strange.btf", "wb").write(head + types + strings)
END
echo 'protect web' >plain.mmp
says "hooks of a revision that nobody knows" "plain.mmp:1:1: error: the kernel of 'strange.btf' lacks what this protect rule needs [hook-missing]
      = hint: its hooks are of a revision that mmpctl does not know" \
	"$(check --btf strange.btf plain.mmp | grep -e error -e hint)"
says "reclaim without pace asks for no hook" "      = hint: it has no bpf_try_to_free_mem_cgroup_pages (reclaim from BPF)" \
	"$(echo 'reclaim web no pace when psi > 50% until psi < 20%' >drain.mmp && check -Wno-reclaim-unpaced --kernel 7.0 drain.mmp | grep hint)"
echo 'cgroup pods = "pods/*" notify "x" when pods.psi > 50% hold 2s' >matches.mmp
says "the matches of a glob are found by hooks, whatever the rule" 1 \
	"$(check --kernel 7.0 matches.mmp | grep -c 'no memcg_bpf_ops.handle_cgroup_online')"

echo 'cgroup pods = "pods/*" process tenants = cgroup pods thp tenants never' >tenants.mmp
says "processes of a glob are listed, for which no hook is asked" "exit 0" \
	"$(check --kernel 7.0+thp-v11 tenants.mmp)"
says "beside a rule for every process they are a test, which needs the glob's slots" 1 \
	"$(echo 'thp default' >>tenants.mmp && check --kernel 7.0+thp-v11 tenants.mmp | grep -c 'no memcg_bpf_ops.handle_cgroup_online')"

echo 'throttle "web/php" 20ms' >below.mmp
echo 'cgroup top = "web" allow override protect top' >allows.mmp
echo 'process p = comm "redis" thp p never' >one.mmp
echo 'process q = comm "redis" thp q default' >two.mmp
says "each file alone is sound" "exit 0" "$(check protect.mmp below.mmp swap.mmp thp.mmp | tail -1)"
says "a descendant's policy" "below.mmp:1:10: error: 'web/php' is below 'web', whose rules hold for all its descendants [attach-plan-busy]" \
	"$(check --together protect.mmp below.mmp | grep error)"
says "the order of the files does not matter" 1 "$(check --together below.mmp protect.mmp | grep -c 'is below')"
says "allow override" "exit 0" "$(check --together allows.mmp below.mmp)"
says "one cgroup twice" "allows.mmp:1:8: error: protect.mmp has rules for /sys/fs/cgroup/web too, and a cgroup takes one policy only [attach-plan-busy]" \
	"$(check --together protect.mmp allows.mmp | grep error)"
says "one process twice" "two.mmp:1:9: error: one.mmp has thp rules for this process too, and a process takes one policy only [attach-plan-busy]" \
	"$(check --together one.mmp two.mmp | grep error)"
says "every process and one" "one.mmp:1:26: error: thp.mmp has thp rules for every process, which exclude those of any other policy [attach-plan-busy]" \
	"$(check --together thp.mmp one.mmp | grep error)"
done_testing
