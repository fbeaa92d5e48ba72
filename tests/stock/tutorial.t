#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What docs/tutorial.md says to do on a machine is done on Debian's own kernel, and says what is shown there.
# vm: series=6.1 timeout=600
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/tutorial.sh"
lru classic
mkdir /mnt/disk/tutorial
cd /mnt/disk/tutorial || exit 1
tutorial_run "$PROJECT/docs/tutorial.md" "$PROJECT/examples" machine
cmp_ok "$test_count" gt 30 'all that was found in the page'
done_testing
