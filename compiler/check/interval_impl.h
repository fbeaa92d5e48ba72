/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_INTERVAL_IMPL_H
#define MMP_INTERVAL_IMPL_H

#include "interval.h"

struct region region_nothing(void);
struct region region_everything(struct space *s);
struct region region_of_range(struct space *s, struct range r);

#endif
