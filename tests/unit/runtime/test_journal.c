// SPDX-License-Identifier: GPL-2.0
/* What was written is given back, whenever the writer was killed, and only where ours still stands.
 */
#include "runtime/files/journal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/mmp-journal.XXXXXX";
static char file[64];
static int dir;
static uint64_t dir_id;
static struct journal journal;

static void put(const char *text)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	dprintf(fd, "%s\n", text);
	close(fd);
}

/* Files of a cgroup take a value whole; these keep what a shorter one leaves over. */
static void is(const char *want)
{
	int fd = open(file, O_RDONLY);
	char value[JOURNAL_VALUE];

	assert_int_equal(journal_read_value(fd, value), 0);
	assert_string_equal(value, want);
	close(fd);
}

static int start(void **state)
{
	struct stat st;

	dir = mkdtemp(folder) ? open(folder, O_RDONLY | O_DIRECTORY) : -1;
	snprintf(file, sizeof(file), "%s/memory.low", folder);
	if (dir < 0 || fstat(dir, &st))
		return -1;
	dir_id = st.st_ino;
	return journal_open(&journal, dir, "journal", 4);
}

static int finish(void **state)
{
	journal_close(&journal);
	unlinkat(dir, "journal", 0);
	unlink(file);
	close(dir);
	return rmdir(folder);
}

static int write_one(const char *value)
{
	struct journal_entry *e = journal_claim(&journal, file, dir_id);
	int fd = open(file, O_RDWR);
	int error = journal_write(e, fd, value);

	close(fd);
	return error;
}

/* As another process does after the writer was killed. */
static enum journal_outcome give_back(void)
{
	struct journal other;
	enum journal_outcome outcome;

	assert_int_equal(journal_open(&other, dir, "journal", 0), 0);
	outcome = journal_give_back(journal_find(&other, file), -1);
	journal_close(&other);
	return outcome;
}

static void old_value_comes_back(void **state)
{
	put("1000");
	assert_int_equal(write_one("2000"), 0);
	is("2000");
	assert_int_equal(write_one("3000"), 0);
	assert_int_equal(give_back(), JOURNAL_RESTORED);
	is("1000");
	assert_int_equal(give_back(), JOURNAL_SAME);
}

static void killed_between_note_and_write(void **state)
{
	struct journal_entry *e;

	put("1000");
	assert_int_equal(write_one("2000"), 0);
	e = journal_find(&journal, file);
	strcpy(e->before, e->ours); /* the note of a write that never came */
	strcpy(e->ours, "3000");
	assert_int_equal(give_back(), JOURNAL_RESTORED);
	is("1000");
}

static void somebody_elses_value_is_left(void **state)
{
	put("1000");
	assert_int_equal(write_one("2000"), 0);
	put("7777");
	assert_int_equal(give_back(), JOURNAL_CHANGED);
	is("7777");
}

static void cgroup_made_anew_is_another(void **state)
{
	put("1000");
	assert_int_equal(write_one("2000"), 0);
	journal_find(&journal, file)->dir_id++;
	assert_int_equal(give_back(), JOURNAL_GONE);
	is("2000");
	assert_int_equal(journal_claim(&journal, file, dir_id)->state, JOURNAL_CLAIMED);
}

static void nothing_is_written_without_the_old_value(void **state)
{
	put("");
	assert_true(write_one("2000") < 0);
	assert_int_equal(journal_find(&journal, file)->state, JOURNAL_CLAIMED);
}

static void bracketed_word_is_the_setting(void **state)
{
	put("always [madvise] never");
	is("madvise");
}

static void full_journal_takes_no_more(void **state)
{
	char path[32];
	int i;

	for (i = 0; i < 8; i++) {
		snprintf(path, sizeof(path), "/x/%d", i);
		if (!journal_claim(&journal, path, 1))
			break;
	}
	assert_in_range(i, 3, 4);
	for (i--; i >= 0; i--) {
		snprintf(path, sizeof(path), "/x/%d", i);
		journal_drop(&journal, journal_find(&journal, path));
	}
	assert_null(journal_find(&journal, "/x/0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_value_comes_back),
		cmocka_unit_test(killed_between_note_and_write),
		cmocka_unit_test(somebody_elses_value_is_left),
		cmocka_unit_test(cgroup_made_anew_is_another),
		cmocka_unit_test(nothing_is_written_without_the_old_value),
		cmocka_unit_test(bracketed_word_is_the_setting),
		cmocka_unit_test(full_journal_takes_no_more),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
