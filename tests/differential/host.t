#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Random policies on random series: the evaluator against the emitted C, compiled for this machine.
cd "$(dirname "$0")/../.." || exit 1
export MMP_DIFFERENTIAL="$MMP_BUILD/differential"
export MMP_DIFFERENTIAL_INCLUDE="$MMP_DIFFERENTIAL/include"
exec "$MMP_DIFFERENTIAL/differential" host "${DIFFERENTIAL_POLICIES:-1000}" "${DIFFERENTIAL_TICKS:-500}"
