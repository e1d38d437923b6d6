/* SPDX-License-Identifier: MIT
 *
 * protodrill-time.h - a part of protodrill-adapter.h, which includes it: ADVANCE
 */
#ifndef PROTODRILL_TIME_H
#define PROTODRILL_TIME_H

#include "protodrill-frames.h"

/* See "Time" in docs/adapter-protocol.md; also for a clock that cannot be held. Returns the reason why ADVANCE ends. */
static int protodrill_pass(int64_t until, unsigned want)
{
	const struct protodrill_stack_v1 *s = protodrill.stack;
	int64_t before = protodrill_now(), next;

	for (int still = 0;; still = protodrill.now > before ? 0 : still + 1) {
		before = protodrill_now();
		if (protodrill.sent.first && want & PROTODRILL_WANT_PACKET)
			return PROTODRILL_SENT;
		if (protodrill.ended.first && want & PROTODRILL_WANT_RETURN)
			return PROTODRILL_RETURNED;
		if (s->clock && before >= until)
			return PROTODRILL_REACHED;
		if (s->clock) {
			s->wait(until, (want & PROTODRILL_WANT_STEP) != 0);
			if (!protodrill.sent.first && want & PROTODRILL_WANT_STEP)
				return PROTODRILL_STEPPED;
			continue;
		}
		if (still > PROTODRILL_STILL)
			protodrill_fail("time stands still: deadline() is absolute, and is later after run()");
		next = s->deadline ? s->deadline() : PROTODRILL_NEVER;
		if (next == PROTODRILL_NEVER && until == PROTODRILL_NEVER)
			return PROTODRILL_IDLE;
		protodrill.now = next < until ? next : until;
		protodrill.now = protodrill.now > before ? protodrill.now : before;
		if (s->run)
			s->run(protodrill.now);
		if (next > until || want & PROTODRILL_WANT_STEP)
			return next > until ? PROTODRILL_REACHED : PROTODRILL_STEPPED;
	}
}

static int protodrill_advance(void)
{
	int64_t until = (int64_t)protodrill_take(8);
	unsigned want = (unsigned)protodrill_take(4);
	int kind = protodrill_pass(until, want);

	protodrill_put((uint64_t)(kind == PROTODRILL_SENT ? protodrill.sent.first->time : protodrill_now()), 8);
	protodrill_put((uint64_t)kind, 4);
	if (kind == PROTODRILL_SENT || kind == PROTODRILL_RETURNED) {
		struct protodrill_queue *q = kind == PROTODRILL_SENT ? &protodrill.sent : &protodrill.ended;
		protodrill_put_bytes(q->first + 1, q->first->length);
		protodrill_forget(q);
	}
	return 1;
}

#endif
