// SPDX-License-Identifier: GPL-2.0
/* Timelines: what a person sees of a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "bpf-templates/mmp_machine.h"
#include "base/bug.h"
#include "replay/recording.h"
#include "replay/time_axis.h"

#define TICKS 12
#define LONG 300

static struct mmp_value rates[LONG], states[LONG], answers[LONG];
static uint64_t times[LONG];

/* A burst at 3 s that lasts 4 s, seen a second later; the sample at 9 s is missing. */
static struct recording made(struct lane *lanes, uint32_t ticks)
{
	for (uint32_t i = 0; i < ticks; i++) {
		bool is_burst = i >= 3 && i < 7;

		times[i] = i * 1000000000ULL;
		rates[i] = i == 9 ? mmp_unknown() : mmp_known(is_burst ? 700 : 0);
		states[i] = mmp_known(i == 3	       ? MMP_PENDING
				      : i > 3 && i < 7 ? MMP_ACTIVE
				      : i == 7	       ? MMP_COOLING
						       : MMP_IDLE);
		answers[i] = mmp_known(i > 3 && i < 7);
	}
	lanes[0] = (struct lane){ "web.pgfault_rate", LANE_VALUE, QUANTITY_RATE, rates, NULL, 0 };
	lanes[1] = (struct lane){ "keep", LANE_STATE, QUANTITY_ENUM, states, NULL, 0 };
	lanes[2] =
		(struct lane){ "protect(web)", LANE_ANSWER, QUANTITY_CONDITION, answers, NULL, 0 };
	return (struct recording){ times, ticks, lanes, 3 };
}

static char *printed(void (*print)(FILE *, const struct recording *, uint32_t), uint32_t ticks,
		     uint32_t mark)
{
	struct lane lanes[3];
	struct recording rec = made(lanes, ticks);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	print(out, &rec, mark);
	fclose(out);
	return text;
}

static void a_chart_has_a_character_a_tick(void **state)
{
	char *text = printed(timeline_print, TICKS, 5);

	assert_string_equal(text, "                  0s        10s\n"
				  "                  |----+----|-\n"
				  "web.pgfault_rate  ▁▁▁████▁▁ ▁▁  0/s to 700/s\n"
				  "keep              ···░███▒····\n"
				  "protect(web)      ····███·····\n"
				  "                       ^ 5s\n"
				  "                  · idle  ░ pending  █ active  ▒ cooling\n");
	free(text);
}

static void a_table_shows_what_stands_around(void **state)
{
	char *text = printed(timeline_table, TICKS, 9);

	assert_string_equal(text, "       time  web.pgfault_rate      keep  protect(web)\n"
				  "         6s             700/s    active          true\n"
				  "         7s               0/s   cooling         false\n"
				  "         8s               0/s      idle         false\n"
				  "=>       9s                 -      idle         false\n"
				  "        10s               0/s      idle         false\n"
				  "        11s               0/s      idle         false\n");
	free(text);
}

static uint32_t count(const char *text, const char *what)
{
	uint32_t n = 0;

	for (text = strstr(text, what); text; text = strstr(text + 1, what))
		n++;
	return n;
}

/* Without a mark all is shown, several ticks a character, and a short burst is not lost. */
static void a_long_chart_is_folded(void **state)
{
	char *text = printed(timeline_print, LONG, UINT32_MAX);

	assert_int_equal(count(text, "^"), 0);
	assert_non_null(strstr(text, "  0s             1m             2m "));
	assert_non_null(strstr(text, "keep              ░█·"));
	free(text);
}

/* With one, only what stands around it. */
static void a_marked_chart_is_cut(void **state)
{
	char *text = printed(timeline_print, LONG, 200);

	assert_null(strstr(text, "keep              █"));
	assert_non_null(strstr(text, "^ 200s"));
	assert_non_null(strstr(text, "140s"));
	free(text);
}

static void times_are_seconds(void **state)
{
	char text[32];

	assert_string_equal(time_print(text, sizeof(text), 0), "0s");
	assert_string_equal(time_print(text, sizeof(text), 90000000000), "90s");
	assert_string_equal(time_print(text, sizeof(text), 100000000), "0.1s");
	assert_string_equal(time_print(text, sizeof(text), 2000000001), "2.000000001s");
}

static const char *label(uint64_t seconds, uint64_t span_seconds)
{
	static char text[32];
	uint64_t step = time_axis_step(span_seconds * 1000000000ULL);

	return time_axis_label(text, sizeof(text), seconds * 1000000000ULL / step * step, step);
}

/* Case 56: 99.983s where 100 s was meant. */
static void an_axis_has_round_times(void **state)
{
	assert_int_equal(time_axis_step(1), 1);
	assert_int_equal(time_axis_step(150000000), 200000000);
	assert_int_equal(time_axis_step(9999999999), 10000000000);
	assert_string_equal(label(49, 9), "40s");
	assert_string_equal(label(100, 11), "100s");
	assert_string_equal(label(119, 40), "1m");
	assert_string_equal(label(5400, 1700), "1h30m");
	assert_string_equal(label(86399, 9600), "21h");
	assert_string_equal(label(0, 9600), "0s");
	assert_true(time_axis_step(UINT64_MAX) > 0);
}

/* Ticks that are not quite a second apart, and a pause: marks stand where their times fall. */
static void marks_stand_at_their_times(void **state)
{
	struct lane lane = { .name = "r", .quantity = QUANTITY_RATE, .at = rates };
	struct recording rec = { times, 30, &lane, 1 };
	char *text = NULL;
	size_t size;
	FILE *out;

	for (uint32_t i = 0; i < 30; i++) {
		times[i] = i * 999830000ULL + (i > 15 ? 20000000000ULL : 0);
		rates[i] = mmp_known(1);
	}
	out = open_memstream(&text, &size);
	timeline_print(out, &rec, UINT32_MAX);
	fclose(out);
	assert_string_equal(text, "   0s              20s  40s\n"
				  "   |----------+----|----|--------\n"
				  "r  ██████████████████████████████  1/s\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chart_has_a_character_a_tick),
		cmocka_unit_test(a_table_shows_what_stands_around),
		cmocka_unit_test(a_long_chart_is_folded),
		cmocka_unit_test(a_marked_chart_is_cut),
		cmocka_unit_test(times_are_seconds),
		cmocka_unit_test(an_axis_has_round_times),
		cmocka_unit_test(marks_stand_at_their_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
