/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the selftests of the kernel patches have in common: TAP, cgroups, children, attaching.
 * Whatever cannot go wrong unless the machine is broken ends the program.
 */
#ifndef MMP_SELFTEST_HARNESS_H
#define MMP_SELFTEST_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <linux/types.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "shared.h"

/* Newer than the headers we build with */
#define LINK_TYPE_STRUCT_OPS 44 /* BPF_STRUCT_OPS */
#define FLAG_CGROUP_FD (1U << 7)
#define FLAG_ALLOW_OVERRIDE (1U << 0)

#define MIB (1UL << 20)

/* --- TAP --- */

struct test {
	const char *name;
	void (*run)(void);
};

/* Runs the tests, each of which makes one result, and prints the plan. Returns the exit status. */
int run_tests(const struct test *tests, size_t count);

/* Fails the running test, once, with a line of explanation; returns the condition. */
bool check(bool condition, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define check_equal(got, want)                                                                     \
	({                                                                                         \
		long long got_ = (got), want_ = (want);                                            \
		check(got_ == want_, "line %d: %s is %lld, not %lld", __LINE__, #got, got_,        \
		      want_);                                                                      \
	})

#define check_range(got, least, most)                                                              \
	({                                                                                         \
		long long got_ = (got), least_ = (least), most_ = (most);                          \
		check(got_ >= least_ && got_ <= most_,                                             \
		      "line %d: %s is %lld, not within %lld and %lld", __LINE__, #got, got_,       \
		      least_, most_);                                                              \
	})

void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* --- Programs --- */

/* Loads build/vm/selftest/NAME.bpf.o; NULL when the kernel refuses it. */
struct bpf_object *load_object(const char *name);

/* The struct in SEC(".data.shared") of a loaded object, shared with its programs */
void *shared_of(struct bpf_object *object);

int map_fd_of(struct bpf_object *object, const char *map);

/* Fills a struct_ops map with its initial value, which a link needs. Repeating it is harmless. */
void fill_map(struct bpf_object *object, const char *map);

/* Returns the link's descriptor or -errno. */
int attach(struct bpf_object *object, const char *map, const char *cgroup, unsigned int flags);
int attach_fd(struct bpf_object *object, const char *map, int target_fd, unsigned int flags);

struct link_state {
	__u32 map_id;
	__u64 cgroup_id;
};

struct link_state link_state_of(int link_fd);

/* --- Control groups, below /sys/fs/cgroup --- */

void create_cgroup(const char *name);
/* Waits until it is empty. Returns what rmdir() does, as 0 or -errno. */
int remove_cgroup(const char *name);
int open_cgroup(const char *name);
bool cgroup_is_leaf(const char *name);
__u64 cgroup_id_of(const char *name);
void write_cgroup(const char *name, const char *file, const char *value);
int try_write_cgroup(const char *name, const char *file, const char *value);
long read_cgroup(const char *name, const char *file);
long read_cgroup_key(const char *name, const char *file, const char *key);

/* --- Children --- */

struct child {
	pid_t pid;
};

struct usage {
	long milliseconds;
	long sleeps; /* voluntary context switches */
};

/* Starts a child that lives in the cgroup and holds so much memory, all touched. */
struct child start_holder(const char *cgroup, size_t size);
void stop_child(struct child *child);

/* What touching so much memory in base pages, in a child in the cgroup, took. */
struct usage charge_in(const char *cgroup, size_t size);

long now_ms(void);

/* Waits up to a few seconds for the condition. */
#define eventually(condition)                                                                      \
	({                                                                                         \
		bool done_ = false;                                                                \
		for (int try_ = 0; try_ < 100 && !(done_ = (condition)); try_++)                   \
			usleep(50000);                                                             \
		done_;                                                                             \
	})

#endif
