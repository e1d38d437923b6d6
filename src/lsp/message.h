/* SPDX-License-Identifier: MIT
 *
 * message.h - messages of the Language Server Protocol: JSON with its length before it, on two streams
 *
 * The base protocol of version 3.17. Lack of memory ends the process (util/checked.h).
 */
#ifndef LSP_MESSAGE_H
#define LSP_MESSAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* No message is longer: an editor that announces more has lost its way. */
enum { MESSAGE_BYTES = 64 << 20 };

enum message_result {
	MESSAGE_READ,
	MESSAGE_END,                                         /* the stream ended between two messages */
	MESSAGE_NOT_JSON,                                    /* the next one may be */
	MESSAGE_BROKEN,                                      /* the beginning of the next message is unknown */
};

/* Read one message into *message, which the caller owns; not NULL only with MESSAGE_READ. *problem says what is wrong
 * with it, a text that needs no release. */
enum message_result message_read(FILE *in, json_t **message, const char **problem);

/* Write @message, and release it. False: the stream accepts no more. */
bool message_write(FILE *out, json_t *message);

/* Put @value into @object, which takes over the reference. */
void message_put(json_t *object, const char *key, json_t *value);
/* The same at the end of @array. */
void message_append(json_t *array, json_t *value);

#endif
