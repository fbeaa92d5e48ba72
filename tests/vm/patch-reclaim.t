#!/bin/sh
# The kfunc that reclaims
. "$PROJECT/tests/vm/lib.sh"
zram_swap 256
exec "$PROJECT/build/vm/selftest/reclaim"
