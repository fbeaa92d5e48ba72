// SPDX-License-Identifier: GPL-2.0
#include "change.h"

#include "failure.h"
#include "installed.h"
#include "run_dir.h"

int change_lock(struct change_lock *lock, struct failure *f)
{
	lock->pins.fd = lock->held.fd = -1;
	return installed_lock(&lock->pins, f) || run_lock(&lock->held, false, f) ? -1 : 0;
}

void change_unlock(struct change_lock *lock)
{
	pin_unlock(&lock->held);
	pin_unlock(&lock->pins);
}

int change_allowed(const struct installed *p, struct failure *f)
{
	if (p->condition == INSTALLED_DISARMED) {
		fail(f, STATUS_CONFLICT,
		     "the policy '%s' is not in force: its loading or unloading was interrupted",
		     p->name);
		fail_hint(f, "mmpctl unload %s, and load it again", p->name);
		return -1;
	}
	if (p->condition == INSTALLED_KILLED) {
		fail(f, STATUS_CONFLICT, "the policy '%s' is not in force: its process was killed",
		     p->name);
		fail_hint(f, "run it again, or: mmpctl unload %s", p->name);
		return -1;
	}
	return 0;
}

static int write_mode(struct installed *p, enum mmp_mode mode, struct failure *f)
{
	struct mmp_config config = p->config;

	config.mode = mode;
	return change_allowed(p, f) ? -1 : installed_write_config(p, &config, f);
}

int change_mode(const char *name, enum mmp_mode mode, struct failure *f)
{
	struct installed *p = NULL;
	struct change_lock lock;
	int error = change_lock(&lock, f) || installed_get(&p, name, f) || write_mode(p, mode, f);

	installed_close(p);
	change_unlock(&lock);
	return error ? -1 : 0;
}
