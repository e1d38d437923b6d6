/* SPDX-License-Identifier: MIT
 *
 * socket_notice.h - inside the stack: the fate of writes
 */
#ifndef STACK_SOCKET_NOTICE_H
#define STACK_SOCKET_NOTICE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct socket;

/* The writes to a stream socket of whose fate the user wants to hear; socket_notice.c. Places in the stream are counted
 * in bytes, and the first byte ever written is 0. */
struct notice_list {
	struct send_notice *first, **last;
	int64_t stamp_base;                                  /* the byte with key 0: SOF_TIMESTAMPING_OPT_ID */
	uint64_t burst;                                      /* where the burst begins that is just leaving */
	uint8_t hops;                                        /* TTL of the ACK that is just heeded */
	uint32_t zero_copies;                                /* number of the next write with MSG_ZEROCOPY */
	uint32_t next_key;                                   /* of the next datagram of which there are stamps */
};

/* What the user wants to hear of one datagram, which may be of several calls. */
struct datagram_notice {
	int stamps;                                          /* SOF_TIMESTAMPING_TX_* */
	uint32_t zero_copies;                                /* calls with MSG_ZEROCOPY */
};

/* When the memory of a datagram is free: before the moment at which it counts as sent, or after it. */
enum notice_order { NOTICE_FREED_FIRST, NOTICE_SENT_FIRST };

/* The stamps that a write asks for: *stamps from the socket, or from the control messages of @message for this call. 0,
 * or -EINVAL for a message of level SOL_SOCKET that a write cannot have. */
int notice_asked(const struct socket *s, const struct msghdr *message, int *stamps);
/* Reads one control message of level SOL_SOCKET, which may change *stamps. False: a write cannot have it. */
bool notice_take_control(const struct socket *s, const struct cmsghdr *head, const uint8_t *data, int *stamps);
/* A write with @flags and @stamps ended at byte @end of the stream (so @end bytes were written in all), and its last
 * byte is in the chunk of the send queue that begins at byte @chunk. */
void notice_write(struct socket *s, uint64_t chunk, uint64_t end, int flags, int stamps);
/* The bytes from @start to before @end go out, for the first time or again; @joined: in one burst with what has just
 * gone. */
void notice_sent(struct socket *s, uint64_t start, uint64_t end, bool joined);
void notice_acked(struct socket *s, uint64_t end);       /* all bytes before @end were acknowledged */
void notice_given_up(struct socket *s);                  /* the connection has ended, and unsent text is dropped */
bool notice_is_zero_copy(const struct socket *s, int flags);            /* a call with these flags */
void notice_datagram(struct socket *s, const struct datagram_notice *n, enum notice_order order);       /* has left */
void notice_drop(struct socket *s);                      /* releases all notices, and reports nothing */
/* setsockopt(SO_TIMESTAMPING): SOF_TIMESTAMPING_*. 0; -EINVAL for unknown bits, for bits that need others, and for keys
 * where there is no stream yet; -EOPNOTSUPP for the clock of a device. */
int notice_set_stamps(struct socket *s, int flags);

#endif
