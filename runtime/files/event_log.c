// SPDX-License-Identifier: GPL-2.0
#include "event_log.h"

#include "base/quantity.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

int event_log_open(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *path = getenv("MMP_JOURNAL_SOCKET");
	int fd;

	path = path && *path ? path : JOURNAL_SOCKET;
	if (strlen(path) >= sizeof(to.sun_path))
		return -1;
	strcpy(to.sun_path, path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

struct entry {
	char text[8192];
	size_t len;
};

/* A line "NAME=value"; a second line of a value would become another field. */
static void add(struct entry *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void add(struct entry *e, const char *fmt, ...)
{
	size_t from = e->len;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(e->text + from, sizeof(e->text) - from - 1, fmt, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(e->text) - from - 1)
		return;
	e->len += (size_t)n;
	for (; from < e->len; from++)
		if ((unsigned char)e->text[from] < ' ')
			e->text[from] = '?';
	e->text[e->len++] = '\n';
}

static void add_values(struct entry *e, const struct plan *p, const struct plan_rule *r,
		       const struct mmp_event *event)
{
	char value[64];
	uint32_t i;

	for (i = 0; i < event->value_count && i < MMP_EVENT_VALUES; i++) {
		const struct plan_signal *s = &p->signals[r->signals[i]];
		enum quantity q = s->is_percent ? QUANTITY_PERCENT : signal_infos[s->id].quantity;

		add(e, "MMP_VALUE_%u=%s=%s", i, s->name,
		    event->known >> i & 1
			    ? quantity_print(value, sizeof(value), q, event->values[i])
			    : "unknown");
	}
}

void event_log_write(int fd, const char *policy, const struct plan *p, const struct mmp_event *e,
		     const char *cgroup)
{
	static const int priorities[NOTIFY_LEVEL_COUNT] = {
		[NOTIFY_LEVEL_INFO] = 6, [NOTIFY_LEVEL_WARNING] = 4, [NOTIFY_LEVEL_ERROR] = 3
	};
	const struct plan_rule *r = &p->rules[e->rule];
	static struct entry entry;

	if (fd < 0)
		return;
	entry.len = 0;
	add(&entry, "MESSAGE=%s", r->notify.message);
	add(&entry, "PRIORITY=%d", priorities[r->notify.level]);
	add(&entry, "SYSLOG_IDENTIFIER=mmpctl");
	add(&entry, "MMP_POLICY=%s", policy);
	add(&entry, "MMP_RULE=%s", r->name);
	if (cgroup)
		add(&entry, "MMP_CGROUP=/%s", cgroup);
	add_values(&entry, p, r, e);
	/* A message that journald does not take at once is lost: a tick must not wait. */
	if (send(fd, entry.text, entry.len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;
}
