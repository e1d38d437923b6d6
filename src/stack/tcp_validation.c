/* SPDX-License-Identifier: MIT
 *
 * tcp_validation.c - congestion window validation: RFC 7661
 *
 * A sender whose user has less to send than the window allows learns nothing of the path that the window stands for.
 * RFC 5681 takes such a window away after an RTO without sending, which makes users send padding; RFC 7661 keeps it for
 * minutes, and in return takes what was really carried for the measure when something gets lost.
 *
 * What was carried is pipeACK (4.2): the text acknowledged within one round trip, and of several round trips the most,
 * as far as the Sampling Period of max(3 * RTT, 1 s) goes back. A round trip is counted by numbers: it begins with the
 * first ACK behind the last one, and ends when all is acknowledged that was out then. The period has five parts, each
 * with the most that was found in it (4.5.1). So a pause needs no timer: what is too old no longer counts, and a
 * pipeACK of zero is one that was measured once, while one that was never measured is undefined.
 *
 *     validated       pipeACK undefined, or at least half of cwnd: everything as usual, but no pause takes the window
 *     non-validated   less: cwnd stays (unless it is full), what goes out is paced, a loss or mark sets it to half of
 *                     the larger of pipeACK and what was in flight; behind recovery what had to be sent again is taken
 *                     off as well, and pipeACK is undefined. After five minutes the window is halved.
 *
 * A method that sets window and pace itself (BBR) has a measure of the path of its own, and none of this. What is only
 * selected does not count for pipeACK (4.2, MAY). Profiles leave it off: the standard is RFC 5681, and Linux has
 * another rule.
 */
#include "stack/tcp_validation.h"

#include "stack/tcp_mss.h"
#include "stack/tcp_state.h"

enum { SECOND_NS = 1000000000 };

bool tcp_validates(const struct tcp *t)
{
	return tcp_stack(t)->config.tcp_new_cwv && !t->congestion.ops->rules && !t->congestion.ops->paces;
}

void tcp_validation_start(struct tcp *t)
{
	t->validation = (struct tcp_validation){ .since = VTIME_NEVER };
}

/* 4.2: Max(3 * RTT, 1 second) */
static int64_t sampling_ns(const struct tcp *t)
{
	int64_t three = 3 * t->rtx.srtt.ns;

	return three > SECOND_NS ? three : SECOND_NS;
}

/* The most text that one round trip has carried, of those that still count. */
static uint32_t pipe_ack(const struct tcp *t)
{
	const struct tcp_validation *v = &t->validation;
	uint32_t most = 0;

	const int parts = defect(tcp_stack(t), DEFECT_TCP_UNVALIDATED_BY_LATEST) && v->parts ? 1 : v->parts;

	for (int i = 0; i < parts; i++)
		if (vtime_sub(tcp_stack(t)->now, v->part[i].since).ns < sampling_ns(t) && v->part[i].most > most)
			most = v->part[i].most;
	return most;
}

static bool is_half(const struct tcp *t, uint32_t octets)
{
	return octets >= t->congestion.cwnd / 2;
}

bool tcp_validation_lacks(const struct tcp *t)
{
	return tcp_validates(t) && t->validation.parts && !t->validation.repairing && !is_half(t, pipe_ack(t));
}

/* ---- measuring ---- */

static void add_sample(struct tcp *t, uint32_t octets)
{
	struct tcp_validation *v = &t->validation;
	vtime_t now = tcp_stack(t)->now;

	if (v->parts && vtime_sub(now, v->part[0].since).ns < sampling_ns(t) / TCP_VALIDATION_PARTS) {
		if (octets > v->part[0].most)
			v->part[0].most = octets;
		return;
	}
	for (int i = TCP_VALIDATION_PARTS - 1; i > 0; i--)
		v->part[i] = v->part[i - 1];
	v->part[0].since = now;
	v->part[0].most = octets;
	v->parts += v->parts < TCP_VALIDATION_PARTS;
}

/* The phase may have changed by an ACK or by time alone. It began when the last sample that was half of the window
 * became too old, or else now. */
static void note_phase(struct tcp *t)
{
	struct tcp_validation *v = &t->validation;
	bool lacks = tcp_validation_lacks(t), noted = !vtime_is_never(v->since);

	if (lacks == noted)
		return;
	if (!lacks) {
		v->since = VTIME_NEVER;
		tcp_note(t, "the window is in use again (RFC 7661, 4.3)");
		return;
	}
	v->since = tcp_stack(t)->now;
	for (int i = v->parts - 1; i >= 0; i--)
		if (is_half(t, v->part[i].most))
			v->since = vtime_add(v->part[i].since, vtime_ns(sampling_ns(t)));
	tcp_note(t, "less than half of the window was in use: it is kept (RFC 7661, 4.4)");
}

void tcp_validation_acked(struct tcp *t, const struct tcp_ack *a)
{
	struct tcp_validation *v = &t->validation;

	/* MUST NOT be updated during fast recovery (4.2). What ended in another way than by the point: after a mark,
	 * or because nothing had been lost. */
	if (v->repairing && t->recovery.phase == RECOVERY_OPEN)
		tcp_validation_start(t);
	if (!tcp_validates(t) || !a->acked || !a->flight || v->repairing)
		return;
	if (!v->counting) {
		v->counting = true;
		v->from = seq_back(t->snd.una, a->acked);
		v->until = t->snd.nxt;
	}
	if (!seq_before(t->snd.una, v->until)) {
		v->counting = false;
		add_sample(t, (uint32_t)seq_diff(t->snd.una, v->from));
	}
	note_phase(t);
}

/* ---- what follows from it ---- */

bool tcp_validation_period(struct tcp *t, uint32_t initial, uint32_t *cwnd, uint32_t *ssthresh)
{
	struct tcp_validation *v = &t->validation;
	vtime_t period = vtime_from_s((double)tcp_stack(t)->config.tcp_nonvalidated_s);
	bool over = false;

	if (!tcp_validates(t))
		return false;
	note_phase(t);
	*cwnd = t->congestion.cwnd;
	*ssthresh = t->congestion.ssthresh;
	/* 4.5.2: one reduction for each of the periods that have passed. */
	while (!vtime_is_never(v->since) && !vtime_before(tcp_stack(t)->now, vtime_add(v->since, period)) &&
	       !defect(tcp_stack(t), DEFECT_TCP_UNVALIDATED_FOR_EVER)) {
		uint32_t most = *cwnd / 2 > initial ? *cwnd / 2 : initial;
		uint32_t sustained = *cwnd - *cwnd / 4;
		*ssthresh = *ssthresh > sustained ? *ssthresh : sustained;
		*cwnd = *cwnd < most ? *cwnd : most;
		v->since = vtime_add(v->since, period);
		over = true;
	}
	return over;
}

uint32_t tcp_validation_loss(struct tcp *t, uint32_t flight, uint32_t ssthresh)
{
	struct tcp_validation *v = &t->validation;
	uint32_t mss = tcp_send_mss(t), carried = pipe_ack(t);

	if (!tcp_validates(t))
		return ssthresh;
	bool lacks = tcp_validation_lacks(t) && !defect(tcp_stack(t), DEFECT_TCP_UNVALIDATED_LOSS);
	v->carried = lacks ? (carried > flight ? carried : flight) : 0;
	v->repairing = true;
	v->counting = false;
	v->again = 0;
	v->until = v->highest = t->snd.una;
	v->point = t->snd.nxt;
	v->since = VTIME_NEVER;
	return !lacks ? ssthresh : v->carried / 2 > mss ? v->carried / 2 : mss;
}

/* R of 4.4.1: what had to go out again, however often it did. */
void tcp_validation_sent(struct tcp *t, seq_t seq, seq_t end)
{
	struct tcp_validation *v = &t->validation;

	if (!v->repairing || !seq_before(seq, v->point) || !seq_after(end, v->highest))
		return;
	v->again += (uint32_t)seq_diff(end, seq_after(seq, v->highest) ? seq : v->highest);
	v->highest = end;
}

uint32_t tcp_validation_recovered(struct tcp *t)
{
	const struct tcp_validation v = t->validation;
	uint32_t mss = tcp_send_mss(t), again = v.again;

	if (!v.repairing)
		return 0;
	tcp_validation_start(t);
	if (defect(tcp_stack(t), DEFECT_TCP_UNVALIDATED_REMEMBERS)) {
		t->validation = v;
		t->validation.repairing = false;
	}
	if (defect(tcp_stack(t), DEFECT_TCP_UNVALIDATED_REPAIRS_FREE))
		again = 0;
	if (!v.carried)
		return 0;
	return v.carried > again && (v.carried - again) / 2 > mss ? (v.carried - again) / 2 : mss;
}
