#!/bin/sh
# Orders of huge pages chosen by bpf_thp_ops
. "$PROJECT/tests/vm/lib.sh"
zram_swap 256
exec "$PROJECT/build/vm/selftest/thp"
