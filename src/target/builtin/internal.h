/* SPDX-License-Identifier: MIT
 *
 * internal.h - between the files of the builtin target
 */
#ifndef TARGET_BUILTIN_INTERNAL_H
#define TARGET_BUILTIN_INTERNAL_H

#include "stack/socket.h"
#include "target/builtin/builtin.h"
#include "target/builtin/files.h"
#include "target/builtin/commands.h"

/* What a step returns when the call has to wait; every other value is a result or minus an errno. */
#define WOULD_BLOCK INT64_MIN

/* A call under way. A step is tried again and again until it does not say WOULD_BLOCK; what it has to
 * remember between two tries is here. */
struct operation {
	struct call call;
	vtime_t started, deadline;
	int64_t give_up;                                     /* the result when the deadline comes first */
	int64_t done;                                        /* bytes moved so far; of one message, if there are many */
	size_t messages;                                     /* sendmmsg, recvmmsg: those that are done */
	vtime_t until;                                       /* recvmmsg: end of its own time-out */
	bool refused;                                        /* there was no room: waits until poll() says there is */
	bool connecting;                                     /* the connection is under way */
	int ticket;                                          /* close() lingers */
};

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
	struct target base;
	struct stack *stack;
	struct files *files;
	struct commands commands;
	vtime_t now;
	struct queued_packet *first, **last, *current;       /* sent and not asked for; last one handed out */
	size_t queued_bytes;
	const char *broken;                                  /* NULL, or why the target cannot go on */
	bool pending, returned;                              /* a blocking call waits; it returned and nobody knows */
	struct operation operation;
	struct call_result result;
	uint16_t next_port;
	struct trace trace;
};

/* One try of @op: its result, minus an errno, or WOULD_BLOCK. */
int64_t builtin_step(struct builtin *b, struct operation *op);

/* ---- for the steps ---- */

/* Wait for @timeout after the call was made, then return @give_up. Always WOULD_BLOCK. */
int64_t operation_block(struct operation *op, vtime_t timeout, int64_t give_up);
/* Does @fd, a socket or a file, make calls wait? */
bool builtin_is_blocking(const struct builtin *b, int fd);

int64_t step_read(struct builtin *b, struct operation *op);
int64_t step_write(struct builtin *b, struct operation *op);
int64_t step_messages(struct builtin *b, struct operation *op);
int64_t step_sendfile(struct builtin *b, struct operation *op);
int64_t step_splice(struct builtin *b, struct operation *op);

/* Variables of a connection, in the shape of every target. */
const char *builtin_info(struct builtin *b, int fd, struct tcp_state_info *out);

#endif
