// SPDX-License-Identifier: GPL-2.0
#include "uri.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bug.h"

static int hex_value(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* %41 to A, in place. False where an escape is malformed or a NUL. */
static bool unescape(char *text)
{
	char *out = text;

	for (; *text; text++) {
		if (*text != '%') {
			*out++ = *text;
			continue;
		}
		if (!isxdigit((unsigned char)text[1]) || !isxdigit((unsigned char)text[2]))
			return false;
		*out = (char)(hex_value(text[1]) << 4 | hex_value(text[2]));
		if (!*out++)
			return false;
		text += 2;
	}
	*out = '\0';
	return true;
}

char *uri_path(const char *uri)
{
	const char *path;
	char *copy;

	if (strncasecmp(uri, "file://", 7))
		return NULL;
	path = strchr(uri + 7, '/'); /* after the host, which is this machine */
	copy = path ? strdup(path) : NULL;
	if (!copy)
		return NULL;
	copy[strcspn(copy, "?#")] = '\0';
	if (unescape(copy))
		return copy;
	free(copy);
	return NULL;
}

char *uri_of_path(const char *path)
{
	char *uri = malloc(strlen(path) * 3 + sizeof("file://")), *out = uri;

	if (!uri)
		NO_MEMORY();
	out += sprintf(out, "file://");
	for (; *path; path++)
		if (isalnum((unsigned char)*path) || strchr("/-._~", *path))
			*out++ = *path;
		else
			out += sprintf(out, "%%%02X", (unsigned char)*path);
	*out = '\0';
	return uri;
}
