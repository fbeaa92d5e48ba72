/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages on a pipe: a header with Content-Length, an empty line, JSON. A client's mistake (no
 * length, an absurd one, a body that is not JSON) is reported once, and reading goes on at the next
 * header that makes sense.
 */
#ifndef MMP_LSP_MESSAGE_H
#define MMP_LSP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct json_t;

/* The bytes of a text of SOURCE_MAX_BYTES in which every byte is escaped. */
#define MESSAGE_MAX_BYTES (100u << 20)

struct message_reader {
	int fd;
	char *data;
	size_t start, len, room; /* what is not taken yet: data[start] to data[len] */
	bool is_ended;
	bool is_lost; /* no header was found since the last mistake, which was reported */
};

enum message_kind {
	MESSAGE_NONE, /* no whole message has arrived yet */
	MESSAGE_JSON,
	MESSAGE_BAD_HEADER,
	MESSAGE_BAD_JSON,
};

void message_reader_init(struct message_reader *r, int fd);
void message_reader_finish(struct message_reader *r);

/* Read the bytes that have arrived; wait for some where `must_wait`. Sets is_ended at the end. */
void message_receive(struct message_reader *r, bool must_wait);

/* The next message among the bytes read. MESSAGE_JSON: *ret is the caller's. */
enum message_kind message_next(struct message_reader *r, struct json_t **ret);

/* Write one message and free `message`. False where the client no longer reads. */
bool message_send(FILE *out, struct json_t *message);

#endif
