/* SPDX-License-Identifier: MIT
 *
 * library_internal.h - between the files that make a target of a stack that is a library
 */
#ifndef TARGET_LIBRARY_LIBRARY_INTERNAL_H
#define TARGET_LIBRARY_LIBRARY_INTERNAL_H

#include "target/library/duplicates.h"
#include "target/library/library.h"

/* What a step returns when the call has to wait; every other value is a result, DRIVER_CANNOT or minus an errno. */
#define WOULD_BLOCK INT64_MIN

/* Call an operation of the stack's driver. */
#define STACK_CALL(lib, what, ...) ((lib)->driver->ops->what((lib)->driver, __VA_ARGS__))

/* A call under way. Its step is tried again and again until it says something other than WOULD_BLOCK; what it has to
 * remember between two tries is here. */
struct operation {
	struct call call;
	vtime_t started, deadline;
	int64_t give_up;                                     /* the result if the deadline comes first */
	int64_t done;                                        /* bytes moved so far; with several messages, those of the
	                                                        current one */
	size_t messages;                                     /* sendmmsg, recvmmsg: how many are done */
	vtime_t until;                                       /* recvmmsg: when its own time-out ends */
	bool refused;                                        /* there was no room: it waits until poll() reports some */
	bool connecting;                                     /* the connection is under way ... */
	bool asleep;                                         /* reading: until poll() would report POLLIN */
	bool joined;                                         /* ... since a call before this one */
	bool timed;                                          /* operation_block_on() has set .deadline ... */
	int64_t timed_done;                                  /* ... when so much was done */
	int ticket;                                          /* close() lingers */
};

struct library {
	struct target base;
	struct duplicates duplicates;
	struct stack_driver *driver;                         /* NULL: none yet */
	struct files *files;
	vtime_t now;
	vtime_t resolution, overslept;                       /* on a real clock: the timers' resolution; how late we
	                                                        woke up */
	struct queued_packet *first, **last, *current;       /* sent and not yet asked for; the one handed out last */
	size_t queued_bytes;
	const char *broken;                                  /* NULL, or why the target cannot go on */
	const char *unable;                                  /* what the files and calls of this library lack, or
	                                                        NULL */
	const char *cannot;                                  /* what the last operation would have needed, or NULL */
	const char *refused;                                 /* the same of the call that has returned, which nobody
	                                                        knows yet */
	int steps;                                           /* since the clock last moved */
	bool low_water;                                      /* some socket was given SO_RCVLOWAT */
	bool running;                                        /* a call waits that is not marked as blocking */
	bool pending, returned;                              /* a blocking call waits; it has returned, which nobody
	                                                        knows yet */
	struct operation operation;
	struct call_result result;
	uint16_t next_port;
};

/* Try @op once: its result, DRIVER_CANNOT, minus an errno, or WOULD_BLOCK. */
int64_t library_step(struct library *lib, struct operation *op);

/* ---- for the steps ---- */

/* The call needs what is not here: DRIVER_CANNOT, and the case is SKIP because of @what. */
int64_t library_cannot(struct library *lib, const char *what);
/* Wait until @timeout after the call was made, then return @give_up. Always WOULD_BLOCK. */
int64_t operation_block(struct operation *op, vtime_t timeout, int64_t give_up);
/* The same for a time-out that the stack counts, and may count in ticks. */
int64_t operation_block_on(struct library *lib, struct operation *op, vtime_t timeout, int64_t give_up);
/* Do calls on @fd, a socket or a file, block? */
bool library_is_blocking(const struct library *lib, int fd);

int64_t step_read(struct library *lib, struct operation *op);
int64_t step_write(struct library *lib, struct operation *op);
int64_t step_messages(struct library *lib, struct operation *op);
int64_t step_sendfile(struct library *lib, struct operation *op);
int64_t step_splice(struct library *lib, struct operation *op);

#endif
