/* SPDX-License-Identifier: MIT
 *
 * tcp_validation.h - is the congestion window what the path carries, or what it once carried? (RFC 7661)
 */
#ifndef STACK_TCP_VALIDATION_H
#define STACK_TCP_VALIDATION_H

#include "stack/recovery.h"
#include "stack/tcp.h"

/* Does this connection keep to RFC 7661 (tcp_new_cwv)? All below does nothing otherwise, or says no. */
bool tcp_validates(const struct tcp *t);
void tcp_validation_start(struct tcp *t);                /* nothing is known of the path yet */
/* An acceptable ACK, before recovery has judged it. SND.UNA has moved. */
void tcp_validation_acked(struct tcp *t, const struct tcp_ack *a);
/* In the non-validated phase (4.3), by what is known now. */
bool tcp_validation_lacks(const struct tcp *t);
/* Text is about to leave. True: the non-validated period is over, once or more often, so *@cwnd and *@ssthresh have
 * new values (4.4.3); @initial is IW. */
bool tcp_validation_period(struct tcp *t, uint32_t initial, uint32_t *cwnd, uint32_t *ssthresh);
/* A loss, or a mark: half of what the path is known to carry (4.4.1), or @ssthresh outside the non-validated phase.
 * @flight: LossFlightSize. */
uint32_t tcp_validation_loss(struct tcp *t, uint32_t flight, uint32_t ssthresh);
void tcp_validation_sent(struct tcp *t, seq_t seq, seq_t end);           /* went out just now */
/* Recovery is over. Returns the window behind it (4.4.1); 0: the usual one. */
uint32_t tcp_validation_recovered(struct tcp *t);

#endif
