/* SPDX-License-Identifier: MIT
 *
 * telling.h - lines of a script one after the other, each with its time; private to src/capture
 */
#ifndef CAPTURE_TELLING_H
#define CAPTURE_TELLING_H

#include "capture/transcript.h"

/* Time-stamps in the numbers of the script: the first of each side is FIRST_STAMP. */
struct stamp_base {
	bool known;
	uint32_t value;
};

struct telling {
	struct buf *out;
	const struct conversation *conversation;
	const struct transcript_options *options;
	struct tuple ends;                                   /* source: the stack under test */
	struct arena *arena;
	bool started;
	bool real;                                           /* the capture has the times of a real clock */
	vtime_t start, last;                                 /* .last: rounded, of the line before */
	uint32_t isn[2];                                     /* of the stack under test, of its peer */
	struct stamp_base stamps[2];
	uint8_t service;                                     /* type of service that calls have set so far */
	uint32_t latest_stamp;                               /* that the stack sent, in script numbers */
	uint32_t full[2];                                    /* octets of a full segment, to the peer, from it */
};

/* One line at @at: TIME TEXT. Times are rounded to a tenth of a millisecond and count from the line before. */
void tell(struct telling *t, vtime_t at, const char *format, ...) PRINTF_LIKE(3, 4);
/* The same with the time span of a call that blocks up to @end. */
void tell_blocking(struct telling *t, vtime_t at, vtime_t end, const char *format, ...) PRINTF_LIKE(4, 5);
/* The line of a packet. */
void tell_packet(struct telling *t, const struct captured *packet);
/* The call that sets the type of service which @packet, the stack's own, has, where no call did before. */
void tell_service(struct telling *t, const struct captured *packet, int fd);
/* The number in the MSS option; 0: there is none. */
unsigned tcp_mss_of(const struct tcp_header *tcp);
/* A TCP header of either direction in numbers of the script. */
void telling_translate(struct telling *t, struct tcp_header *tcp, bool inbound);

/* All events of a TCP connection. (transcript_tcp.c) */
void tell_tcp(struct telling *t);

/* The window that the SYN of a connection offered, where that was all of a buffer: one without scale, and shut later.
 * 0: that cannot be seen. */
unsigned telling_whole_window(const struct telling *t);

#endif
