// SPDX-License-Identifier: GPL-2.0
#include "time_axis.h"

#include <inttypes.h>
#include <stdio.h>

#define SECOND 1000000000ULL
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static uint64_t decimal_step(uint64_t least, uint64_t unit)
{
	static const uint64_t parts[] = { 1, 2, 5 };

	for (;; unit *= 10)
		for (int i = 0; i < 3; i++)
			if (parts[i] * unit >= least || unit > UINT64_MAX / 100)
				return parts[i] * unit;
}

uint64_t time_axis_step(uint64_t least)
{
	static const uint64_t steps[] = { 20 * SECOND, 30 * SECOND, MINUTE,	 2 * MINUTE,
					  5 * MINUTE,  10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
					  HOUR,	       2 * HOUR,    3 * HOUR,	 6 * HOUR,
					  12 * HOUR,   DAY };

	if (least <= 10 * SECOND)
		return decimal_step(least, 1);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (steps[i] >= least)
			return steps[i];
	return decimal_step(least, DAY);
}

const char *time_print(char *buf, size_t size, uint64_t ns)
{
	uint64_t fraction = ns % 1000000000;
	int len = snprintf(buf, size, "%" PRIu64, ns / 1000000000);

	if (fraction) {
		len += snprintf(buf + len, size - (size_t)len, ".%09" PRIu64, fraction);
		while (buf[len - 1] == '0')
			len--;
	}
	snprintf(buf + len, size - (size_t)len, "s");
	return buf;
}

const char *time_axis_label(char *buf, size_t size, uint64_t ns, uint64_t step)
{
	uint64_t hours = ns / HOUR, minutes = ns / MINUTE % 60;

	if (!ns || step < MINUTE)
		return time_print(buf, size, ns);
	if (!hours)
		snprintf(buf, size, "%" PRIu64 "m", minutes);
	else if (!minutes)
		snprintf(buf, size, "%" PRIu64 "h", hours);
	else
		snprintf(buf, size, "%" PRIu64 "h%" PRIu64 "m", hours, minutes);
	return buf;
}
