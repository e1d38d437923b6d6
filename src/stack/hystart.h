/* SPDX-License-Identifier: MIT
 *
 * hystart.h - ending slow start before anything is lost
 */
#ifndef STACK_HYSTART_H
#define STACK_HYSTART_H

#include "stack/congestion.h"

/* Part of an algorithm's own state; starts as all zeros. */
struct hystart {
	bool running, found;                                 /* a round has begun; slow start is over */
	bool conservative;                                   /* CSS of RFC 9406 */
	uint8_t samples, css_rounds;
	seq_t end;                                           /* windowEnd of RFC 9406: the round ends when
	                                                        it is acknowledged */
	vtime_t least, last_least;                           /* currentRoundMinRTT, lastRoundMinRTT;
	                                                        VTIME_NEVER: none */
	vtime_t css_baseline;                                /* cssBaselineMinRtt */
	vtime_t round_start, last_ack;                       /* of the train of ACKs */
};

/* An ACK in slow start. Sets ssthresh if slow start is to end. @least: the least round trip of text so far; that of the
 * handshake is not comparable. */
void hystart_sample(struct hystart *h, struct congestion *c, const struct congestion_event *e, vtime_t least);
/* Slow start's growth for an ACK, which is less in conservative slow start. */
void hystart_grow(struct hystart *h, struct congestion *c, const struct congestion_event *e);

#endif
