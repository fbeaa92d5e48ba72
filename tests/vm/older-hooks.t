#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What mmpc says of the hooks' older revision, by the kernel's name and by its BTF, is what mmpctl finds
# there, rule by rule: it loads what both accept and refuses what both refuse.
# vm: timeout=200 flavour=v6
# host: rm -rf build/vm/older && mkdir -p build/vm/older
# host: c=tests/cases/bad/hook-missing-revision.mmp; for n in $(sed -n 's/^rule \([a-z]*\):.*/\1/p' $c); do grep -e '^cgroup' -e "^rule $n:" $c >build/vm/older/$n.mmp; build/mmpc compile -Wno-unused -o build/vm/older/$n.bpf.o build/vm/older/$n.mmp || exit 1; done
. "$PROJECT/tests/vm/lib.sh"
plan 20

older=$PROJECT/build/vm/older
cgroup_create high low batch pods pods/one
thp_mode always

said() { mmpc --check -Wno-unused "$@" >/tmp/said 2>&1 && echo fits || grep -o 'has no [a-z_.]*' /tmp/said; }
done_by_load() {
	mmpctl load "$1" >/tmp/loaded 2>&1 && echo fits || echo "refused with $?"
}

# agrees RULE WANTED STATUS
agrees() {
	is "$(said --kernel memcg-v6+thp-v11 "$older/$1.mmp")" "$2" "$1: by name"
	is "$(said --btf /sys/kernel/btf/vmlinux "$older/$1.mmp")" "$2" "$1: by BTF"
	is "$(done_by_load "$older/$1.bpf.o")" "$3" "$1: at the load"
	[ "$3" = fits ] && mmpctl unload "$1" || diag "$(cat /tmp/loaded)"
}

for rule in soft hard slow calm; do
	agrees $rule fits fits
done
agrees shrinks "has no memcg_bpf_ops.memcg_uncharged" "refused with 5"
like "$(cat /tmp/loaded)" "shrinks.mmp:2: error: .* older version, without 'memcg_uncharged'" "and why, with the line"
agrees drain "has no bpf_try_to_free_mem_cgroup_pages" "refused with 5"
like "$(cat /tmp/loaded)" "drain.mmp:2: error: .* lacks 'bpf_try_to_free_mem_cgroup_pages'" "and why, with the line"
