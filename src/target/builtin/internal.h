/* SPDX-License-Identifier: MIT
 *
 * internal.h - between the files of the builtin target
 */
#ifndef TARGET_BUILTIN_INTERNAL_H
#define TARGET_BUILTIN_INTERNAL_H

#include "stack/socket.h"
#include "target/builtin/builtin.h"
#include "target/builtin/builtin_commands.h"
#include "target/library/library.h"

/* What happened inside the stack and nobody has asked for yet. */
struct trace {
	enum builtin_trace level;
	struct trace_line *first, *last, *current;           /* current: the one handed out */
	size_t count;
	struct trace_connection *connections;                /* whose sequence numbers are known */
};

void trace_add(struct trace *t, const struct stack_event *event);
/* The oldest line; *text is valid until the next call. False: none is left. */
bool trace_take(struct trace *t, vtime_t *at, const char **text);
void trace_free(struct trace *t);

struct builtin {
	struct stack_driver base;
	struct library *lib;                                 /* whose driver it is */
	struct stack *stack;
	struct builtin_commands commands;
	struct trace trace;
	const char *cannot;                                  /* what the last call needed that is not here */
};

/* Variables of a connection, in the shape of every target. */
const char *builtin_info(struct builtin *b, int fd, struct tcp_state_info *out);

#endif
