/* SPDX-License-Identifier: MIT
 *
 * backoff.c - how many scripts may play at a time in real time
 */
#include "suite/backoff.h"

/* Half of the default tolerance of scripts, so that we react before verdicts are in danger. With two idle processors
 * the worst injection of 99 cases in 100 is less than 1.1 ms late with up to 32 at a time, and 3 ms with 64. */
enum { LATE_MS = 2 };

/* After a round of punctual answers one more script may play. Most lateness is the doing of others: the scripts sleep
 * for nine tenths of their time, and so few are late because of each other that waiting longer costs more time than it
 * saves repetitions. */
enum { PUNCTUAL_ROUNDS = 1 };

uint64_t backoff_begin(struct backoff *b)
{
	return b->begun++;
}

bool backoff_end(struct backoff *b, uint64_t job, bool late)
{
	if (job < b->lowered_at)
		return false;
	b->punctual = late ? 0 : b->punctual + 1;
	if (late && b->allowed > 1) {
		b->lowered_at = b->begun;
		b->allowed /= 2;
		return true;
	}
	if (b->allowed < b->most && b->punctual >= PUNCTUAL_ROUNDS * b->allowed) {
		b->punctual = 0;
		b->allowed++;
	}
	return false;
}

static bool too_late(const struct attempt *answer)
{
	return vtime_before(vtime_ms(LATE_MS), answer->latest);
}

bool backoff_is_late(const struct attempt *answer)
{
	return answer->disturbed || too_late(answer);
}

void backoff_describe(struct buf *out, const struct attempt *answer, int before, int allowed)
{
	if (too_late(answer))
		buf_printf(out, "late by %.1f ms", vtime_to_s(answer->latest) * 1e3);
	else
		buf_puts(out, "disturbed");
	buf_printf(out, " with %d scripts at a time: now %d", before, allowed);
}
