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

/* Ask the stack. */
#define STACK_CALL(lib, what, ...) ((lib)->driver->ops->what((lib)->driver, __VA_ARGS__))

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
	bool connecting;                                     /* the connection is under way ... */
	bool asleep;                                         /* reading: until poll() would say POLLIN */
	bool joined;                                         /* ... since a call before this one */
	int ticket;                                          /* close() lingers */
};

struct library {
	struct target base;
	struct duplicates duplicates;
	struct stack_driver *driver;                         /* NULL: not yet */
	struct files *files;
	vtime_t now;
	vtime_t resolution, overslept;                       /* on a real clock: of timers; how late we woke up */
	struct queued_packet *first, **last, *current;       /* sent and not asked for; last one handed out */
	size_t queued_bytes;
	const char *broken;                                  /* NULL, or why the target cannot go on */
	const char *unable;                                  /* what files and calls here have no means for, or NULL */
	const char *cannot;                                  /* what the last operation had no means for, or NULL */
	const char *refused;                                 /* the same of the call that returned and nobody knows */
	int steps;                                           /* since the clock moved last */
	bool low_water;                                      /* some socket was given SO_RCVLOWAT */
	bool running;                                        /* a call that is not marked as blocking waits */
	bool pending, returned;                              /* a blocking call waits; it returned and nobody knows */
	struct operation operation;
	struct call_result result;
	uint16_t next_port;
};

/* One try of @op: its result, DRIVER_CANNOT, minus an errno, or WOULD_BLOCK. */
int64_t library_step(struct library *lib, struct operation *op);

/* ---- for the steps ---- */

/* What the call needs is not here: DRIVER_CANNOT, and the case is SKIP with @what. */
int64_t library_cannot(struct library *lib, const char *what);
/* Wait for @timeout after the call was made, then return @give_up. Always WOULD_BLOCK. */
int64_t operation_block(struct operation *op, vtime_t timeout, int64_t give_up);
/* Does @fd, a socket or a file, make calls wait? */
bool library_is_blocking(const struct library *lib, int fd);

int64_t step_read(struct library *lib, struct operation *op);
int64_t step_write(struct library *lib, struct operation *op);
int64_t step_messages(struct library *lib, struct operation *op);
int64_t step_sendfile(struct library *lib, struct operation *op);
int64_t step_splice(struct library *lib, struct operation *op);

#endif
