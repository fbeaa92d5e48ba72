#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Random policies on random series: the evaluator against the object, run by this kernel. The
# kernel need not have the hooks.
cd "$(dirname "$0")/../.." || exit 1
export MMP_DIFFERENTIAL="$MMP_BUILD/differential"
exec "$MMP_DIFFERENTIAL/differential" kernel 100 1000
