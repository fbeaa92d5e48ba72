// SPDX-License-Identifier: GPL-2.0
/* events: what `notify` rules wrote to the ring buffer, a line each. Reading takes them away. */
#include "base/shown.h"
#include "commands.h"

#include "machine/cgroup.h"
#include "failure.h"
#include "installed/installed.h"
#include "machine/open_files.h"
#include "installed/run_dir.h"
#include "object/manifest.h"
#include "options.h"
#include "output.h"
#include "installed/rows.h"
#include "policy/value.h"
#include "base/clock.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct event_source {
	struct installed *policy;
	struct reader *reader;
	int fd; /* the ring's, or by files -1 */
	struct run_events *events; /* by files: mapped */
};

struct reader {
	struct output *out;
	struct cgroup_mount mount;
	struct ring_buffer *ring;
	struct event_source **sources; /* each where the ring buffer knows it */
	size_t count;
	struct failure *f;
};

static double wall_time(__u64 ktime)
{
	double since = (double)(clock_now_ns() - (int64_t)ktime) / 1e9;
	struct timespec wall;

	clock_gettime(CLOCK_REALTIME, &wall);
	return (double)wall.tv_sec + (double)wall.tv_nsec / 1e9 - since;
}

static json_t *describe_values(const struct manifest *m, const struct manifest_rule *rule,
			       const struct mmp_event *e)
{
	json_t *values = json_object();
	char text[64];
	uint32_t i;

	for (i = 0; i < rule->signal_count; i++) {
		const struct manifest_signal *s = &m->signals[rule->signals[i]];

		if (i >= e->value_count || i >= MMP_EVENT_VALUES)
			break;
		json_object_set_new(values, s->name,
				    e->known >> i & 1
					    ? json_string(value_print(text, sizeof(text),
								      s->quantity, e->values[i]))
					    : json_null());
	}
	return values;
}

/* No rule made it: a cgroup matched a glob that was full. */
static json_t *describe_no_room(const struct event_source *s, const struct mmp_event *e)
{
	const char *path = cgroup_path_of_id(&s->reader->mount, e->cgroup_id);
	json_t *doc = json_pack("{s:f, s:s, s:s, s:s}", "time", wall_time(e->time), "policy",
				s->policy->name, "level", "error", "message",
				"a name has no room for another cgroup: no rule acts on this one");

	if (path)
		json_object_set_new(doc, "cgroup", json_string(path));
	return doc;
}

static json_t *describe_event(const struct event_source *s, const struct mmp_event *e)
{
	const struct manifest *m = s->policy->manifest;
	const struct manifest_rule *rule = e->rule < m->rule_count ? &m->rules[e->rule] : NULL;
	json_t *doc = json_pack("{s:f, s:s, s:s}", "time", wall_time(e->time), "policy",
				s->policy->name, "state", rows_state_words(e->state));
	const char *path = cgroup_path_of_id(&s->reader->mount, e->cgroup_id);

	if (!rule)
		return doc;
	json_object_set_new(doc, "rule", json_string(rule->name));
	json_object_set_new(doc, "level", json_string(rule->level ? rule->level : "info"));
	json_object_set_new(doc, "message", json_string(rule->message ? rule->message : ""));
	json_object_set_new(doc, "values", describe_values(m, rule, e));
	if (path)
		json_object_set_new(doc, "cgroup", json_string(path));
	return doc;
}

static void print_event(FILE *file, const json_t *doc)
{
	const char *name, *cgroup = json_string_value(json_object_get(doc, "cgroup"));
	time_t t = (time_t)json_real_value(json_object_get(doc, "time"));
	char when[64], buf[64];
	struct tm tm;
	json_t *value;

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S%z", localtime_r(&t, &tm));
	shown_print(file, "%s %s: %s", when, output_member(doc, "level", buf, sizeof(buf)),
		    output_member(doc, "policy", buf, sizeof(buf)));
	if (json_object_get(doc, "rule"))
		shown_print(file, "/%s %s", output_member(doc, "rule", buf, sizeof(buf)),
			    output_member(doc, "state", buf, sizeof(buf)));
	fputs(": ", file);
	output_clean(file, output_member(doc, "message", buf, sizeof(buf)));
	if (cgroup) {
		fprintf(file, " cgroup=");
		output_clean(file, cgroup);
	}
	json_object_foreach (json_object_get(doc, "values"), name, value)
		shown_print(file, " %s=%s", name,
			    json_is_string(value) ? json_string_value(value) : "unknown");
	fputc('\n', file);
}

static int on_event(void *context, void *data, size_t size)
{
	const struct event_source *s = context;
	struct mmp_event e;

	if (size < sizeof(e))
		return 0;
	memcpy(&e, data, sizeof(e));
	output_record(s->reader->out,
		      e.rule == MMP_NO_ROOM ? describe_no_room(s, &e) : describe_event(s, &e),
		      print_event);
	return ferror(s->reader->out->file) ? -EPIPE : 0;
}

static bool has_notify(const struct manifest *m)
{
	size_t i;

	for (i = 0; i < m->rule_count; i++)
		if (m->rules[i].action == ACTION_NOTIFY)
			return true;
	return false;
}

static struct run_events *map_events(const struct installed *p)
{
	char path[RUN_PATH_MAX];
	void *map = MAP_FAILED;
	struct stat st;
	int fd = open(run_path(path, p->name, "mmp_events"), O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (fd >= 0 && !fstat(fd, &st) && (size_t)st.st_size >= sizeof(struct run_events))
		map = mmap(NULL, sizeof(struct run_events), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			   0);
	if (fd >= 0)
		close(fd);
	return map == MAP_FAILED ? NULL : map;
}

/* Takes them away, and those that were overwritten before anybody read them. */
static int read_held(struct event_source *s)
{
	struct run_events *e = s->events;
	uint64_t head = __atomic_load_n(&e->head, __ATOMIC_ACQUIRE);

	if (head - e->tail > RUN_EVENTS)
		e->tail = head - RUN_EVENTS;
	for (; e->tail != head; e->tail++)
		if (on_event(s, &e->ring[e->tail % RUN_EVENTS], sizeof(e->ring[0])))
			return -1;
	return 0;
}

/* Takes over the policy and what `s` has open. */
static struct event_source *new_source(struct reader *r, struct event_source from)
{
	struct event_source **list = realloc(r->sources, (r->count + 1) * sizeof(*list));
	struct event_source *s = malloc(sizeof(*s));

	if (list)
		r->sources = list;
	if (!list || !s) {
		free(s);
		if (from.fd >= 0)
			close(from.fd);
		installed_close(from.policy);
		fail(r->f, STATUS_USAGE, "out of memory");
		return NULL;
	}
	*s = from;
	s->reader = r;
	r->sources[r->count++] = s;
	return s;
}

/* Takes over the policy. */
static int add_held(struct reader *r, struct installed *p)
{
	struct run_events *events = p->manifest && has_notify(p->manifest) ? map_events(p) : NULL;

	if (!events) {
		installed_close(p);
		return 0;
	}
	return new_source(r, (struct event_source){ .policy = p, .fd = -1, .events = events }) ? 0
											       : -1;
}

static int read_all_held(struct reader *r)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		if (r->sources[i]->events && read_held(r->sources[i]))
			return -1;
	return 0;
}

/* Takes over the policy. */
static int add_source(struct reader *r, struct installed *p)
{
	struct event_source *s;
	int fd, error;

	if (p->way == INSTALLED_FILES)
		return add_held(r, p);
	fd = p->manifest ? installed_map(p, "mmp_events") : -1;
	if (fd < 0) {
		error = p->manifest && errno != ENOENT ? fail(r->f, STATUS_UNSUPPORTED,
							      "cannot read the events of '%s': %s",
							      p->name, errno_words(errno))
						       : 0;
		installed_close(p);
		return error;
	}
	s = new_source(r, (struct event_source){ .policy = p, .fd = fd });
	if (!s)
		return -1;
	if (r->ring) {
		error = ring_buffer__add(r->ring, fd, on_event, s);
	} else {
		r->ring = ring_buffer__new(fd, on_event, s, NULL);
		error = r->ring ? 0 : -errno;
	}
	return error ? fail(r->f, STATUS_UNSUPPORTED, "cannot read the events of '%s': %s", p->name,
			    errno_words(error))
		     : 0;
}

static int add_named(const char *name, void *arg)
{
	struct reader *r = arg;
	struct installed *p;

	if (!manifest_name_is_valid(name))
		return 0;
	return installed_open(&p, name, r->f) ? -1 : add_source(r, p);
}

static int add_sources(struct reader *r, const struct options *o)
{
	struct installed *p;

	if (!o->operand_count)
		return pin_each("", add_named, r) || run_each(add_named, r) ? -1 : 0;
	return installed_get(&p, o->operands[0], r->f) || add_source(r, p) ? -1 : 0;
}

static bool has_held(const struct reader *r)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		if (r->sources[i]->events)
			return true;
	return false;
}

static int read_events(struct reader *r, const struct options *o)
{
	static const struct timespec moment = { .tv_nsec = 200000000 };
	int n;

	if (add_sources(r, o))
		return -1;
	if (!r->count) {
		fail(r->f, STATUS_USAGE, "no policy that is loaded has a notify rule");
		fail_hint(r->f, "write one: notify \"memory is short\" when psi > 20%%");
		return -1;
	}
	for (;;) {
		if (r->ring)
			ring_buffer__consume(r->ring);
		if (read_all_held(r) || !o->follow || ferror(r->out->file))
			return 0;
		if (!has_held(r)) {
			n = ring_buffer__poll(r->ring, 1000);
			if (n < 0 && n != -EINTR)
				return 0;
		} else {
			nanosleep(&moment, NULL); /* a file cannot be waited for */
		}
	}
}

int command_events(const struct options *o, struct output *out, struct failure *f)
{
	struct reader *r = calloc(1, sizeof(*r));
	struct failure ignored;
	int error;
	size_t i;

	if (!r)
		return fail(f, STATUS_USAGE, "out of memory");
	open_files_allow_many();
	r->out = out;
	r->f = f;
	cgroup_mount_open(&r->mount, &ignored);
	error = read_events(r, o);
	ring_buffer__free(r->ring);
	for (i = 0; i < r->count; i++) {
		if (r->sources[i]->fd >= 0)
			close(r->sources[i]->fd);
		installed_close(r->sources[i]->policy);
		free(r->sources[i]);
	}
	free(r->sources);
	cgroup_mount_close(&r->mount);
	free(r);
	return error;
}
