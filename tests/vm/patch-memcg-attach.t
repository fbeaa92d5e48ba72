#!/bin/sh
# Attaching memcg_bpf_ops to cgroups
. "$PROJECT/tests/vm/lib.sh"
zram_swap 256
exec "$PROJECT/build/vm/selftest/memcg_attach"
