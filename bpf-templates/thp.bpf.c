// SPDX-License-Identifier: GPL-2.0
/* The huge-page hook: one instance for every process, or one for each that is named. */
#include "thp.bpf.h"

//@ thp
