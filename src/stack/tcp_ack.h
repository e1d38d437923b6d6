/* SPDX-License-Identifier: MIT
 *
 * tcp_ack.h - acknowledging: which ACKs are due, and how long they may wait
 */
#ifndef STACK_TCP_ACK_H
#define STACK_TCP_ACK_H

#include "stack/tcp.h"

void tcp_ack_start(struct tcp *t);
/* Both SYNs are known: Last.ACK.sent of RFC 7323, 4.3 begins at RCV.NXT. */
void tcp_ack_synchronized(struct tcp *t);
/* A request has become a connection. Its first unacceptable segment is answered, however soon it comes. */
void tcp_ack_accepted(struct tcp *t);

void tcp_ack_now(struct tcp *t);                         /* an ACK leaves before this entry ends */
void tcp_ack_never_mind(struct tcp *t);                  /* takes that back: a defect */
/* Text came in order: now or a little later (RFC 9293, 3.8.6.3; RFC 5681, 4.2)? May arm the delayed ACK. */
void tcp_ack_owe(struct tcp *t, uint32_t text, bool ends);
bool tcp_ack_read(struct tcp *t);                        /* the user has read: is the waiting ACK due now? */
void tcp_ack_quick_once(struct tcp *t);                  /* the next text is acknowledged at once */
/* Text came out of order, or filled a gap: news for the sender's loss recovery (RFC 5681, 4.2). */
void tcp_ack_news(struct tcp *t, uint32_t text);
/* Text came that waits behind a gap: news as well, but the peer may know enough already. */
void tcp_ack_early(struct tcp *t, uint32_t text);
/* A segment with text came in order: updates how long the next one usually takes. Call before the segment is
 * counted. */
void tcp_ack_adapt(struct tcp *t);
vtime_t tcp_ack_delay(const struct tcp *t);             /* how long an ACK waits now, but for the round trip */
/* This text came twice: the next ACK is to report it (RFC 2883, 4). */
void tcp_ack_repeated(struct tcp *t, struct rxq_range range);
void tcp_ack_repeated_too(struct tcp *t, struct rxq_range range);      /* unless there is something to report already */
void tcp_ack_repeated_told(struct tcp *t);               /* ... and once only */
void tcp_ack_keep_room(struct tcp *t, bool keeps);       /* if one is due: until it ends, text is as much shorter */
/* May a segment that is not acceptable be answered? @bare: it had no text and no FIN. */
bool tcp_ack_invalid_allowed(struct tcp *t, bool bare);
/* The next @segments with text are acknowledged at once. */
void tcp_ack_quick(struct tcp *t, uint16_t segments);
/* The user of a client sends first (TCP_QUICKACK is 0, TCP_DEFER_ACCEPT): the ACK of the SYN,ACK can wait for that
 * text. False: this host does not let it. */
bool tcp_ack_rides(struct tcp *t);
void tcp_ack_slow(struct tcp *t);                        /* ACKs wait from now on */
void tcp_ack_missed(struct tcp *t);                      /* a whole segment came again: ACKs go at once for a while */
bool tcp_ack_asked(struct tcp *t, int on);               /* the user says whether ACKs may wait; is one due now? */
void tcp_ack_text_sent(struct tcp *t);                   /* new text leaves: is it an answer? */
void tcp_ack_waited(struct tcp *t);                      /* the delayed ACK goes because its time is over */
void tcp_ack_last_text(struct tcp *t);                   /* the text that comes now has a FIN behind it */
void tcp_ack_fin(struct tcp *t);                         /* the peer's FIN came, in the state before it */
/* An acknowledgement has been sent: no ACK is due. */
void tcp_ack_sent(struct tcp *t);

#endif
