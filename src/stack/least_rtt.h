/* SPDX-License-Identifier: MIT
 *
 * least_rtt.h - the least round-trip time of the last seconds
 *
 * A path may become longer for good, and then the least round trip ever measured is out of date (RFC 8985, 6.2, step 4,
 * leaves the choice to the host). So measurements are forgotten after tcp_min_rtt_window_s.
 *
 * Knowing the exact minimum of a window would take all its samples. Three that lie apart are enough for a good answer:
 * the least; a successor, taken once the least is a quarter of the window old; and a third, taken once it is half a
 * window old. A sample smaller than one of them takes its place and that of the younger ones. Linux was seen to choose
 * in this way with a window of one second and round trips that grew (testcases/recovery/least-round-trip.pkt).
 */
#ifndef STACK_LEAST_RTT_H
#define STACK_LEAST_RTT_H

#include <stdbool.h>
#include <stdint.h>

#include "util/vtime.h"

enum { LEAST_RTT_CANDIDATES = 3 };

/* A round trip that was measured at @at, and how many things happened to the host meanwhile. */
struct rtt_candidate {
	vtime_t rtt, at;
	uint32_t turns;
};

/* All zeros: nothing was measured yet. */
struct least_rtt {
	struct rtt_candidate candidates[LEAST_RTT_CANDIDATES];          /* the least, which is the oldest, first */
	int count;
};

/* The round trip @seen was measured just now; samples older than @window are forgotten. */
void least_rtt_see(struct least_rtt *x, struct rtt_candidate seen, vtime_t window);
/* Is a round trip of @rtt less than the least? Where a clock stands still while things happen, one of the same length
 * in which fewer of them did (@turns) would be less on a host whose calls and packets take time. True if none is
 * known. */
bool least_rtt_beaten(const struct least_rtt *x, vtime_t rtt, uint32_t turns);
/* The least, or VTIME_NEVER if none was measured. A sample that is too old still counts until a newer one arrives. */
vtime_t least_rtt(const struct least_rtt *x);

#endif
