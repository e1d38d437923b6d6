/* SPDX-License-Identifier: MIT
 *
 * recovery.h - loss detection and recovery as a table of operations
 *
 * A method of recovery decides what is lost, what is sent again, and how much may be in flight meanwhile. It does not
 * send: tcp_output.c asks it what goes out next, after each event and before anything new is sent. So it needs only the
 * layers below sending: the scoreboard (tcp_sent.h), the window (tcp_congestion.h, reduction.h), the cursor
 * (tcp_snd.h), round trips.
 *
 * A new method is a file with its row, and a line in recoveries[] of recovery.c; if the parameter tcp_recovery is to
 * choose it by name, also a line in config.c. Its own variables are a structure in the space of .own. How the window
 * falls is a table of its own (reduction.h), any row of which goes with any method.
 */
#ifndef STACK_RECOVERY_H
#define STACK_RECOVERY_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/rxq.h"
#include "stack/seq.h"
#include "util/vtime.h"

struct tcp;

enum { RECOVERY_OWN_BYTES = 128, REDUCTION_VARIABLES = 4 };

/* In order: nothing is lost; something is out of order; the window falls for another reason than loss; losses that ACKs
 * revealed are repaired; after a time-out everything is sent again until .point is acknowledged. */
enum recovery_phase { RECOVERY_OPEN, RECOVERY_DISORDER, RECOVERY_REDUCING, RECOVERY_FAST, RECOVERY_LOSS };

/* Part of a connection. Written by recovery.c and by the rows: recovery_*.c, reduction_*.c. */
struct recovery {
	const struct recovery_ops *ops;
	const struct reduction_ops *reduction;
	enum recovery_phase phase;
	seq_t point;                                         /* recover of RFC 6582, RecoveryPoint of RFC 6675 */
	uint16_t duplicate_acks;
	bool first_again;                                    /* a request: the segment at SND.UNA goes out again */
	bool restart_timer;                             /* a request: the retransmission timer starts anew after that */
	bool small_too;                             /* a request: new text goes out whether it fills a segment or not */
	bool repairs_probe;                                  /* what is lost, up to .point, was a probe of the MTU */
	uint16_t reordering;                                 /* segments that may overtake one: DupThresh of RFC 6675 */
	alignas(8) unsigned char own[RECOVERY_OWN_BYTES];
	uint64_t own_reduction[REDUCTION_VARIABLES];
};

/* What an acceptable ACK did. SND.UNA has moved, and the scoreboard is up to date. */
struct tcp_ack {
	seq_t ack;
	uint32_t acked;                                      /* sequence numbers that it was the first to acknowledge */
	uint32_t delivered;                      /* octets of text that it was the first to acknowledge or select ... */
	uint32_t segments;                                   /* ... and segments */
	uint32_t lost;                                       /* segments marked because of it: filled in by the row */
	uint32_t flight;                                     /* before it came */
	vtime_t rtt;                                         /* VTIME_NEVER: it measured none */
	bool duplicate;                                      /* as RFC 5681, 2 counts them */
	bool text;                                           /* the segment had text, too */
	bool opens;                               /* it acknowledges our SYN,ACK, with text sent behind it (RFC 7413) */
	bool stamped;
	uint32_t echo;                                       /* TSecr, if .stamped */
	bool ece, congested;                   /* it reports marks (RFC 3168); for the first time in this round trip */
	uint32_t marked;                                     /* segments that were marked, of .segments at least */
};

struct recovery_ops {
	const char *name;                                    /* the word of the parameter tcp_recovery */
	const struct reduction_ops *reduction;               /* the reduction, unless the parameter chooses another */
	bool arms;                         /* it arms the retransmission timer itself once the connection
	                                      is established */
	bool marks;                                       /* what it believes to be lost is marked on the scoreboard */
	void (*on_ack)(struct tcp *t, const struct tcp_ack *a);
	void (*on_timeout)(struct tcp *t);                   /* the retransmission timer fired; the window is open */
	void (*undo)(struct tcp *t);                         /* nothing was lost at the last time-out; may be NULL */
	/* TCP_TIMER_RECOVERY fired, which only the row itself arms; may be NULL. True: new text may go as well. */
	bool (*on_timer)(struct tcp *t);
	void (*on_turn)(struct tcp *t);                      /* paced sending goes on, or NULL */
	void (*on_silence)(struct tcp *t);                   /* none of the new text that it wants may go, or NULL */
	void (*on_sent)(struct tcp *t, seq_t seq, seq_t end);                  /* went out just now; may be NULL */
	/* What goes out again now; asking takes it off the list. False: nothing. Only numbers below SND.NXT. */
	bool (*next)(struct tcp *t, struct rxq_range *range);
	/* Bytes before @cursor that count against cwnd. */
	uint32_t (*in_flight)(const struct tcp *t, seq_t cursor);
	/* Bytes that may leave beyond cwnd (RFC 3042). */
	uint32_t (*credit)(const struct tcp *t);
};

/* The variables of a method of recovery; a structure that is too large does not compile. */
static inline void *recovery_own(struct recovery *r) { return r->own; }
#define RECOVERY_OWN(r, type) \
	((type *)recovery_own((r) + 0 * sizeof(char[sizeof(type) <= RECOVERY_OWN_BYTES ? 1 : -1])))

extern const struct recovery_ops recovery_newreno, recovery_sack, recovery_rack;

void recovery_start(struct tcp *t);                      /* the method that the host's parameters ask for */
void recovery_choose(struct tcp *t, const struct recovery_ops *ops);
void recovery_acked(struct tcp *t, const struct tcp_ack *a);
/* The same for an ACK of which congestion control is not told. */
void recovery_told(struct tcp *t, const struct tcp_ack *a);
void recovery_timed_out(struct tcp *t);
void recovery_undone(struct tcp *t);                     /* a time-out, if there was one, came too early */
bool recovery_timer(struct tcp *t);                      /* true: new text may go as well */
/* The pause between two paced packets is over. */
void recovery_turn(struct tcp *t);
/* Windows let none of the new text go that the row has asked for. */
void recovery_silent(struct tcp *t);
/* What is in flight arrived and was not accepted: it goes out again, and this is no sign of congestion. */
void recovery_refused(struct tcp *t);
/* The path takes no more than @size octets: what is larger goes out again, in smaller pieces, and this is no sign of
 * congestion (RFC 1191, 6.5). */
void recovery_too_large(struct tcp *t, uint32_t size);
void recovery_sent(struct tcp *t, seq_t seq, seq_t end);
/* Does the row manage the retransmission timer now? */
bool recovery_arms(const struct tcp *t);
/* Has the row asked for the retransmission timer to start anew? True once for each request. */
bool recovery_restarts_timer(struct tcp *t);
/* Has the row asked for new text to go though it is small? True once for each request. */
bool recovery_sends_small(struct tcp *t);

#endif
