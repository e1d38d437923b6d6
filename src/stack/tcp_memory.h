/* SPDX-License-Identifier: MIT
 *
 * tcp_memory.h - the memory of what a connection has received, as it is charged against SO_RCVBUF
 */
#ifndef STACK_TCP_MEMORY_H
#define STACK_TCP_MEMORY_H

#include "stack/tcp.h"

void tcp_memory_free(struct tcp *t);
/* Text of one packet, or a part of one, now ends the buffer at @end. It may fit behind what is there. */
void tcp_memory_append(struct tcp *t, seq_t start, seq_t end, struct charge charge);
void tcp_memory_read(struct tcp *t);                     /* the user has read up to .rcv.read */
/* Of the packet that the next octet for the user is in: where its text ends. */
seq_t tcp_memory_packet_end(const struct tcp *t);
/* When the packet with the octet @last came; zero for an octet that is not there. */
vtime_t tcp_memory_came(const struct tcp *t, seq_t last);

uint32_t tcp_memory_used(const struct tcp *t);           /* what counts against SO_RCVBUF */
bool tcp_memory_exceeded(const struct tcp *t);           /* that is more than there is */
/* A packet as it was to be expected may come though the buffer is full, if memory was granted in advance. */
bool tcp_memory_granted(const struct tcp *t, uint32_t memory);
/* The first packets in a row that have less text than @share says, in 256ths of their memory, are copied together.
 * Returns how many. */
uint32_t tcp_memory_collapse(struct tcp *t, uint32_t share);

#endif
