/* SPDX-License-Identifier: MIT
 *
 * recovery_rack_probe.c - one timer for everything, and the probe of the tail: TLP (RFC 8985, 7 and 8)
 *
 * When the last segments of a flight are lost, nothing comes after them that would reveal it. So after two round trips
 * without an answer the sender sends one more: a new segment if there is one, else the last one again. The answer to it
 * is what RACK needs. One probe at a time, and none while losses are being repaired; if the probe itself repaired the
 * only loss, nobody else would notice, so its answer is watched.
 *
 * Only one of the reordering timer, the probe timer and the retransmission timer is armed at a time (RFC 8985, 8); the
 * first two are TCP_TIMER_RECOVERY. After one of those the time-out counts from when the oldest segment went out.
 */
#include "stack/recovery_rack_parts.h"
#include "stack/reduction.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_state.h"
#include "stack/tcp_timer.h"

enum { PROBES_FROM = 3, RENEGED_LEAST_MS = 10 };

/* The time from now until the oldest segment times out; negative if it is overdue. */
static vtime_t timeout_left(const struct tcp *t)
{
	return vtime_sub(vtime_add(tcp_sent_segment(t, 0)->at, tcp_rto_now(t)), tcp_stack(t)->now);
}

static void arm_recovery(struct tcp *t, enum rack_wait waits, vtime_t delay)
{
	tcp_disarm(t, TCP_TIMER_RETRANSMIT);
	rack_of(t)->waits = waits;
	tcp_arm(t, TCP_TIMER_RECOVERY, tcp_rto_rounded(t, delay));
}

void rack_arm_timeout(struct tcp *t)
{
	struct rack *k = rack_of(t);
	vtime_t delay = k->waits != RACK_WAITS_RTO && t->sent.count ? vtime_max(timeout_left(t), vtime_ns(1))
	                                                            : tcp_rto_now(t);

	k->waits = RACK_WAITS_RTO;
	tcp_disarm(t, TCP_TIMER_RECOVERY);
	if (!t->sent.count) {
		tcp_disarm(t, TCP_TIMER_RETRANSMIT);             /* RFC 6298, (5.2) */
		return;
	}
	tcp_disarm(t, TCP_TIMER_PERSIST);
	tcp_arm_retry_in(t, TCP_TIMER_RETRANSMIT, tcp_rto_rounded(t, delay));
}

/* TLP_calc_PTO of RFC 8985, 7.2. When the oldest segment is overdue already, because a probe has just put the time-out
 * off, its time is no bound: new text gets the full time of a probe. */
static vtime_t probe_timeout(const struct tcp *t, bool fresh)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	vtime_t pto = vtime_s(1), left = fresh ? tcp_rto_now(t) : timeout_left(t);

	if (t->rtx.measured) {
		pto = vtime_ns(2 * t->rtx.srtt.ns);
		bool alone = t->sent.count == 1;             /* the peer may delay its ACK */
		pto = vtime_add(pto, alone ? vtime_ms(c->tcp_probe_ack_delay_ms) : vtime_us(c->tcp_probe_slack_us));
	}
	return left.ns > 0 ? vtime_min(pto, left) : pto;
}

static bool may_probe(const struct tcp *t)
{
	const struct recovery *r = &t->recovery;

	return tcp_stack(t)->config.tcp_tail_loss_probe >= PROBES_FROM && t->agreed.sack && t->sent.count &&
	       (r->phase == RECOVERY_OPEN || r->phase == RECOVERY_REDUCING) && tcp_in(t, TCPM_SENDS) &&
	       !defect(tcp_stack(t), DEFECT_TCP_NO_TAIL_PROBE);
}

void rack_arm(struct tcp *t, bool fresh)
{
	if (may_probe(t))
		arm_recovery(t, RACK_WAITS_PROBE, probe_timeout(t, fresh));
	else if (fresh || rack_see(t)->waits == RACK_WAITS_PROBE)
		rack_arm_timeout(t);
}

void rack_arm_reordering(struct tcp *t, vtime_t delay)
{
	arm_recovery(t, RACK_WAITS_REORDERING, vtime_add(delay, vtime_us(tcp_stack(t)->config.tcp_probe_slack_us)));
}

/* RFC 2018, 8: the receiver has thrown away what it selected. Give it a moment to select more, then start over. */
void rack_arm_reneged(struct tcp *t)
{
	struct rack *k = rack_of(t);

	k->waits = RACK_WAITS_RTO;
	tcp_disarm(t, TCP_TIMER_RECOVERY);
	tcp_arm(t, TCP_TIMER_RETRANSMIT,
	        tcp_rto_rounded(t, vtime_max(vtime_ns(t->rtx.srtt.ns / 2), vtime_ms(RENEGED_LEAST_MS))));
	tcp_note(t, "a selected segment was not acknowledged with what is before it (RFC 2018, 8)");
}

/* ---- the probe ---- */

/* TLP_send_probe of RFC 8985, 7.3. */
void rack_probe(struct tcp *t)
{
	struct rack *k = rack_of(t);
	const struct sent_segment *last;
	bool shut;
	uint32_t unsent = tcp_unsent(t), mss = tcp_send_mss(t), flight = tcp_flight(t);
	bool fits = t->snd.wnd >= flight && t->snd.wnd - flight >= (unsent < mss ? unsent : mss);

	rack_arm_timeout(t);
	if (k->probing || !t->sent.count)
		return;
	last = tcp_sent_segment(t, t->sent.count - 1);
	shut = !seq_equal(last->seq, t->snd.una) && !seq_before(last->seq, seq_add(t->snd.una, t->snd.wnd));
	k->want_new = unsent && fits && !defect(tcp_stack(t), DEFECT_TCP_TAIL_PROBE_OLD);
	if (!k->want_new && shut)
		return;
	k->want_probe = !k->want_new;
	t->recovery.small_too = k->want_new;
	count(tcp_stack(t), TcpExtTCPLossProbes);
	tcp_note(t, "TLP: a probe of the tail (RFC 8985, 7.3)");
}

void rack_probe_sent(struct tcp *t, seq_t seq, bool fresh)
{
	struct rack *k = rack_of(t);

	k->want_probe = k->want_new = false;
	k->probing = true;
	k->probe_again = !fresh;
	k->probe_end = t->snd.nxt;
	for (size_t i = t->sent.count; !fresh && i--; ) {    /* a window that shrank may have cut the last segment */
		if (seq_before(tcp_sent_segment(t, i)->seq, seq))
			break;
		tcp_sent_uncount_copy(t, i);
		if (defect(tcp_stack(t), DEFECT_TCP_PROBE_PART_COUNTS))
			break;
	}
	k->waits = RACK_WAITS_RTO;                           /* RFC 8985, 7.3: the full time-out comes next */
	rack_arm_timeout(t);
}

void rack_probe_forget(struct tcp *t)
{
	struct rack *k = rack_of(t);

	k->probing = k->want_probe = k->want_new = false;
}

/* A D-SACK of one segment up to the end of the probe is about the probe, even if more D-SACKs came than segments went
 * out again, so that it proves nothing else. */
static bool tells_of_probe(const struct tcp *t)
{
	const struct sent_news *n = &t->sent.news;
	bool one = (uint32_t)seq_diff(n->duplicate.end, n->duplicate.start) <= tcp_send_mss(t);
	bool counts = n->duplicates || !defect(tcp_stack(t), DEFECT_TCP_TAIL_PROBE_DOUBTED);

	return n->repeats && one && counts && seq_equal(n->duplicate.end, rack_see(t)->probe_end);
}

/* TLP_process_ack of RFC 8985, 7.4.2. */
bool rack_probe_acked(struct tcp *t, const struct tcp_ack *a)
{
	struct rack *k = rack_of(t);
	const struct sent_news *n = &t->sent.news;

	if (!k->probing || seq_before(a->ack, k->probe_end))
		return false;
	if (!k->probe_again || tells_of_probe(t)) {
		k->probing = false;
		return false;
	}
	if (seq_after(a->ack, k->probe_end)) {
		k->probing = false;
		return !defect(tcp_stack(t), DEFECT_TCP_TAIL_PROBE_FREE);
	}
	if (a->duplicate && !n->selected)                    /* the original and the probe arrived */
		k->probing = false;
	return false;
}
