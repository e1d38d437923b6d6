/* SPDX-License-Identifier: MIT
 *
 * question.h - what a question to an adapter is called, for messages, and how long its answer may be
 */
#ifndef TARGET_PROCESS_QUESTION_H
#define TARGET_PROCESS_QUESTION_H

#include <stdint.h>

#include "util/buf.h"

/* The call of an operation, as docs/adapter-protocol.md names it: "listen". */
const char *question_call_name(unsigned op);

/* The most bytes that come out of it, behind the value and the address. How many of them there is room for is judged by
 * who takes them. */
size_t question_most_bytes(unsigned op);

/* Append the name of the question of @type with this body: "HELLO", "CALL listen", "SET net.ipv4.tcp_sack=0". */
void question_name(struct buf *out, unsigned type, const char *body, size_t length);

#endif
