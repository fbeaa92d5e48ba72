#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Random policies held by files on made trees, against the evaluator.
exec "$MMP_BUILD/files/differential" "${FILES_POLICIES:-400}" "${FILES_TICKS:-40}" "${FILES_DAY:-20000}"
