/* SPDX-License-Identifier: MIT
 *
 * least_rtt.c - three candidates for the least round-trip time, each younger and larger than the one before
 */
#include "stack/least_rtt.h"

#include <stdbool.h>
#include <string.h>

/* Should the sample follow those there are? The second candidate must be a quarter of the window younger than the
 * first, the third one half. */
static bool wants_another(const struct least_rtt *x, vtime_t now, vtime_t window)
{
	vtime_t age = vtime_sub(now, x->candidates[0].at), due = vtime_ns(window.ns / 4 * x->count);

	return x->count < LEAST_RTT_CANDIDATES && vtime_before(due, age);
}

void least_rtt_see(struct least_rtt *x, vtime_t rtt, vtime_t now, vtime_t window)
{
	int before = x->count;

	while (x->count && !vtime_before(x->candidates[x->count - 1].rtt, rtt))
		x->count--;
	if (!before || x->count < before || wants_another(x, now, window))
		x->candidates[x->count++] = (struct rtt_candidate){ rtt, now };
	while (x->count > 1 && vtime_before(vtime_add(x->candidates[0].at, window), now))
		memmove(x->candidates, x->candidates + 1, sizeof(x->candidates[0]) * (size_t)--x->count);
	if (vtime_before(vtime_add(x->candidates[0].at, window), now))
		x->candidates[0] = (struct rtt_candidate){ rtt, now };
}

vtime_t least_rtt(const struct least_rtt *x)
{
	return x->count ? x->candidates[0].rtt : VTIME_NEVER;
}
