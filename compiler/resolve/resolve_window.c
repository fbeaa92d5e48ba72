// SPDX-License-Identifier: GPL-2.0
/* The window after a signal's name. */
#include "resolve_impl.h"

#define WINDOW_MAX (3600 * 1000000000LL)
#define STALL_WINDOW_MAX 10000000000LL

static bool check_window(struct resolver *r, struct expr *window)
{
	const struct param_decl *param;
	int64_t ns;

	if (!resolve_value(r, window, QUANTITY_DURATION, "a window") ||
	    !expr_constant(window, &ns, &param))
		return false;
	if (param) {
		diag_add(r->ds, DIAG_OUT_OF_RANGE, window->span,
			 "a window cannot be a param: it is fixed when the policy is compiled");
		return false;
	}
	if (ns > 0 && ns <= WINDOW_MAX)
		return true;
	diag_add(r->ds, DIAG_OUT_OF_RANGE, window->span, "a window is more than 0 and at most 1h");
	return false;
}

/* For longer ones the kernel has its own averages. */
static bool check_stall_window(struct resolver *r, const struct expr *e)
{
	int64_t ns = 0;
	struct diag *d;

	if (signal_infos[e->name.signal].reads != READS_PSI_NOW)
		return true;
	expr_constant(e->name.window, &ns, NULL);
	if (ns <= STALL_WINDOW_MAX)
		return true;
	d = diag_add(r->ds, DIAG_OUT_OF_RANGE, e->name.window->span,
		     "a window of pressure is at most 10s");
	diag_hint(r->ds, d, "%s.avg60 and avg300 are averages over longer ones",
		  signal_infos[e->name.signal].name);
	return false;
}

bool resolve_window(struct resolver *r, struct expr *e)
{
	const struct signal_info *info = &signal_infos[e->name.signal];
	bool was_broken = r->is_broken, is_good;
	struct diag *d;

	if (!e->name.window)
		return true;
	if (info->traits & WINDOWED) {
		is_good = check_window(r, e->name.window) && check_stall_window(r, e);
		r->is_broken = was_broken || !is_good;
		return is_good;
	}
	d = diag_add(r->ds, DIAG_SIGNAL_NOT_HERE, e->name.window->span, "'%s' takes no window",
		     info->name);
	if (info->quantity == QUANTITY_PERCENT)
		diag_hint(r->ds, d, "it is an average already; psi.some and psi.full take one");
	else
		diag_hint(r->ds, d, "only rates and growth are counted over a window");
	return false;
}
