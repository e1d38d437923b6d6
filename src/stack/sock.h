/* SPDX-License-Identifier: MIT
 *
 * sock.h - inside the stack: struct socket, the half of a connection or port that all protocols share
 */
#ifndef STACK_SOCK_H
#define STACK_SOCK_H

#include <sys/uio.h>

#include "stack/ip.h"
#include "stack/socket.h"
#include "stack/timer.h"

enum { STACK_FIRST_FD = 3, IP_OPTION_ROOM = 40, STACK_INTERFACE = 1 };              /* the last: number of the only one */

struct endpoint {
	struct ip_address ip;                                /* version 0: any address of any family */
	uint16_t port;                                       /* 0: none */
};

/* A message received and not yet read (UDP), or an entry of the error queue. */
struct datagram {
	struct datagram *next;
	struct endpoint from;                                /* error queue: where the packet in trouble was going */
	struct ip_address to, offender;
	uint8_t tos, ttl, option_length, options[40];
	vtime_t at;
	int error;                                           /* error queue: errno, and the ICMP message */
	uint8_t origin, type, code;                          /* origin: SO_EE_ORIGIN_* */
	uint32_t info, data;
	uint32_t dropped;                                    /* of the socket, when this came */
	size_t length, booked;
	uint8_t bytes[];
};

struct descriptor {
	struct socket *socket;
	struct epoll *epoll;                                 /* neither: free */
	bool non_blocking, close_on_exec;
};

struct ip_membership {
	struct ip_membership *next;
	struct ip_address group;
};

struct datagram_queue {
	struct datagram *first, **last;
	size_t count, bytes;                                 /* bytes as booked against the buffer */
};

/* What setsockopt() can set and a child inherits from its listener. Copied by assignment. */
struct socket_options {
	bool reuse_address, reuse_port, keep_alive, broadcast, oob_inline, no_check, dont_route, time_stamp;
	bool time_stamp_ns, report_drops;                    /* SO_TIMESTAMPNS (then .time_stamp is set, too), SO_RXQ_OVFL */
	bool zero_copy, free_bind;                           /* SO_ZEROCOPY, IP_FREEBIND */
	int time_stamping;                                   /* SO_TIMESTAMPING: SOF_TIMESTAMPING_* */
	bool linger;
	int linger_s;
	int receive_buffer, send_buffer;                     /* bytes of user data; TCP may move them */
	bool receive_buffer_locked, send_buffer_locked;      /* set by the user */
	int receive_low_water, priority, mark;
	vtime_t receive_timeout, send_timeout;               /* VTIME_NEVER: none */
	uint8_t tos, traffic_class;
	int16_t ttl, hop_limit, multicast_ttl, multicast_hops;                /* -1: the host's default */
	bool multicast_loop;
	int pmtu_discovery, pmtu_discovery6;                 /* enum ip_pmtu_discovery */
	bool v6only, receive_errors, receive_errors6;        /* IP_RECVERR, IPV6_RECVERR */
	bool packet_info, packet_info6, receive_ttl, receive_hop_limit, receive_tos, receive_class, receive_options;
	uint8_t minimum_ttl, minimum_hops;                   /* IP_MINTTL, IPV6_MINHOPCOUNT: RFC 5082 */
	bool dont_fragment;                                  /* IPV6_DONTFRAG: RFC 3542, 11.2; UDP alone */
	struct ip_address multicast_source;                  /* IP_MULTICAST_IF; version 0: not set */
	int multicast_interface;                             /* IPV6_MULTICAST_IF: STACK_INTERFACE, or 0 */
	uint32_t flow_label;
	uint8_t option_length;                               /* IP_OPTIONS */
	uint8_t options[IP_OPTION_ROOM];
};

/* Options of level IPPROTO_UDP. */
struct udp_options {
	bool cork, no_check6_send, no_check6_receive;        /* the others: RFC 6935, 5 */
	bool gro;                                            /* accepted, as nothing here is ever put together */
	uint16_t segment;                                    /* 0: one datagram a call */
};

/* Writes of a stream socket whose user wants to be told what becomes of them; socket_notice.c. Places in the
 * stream count bytes from 0: the first byte that was ever written. */
struct notice_list {
	struct send_notice *first, **last;
	uint64_t acked;                                      /* as notice_acked() said */
	uint64_t stamp_base;                                 /* byte that has key 0: SOF_TIMESTAMPING_OPT_ID */
	uint32_t zero_copies;                                /* number of the next write with MSG_ZEROCOPY */
};

struct socket {
	struct stack *stack;
	struct socket *next, *previous;                      /* all sockets of the stack */
	struct socket *bucket_next;                          /* of the same local port's hash */
	int fd;                                              /* -1: no descriptor: orphan, or not accepted yet */
	int domain, type;                                    /* AF_INET or AF_INET6; SOCK_STREAM or SOCK_DGRAM */
	const struct socket_ops *ops;
	struct endpoint local, remote;                       /* IPv4-mapped addresses are kept as IPv4 */
	bool bound, port_chosen_by_user, address_chosen_by_user;
	bool shut_read, shut_write;
	bool hashed, listening;                              /* listening: kept by TCP */
	int ticket;                                          /* of a close() that SO_LINGER holds up; 0: nobody waits */
	int error;                                           /* SO_ERROR: the next call returns it, positive */
	int soft_error;                                      /* ends nothing; for SO_ERROR, or if the connection then fails */
	struct socket_options options;
	struct datagram_queue receive_queue, error_queue;    /* UDP; both */
	struct notice_list notices;
	struct tcp *tcp;                                     /* SOCK_STREAM */
	struct ip_membership *memberships;                   /* multicast groups joined */
	int peek_offset;                                     /* SO_PEEK_OFF: where MSG_PEEK goes on; negative: always in front */
	uint32_t dropped;                                    /* datagrams that the receive queue had no room for */
	struct udp_options udp;
	struct udp_pending *udp_pending;                     /* what UDP_CORK or MSG_MORE hold back */
	uint64_t generation;                                 /* grows when readiness may have changed */
};

/* The protocol's half of each call. Errors are minus an errno. Those that may be NULL: -EOPNOTSUPP. */
struct socket_ops {
	int (*attach)(struct socket *s);                     /* a new socket; 0 or -ENOMEM */
	int (*connect)(struct socket *s, const struct endpoint *remote);
	int (*connect_result)(struct socket *s);
	bool (*is_connected)(const struct socket *s);        /* for getpeername(); NULL: if s->remote is set */
	int (*listen)(struct socket *s, int backlog);
	/* A child without descriptor, or NULL with *error. */
	struct socket *(*accept)(struct socket *s, int *error);
	int64_t (*send)(struct socket *s, const struct msghdr *message, int flags);
	int64_t (*receive)(struct socket *s, struct msghdr *message, int flags);
	short (*poll)(struct socket *s);                     /* all that is true now */
	int (*shutdown)(struct socket *s, int how);
	/* The user is done: s->fd is -1 already. Call socket_free() now or when the protocol is done. 0, or 1:
	 * SO_LINGER makes the user wait. */
	int (*close)(struct socket *s);
	void (*detach)(struct socket *s);                    /* release the protocol's memory; socket_free() calls it */
	int (*set)(struct socket *s, int level, int name, const void *value, socklen_t length);
	int (*get)(struct socket *s, int level, int name, void *value, socklen_t *length);
	int (*ioctl)(struct socket *s, unsigned long request, int *value);
	void (*buffers_changed)(struct socket *s);           /* SO_RCVBUF ... SO_KEEPALIVE; may be NULL */
};

/* A socket in no table yet; NULL: no memory or too many. */
struct socket *socket_new(struct stack *st, int domain, int type);
/* Take it out of all tables and release it. */
void socket_free(struct socket *s);
void sockets_free_all(struct stack *st);                 /* and the descriptors */
/* A child of @listener for an incoming connection: options inherited, addresses set, hashed. NULL: no memory. */
struct socket *socket_new_child(struct socket *listener, const struct endpoint *local, const struct endpoint *remote);

/* Choose or check a local port and enter the tables. s->local and s->remote are set. 0, -EADDRINUSE, -EADDRNOTAVAIL. */
int socket_hash(struct socket *s, bool choose_port);
void socket_unhash(struct socket *s);
/* The socket that should get a packet with this tuple (source: the peer): the best match, or NULL. */
struct socket *socket_find(struct stack *st, int type, const struct tuple *t);
/* First socket of @type after @previous (NULL: from the start) bound to @port. */
struct socket *socket_next_on_port(struct stack *st, int type, uint16_t port, struct socket *previous);

/* How well a packet with this tuple fits the socket: the number of things that match, -1: not at all. */
int socket_match(const struct socket *s, const struct tuple *t);
/* May the socket talk to addresses of this version? */
bool socket_speaks(const struct socket *s, uint8_t version);
/* RFC 5082, 3: does the packet come from no farther than the user allows? */
bool socket_near_enough(const struct socket *s, const struct ip_packet *p);
/* SO_PEEK_OFF: bytes that a call with @flags passes over. After it: @length bytes were taken, or looked at (MSG_PEEK). */
size_t socket_peek_start(const struct socket *s, int flags);
void socket_peeked(struct socket *s, int flags, size_t length);
/* Another socket with the same local and remote endpoint, or NULL. */
struct socket *socket_find_same(const struct socket *s);
/* The open socket of a descriptor; NULL with *error -EBADF or -ENOTSOCK. */
struct socket *socket_of(const struct stack *st, int fd, int *error);
short socket_ready(struct socket *s);                    /* ops->poll() and what holds for all */
int socket_set_option(struct socket *s, int level, int name, const void *value, socklen_t length);
int socket_get_option(struct socket *s, int level, int name, void *value, socklen_t *length);
void socket_options_init(const struct stack *st, struct socket_options *o);
void epoll_forget(struct stack *st, int fd);             /* a descriptor was closed */
void epoll_free(struct stack *st, struct epoll *e);
int epoll_control(struct stack *st, struct epoll *e, int operation, int fd, const struct epoll_event *event);
int epoll_collect(struct stack *st, struct epoll *e, struct epoll_event *events, int count);
struct epoll *epoll_new(struct stack *st);

/* Set SO_ERROR and wake; the error as of errno.h, positive. */
void socket_fail(struct socket *s, int error);
/* SO_ERROR, cleared by reading; positive or 0. */
int socket_take_error(struct socket *s);
void socket_wake(struct socket *s);

/* Ways of sending that follow from the options; leaves .payload, .length, .protocol to the caller. */
void socket_fill_send(const struct socket *s, struct ip_send *send);
/* Append to the error queue if the user asked for it (IP_RECVERR). */
void socket_queue_error(struct socket *s, const struct icmp_error *e);
/* The same for what this host itself found out about sending to @remote. */
void socket_queue_local_error(struct socket *s, const struct endpoint *remote, int error, uint32_t info);
int64_t socket_receive_error(struct socket *s, struct msghdr *message, int flags);

/* A write with @flags ended at byte @end of the stream (so @end bytes were written in all). */
void notice_write(struct socket *s, uint64_t end, int flags);
/* All bytes before @end were sent, or acknowledged. */
void notice_sent(struct socket *s, uint64_t end);
void notice_acked(struct socket *s, uint64_t end);
void notice_drop(struct socket *s);
void notice_start_stamps(struct socket *s);              /* SO_TIMESTAMPING was set */

/* Bytes between the user's iovecs and a flat area; @skip bytes of the message come first. Return bytes copied. */
size_t message_gather(const struct msghdr *message, size_t skip, void *to, size_t room);
size_t message_scatter(const struct msghdr *message, size_t skip, const void *from, size_t length);
size_t message_length(const struct msghdr *message);
/* Append one control message to what @message has already; *used is the room taken. Sets MSG_CTRUNC. */
void message_add_control(struct msghdr *message, size_t *used, const struct cmsghdr *head, const void *data);
void queue_add(struct datagram_queue *q, struct datagram *d);
struct datagram *queue_take(struct datagram_queue *q);
void queue_drop(struct stack *st, struct datagram_queue *q);
/* sockaddr <-> endpoint. 0, -EINVAL or -EAFNOSUPPORT. */
int endpoint_from_sockaddr(const struct socket *s, const struct sockaddr *address, socklen_t length,
                           struct endpoint *out);
void endpoint_to_sockaddr(const struct socket *s, const struct endpoint *e, struct sockaddr *address,
                          socklen_t *length);
/* As a destination, "any" means this host itself. */
void endpoint_any_is_loopback(const struct socket *s, struct endpoint *e);
/* An option's value that is one int; false: too short. */
bool option_int(const void *value, socklen_t length, int *out);
int option_return_int(int number, void *value, socklen_t *length);
int option_return_bytes(const void *bytes, size_t size, void *value, socklen_t *length);

#endif
