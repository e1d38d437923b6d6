/* SPDX-License-Identifier: MIT
 *
 * least_rtt.h - the least round-trip time of the last seconds
 *
 * A path may become longer for good, and then the least that was ever measured says nothing any more (RFC 8985, 6.2,
 * step 4, leaves the choice to the host). So what was measured is forgotten after a time, tcp_min_rtt_window_s.
 *
 * To know the least of a window exactly takes all samples. Three are enough for a good answer, if they lie apart: the
 * least; a successor, for which the least must be a quarter of the window old; and a third one, for which it must be
 * half. A smaller sample than one of them takes the place of that and of the younger ones. That Linux chooses so was
 * seen with a window of one second and round trips that grew (testcases/recovery/least-round-trip.pkt).
 */
#ifndef STACK_LEAST_RTT_H
#define STACK_LEAST_RTT_H

#include "util/vtime.h"

enum { LEAST_RTT_CANDIDATES = 3 };

/* Zeroed: nothing was measured yet. */
struct least_rtt {
	struct rtt_candidate {
		vtime_t rtt, at;
	} candidates[LEAST_RTT_CANDIDATES];                  /* the least, which is the oldest, first */
	int count;
};

/* A round trip of @rtt was measured at @now; what is older than @window is forgotten. */
void least_rtt_see(struct least_rtt *x, vtime_t rtt, vtime_t now, vtime_t window);
/* The least, or VTIME_NEVER if none was measured. What is too old counts until something was measured after it. */
vtime_t least_rtt(const struct least_rtt *x);

#endif
