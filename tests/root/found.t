#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What random policies have found, run again by this kernel.
cd "$(dirname "$0")/../.." || exit 1
export MMP_DIFFERENTIAL="$MMP_BUILD/differential"
exec "$MMP_DIFFERENTIAL/differential" again kernel tests/differential/found/*.mmp
