/* SPDX-License-Identifier: MIT
 *
 * doubt.c - is a FAIL the target's, or may the machine have brought it about?
 */
#include "suite/doubt.h"

enum { DISTURBED_MS = 1, WAITED_MS = 1000 };

static double milliseconds(vtime_t t)
{
	return vtime_to_s(t) * 1e3;
}

bool doubt_remains(const struct attempt *a, int near_misses, struct buf *why)
{
	const struct disturbance *d = &a->disturbance;
	/* Milliseconds do not make a call wait for seconds. */
	const vtime_t late = vtime_max(a->worst_lateness, d->worst_wake);
	const vtime_t limit = vtime_ms(a->waited ? WAITED_MS : DISTURBED_MS);

	if (d->lost_packets)
		buf_printf(why, "the capture lost %llu packets", (unsigned long long)d->lost_packets);
	else if (vtime_before(limit, late))
		buf_printf(why, "the harness was late by up to %.1f ms", milliseconds(late));
	else if (vtime_before(limit, d->round_trip))
		buf_printf(why, "the other machine took %.1f ms to answer", milliseconds(d->round_trip));
	else if (vtime_before(limit, d->stolen))
		buf_printf(why, "the host took %.1f ms of processor time away", milliseconds(d->stolen));
	else if (vtime_before(limit, d->clock_step))
		buf_printf(why, "the clock was set by %.1f ms meanwhile", milliseconds(d->clock_step));
	else if (a->near_miss && a->near_miss != near_misses)
		buf_puts(why, "a packet was late by less than a tick of the kernel's timers, and not in each attempt");
	else
		return false;
	return true;
}

bool doubt_of_attempt(const struct attempt *a)
{
	struct buf why = BUF_INIT;
	const bool doubtful = doubt_remains(a, 0, &why);

	buf_free(&why);
	return doubtful;
}

bool doubt_repeats(enum verdict verdict, bool doubtful, int left)
{
	return left > 0 && (verdict == VERDICT_INCONCLUSIVE || (verdict == VERDICT_FAIL && doubtful));
}
