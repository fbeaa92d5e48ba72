#!/bin/sh
# memcg_bpf_ops as it was in revisions 3 to 6
# vm: flavour=v6
. "$PROJECT/tests/vm/lib.sh"
zram_swap 256
exec "$PROJECT/build/vm/selftest/memcg_v6"
