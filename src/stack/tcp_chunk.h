/* SPDX-License-Identifier: MIT
 *
 * tcp_chunk.h - the send buffer as it is charged: chunks of the send queue, records that stay apart, when it is full
 */
#ifndef STACK_TCP_CHUNK_H
#define STACK_TCP_CHUNK_H

#include "stack/tcp.h"

void tcp_chunk_start(struct tcp *t);                     /* an empty queue */
void tcp_chunk_free(struct tcp *t);

/* How many octets the queue takes before it must be asked again; 0: the buffer is full, or TCP_NOTSENT_LOWAT is
 * reached. */
uint32_t tcp_chunk_room(const struct tcp *t);
uint32_t tcp_chunk_last_takes(const struct tcp *t);    /* octets that the last chunk still takes; 0: a new one begins */
/* A SEND begins while @segment octets of text fit into a segment. If it adds to the last chunk, that is no longer
 * pushed: the end of this SEND decides. What is @urgent is cut into segments at once. */
void tcp_chunk_begins_write(struct tcp *t, bool urgent, uint32_t segment);
/* @length octets have been put at the end of the queue. */
void tcp_chunk_written(struct tcp *t, uint32_t length);
/* A SEND ends here: @record: later text stays apart (MSG_EOR); @push: its last octet is pushed. */
void tcp_chunk_ends_write(struct tcp *t, bool record, bool push);
/* The last chunk takes no more, and none of it has gone out: it should, before the next one begins. */
bool tcp_chunk_full(const struct tcp *t);

/* Pushes the last chunk if more than half of the largest window that the peer offered was written since the last push;
 * else false. */
bool tcp_chunk_mark_half(struct tcp *t);
void tcp_chunk_count_anew(struct tcp *t);                /* what was written so far does not count towards that */
/* Does a pushed chunk end at @end? If every SEND is pushed, ask tcp_snd_push_in() instead. */
bool tcp_chunk_pushed(const struct tcp *t, seq_t end);
bool tcp_chunk_push_in(const struct tcp *t, seq_t start, seq_t end);     /* or inside that range */

void tcp_chunk_push(struct tcp *t, seq_t end);           /* the chunk that ends at @end is pushed from now on */

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
void tcp_chunk_sent_again(struct tcp *t, seq_t seq, seq_t end);   /* what goes again is a chunk of its own */
/* Text from @seq to @end is in one segment now, whatever it was in before. */
void tcp_chunk_joined(struct tcp *t, seq_t seq, seq_t end);
void tcp_chunk_selected(struct tcp *t, seq_t seq, seq_t end);     /* SACK says that the peer has it */
/* The chunk at the cursor absorbs the next one, or so much of it that it has @most octets. */
void tcp_chunk_gather(struct tcp *t, uint32_t most);
void tcp_chunk_acked(struct tcp *t);                     /* SND.UNA has moved */

uint64_t tcp_chunk_charge(const struct tcp *t);          /* what counts against SO_SNDBUF */
bool tcp_chunk_writable(const struct tcp *t);            /* a third of the buffer is free, and little waits */
/* A SEND was refused, or poll() said "not writable": from now on the buffer grows with the congestion window. */
void tcp_chunk_refused(struct tcp *t);
/* A user who was refused may write again: an edge for epoll. True once after each refusal. */
bool tcp_chunk_has_room_again(struct tcp *t);
/* The buffer grows to what two congestion windows need, if a user waits for room or if @opening; but not if the window
 * is @filled with what is in flight: the buffer holds nothing back then. */
void tcp_chunk_grow(struct tcp *t, bool opening, bool filled);

#endif
