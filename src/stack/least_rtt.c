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

void least_rtt_see(struct least_rtt *x, struct rtt_candidate seen, vtime_t window)
{
	int before = x->count;
	vtime_t now = seen.at;

	for (; x->count && !vtime_before(x->candidates[x->count - 1].rtt, seen.rtt); x->count--) {
		const struct rtt_candidate *c = &x->candidates[x->count - 1];
		if (c->rtt.ns == seen.rtt.ns && c->turns < seen.turns)
			seen.turns = c->turns;
	}
	if (!before || x->count < before || wants_another(x, now, window))
		x->candidates[x->count++] = seen;
	while (x->count > 1 && vtime_before(vtime_add(x->candidates[0].at, window), now))
		memmove(x->candidates, x->candidates + 1, sizeof(x->candidates[0]) * (size_t)--x->count);
	if (vtime_before(vtime_add(x->candidates[0].at, window), now))
		x->candidates[0] = seen;
}

bool least_rtt_beaten(const struct least_rtt *x, vtime_t rtt, uint32_t turns)
{
	const struct rtt_candidate *c = x->candidates;

	return !x->count || vtime_before(rtt, c->rtt) || (rtt.ns == c->rtt.ns && turns < c->turns);
}

vtime_t least_rtt(const struct least_rtt *x)
{
	return x->count ? x->candidates[0].rtt : VTIME_NEVER;
}
