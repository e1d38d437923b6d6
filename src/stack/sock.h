/* SPDX-License-Identifier: MIT
 *
 * sock.h - inside the stack: struct socket, the half of a connection or port that all protocols share
 */
#ifndef STACK_SOCK_H
#define STACK_SOCK_H

#include "stack/datagram.h"
#include "stack/socket_notice.h"
#include "stack/socket_option.h"
#include "stack/socket_ops.h"

/* Options of level IPPROTO_UDP. */
struct udp_options {
	bool cork, no_check6_send, no_check6_receive;        /* the other two: RFC 6935, 5 */
	bool gro;                                            /* datagrams of one call of ours may stay together */
	uint16_t segment;                                    /* 0: one datagram a call */
	/* UDP-Lite: the bytes that our checksum covers, and the least that a received one must cover; 0, if set, means
	 * all. */
	uint16_t send_coverage, receive_coverage;
	bool send_coverage_set, receive_coverage_set;
};

struct socket {
	struct stack *stack;
	struct socket *next, *previous;                      /* all sockets of the stack */
	struct socket *bucket_next;                          /* in the hash chain of the local port */
	int fd;                                              /* -1: no descriptor: orphan, or not accepted yet */
	int domain, type;                                    /* AF_INET or AF_INET6; SOCK_STREAM or SOCK_DGRAM */
	uint8_t protocol;                                    /* as in the IP header; each protocol has its own ports */
	const struct socket_ops *ops;
	struct endpoint local, remote;                       /* IPv4-mapped addresses are kept as IPv4 */
	bool bound, port_chosen_by_user, address_chosen_by_user;
	bool port_chosen_by_connect;                        /* others may share the port, if their remote ends differ */
	bool shut_read, shut_write;
	bool hashed, listening;                              /* listening: kept by TCP */
	int ticket;                                         /* the number of a close() that SO_LINGER delays; 0: none */
	int error;                                           /* SO_ERROR, positive: the next call returns it */
	uint64_t cookie;                                     /* SO_COOKIE; 0: nobody has asked yet */
	uint8_t flow_turn;                                   /* another flow label for each value */
	int soft_error;                                      /* kept for SO_ERROR or a later failure; ends nothing */
	struct socket_options options;
	struct datagram_queue receive_queue, error_queue;    /* UDP; both */
	size_t memory_read;                              /* of datagrams that were read, but are still charged: udp.c */
	struct notice_list notices;
	struct tcp *tcp;                                     /* SOCK_STREAM */
	uint16_t tunnel;                                     /* TCP within UDP: the peer's UDP port; 0: none */
	struct ip_membership *memberships;                   /* multicast groups joined */
	int peek_offset;                                     /* SO_PEEK_OFF: where MSG_PEEK goes on; negative: off */
	uint32_t dropped;                                    /* datagrams for which the receive queue had no room */
	struct udp_options udp;
	struct udp_pending *udp_pending;                     /* text that UDP_CORK or MSG_MORE hold back */
	uint64_t generation;                                 /* grows when readiness may have changed */
};

/* May the socket talk to addresses of this version? */
bool socket_speaks(const struct socket *s, uint8_t version);

/* Readiness may have changed: move the generation on, and stack_activity(). */
void socket_wake(struct socket *s);
short socket_ready(struct socket *s);                    /* ops->poll() and what holds for all */
/* Set SO_ERROR, a positive errno, and wake. */
void socket_fail(struct socket *s, int error);
/* SO_ERROR, cleared by reading; positive or 0. */
int socket_take_error(struct socket *s);

/* SO_PEEK_OFF. The first says how many bytes a call with @flags passes over; the second is called after it has read
 * @length bytes, or looked at them (MSG_PEEK). */
size_t socket_peek_start(const struct socket *s, int flags);
void socket_peeked(struct socket *s, int flags, size_t length);
bool socket_labels_flows(const struct socket *s);        /* its packets have a flow label (RFC 6437, 3) */

#endif
