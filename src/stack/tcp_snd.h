/* SPDX-License-Identifier: MIT
 *
 * tcp_snd.h - the send sequence space: the only door to writing it
 */
#ifndef STACK_TCP_SND_H
#define STACK_TCP_SND_H

#include "stack/tcp.h"

void tcp_snd_start(struct tcp *t, seq_t iss);            /* nothing queued, nothing sent */
void tcp_snd_free(struct tcp *t);                        /* releases the queue */

/* Set what goes out next. Only this function moves the cursor: forwards or, to send again, backwards. */
void tcp_snd_move(struct tcp *t, seq_t to);
/* Everything before @end has gone out at least once; the cursor stays. */
void tcp_snd_sent(struct tcp *t, seq_t end);
/* The segment that ends at @end was not full (Nagle's algorithm, RFC 9293, 3.7.4). */
void tcp_snd_sent_small(struct tcp *t, seq_t end);
/* Notes how much of the congestion window is in use. @flight: unacknowledged octets. Called when something may have
 * gone out. */
void tcp_snd_note_flight(struct tcp *t, uint32_t flight, bool filled);
/* Segments have another size now, and the peak is as many as before. */
void tcp_snd_scale_flight(struct tcp *t, uint32_t mss, uint32_t mss_before);

/* Everything before @ack is acknowledged. SND.UNA < @ack =< SND.NXT. Returns the octets of text in that. */
uint32_t tcp_snd_acked(struct tcp *t, seq_t ack);
/* SND.WND, SND.WL1 and SND.WL2 as the segment says (RFC 9293, 3.10.7.4, fifth step). */
/* The number by which a window is newer than another one: that of the segment, or of what is left of it. */
seq_t tcp_window_number(const struct tcp *t, const struct tcp_segment *seg);
void tcp_set_send_window(struct tcp *t, const struct tcp_segment *seg);
void tcp_snd_largest_window(struct tcp *t);              /* SND.WND may be sent into from now on */
/* Until the largest window grows, segments have sizes as if it were @window. */
void tcp_snd_size_by(struct tcp *t, uint32_t window);

/* Queue the first @length bytes of the user's message. @length or -ENOBUFS. */
int64_t tcp_snd_write(struct tcp *t, const struct msghdr *message, size_t from, size_t length);
/* RFC 9293, 3.9.1.2: the end of a SEND is pushed. If no mark is free, two SENDs count as one (MAY-16). */
void tcp_snd_mark_push(struct tcp *t);
/* Does a SEND end in (@seq, @end]? */
bool tcp_snd_push_in(const struct tcp *t, seq_t seq, seq_t end);
/* RFC 9293, 3.8.5, MUST-30; RFC 6093, 4: the urgent pointer goes behind the last octet of the queue. */
void tcp_snd_mark_urgent(struct tcp *t);
void tcp_snd_written(struct tcp *t, bool more);          /* a SEND ended; @more: MSG_MORE */
void tcp_snd_more(struct tcp *t, bool more);             /* does MSG_MORE hold back a segment that is not full? */
void tcp_snd_close(struct tcp *t);                       /* a FIN follows the queue */

#endif
