/* SPDX-License-Identifier: MIT
 *
 * tcp_memory.h - the memory that received text uses, as it is charged against SO_RCVBUF
 */
#ifndef STACK_TCP_MEMORY_H
#define STACK_TCP_MEMORY_H

#include "stack/tcp.h"

enum { TCP_MEMORY_PAGE = 4096 };                         /* what a socket is granted at a time */

void tcp_memory_free(struct tcp *t);
/* Text of the packet [@start, @end) was added to the buffer, which now ends at @end. */
void tcp_memory_append(struct tcp *t, seq_t start, seq_t end, struct charge charge);
/* A FIN without text came behind that: it takes no memory, if anything is there to be joined with. */
void tcp_memory_join_fin(struct tcp *t);
void tcp_memory_read(struct tcp *t);                     /* the user has read up to .rcv.read */
/* Where the text ends of the packet that has the next octet for the user. */
seq_t tcp_memory_packet_end(const struct tcp *t);
/* When the packet with the octet @last came; zero if that octet is not in the buffer. */
vtime_t tcp_memory_came(const struct tcp *t, seq_t last);

uint32_t tcp_memory_used(const struct tcp *t);           /* what counts against SO_RCVBUF */
bool tcp_memory_exceeded(const struct tcp *t);           /* the charge exceeds the buffer */
/* May an expected packet be taken though the buffer is full? Yes, if memory was granted in advance. */
bool tcp_memory_granted(const struct tcp *t, uint32_t memory);
/* Copies packets together, from the first on whose text is less than @share, in 256ths, of its memory, and then those
 * that wait out of order. Returns how many. */
uint32_t tcp_memory_collapse(struct tcp *t, uint32_t share);

#endif
