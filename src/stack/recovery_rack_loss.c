/* SPDX-License-Identifier: MIT
 *
 * recovery_rack_loss.c - what is lost, by time: RACK (RFC 8985, 6)
 *
 * When something is delivered that was sent after a segment, that segment should have arrived as well. It may have been
 * overtaken, so it gets a round trip and a little more: the reordering window. That is a quarter of the least round
 * trip; but as long as no reordering has been seen, it is zero once recovery has begun or DupThresh segments were
 * selected. A D-SACK says that the window was too small, and widens it by another quarter, once in a round trip and up
 * to a smoothed round trip; after sixteen recoveries it is back at its first size.
 *
 * Time decides, not sequence numbers: a copy has its own time, so a lost copy is found in the same way as a lost
 * original. But a host may look at each transmission only once: if a mark was taken back by an undo, or the receiver
 * threw away what it had selected, only the retransmission timer marks the segment again (tcp_rack_judges_once).
 */
#include "stack/recovery_rack_parts.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_state.h"

enum { PERSISTS = 16, MULTIPLIER_MOST = 255 };
/* Bit 0, CHOICE_RACK, is set by default, and read by nobody: there is no other way of finding losses. */
enum { CHOICE_RACK = 1, CHOICE_STATIC = 2, CHOICE_NO_THRESHOLD = 4 };

/* RFC 8985, 6.2: of two that left at the same time the one with the higher end left later. */
static bool sent_before_latest(const struct rack *k, const struct sent_segment *s)
{
	bool together = s->at.ns == k->sent_at.ns && s->turn == k->turn;

	return together ? seq_before(s->end, k->end) : tcp_sent_before(s, k->sent_at, k->turn);
}

static bool sent_after_latest(const struct rack *k, const struct sent_segment *s)
{
	const bool is_latest = s->at.ns == k->sent_at.ns && s->turn == k->turn && seq_equal(s->end, k->end);

	return !is_latest && !sent_before_latest(k, s);
}

/* RFC 8985, 6.2, step 4: the multiplier follows D-SACKs, once in a round trip. */
static void adapt(struct tcp *t)
{
	struct rack *k = rack_of(t);
	const struct sent_segment *newest = &t->sent.newest;

	if (tcp_stack(t)->config.tcp_rack_choices & CHOICE_STATIC || defect(tcp_stack(t), DEFECT_TCP_RACK_NO_DSACK) ||
	    !newest->delivered)
		return;
	if (newest->delivered_bytes < k->round)
		k->too_early = false;
	if (k->too_early) {
		k->multiplier += k->multiplier < MULTIPLIER_MOST;
		k->too_early = false;
		k->round = t->sent.bytes;
		k->persists = PERSISTS;
		tcp_note(t, "RACK: a D-SACK widens the reordering window (RFC 8985, 6.2)");
	} else if (!k->persists) {
		k->multiplier = 1;
	}
}

void rack_heard(struct tcp *t)
{
	struct rack *k = rack_of(t);
	const struct sent_news *n = &t->sent.news;
	bool of_probe = k->probing && seq_equal(n->duplicate.end, k->probe_end);

	if (!k->multiplier)
		k->multiplier = 1;
	if (n->proof.delivered) {
		k->advanced = true;
		k->rtt = n->rtt;
		if (sent_after_latest(k, &n->proof)) {
			k->sent_at = n->proof.at;
			k->turn = n->proof.turn;
			k->end = n->proof.end;
		}
	}
	k->too_early |= n->duplicates && n->disorder_known && !of_probe;
	adapt(t);
}

void rack_reconsider(struct tcp *t)
{
	rack_of(t)->advanced = true;
}

void rack_persist(struct tcp *t, int by)
{
	struct rack *k = rack_of(t);
	int persists = k->persists + by;

	k->persists = (uint8_t)(persists < 0 ? 0 : persists > PERSISTS ? PERSISTS : persists);
}

/* RACK_update_reo_wnd of RFC 8985, 6.2, step 4. */
static vtime_t reordering_window(const struct tcp *t)
{
	const struct rack *k = rack_see(t);
	const struct recovery *r = &t->recovery;
	vtime_t least = tcp_sent_least_rtt(t), window;
	bool threshold = !(tcp_stack(t)->config.tcp_rack_choices & CHOICE_NO_THRESHOLD);

	if (!t->sent.reorderings) {
		if (r->phase >= RECOVERY_FAST)
			return VTIME_ZERO;
		if (threshold && t->sent.sacked >= r->reordering)
			return VTIME_ZERO;
	}
	if (vtime_is_never(least) || defect(tcp_stack(t), DEFECT_TCP_RACK_NO_WINDOW))
		return VTIME_ZERO;
	window = vtime_ns(least.ns / 4 * k->multiplier);
	return vtime_min(window, t->rtx.srtt);
}

bool rack_overdue(const struct tcp *t, vtime_t at)
{
	return !vtime_before(tcp_stack(t)->now, vtime_add(at, rack_see(t)->rtt));
}

/* RACK_detect_loss of RFC 8985, 6.2, step 5. */
vtime_t rack_detect(struct tcp *t)
{
	struct rack *k = rack_of(t);
	vtime_t patience = vtime_add(k->rtt, reordering_window(t)), wait = VTIME_ZERO;
	bool once = tcp_stack(t)->config.tcp_rack_judges_once && !defect(tcp_stack(t), DEFECT_TCP_RACK_JUDGES_AGAIN);
	uint32_t before = t->sent.losses;

	bool off = defect(tcp_stack(t), DEFECT_TCP_RACK_SWITCHED_OFF) &&
	           !(tcp_stack(t)->config.tcp_rack_choices & CHOICE_RACK);

	if (!k->advanced || off)
		return VTIME_ZERO;
	k->advanced = false;
	for (size_t i = 0; i < t->sent.count; i++) {
		const struct sent_segment *s = tcp_sent_segment(t, i);
		if (s->delivered || (s->lost && !s->copy) || (once && s->judged) || !sent_before_latest(k, s))
			continue;
		if (s->copy && defect(tcp_stack(t), DEFECT_TCP_RACK_COPY_TRUSTED))
			continue;
		vtime_t left = vtime_sub(vtime_add(s->at, patience), tcp_stack(t)->now);
		if (left.ns <= 0)
			tcp_sent_judge(t, i);
		else
			wait = vtime_max(wait, left);
	}
	if (t->sent.losses != before)
		tcp_note(t, "RACK: segments are lost (RFC 8985, 6.2)");
	return wait;
}
