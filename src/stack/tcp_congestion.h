/* SPDX-License-Identifier: MIT
 *
 * tcp_congestion.h - a connection and its congestion control
 */
#ifndef STACK_TCP_CONGESTION_H
#define STACK_TCP_CONGESTION_H

#include "stack/recovery.h"
#include "stack/tcp.h"

/* What the host's parameters ask for. */
const struct congestion_ops *tcp_congestion_default(const struct stack *st);
/* The user's choice, for a connection in any state. */
void tcp_congestion_choose(struct tcp *t, const struct congestion_ops *ops);
void tcp_congestion_reset(struct tcp *t);                /* a connection begins: no window yet */
void tcp_congestion_start(struct tcp *t);                /* established: slow start begins (RFC 9293, 3.8.1, MUST-19) */
/* The threshold that a loss would set with window @cwnd; nothing changes. */
uint32_t tcp_congestion_threshold(const struct tcp *t, uint32_t cwnd);

/* @a may be NULL where no ACK is at hand. */
void tcp_congestion_sample(struct tcp *t, const struct tcp_ack *a);
/* New data outside of recovery; @fresh: as event.acked. */
void tcp_congestion_acked(struct tcp *t, const struct tcp_ack *a, uint32_t fresh);
/* Sets ssthresh as the algorithm says after a loss. */
void tcp_congestion_loss(struct tcp *t, const struct tcp_ack *a);
/* The peer reports marks: as for a loss, but nothing is sent again (RFC 3168, 6.1.2). Outside of recovery. */
void tcp_congestion_marked(struct tcp *t, const struct tcp_ack *a);
/* What was lost is repaired, and the window is what the reduction has made it. */
void tcp_congestion_recovered(struct tcp *t);
void tcp_congestion_timeout(struct tcp *t);              /* RFC 5681, 3.1: ssthresh and the loss window */
/* The same without ssthresh: the loss window is @cwnd. */
void tcp_congestion_loss_window(struct tcp *t, uint32_t cwnd);
/* There was no congestion: restore both, unless they are larger by now. RFC 4015, 3.4 wants tcp_congestion_no_burst()
 * for @cwnd, by what the ACK acknowledges that shows it. */
uint32_t tcp_congestion_no_burst(const struct tcp *t, uint32_t acked);
void tcp_congestion_undo(struct tcp *t, uint32_t cwnd, uint32_t ssthresh);
/* How far slow start leads back after the window was reduced without a loss: three quarters of it (RFC 2861, 3.2), or
 * ssthresh if that is more. */
uint32_t tcp_congestion_slow_start_until(const struct tcp *t);
void tcp_congestion_sent(struct tcp *t);                 /* new text has gone out: is the window in use? */
/* The segment size was @before octets until now: a threshold that counts segments keeps its number of them. */
void tcp_congestion_resized(struct tcp *t, uint32_t before);
void tcp_congestion_pause(struct tcp *t);     /* RFC 5681, 4.1: text is about to be sent, perhaps after a long pause. */
void tcp_congestion_resumed(struct tcp *t);              /* something goes out now, and nothing is in flight */
/* How the window falls during recovery is decided in reduction*.c. */
void tcp_congestion_set_window(struct tcp *t, uint32_t cwnd);
void tcp_congestion_grow(struct tcp *t, uint32_t bytes);

uint64_t tcp_pacing_rate(const struct tcp *t);           /* bytes a second, kept to or not; 0: none known */
void tcp_pacing_update(struct tcp *t);                   /* window or round trip have changed */
/* Must the next segment wait for its time? Then the pacing timer is armed. */
bool tcp_pacing_holds(struct tcp *t);
void tcp_paced(struct tcp *t, uint32_t bytes);           /* this many octets went out */

#endif
