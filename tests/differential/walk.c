// SPDX-License-Identifier: GPL-2.0
#include "walk.h"

#include "generate.h"

static int64_t new_value(struct walk *w)
{
	uint32_t count, what = random_below(&w->random, 100);
	const struct landmark *list = landmarks(w->quantity, &count);
	int64_t at = list[random_below(&w->random, count)].value;

	if (what < 70)
		return at + (int64_t)random_below(&w->random, 3) - 1;
	if (what < 90)
		return (int64_t)(random_next(&w->random) % (2 * (uint64_t)at + 2));
	if (what < 95)
		return (int64_t)random_next(&w->random);
	return what < 97 ? INT64_MAX : what < 99 ? INT64_MIN : 0;
}

struct mmp_value walk_next(struct walk *w)
{
	if (random_percent(&w->random, 70))
		return w->value;
	w->value = random_percent(&w->random, 12) ? mmp_unknown() : mmp_known(new_value(w));
	return w->value;
}

static uint64_t hash_of(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3ULL;
	return hash;
}

void walk_start(struct walk *w, uint64_t seed, const struct plan_signal *s, uint32_t row)
{
	enum quantity q = s->is_percent ? QUANTITY_PERCENT : signal_infos[s->id].quantity;

	*w = (struct walk){
		.random = { seed ^ hash_of(s->name) ^ (uint64_t)s->is_percent << 32 ^ row },
		.quantity = q,
	};
}
