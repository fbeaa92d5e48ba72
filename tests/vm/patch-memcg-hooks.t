#!/bin/sh
# What the hooks of memcg_bpf_ops are told and do
. "$PROJECT/tests/vm/lib.sh"
zram_swap 256
exec "$PROJECT/build/vm/selftest/memcg_hooks"
