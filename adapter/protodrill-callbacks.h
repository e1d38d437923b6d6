/* SPDX-License-Identifier: MIT
 *
 * protodrill-callbacks.h - an addition to protodrill-adapter.h for stacks that call back
 *
 * In lwIP's raw API, and in many embedded stacks, a program has no sockets that it could ask. It gives the stack
 * functions, and the stack calls these when a connection is there, has text, has ended or has failed. Scripts ask, so
 * somebody has to keep what the stack said until a call asks for it: text, connections that nobody has accepted, ends
 * and errors. That is done here. The author fills in struct protodrill_connections, which has what a program asks of
 * such a stack, and calls one of the functions protodrill_on_...() in each of his callbacks. All functions on sockets
 * in the table of the stack are then those of this file:
 *
 *     static err_t on_receive(void *socket, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
 *     {
 *             ...
 *             protodrill_on_receive(socket, NULL, p->payload, p->len);
 *     }
 *
 *     const struct protodrill_connections protodrill_connections = { .open = do_open, .bind = do_bind, ... };
 *
 *     const struct protodrill_stack_v1 protodrill_stack_v1 = { .name = ..., .start = ..., PROTODRILL_CALLBACKS };
 *
 * In C++ it is protodrill_table("mine", start, packet).
 *
 * A call that waits ends when the stack has called back, since protodrill tries again after each packet and each step.
 * adapter/example/callbacks.c is the whole of an adapter that uses it.
 *
 * Include it after protodrill-adapter.h, with PROTODRILL_ADAPTER_MAIN or PROTODRILL_ADAPTER_IMPLEMENTATION defined
 * before that.
 */
#ifndef PROTODRILL_CALLBACKS_H
#define PROTODRILL_CALLBACKS_H

#include "protodrill-adapter.h"

/* What a script has a descriptor of. The stack keeps a pointer to it with its connection, and gives it to the callbacks
 * (tcp_arg() in lwIP). */
struct protodrill_socket;

/* What the stack can be asked. A @connection is what open() returned, or what protodrill_on_accept() was given. It is
 * never one that has failed. Results are 0 or minus an errno, if nothing else is said, and PROTODRILL_UNKNOWN is for
 * what the stack does not have. A function that it does not have may be NULL, except for open() and close(). */
struct protodrill_connections {
	/* A new connection, not yet open, whose callbacks get @socket. @family is 4 or 6, @protocol IPPROTO_TCP,
	 * IPPROTO_UDP or another. NULL: the stack has no such thing. */
	void *(*open)(struct protodrill_socket *socket, int family, int protocol);
	int (*bind)(void *connection, const struct protodrill_address *address);
	/* The connection that listens, which may be another one, or NULL: there is another on that address. */
	void *(*listen)(void *connection, int backlog);
	/* Begin to connect; protodrill_on_connect() or protodrill_on_error() says how it has ended. For datagrams it
	 * has ended when this returns 0, and the family PROTODRILL_UNSPECIFIED means: forget the other side. */
	int (*connect)(void *connection, const struct protodrill_address *address);
	/* How many octets the stack takes at present, for poll(); send() is not asked for more. NULL: any number. */
	size_t (*room)(void *connection);
	/* How many octets it has taken; 0: it has no room at present. */
	int64_t (*send)(void *connection, const void *bytes, size_t length);
	/* A datagram. @to is NULL if the caller named nobody; there is somebody to send it to after connect(). */
	int64_t (*send_to)(void *connection, const struct protodrill_address *to, const void *bytes, size_t length);
	/* The program has read @length octets: the stack may open its window again. */
	void (*taken)(void *connection, size_t length);
	int (*shutdown)(void *connection, int how);
	/* The program has closed the connection. Callbacks for its socket may still come, and have no effect. */
	int (*close)(void *connection);
	/* The same for a connection that nobody has accepted, which is reset. NULL: close(). */
	void (*abort)(void *connection);
	int (*local)(void *connection, struct protodrill_address *address);
	/* All options but SO_ERROR. */
	int (*getsockopt)(void *connection, int level, int name, void *value, uint32_t *length);
	int (*setsockopt)(void *connection, int level, int name, const void *value, uint32_t length);
	/* For timers in milliseconds, with PROTODRILL_TIMERS in the table in place of .deadline and .run: how long the
	 * stack may sleep, 0: it is due, PROTODRILL_FOREVER: there is no timer; and let those run that are due. The
	 * clock that they look at must be protodrill_milliseconds(). */
	uint32_t (*sleep)(void);
	void (*timers)(void);
	/* At the end of a case, and before RESET. */
	void (*stop)(void);
};

extern const struct protodrill_connections protodrill_connections;

/* What has happened, for the callbacks of the stack. Nothing is done if the program has closed @socket, or if that is
 * NULL. */

/* A new connection of @listener is open. Returns its socket for the callbacks, or NULL: drop it. */
static inline struct protodrill_socket *protodrill_on_accept(struct protodrill_socket *listener, void *connection,
                                                             struct protodrill_address peer);
/* The connection that was asked for is open. */
static inline void protodrill_on_connect(struct protodrill_socket *socket);
/* Text, or a datagram of @from, has come. It is copied. */
static inline void protodrill_on_receive(struct protodrill_socket *socket, const struct protodrill_address *from,
                                         const void *bytes, size_t length);
/* The peer sends nothing any more. */
static inline void protodrill_on_end(struct protodrill_socket *socket);
/* The connection does not exist any more: ECONNRESET (which is ECONNREFUSED if it was never open), ETIMEDOUT ..., or 0
 * if it has ended as it should. A socket for datagrams lives on: the next call has the error, that of an ICMP
 * message. */
static inline void protodrill_on_error(struct protodrill_socket *socket, int error);

/* An IPv4 address as a number in network order, which many stacks keep, and back. */
static inline uint32_t protodrill_ip4(const struct protodrill_address *address);
static inline struct protodrill_address protodrill_from_ip4(uint32_t ip, uint16_t port);
/* The mask of a prefix, the same way. */
static inline uint32_t protodrill_mask4(int prefix);

/* The present time for stacks that count milliseconds. */
static inline uint32_t protodrill_milliseconds(void);

#define PROTODRILL_FOREVER UINT32_MAX

#ifdef __cplusplus
/* From here on protodrill_table() has these functions, and the timers if @protodrill_connections has them. */
#define protodrill_table protodrill_callback_table
static inline struct protodrill_stack_v1 protodrill_table(const char *name,
	int (*start)(const struct protodrill_start *how), void (*packet)(const void *bytes, size_t length));
#endif

/* ---- from here on nothing is of interest to authors ---- */

#define PROTODRILL_CALLBACKS \
	.size = sizeof(struct protodrill_stack_v1), .version = PROTODRILL_PROTOCOL, .stop = protodrill_sockets_stop, \
	.socket = protodrill_sockets_open, .bind = protodrill_sockets_bind, .listen = protodrill_sockets_listen, \
	.accept = protodrill_sockets_accept, .connect = protodrill_sockets_connect, .send = protodrill_sockets_send, \
	.receive = protodrill_sockets_receive, .close = protodrill_sockets_close, \
	.shutdown = protodrill_sockets_shutdown, .getsockopt = protodrill_sockets_getsockopt, \
	.setsockopt = protodrill_sockets_setsockopt, .getsockname = protodrill_sockets_name, \
	.getpeername = protodrill_sockets_peer, .poll = protodrill_sockets_poll, \
	.connect_result = protodrill_sockets_result, .objects = 1

#define PROTODRILL_TIMERS .deadline = protodrill_sleep_ends, .run = protodrill_sleep_over

#define PROTODRILL_TRY(function, ...) \
	(protodrill_connections.function ? protodrill_connections.function(__VA_ARGS__) : PROTODRILL_UNKNOWN)

enum protodrill_socket_state {
	PROTODRILL_FRESH, PROTODRILL_LISTENS, PROTODRILL_CONNECTING, PROTODRILL_CONNECTED, PROTODRILL_FAILED
};

struct protodrill_socket {
	void *connection;                                    /* NULL: it has failed */
	int type;
	enum protodrill_socket_state state;
	int error, ended, shut;                              /* an errno; the peer has ended, we have */
	int bound, closed;
	uint64_t generation;                                 /* counts what has happened */
	struct protodrill_address peer;
	struct protodrill_queue in;                          /* each text behind the address it came from */
	size_t used;                                         /* of the first of them */
	struct protodrill_socket *next, *waiting;            /* to be accepted; or .next is closed, too, and kept */
};

static inline uint32_t protodrill_ip4(const struct protodrill_address *address)
{
	uint32_t ip;

	memcpy(&ip, address->bytes, sizeof(ip));
	return ip;
}

static inline uint32_t protodrill_mask4(int prefix)
{
	return htonl(prefix > 0 ? UINT32_MAX << (32 - prefix) : 0);
}

static inline struct protodrill_address protodrill_from_ip4(uint32_t ip, uint16_t port)
{
	struct protodrill_address address;

	memset(&address, 0, sizeof(address));
	address.family = 4;
	address.port = port;
	memcpy(address.bytes, &ip, sizeof(ip));
	return address;
}

enum { PROTODRILL_MILLISECOND = 1000000 };

static inline uint32_t protodrill_milliseconds(void)
{
	return (uint32_t)(protodrill_now() / PROTODRILL_MILLISECOND);
}

/* The stack sleeps from the beginning of this millisecond, which is all that it knows of the time. */
static inline int64_t protodrill_sleep_ends(void)
{
	const uint32_t sleep = protodrill_connections.sleep();
	const int64_t now = protodrill_now() / PROTODRILL_MILLISECOND;

	return sleep == PROTODRILL_FOREVER ? PROTODRILL_NEVER : (now + sleep) * PROTODRILL_MILLISECOND;
}

static inline void protodrill_sleep_over(int64_t now)
{
	(void)now;
	protodrill_connections.timers();
}

static struct protodrill_socket *protodrill_closed_sockets;

static inline struct protodrill_socket *protodrill_socket_of(int fd)
{
	return (struct protodrill_socket *)protodrill_object(fd);
}

static struct protodrill_socket *protodrill_sockets_new(int type)
{
	struct protodrill_socket *s = (struct protodrill_socket *)calloc(1, sizeof(*s));

	if (!s)
		protodrill_fail("no memory for a socket");
	s->type = type;
	s->generation = 1;
	s->in.last = &s->in.first;
	return s;
}

static void protodrill_sockets_free(struct protodrill_socket *s)
{
	while (s->in.first)
		protodrill_forget(&s->in);
	free(s);
}

/* The stack may still know it, so it stays in memory until the stack stops. */
static void protodrill_sockets_closed(struct protodrill_socket *s)
{
	while (s->in.first)
		protodrill_forget(&s->in);
	s->closed = 1;
	s->next = protodrill_closed_sockets;
	protodrill_closed_sockets = s;
}

/* ---- what the stack says ---- */

static inline struct protodrill_socket *protodrill_on_accept(struct protodrill_socket *listener, void *connection,
                                                             struct protodrill_address peer)
{
	struct protodrill_socket *s, **last;

	if (!listener || listener->closed)
		return NULL;
	s = protodrill_sockets_new(listener->type);
	s->connection = connection;
	s->state = PROTODRILL_CONNECTED;
	s->peer = peer;
	for (last = &listener->waiting; *last; last = &(*last)->next)
		;
	*last = s;
	listener->generation++;
	return s;
}

static inline void protodrill_on_connect(struct protodrill_socket *s)
{
	if (!s || s->closed)
		return;
	s->state = PROTODRILL_CONNECTED;
	s->generation++;
}

static inline void protodrill_on_receive(struct protodrill_socket *s, const struct protodrill_address *from,
                                         const void *bytes, size_t length)
{
	static struct protodrill_address nobody;
	uint8_t *at;

	if (!s || s->closed || (s->type == SOCK_STREAM && !length))
		return;
	at = protodrill_append(&s->in, sizeof(*from) + length, protodrill_now());
	memcpy(at, from ? from : &nobody, sizeof(*from));
	if (length)
		memcpy(at + sizeof(*from), bytes, length);
	s->generation++;
}

static inline void protodrill_on_end(struct protodrill_socket *s)
{
	if (!s || s->closed)
		return;
	s->ended = 1;
	s->generation++;
}

static inline void protodrill_on_error(struct protodrill_socket *s, int error)
{
	if (!s || s->closed)
		return;
	s->error = error == ECONNRESET && s->state == PROTODRILL_CONNECTING ? ECONNREFUSED : error;
	s->generation++;
	if (s->type != SOCK_STREAM)
		return;
	s->connection = NULL;
	s->state = PROTODRILL_FAILED;
}

/* ---- what a script asks ---- */

static int protodrill_sockets_error(struct protodrill_socket *s)
{
	const int error = s->error;

	s->error = 0;
	return error;
}

static int protodrill_sockets_open(int domain, int type, int protocol)
{
	const int usual = type == SOCK_STREAM ? IPPROTO_TCP : type == SOCK_DGRAM ? IPPROTO_UDP : 0;
	struct protodrill_socket *s;
	int fd;

	if (domain != AF_INET && domain != AF_INET6)
		return PROTODRILL_UNKNOWN;
	s = protodrill_sockets_new(type);
	s->connection = protodrill_connections.open(s, domain == AF_INET ? 4 : 6, protocol ? protocol : usual);
	fd = s->connection ? protodrill_open(s) : PROTODRILL_UNKNOWN;
	if (fd < 0 && s->connection)
		protodrill_connections.close(s->connection);
	if (fd < 0)
		protodrill_sockets_closed(s);
	return fd;
}

static int protodrill_sockets_bind(int fd, const struct protodrill_address *address)
{
	struct protodrill_socket *s = protodrill_socket_of(fd);
	const int status = s->connection && !s->bound ? PROTODRILL_TRY(bind, s->connection, address) : -EINVAL;

	s->bound |= !status;
	return status;
}

static int protodrill_sockets_listen(int fd, int backlog)
{
	struct protodrill_socket *s = protodrill_socket_of(fd);
	void *listener;

	if (s->state != PROTODRILL_FRESH)
		return s->state == PROTODRILL_LISTENS ? 0 : -EINVAL;
	if (!protodrill_connections.listen)
		return PROTODRILL_UNKNOWN;
	listener = protodrill_connections.listen(s->connection, backlog);
	if (!listener)
		return -EADDRINUSE;
	s->connection = listener;
	s->state = PROTODRILL_LISTENS;
	return 0;
}

static int protodrill_sockets_accept(int fd, struct protodrill_address *peer)
{
	struct protodrill_socket *s = protodrill_socket_of(fd), *child = s->waiting;
	int accepted;

	if (s->state != PROTODRILL_LISTENS)
		return -EINVAL;
	if (!child)
		return -EAGAIN;
	accepted = protodrill_open(child);
	if (accepted < 0)
		return accepted;
	s->waiting = child->next;
	*peer = child->peer;
	return accepted;
}

static int protodrill_sockets_result(int fd)
{
	struct protodrill_socket *s = protodrill_socket_of(fd);

	return s->state == PROTODRILL_CONNECTING ? -EINPROGRESS : -protodrill_sockets_error(s);
}

static int protodrill_sockets_connect(int fd, const struct protodrill_address *address, int waits)
{
	struct protodrill_socket *s = protodrill_socket_of(fd);
	const enum protodrill_socket_state before = s->state;
	int status;

	(void)waits;
	if (s->type == SOCK_STREAM && address->family == PROTODRILL_UNSPECIFIED)
		return PROTODRILL_UNKNOWN;
	if (s->state == PROTODRILL_FAILED)
		return s->error ? -protodrill_sockets_error(s) : -ECONNABORTED;
	if (s->state != PROTODRILL_FRESH && s->type == SOCK_STREAM)
		return s->state == PROTODRILL_CONNECTING ? -EALREADY : -EISCONN;
	s->state = PROTODRILL_CONNECTING;                    /* the stack may call back at once */
	status = PROTODRILL_TRY(connect, s->connection, address);
	if (status && s->state == PROTODRILL_CONNECTING)
		s->state = before;
	if (status)
		return status;
	s->peer = *address;
	if (s->type == SOCK_STREAM)
		return protodrill_sockets_result(fd);
	s->state = address->family == PROTODRILL_UNSPECIFIED ? PROTODRILL_FRESH : PROTODRILL_CONNECTED;
	return 0;
}

static size_t protodrill_sockets_room(const struct protodrill_socket *s)
{
	return protodrill_connections.room ? protodrill_connections.room(s->connection) : SIZE_MAX;
}

static int64_t protodrill_sockets_send(int fd, int flags, const struct protodrill_address *to, const void *bytes,
                                       size_t length)
{
	struct protodrill_socket *s = protodrill_socket_of(fd);
	int64_t taken;
	size_t room;

	if (flags & ~MSG_DONTWAIT || (to && s->type == SOCK_STREAM))
		return PROTODRILL_UNKNOWN;
	if (s->error)
		return -protodrill_sockets_error(s);
	if (s->type == SOCK_STREAM && s->state == PROTODRILL_CONNECTING)
		return -EAGAIN;
	if (s->shut || (s->type == SOCK_STREAM && s->state != PROTODRILL_CONNECTED))
		return -EPIPE;
	if (s->type != SOCK_STREAM)
		return PROTODRILL_TRY(send_to, s->connection, to, bytes, length);
	room = protodrill_sockets_room(s);
	taken = room || !length ? PROTODRILL_TRY(send, s->connection, bytes, length < room ? length : room) : 0;
	return taken || !length ? taken : -EAGAIN;
}

/* The text that waits first: its octets, or NULL. */
static const uint8_t *protodrill_sockets_text(const struct protodrill_packet *p, size_t used, size_t *length)
{
	if (!p)
		return NULL;
	*length = p->length - sizeof(struct protodrill_address) - used;
	return (const uint8_t *)(p + 1) + sizeof(struct protodrill_address) + used;
}

static int64_t protodrill_sockets_receive(int fd, int flags, struct protodrill_address *from, void *bytes, size_t room)
{
	struct protodrill_socket *s = protodrill_socket_of(fd);
	const struct protodrill_packet *p = s->in.first;
	size_t got = 0, used = s->used, there = 0, part;
	const int stream = s->type == SOCK_STREAM, stays = flags & MSG_PEEK;
	const uint8_t *text;

	if (flags & ~(MSG_DONTWAIT | MSG_PEEK | (stream ? 0 : MSG_TRUNC)))
		return PROTODRILL_UNKNOWN;
	if (!stream && s->error)
		return -protodrill_sockets_error(s);
	if (!p && stream && (s->state == PROTODRILL_FRESH || s->state == PROTODRILL_LISTENS))
		return -ENOTCONN;
	if (!p)
		return s->error ? -protodrill_sockets_error(s) :
		       s->ended || s->state == PROTODRILL_FAILED ? 0 : -EAGAIN;
	memcpy(from, p + 1, sizeof(*from));
	while ((text = protodrill_sockets_text(p, used, &there)) && (got < room || !stream)) {
		part = there < room - got ? there : room - got;
		memcpy((uint8_t *)bytes + got, text, part);
		got += part;
		used = stream && part < there ? used + part : 0;
		p = used ? p : p->next;
		if (!used && !stays)
			protodrill_forget(&s->in);
		if (used || !stream)
			break;
	}
	s->used = stays ? s->used : used;
	if (!stays && s->connection && protodrill_connections.taken)
		protodrill_connections.taken(s->connection, stream ? got : there);
	return (int64_t)(stream ? got : there);
}

static int protodrill_sockets_poll(int fd, int events, uint64_t *generation)
{
	const struct protodrill_socket *s = protodrill_socket_of(fd);
	const int out = s->state == PROTODRILL_CONNECTED || s->type != SOCK_STREAM;
	int ready = s->in.first || s->ended || s->waiting ? POLLIN : 0;

	*generation = s->generation;
	ready |= s->ended ? POLLRDHUP : 0;
	if (s->state != PROTODRILL_FAILED && out && protodrill_sockets_room(s))
		ready |= POLLOUT;
	if (s->state == PROTODRILL_FAILED)
		ready |= POLLIN | POLLOUT | POLLRDHUP | POLLHUP;
	ready |= s->ended && s->shut ? POLLHUP : 0;
	ready |= s->error ? POLLERR : 0;
	return ready & (events | POLLERR | POLLHUP);
}

static int protodrill_sockets_shutdown(int fd, int how)
{
	struct protodrill_socket *s = protodrill_socket_of(fd);
	int status;

	if (s->state != PROTODRILL_CONNECTED)
		return -ENOTCONN;
	status = PROTODRILL_TRY(shutdown, s->connection, how);
	s->shut |= !status && how != SHUT_RD;
	return status;
}

static int protodrill_sockets_close(int fd)
{
	struct protodrill_socket *s = protodrill_socket_of(fd), *child;
	int status = s->connection ? protodrill_connections.close(s->connection) : 0;

	if (status < 0)
		return status;
	while ((child = s->waiting)) {
		s->waiting = child->next;
		if (child->connection && protodrill_connections.abort)
			protodrill_connections.abort(child->connection);
		else if (child->connection)
			protodrill_connections.close(child->connection);
		protodrill_sockets_closed(child);
	}
	protodrill_sockets_closed(s);
	return status;
}

static int protodrill_sockets_name(int fd, struct protodrill_address *address)
{
	struct protodrill_socket *s = protodrill_socket_of(fd);

	return s->connection ? PROTODRILL_TRY(local, s->connection, address) : PROTODRILL_UNKNOWN;
}

static int protodrill_sockets_peer(int fd, struct protodrill_address *address)
{
	struct protodrill_socket *s = protodrill_socket_of(fd);

	*address = s->peer;
	return s->state == PROTODRILL_CONNECTED ? 0 : -ENOTCONN;
}

static int protodrill_sockets_getsockopt(int fd, int level, int name, void *value, uint32_t *length)
{
	struct protodrill_socket *s = protodrill_socket_of(fd);
	int error;

	if (level != SOL_SOCKET || name != SO_ERROR)
		return s->connection ? PROTODRILL_TRY(getsockopt, s->connection, level, name, value, length) :
		       PROTODRILL_UNKNOWN;
	error = protodrill_sockets_error(s);
	*length = *length < sizeof(error) ? *length : sizeof(error);
	memcpy(value, &error, *length);
	return 0;
}

static int protodrill_sockets_setsockopt(int fd, int level, int name, const void *value, uint32_t length)
{
	struct protodrill_socket *s = protodrill_socket_of(fd);

	return s->connection ? PROTODRILL_TRY(setsockopt, s->connection, level, name, value, length) :
	       PROTODRILL_UNKNOWN;
}

static void protodrill_sockets_stop(void)
{
	struct protodrill_socket *s, *child;

	if (protodrill_connections.stop)
		protodrill_connections.stop();               /* which may still call back */
	for (int fd = 0; fd < PROTODRILL_FDS; fd++) {
		if (!(s = protodrill_socket_of(fd)))
			continue;
		while ((child = s->waiting)) {
			s->waiting = child->next;
			protodrill_sockets_free(child);
		}
		protodrill_sockets_free(s);
	}
	while ((s = protodrill_closed_sockets)) {
		protodrill_closed_sockets = s->next;
		protodrill_sockets_free(s);
	}
}

#ifdef __cplusplus
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
static inline struct protodrill_stack_v1 protodrill_table(const char *name,
	int (*start)(const struct protodrill_start *how), void (*packet)(const void *bytes, size_t length))
{
	struct protodrill_stack_v1 s = { PROTODRILL_CALLBACKS };

	s.name = name;
	s.start = start;
	s.packet = packet;
	if (protodrill_connections.sleep) {
		s.deadline = protodrill_sleep_ends;
		s.run = protodrill_sleep_over;
	}
	return s;
}
#pragma GCC diagnostic pop
#endif

#endif
