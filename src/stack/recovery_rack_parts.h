/* SPDX-License-Identifier: MIT
 *
 * recovery_rack_parts.h - the parts of RACK-TLP recovery, and the variables that they share
 *
 * recovery_rack.c is the row, and decides what state a connection is in. It asks recovery_rack_loss.c what is lost,
 * recovery_rack_undo.c whether that was a mistake, and recovery_rack_probe.c for the timer and the probe of the tail.
 * Nobody else includes this.
 */
#ifndef STACK_RECOVERY_RACK_PARTS_H
#define STACK_RECOVERY_RACK_PARTS_H

#include "stack/recovery.h"
#include "stack/tcp.h"

/* What TCP_TIMER_RECOVERY is armed for; with RACK_WAITS_RTO it is the retransmission timer that is armed, or none. */
enum rack_wait { RACK_WAITS_RTO, RACK_WAITS_REORDERING, RACK_WAITS_PROBE };

struct rack {
	/* RACK.xmit_ts, RACK.end_seq and RACK.rtt of RFC 8985, 5.3. Written by recovery_rack_loss.c */
	vtime_t sent_at, rtt;
	uint32_t turn;
	seq_t end;
	bool advanced;                                    /* something new was delivered that losses can be judged by */
	bool too_early;                                      /* a D-SACK came: something was sent again needlessly */
	uint8_t multiplier, persists;                        /* RACK.reo_wnd_mult, RACK.reo_wnd_persist */
	uint64_t round;                                      /* octets delivered when the multiplier last grew */

	/* Written by recovery_rack_probe.c */
	enum rack_wait waits;
	bool probing, probe_again, want_probe, want_new;  /* TLP.end_seq counts; TLP.is_retrans; what goes out next */
	seq_t probe_end;                                     /* TLP.end_seq of RFC 8985, 7.3 */

	/* Written by recovery_rack_undo.c */
	bool undoable, remembered, stamped;          /* in an episode; .cwnd and .ssthresh are valid; .stamp is valid */
	seq_t undo_from;                                     /* SND.UNA when the episode began */
	int32_t unexplained;                                 /* copies without a D-SACK; -1: none went out yet */
	uint32_t cwnd, ssthresh, mss;                        /* before the episode */
	uint32_t stamp;                                      /* TSval when the first copy went out */
	bool settled;                                        /* this ACK has set the window, and adds nothing to it */

	bool armed;                                          /* this ACK armed the reordering timer */
	bool frto;                                           /* the time-out may have been spurious (RFC 5682) */
	bool new_first;                                      /* ... and new text is to prove it; or an original came */
};

static inline struct rack *rack_of(struct tcp *t) { return RECOVERY_OWN(&t->recovery, struct rack); }
static inline const struct rack *rack_see(const struct tcp *t)
{
	return (const struct rack *)(const void *)t->recovery.own;
}

/* ---- recovery_rack_loss.c ---- */

void rack_heard(struct tcp *t);                          /* take account of what the latest ACK delivered */
void rack_reconsider(struct tcp *t);                     /* judge again, though nothing new was delivered */
/* Mark what is lost. Returns how long until more may be lost; VTIME_ZERO: nothing is waiting. */
vtime_t rack_detect(struct tcp *t);
/* Has the reordering window of the segment that went out at @at passed, with a reordering window of 0? */
bool rack_overdue(const struct tcp *t, vtime_t at);
void rack_persist(struct tcp *t, int by);                /* keep the multiplier for @by more recoveries */

/* ---- recovery_rack_undo.c ---- */

void rack_undo_start(struct tcp *t);                     /* losses are about to be repaired */
void rack_undo_remember(struct tcp *t);                  /* window and threshold, before they fall */
void rack_undo_marked(struct tcp *t);                    /* congestion was marked: do not restore them */
void rack_undo_reduced(struct tcp *t);                   /* the window falls again, for a loss that is repaired */
void rack_undo_sent(struct tcp *t);                      /* a copy went out */
/* Take account of what the latest ACK says about copies; @in_flight: when it came. */
void rack_undo_told(struct tcp *t, bool in_flight);
void rack_undo_calm(struct tcp *t);                      /* no copy is in flight any more: forget when they were sent */
bool rack_undo_possible(const struct tcp *t, const struct tcp_ack *a);
bool rack_undo_delayed(const struct tcp *t, const struct tcp_ack *a);              /* the original arrived, late */
bool rack_undo_explained(const struct tcp *t);           /* each copy arrived twice */
/* @a: the ACK that shows it; NULL: it was about the handshake. */
void rack_undo(struct tcp *t, const struct tcp_ack *a, bool forgive, const char *reason);
/* Restore them, once rack_undo_explained() says so. */
void rack_undo_by_duplicates(struct tcp *t, const struct tcp_ack *a);

/* ---- recovery_rack_probe.c ---- */

/* Which timer now? @fresh: the time-out counts from now, not from when the oldest segment went out. */
void rack_arm(struct tcp *t, bool fresh);
void rack_arm_timeout(struct tcp *t);                    /* the retransmission timer alone */
void rack_arm_reordering(struct tcp *t, vtime_t delay);
void rack_arm_reneged(struct tcp *t);
void rack_probe(struct tcp *t);                          /* the probe timer fired */
void rack_probe_sent(struct tcp *t, seq_t seq, bool fresh);
void rack_probe_forget(struct tcp *t);
/* RFC 8985, 7.4: did the probe repair a loss that nothing else revealed? */
bool rack_probe_acked(struct tcp *t, const struct tcp_ack *a);

#endif
