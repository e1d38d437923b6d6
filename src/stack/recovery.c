/* SPDX-License-Identifier: MIT
 *
 * recovery.c - the table of methods of loss recovery, and what all of them share
 *
 * Loss recovery has two parts, which are chosen apart: how a loss is found and repaired (recovery_ops: NewReno, RFC
 * 6582; SACK, RFC 6675; RACK-TLP, RFC 8985), and how the window falls meanwhile (reduction_ops: as in NewReno, to a
 * half at once, or by PRR, RFC 9937). Each method brings a reduction of its own, and `tcp_reduction` may put another
 * one in its place. The rest of the stack knows only the functions of this file: it tells what has happened (an ACK, a
 * time-out, a segment that left), and the method in charge draws the conclusions.
 */
#include "stack/recovery.h"

#include <string.h>

#include "stack/reduction.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_validation.h"
#include "util/common.h"

static const struct recovery_ops *const recoveries[] = { &recovery_newreno, &recovery_sack, &recovery_rack };
static const struct reduction_ops *const reductions[] = { &reduction_newreno, &reduction_halve, &reduction_prr };

void recovery_start(struct tcp *t)
{
	const char *name = stack_choice_name("tcp_recovery", tcp_stack(t)->config.tcp_recovery);
	const struct recovery_ops *ops = recoveries[0];

	for (size_t i = 0; name && i < ARRAY_LEN(recoveries); i++)
		if (strcmp(recoveries[i]->name, name) == 0)
			ops = recoveries[i];
	recovery_choose(t, ops);
	name = stack_choice_name("tcp_reduction", tcp_stack(t)->config.tcp_reduction);
	for (size_t i = 0; name && i < ARRAY_LEN(reductions); i++)
		if (strcmp(reductions[i]->name, name) == 0)
			t->recovery.reduction = reductions[i];
}

/* A method begins with nothing lost, and with as much reordering as the host assumes at first (three duplicates in RFC
 * 5681, 3.2). What the method before it knew is forgotten. */
void recovery_choose(struct tcp *t, const struct recovery_ops *ops)
{
	t->recovery = (struct recovery){
		.ops = ops, .reduction = ops->reduction, .point = t->snd.una,
		.reordering = (uint16_t)tcp_stack(t)->config.tcp_duplicate_ack_threshold,
	};
}

void recovery_acked(struct tcp *t, const struct tcp_ack *a)
{
	tcp_congestion_sample(t, a);
	t->recovery.ops->on_ack(t, a);
	if (a->flight || a->acked)                           /* else it is not about anything in flight */
		tcp_pacing_update(t);
}

void recovery_told(struct tcp *t, const struct tcp_ack *a)
{
	t->recovery.ops->on_ack(t, a);
}

void recovery_timed_out(struct tcp *t)
{
	t->recovery.ops->on_timeout(t);
}

void recovery_undone(struct tcp *t)
{
	if (t->recovery.phase == RECOVERY_LOSS && t->recovery.ops->undo)
		t->recovery.ops->undo(t);
}

bool recovery_timer(struct tcp *t)
{
	return !t->recovery.ops->on_timer || t->recovery.ops->on_timer(t);
}

void recovery_turn(struct tcp *t)
{
	if (t->recovery.ops->on_turn)
		t->recovery.ops->on_turn(t);
}

void recovery_silent(struct tcp *t)
{
	if (t->recovery.ops->on_silence)
		t->recovery.ops->on_silence(t);
}

void recovery_refused(struct tcp *t)
{
	struct recovery *r = &t->recovery;

	if (!r->ops->marks) {
		tcp_snd_move(t, t->snd.una);
		return;
	}
	/* To be sent again is to be lost, for a method with a scoreboard. The phase is that behind a time-out, in which
	 * segments are repaired in their order, but nobody is told of a loss, so no window falls. */
	for (size_t i = 0; i < t->sent.count; i++)
		tcp_sent_lose(t, i);
	r->phase = RECOVERY_LOSS;
	r->point = t->snd.nxt;
}

/* What left in one burst was refused as a whole. */
void recovery_too_large(struct tcp *t, uint32_t size)
{
	struct recovery *r = &t->recovery;
	uint32_t lost = t->sent.losses;
	bool large = false, all = defect(tcp_stack(t), DEFECT_TCP_FITTING_AGAIN);

	if (!r->ops->marks || defect(tcp_stack(t), DEFECT_TCP_TOO_BIG_REWINDS)) {
		tcp_snd_move(t, tcp_queue_start(t));
		return;
	}
	for (size_t i = 0; i < t->sent.count; i++) {
		const struct sent_segment *s = tcp_sent_segment(t, i);
		large = s->text > size || all || (large && s->joined);
		if (large)
			tcp_sent_lose(t, i);
	}
	if (t->sent.losses == lost || r->phase == RECOVERY_LOSS)
		return;
	r->phase = RECOVERY_LOSS;
	r->point = t->snd.nxt;
}

void recovery_sent(struct tcp *t, seq_t seq, seq_t end)
{
	const struct recovery *r = &t->recovery;

	tcp_validation_sent(t, seq, end);
	if (r->reduction->sent && (r->phase == RECOVERY_FAST || r->phase == RECOVERY_REDUCING))
		r->reduction->sent(t, (uint32_t)seq_diff(end, seq));
	/* RFC 7413, 4.2.2: until our SYN,ACK is acknowledged, nothing else is waited for. */
	if (r->ops->on_sent && t->snd.syn_acked)
		r->ops->on_sent(t, seq, end);
}

bool recovery_arms(const struct tcp *t)
{
	return t->recovery.ops->arms && tcp_in(t, TCPM_SENDS) && t->snd.syn_acked;
}

/* A method cannot start the timer itself, nor send: both depend on whether something leaves, which only the caller
 * knows. So it leaves a wish, and asking takes it back. */
bool recovery_restarts_timer(struct tcp *t)
{
	bool wanted = t->recovery.restart_timer;

	t->recovery.restart_timer = false;
	return wanted;
}

bool recovery_sends_small(struct tcp *t)
{
	bool wanted = t->recovery.small_too;

	t->recovery.small_too = false;
	return wanted;
}
