#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The verifier of a kernel that has the hooks takes every program of every policy at hand; it starts, and
# the rules are evaluated. One policy in four also starts the sampler the other way, which tests/root asks
# of all. Here of all: tests/vm/run --append mmp_every=1 --timeout 400 tests/vm/verifier.t
# vm: timeout=200
# host: make -s build/vm/loader && rm -rf build/vm/verifier && mkdir -p build/vm/verifier
# host: for f in examples/*.mmp tests/cases/ok/*.mmp tests/cases/emit/*.mmp; do build/mmpc -Wno-shadowed-rule -o build/vm/verifier/$(basename $f .mmp).bpf.o $f || exit 1; done
. "$PROJECT/tests/vm/lib.sh"
set -- "$PROJECT"/build/vm/verifier/*.bpf.o
every=$(sed -n 's/.*mmp_every=\([0-9]*\).*/\1/p' /proc/cmdline)
: "${every:=4}"
plan $(($# + ($# + every - 1) / every))

takes() { # OBJECT
	"$PROJECT/build/vm/loader" "$1" start tick >/tmp/out 2>&1
	status=$?
	[ $status = 0 ] && grep -q 'started 1 ticks [1-9]' /tmp/out && return
	tail -n 40 /tmp/out | cut -c1-150
	return 1
}

n=0
for object; do
	name=$(basename "$object" .bpf.o)
	ok "$name, statistics flushed exactly" takes "$object"
	n=$((n + 1))
	[ $((n % every)) = $((1 % every)) ] || continue
	export LOADER_PLAIN=1
	ok "$name, without that" takes "$object"
	unset LOADER_PLAIN
done
