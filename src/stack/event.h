/* SPDX-License-Identifier: MIT
 *
 * event.h - what the stack tells about its inside: state transitions, timers, variables
 */
#ifndef STACK_EVENT_H
#define STACK_EVENT_H

#include <stdint.h>

#include "util/vtime.h"
#include "wire/packet.h"

enum stack_event_kind {
	STACK_EVENT_STATE,                                   /* .from -> .to, .reason */
	STACK_EVENT_TIMER_SET,                               /* .name will fire at .deadline */
	STACK_EVENT_TIMER_CLEARED,                           /* .name */
	STACK_EVENT_TIMER_FIRED,                             /* .name */
	STACK_EVENT_VARIABLE,                                /* .name changed from .before to .after */
	STACK_EVENT_DROP,                                    /* a packet was dropped; .reason */
	STACK_EVENT_NOTE,                                    /* .reason: a decision worth telling */
};

/* All texts are constants. */
struct stack_event {
	enum stack_event_kind kind;
	vtime_t at;
	int fd;                                              /* -1: no descriptor (yet, or any more) */
	struct tuple tuple;                                  /* source: this host; version 0: no socket */
	const char *from, *to;                               /* "SYN-SENT", "ESTABLISHED" */
	const char *name;                                    /* "retransmission", "time-wait"; "cwnd", "snd_una" */
	const char *reason;
	vtime_t deadline;
	int64_t before, after;
};

#endif
