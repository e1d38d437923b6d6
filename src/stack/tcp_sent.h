/* SPDX-License-Identifier: MIT
 *
 * tcp_sent.h - what is on its way, segment by segment: what was delivered, how fast, and in which order
 *
 * Nothing is sent or held back because of it: these are the sender's observations, for TCP_INFO.
 */
#ifndef STACK_TCP_SENT_H
#define STACK_TCP_SENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/seq.h"
#include "util/vtime.h"

struct tcp;
struct tcp_piece;
struct tcp_segment;

/* A segment, and what was known when it went out (for the last time). */
struct sent_segment {
	seq_t seq, end;
	uint32_t text;                                       /* bytes of it, SYN and FIN not counted */
	bool again, delivered, app_limited;                  /* again: sent more than once */
	vtime_t at, first_at, delivered_at;
	uint64_t delivered_bytes;
};

struct tcp_sent {
	struct sent_segment *list;                           /* a ring; in order of sequence numbers */
	size_t first, count, room;
	uint64_t bytes, out;                                 /* of text: delivered; on its way */
	vtime_t delivered_at, first_at;                      /* the last delivery; when what it was about went out */
	vtime_t least_rtt;                                   /* VTIME_NEVER: nothing sent once was delivered yet */
	uint64_t app_limited;                                /* the user had no more to send until so much is delivered */
	seq_t highest;                                       /* end of what was delivered: RACK.fack of RFC 8985 */
	uint32_t segments, sacked;                           /* delivered in all; of those in the list */
	uint32_t duplicates, reorderings;                    /* D-SACKs; ACKs that showed reordering */
	struct sent_rate {
		uint64_t bytes;
		int64_t ns;                                      /* 0: no sample yet */
		bool app_limited;
	} rate;
};

void tcp_sent_start(struct tcp *t);
void tcp_sent_free(struct tcp *t);
/* @p goes out, up to @end. Before SND.NXT moves. */
void tcp_sent_piece(struct tcp *t, const struct tcp_piece *p, seq_t end);
/* An acceptable ACK came. Before SND.UNA moves. */
void tcp_sent_acked(struct tcp *t, const struct tcp_segment *seg);
/* The user has more to send: did the connection wait for that? Before it is queued. */
void tcp_sent_more(struct tcp *t);
/* Bytes a second of the latest sample; 0: none yet. */
uint64_t tcp_sent_rate(const struct tcp *t);

#endif
