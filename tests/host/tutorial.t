#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What docs/tutorial.md says to do at the desk is done, and says what is shown there.
top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"
# shellcheck source=tests/tutorial.sh
. "$top/tests/tutorial.sh"
PATH=$MMP_BUILD:$PATH
tutorial_run "$top/docs/tutorial.md" "$top/examples" desk
cmp_ok "$test_count" gt 10 'all that was found in the page'
done_testing
