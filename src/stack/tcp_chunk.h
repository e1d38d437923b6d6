/* SPDX-License-Identifier: MIT
 *
 * tcp_chunk.h - the send buffer as it is charged: chunks of the send queue, records that stay apart, when it is full
 */
#ifndef STACK_TCP_CHUNK_H
#define STACK_TCP_CHUNK_H

#include "stack/tcp.h"

void tcp_chunk_start(struct tcp *t);                     /* an empty queue */
void tcp_chunk_free(struct tcp *t);

/* Octets that the queue takes next, without asking again; 0: the buffer is full, or TCP_NOTSENT_LOWAT says so. */
uint32_t tcp_chunk_room(const struct tcp *t);
uint32_t tcp_chunk_last_takes(const struct tcp *t);      /* octets that the last chunk takes; 0: a new one begins */
/* A SEND begins. If it goes on with the last chunk, that one is pushed no more: its own end will say so. */
void tcp_chunk_begins_write(struct tcp *t);
/* @length octets have been put at the end of the queue. */
void tcp_chunk_written(struct tcp *t, uint32_t length);
/* A SEND ends here: @record: what comes later stays apart (MSG_EOR); @push: its last octet is pushed. */
void tcp_chunk_ends_write(struct tcp *t, bool record, bool push);
/* The last chunk takes no more, and none of it has gone out: it should, before the next one begins. */
bool tcp_chunk_full(const struct tcp *t);

/* Pushes the last chunk if more than half of the largest window that the peer offered was written since the last push;
 * else false. */
bool tcp_chunk_mark_half(struct tcp *t);
/* Does a chunk that is pushed end at @end? Where each SEND is, tcp_snd_push_in() knows more. */
bool tcp_chunk_pushed(const struct tcp *t, seq_t end);

/* Where the last chunk begins, counted in octets of text from the first one ever written. */
uint64_t tcp_chunk_last_place(const struct tcp *t);

/* The end of the record that the octet at @seq is in; the end of the queue if nothing ends before. */
seq_t tcp_chunk_record_end(const struct tcp *t, seq_t seq);
/* Does a record end at @end? *@push: it is pushed. */
bool tcp_chunk_ends_record(const struct tcp *t, seq_t end, bool *push);
/* Octets from @seq to the end of the chunk it is in. *@ends: the queue ends there; *@record: a record does. */
uint32_t tcp_chunk_ahead(const struct tcp *t, seq_t seq, bool *ends, bool *record);
bool tcp_chunk_ends(const struct tcp *t, seq_t seq);     /* does a chunk end there? */
/* Does the last chunk begin at @seq? */
bool tcp_chunk_last_begins(const struct tcp *t, seq_t seq);

/* Text up to @end has gone out for the first time; @joined: in one burst with what went out before. */
void tcp_chunk_sent(struct tcp *t, seq_t seq, seq_t end, bool joined);
/* The chunk at the cursor takes in the next one, or the octets of it that it lacks of @most. */
void tcp_chunk_gather(struct tcp *t, uint32_t most);
void tcp_chunk_acked(struct tcp *t);                     /* SND.UNA has moved */

uint64_t tcp_chunk_charge(const struct tcp *t);          /* what counts against SO_SNDBUF */
bool tcp_chunk_writable(const struct tcp *t);            /* a third of the buffer is free, and little waits */
/* A SEND was refused, or polled for in vain: from now on the buffer grows with the congestion window. */
void tcp_chunk_refused(struct tcp *t);
/* Who was refused may write again: an edge for epoll. True once for each time that somebody was refused. */
bool tcp_chunk_has_room_again(struct tcp *t);
/* The buffer grows to what two congestion windows take, if somebody waits for it or @opening. */
void tcp_chunk_grow(struct tcp *t, bool opening);

#endif
