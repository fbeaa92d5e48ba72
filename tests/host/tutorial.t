#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What docs/tutorial.md says to do at the desk is done, and says what is shown there.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"
# shellcheck source=tests/tutorial.sh
. "$MMP_BUILD/../tests/tutorial.sh"
PATH=$MMP_BUILD:$PATH
tutorial_run "$MMP_BUILD/../docs/tutorial.md" "$MMP_BUILD/../examples" desk
cmp_ok "$test_count" gt 10 'all that was found in the page'
done_testing
