/* SPDX-License-Identifier: MIT
 *
 * tcp_rto.h - round trips, the retransmission time-out and its back-off (RFC 6298)
 */
#ifndef STACK_TCP_RTO_H
#define STACK_TCP_RTO_H

#include "stack/tcp.h"

void tcp_rto_start(struct tcp *t);                       /* initial values */
int64_t tcp_rto_most_ms(const struct tcp *t);            /* RFC 6298, (2.5): of the user, or the host */
vtime_t tcp_rto_now(const struct tcp *t);                /* with back-off */
/* The same, but what probes of a shut window have added does not count: RFC 2861, TCP_INFO. */
vtime_t tcp_rto_of_probe(const struct tcp *t);           /* until a window that stays as it is is probed again */
vtime_t tcp_rto_of_text(const struct tcp *t);
vtime_t tcp_rto_rounded(const struct tcp *t, vtime_t delay);               /* up to the host's tick */

/* The segment that ends at @end goes out for the first time: it is timed unless another one is. */
void tcp_rto_time(struct tcp *t, seq_t end);
void tcp_rto_untime(struct tcp *t);                      /* Karn's algorithm: what is sent twice is not timed */
/* Is a round trip over with this ACK of new data? Takes it as a sample, and returns it; VTIME_NEVER: none. */
vtime_t tcp_rto_measure(struct tcp *t, seq_t ack, const struct tcp_segment *seg);

/* The user says that from now on round trips take so much longer (negative: less long). */
void tcp_rto_path_longer(struct tcp *t, int us);

/* R2 as a time (RFC 9293, 3.8.3): has text been sent again for as long as @tries time-outs and the first would take, if
 * the first were tcp_retries_unit_ms long and the rest doubled from there, as time-outs do? False before the first. */
bool tcp_rto_patience_over(const struct tcp *t, int tries);
bool tcp_rto_syn_patience_over(const struct tcp *t, int tries);      /* ... of a SYN, since it first went out */

/* When what the user waits for began: his time-out counts from here (RFC 9293, 3.10.8). */
vtime_t tcp_rto_waits_since(const struct tcp *t);
bool tcp_rto_user_waits(const struct tcp *t);           /* false: the user's patience has not begun to count */
void tcp_rto_oldest_sent(struct tcp *t);                 /* the segment at SND.UNA goes out now, for the first time */
void tcp_rto_progress(struct tcp *t);                    /* new data are acknowledged: tries count from here */
void tcp_rto_answered(struct tcp *t);                    /* window probes are */
void tcp_rto_opened(struct tcp *t);                      /* the window is open again */
/* The least time-out of text: the user's, the route's, or the host's (RFC 6298, (2.4)). */
vtime_t tcp_rto_least_allowed(const struct tcp *t);
/* The least round trip by the clock of SRTT; VTIME_NEVER: none was measured. */
vtime_t tcp_rto_least(const struct tcp *t);
bool tcp_rto_least_beaten(const struct tcp *t, vtime_t rtt, uint32_t turns);             /* as least_rtt_beaten() */
/* A round trip was measured: the host says for how long it counts as the least (tcp_min_rtt_window_s). */
void tcp_rto_see_least(const struct tcp *t, struct least_rtt *x, vtime_t rtt, uint32_t turns);
/* RFC 6298, (5.7). True: a SYN was sent again, but none had been lost. */
bool tcp_rto_established(struct tcp *t);
/* The handshake is over: what other connections to the peer measured counts if it is more. */
void tcp_rto_recall(struct tcp *t);
void tcp_rto_syn_lost(struct tcp *t);
void tcp_rto_syn_came_again(struct tcp *t);              /* and our SYN,ACK left again: which one is acknowledged? */
/* @seg has returned a cookie: how long did that take? After tcp_agree_by_cookie(). */
void tcp_rto_cookie_returned(struct tcp *t, const struct tcp_segment *seg);
/* The SYN is acknowledged by @seg. Before SND.UNA moves: did it time out for nothing? */
void tcp_rto_syn_answered(struct tcp *t, const struct tcp_segment *seg);
void tcp_rto_reverted(struct tcp *t);                    /* one step of back-off was for nothing (RFC 6069, 4.2) */
void tcp_rto_try(struct tcp *t);                         /* the oldest segment goes out once more */
void tcp_rto_undone(struct tcp *t);                      /* it need not have gone out once more */
void tcp_rto_probe(struct tcp *t);                       /* a window probe goes out */
void tcp_back_off(struct tcp *t);                        /* RFC 6298, (5.5) */
void tcp_back_off_probe(struct tcp *t);                  /* ... of a window probe */
void tcp_rto_probe_took_text(struct tcp *t);             /* so there is no probe any more, but a segment in flight */
void tcp_rto_linear(struct tcp *t);                      /* a time-out is not backed off */

/* The retransmission timer fired; what it was about is repaired. */
void tcp_timeout_begins(struct tcp *t);
void tcp_timeout_spurious(struct tcp *t);                /* nothing was lost: RFC 4015, 3.6 adapts the estimates */
void tcp_timeout_rehashed(struct tcp *t);                /* ... and what is sent takes another path */
void tcp_timeout_ends(struct tcp *t);

#endif
