#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The verifier of a kernel that has the hooks takes every program of every policy at hand, with both
# ways to start the sampler; both start, and the rules are evaluated.
# vm: timeout=200
# host: make -s build/vm/loader && rm -rf build/vm/verifier && mkdir -p build/vm/verifier
# host: for f in examples/*.mmp tests/cases/ok/*.mmp tests/cases/emit/*.mmp; do build/mmpc -Wno-shadowed-rule -o build/vm/verifier/$(basename $f .mmp).bpf.o $f || exit 1; done
. "$PROJECT/tests/vm/lib.sh"
set -- "$PROJECT"/build/vm/verifier/*.bpf.o
plan $(($# * 2))

takes() { # OBJECT
	"$PROJECT/build/vm/loader" "$1" start tick >/tmp/out 2>&1
	status=$?
	[ $status = 0 ] && grep -q 'started 1 ticks [1-9]' /tmp/out && return
	tail -n 40 /tmp/out | cut -c1-150
	return 1
}

for object; do
	name=$(basename "$object" .bpf.o)
	ok "$name, statistics flushed exactly" takes "$object"
	export LOADER_PLAIN=1
	ok "$name, without that" takes "$object"
	unset LOADER_PLAIN
done
