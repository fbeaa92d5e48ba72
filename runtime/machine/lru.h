/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_LRU_H
#define MMP_LRU_H

#include <stdbool.h>

/* Is the multi-generational LRU on? It can be switched while the system runs. */
bool lru_is_multi_gen(void);

#endif
