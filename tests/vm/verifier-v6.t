#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The same objects on a kernel with the older shape of the hooks: each struct_ops map has a twin.
# vm: timeout=120 flavour=v6
# host: make -s build/vm/loader && rm -rf build/vm/verifier-v6 && mkdir -p build/vm/verifier-v6
# host: for f in examples/kernel-sample.mmp examples/containers.mmp examples/async-reclaim.mmp tests/cases/ok/everything.mmp; do build/mmpc -o build/vm/verifier-v6/$(basename $f .mmp).bpf.o $f || exit 1; done
. "$PROJECT/tests/vm/lib.sh"
set -- "$PROJECT"/build/vm/verifier-v6/*.bpf.o
plan $#

# A program of the older shape, which nothing but its struct_ops map brings in.
has_twins() { bpftool prog list | grep -Eq 'struct_ops +name g_.*_v6'; }
has_none() { ! bpftool prog list | grep -q 'struct_ops'; }

for object; do
	"$PROJECT/build/vm/loader" "$object" wait >/tmp/loader.out 2>&1 &
	ok "$(basename "$object" .bpf.o) loads in that shape" wait_until 30 has_twins || diag "$(tail -n 30 /tmp/loader.out)"
	kill $!
	wait_until 10 has_none
done
