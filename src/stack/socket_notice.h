/* SPDX-License-Identifier: MIT
 *
 * socket_notice.h - inside the stack: what becomes of the writes of a stream socket
 */
#ifndef STACK_SOCKET_NOTICE_H
#define STACK_SOCKET_NOTICE_H

#include <stdint.h>

struct socket;

/* Writes of a stream socket whose user wants to be told what becomes of them; socket_notice.c. Places in the
 * stream count bytes from 0: the first byte that was ever written. */
struct notice_list {
	struct send_notice *first, **last;
	uint64_t acked;                                      /* as notice_acked() said */
	uint64_t stamp_base;                                 /* byte that has key 0: SOF_TIMESTAMPING_OPT_ID */
	uint32_t zero_copies;                                /* number of the next write with MSG_ZEROCOPY */
};

/* A write with @flags ended at byte @end of the stream (so @end bytes were written in all). */
void notice_write(struct socket *s, uint64_t end, int flags);
/* All bytes before @end were sent, or acknowledged. */
void notice_sent(struct socket *s, uint64_t end);
void notice_acked(struct socket *s, uint64_t end);
void notice_drop(struct socket *s);
void notice_start_stamps(struct socket *s);              /* SO_TIMESTAMPING was set */

#endif
