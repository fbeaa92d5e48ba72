#!/bin/sh
# bpf_thp_ops as its revision 11 was: negative answers deny
# vm: append=bpf_thp_v11=1
. "$PROJECT/tests/vm/lib.sh"
zram_swap 256
exec "$PROJECT/build/vm/selftest/thp" v11
