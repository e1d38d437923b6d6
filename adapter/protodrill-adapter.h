/* SPDX-License-Identifier: MIT
 *
 * protodrill-adapter.h - what lets protodrill drive a TCP/UDP stack: the adapter's half of the protocol, in one header
 *
 * An adapter is a program that protodrill starts for each case. It answers questions and never acts by itself: it is
 * told when a packet arrives and when time passes. This header reads the questions, keeps the clock and the queue of
 * packets, and calls the functions of a table, struct protodrill_stack_v1, which is all that an author has to write.
 * One file defines PROTODRILL_ADAPTER_IMPLEMENTATION before it includes this, and its main() is
 * protodrill_adapter_main().
 *
 * The same table in a shared object is what `-t so:FILE.so` loads. docs/adapter.md shows how to write one, and
 * docs/adapter-protocol.md is for those who write in another language.
 *
 * The rules for the functions: - None blocks. A call that would block returns -EAGAIN, and connect() -EINPROGRESS;
 * protodrill makes blocking calls of that. If the caller of send() will not wait, it has MSG_DONTWAIT. - Results are
 * those of the system call, or minus an errno. Numbers of domains, options, flags and errors, and the
 *   layouts of option values, are those of Linux on little-endian machines.
 * - A function returns PROTODRILL_UNKNOWN for what the stack does not have; a NULL in the table means that the whole
 * function is missing. The case is SKIP then. That is no failure, and nothing is guessed. - Time moves only in run();
 * protodrill_now() returns it. The stack hands its packets to protodrill_output(), which may be called in any of these
 * functions. - The same calls have the same results and packets in every process: take random numbers from the seed,
 * and let nothing depend on real time or memory addresses.
 *
 * C99; needs nothing but the C library. Without PROTODRILL_ADAPTER_IMPLEMENTATION it only declares.
 */
#ifndef PROTODRILL_ADAPTER_H
#define PROTODRILL_ADAPTER_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#define PROTODRILL_NEVER INT64_MAX
#define PROTODRILL_UNKNOWN INT32_MIN
#define PROTODRILL_WAITS (INT32_MIN + 1)                     /* see protodrill-waits.h */

enum {
	PROTODRILL_PROTOCOL = 1, PROTODRILL_BODY = 1 << 20, PROTODRILL_HEAD = 8, PROTODRILL_ADDRESS = 24,
	PROTODRILL_UNSPECIFIED = 1
};

/* Questions; the answer has the type of its question, or 0: not known. */
enum protodrill_type {
	PROTODRILL_NOT_KNOWN = 0, PROTODRILL_HELLO = 1, PROTODRILL_PACKET = 2, PROTODRILL_ADVANCE = 3,
	PROTODRILL_CALL = 4, PROTODRILL_INFO = 5, PROTODRILL_SET = 6, PROTODRILL_BYE = 7, PROTODRILL_RESET = 8,
	PROTODRILL_GET = 9, PROTODRILL_MERGED = 10, PROTODRILL_COMMAND = 11
};

enum protodrill_flag {
	PROTODRILL_VIRTUAL = 1,                              /* the clock moves in ADVANCE only */
	PROTODRILL_PACKETS = 2,                              /* packets go through this stream */
	PROTODRILL_HAS_INFO = 4, PROTODRILL_BLOCKS = 8, PROTODRILL_CAN_RESET = 16
};

enum protodrill_want { PROTODRILL_WANT_PACKET = 1, PROTODRILL_WANT_STEP = 2, PROTODRILL_WANT_RETURN = 4 };
enum protodrill_kind { PROTODRILL_REACHED, PROTODRILL_SENT, PROTODRILL_STEPPED, PROTODRILL_IDLE, PROTODRILL_RETURNED };

enum protodrill_call {
	PROTODRILL_OP_SOCKET = 1, PROTODRILL_OP_BIND = 2, PROTODRILL_OP_LISTEN = 3, PROTODRILL_OP_ACCEPT = 4,
	PROTODRILL_OP_CONNECT = 5, PROTODRILL_OP_SEND = 6, PROTODRILL_OP_RECEIVE = 7, PROTODRILL_OP_CLOSE = 8,
	PROTODRILL_OP_SHUTDOWN = 9, PROTODRILL_OP_GETSOCKOPT = 10, PROTODRILL_OP_SETSOCKOPT = 11,
	PROTODRILL_OP_GETSOCKNAME = 12, PROTODRILL_OP_GETPEERNAME = 13, PROTODRILL_OP_POLL = 14,
	PROTODRILL_OP_IOCTL = 15, PROTODRILL_OP_SENDMSG = 16, PROTODRILL_OP_RECVMSG = 17, PROTODRILL_OP_LINGERING = 18,
	PROTODRILL_OP_CONNECT_RESULT = 19
};

/* What set() answers. */
enum protodrill_set { PROTODRILL_DONE, PROTODRILL_NO_SUCH_KEY, PROTODRILL_BAD_VALUE, PROTODRILL_NO_SUCH_FEATURE };

struct protodrill_address {
	uint16_t family;                                     /* 0: none; 4; 6; PROTODRILL_UNSPECIFIED: AF_UNSPEC */
	uint16_t port;                                       /* a plain number: 80, not htons(80) */
	uint32_t scope;
	uint8_t bytes[16];                                   /* IPv4: the first four; network order */
};

/* How a case begins. */
struct protodrill_start {
	struct protodrill_address local, remote;           /* ports are 0; the first, if there are several local ones */
	int local_prefix;
	int mtu;                                             /* 0: the stack's own */
	int64_t now;                                         /* nanoseconds since 1970, as are all times */
	uint64_t seed;
	const char *option;                                  /* --so_flags=TEXT, or NULL */
	const char *text;                                    /* everything that protodrill said, in lines KEY=VALUE */
};

/* A message with control data, for sendmsg() and recvmsg(). */
struct protodrill_message {
	struct protodrill_address address;
	uint32_t flags;                                      /* recvmsg() writes MSG_TRUNC ... here */
	void *bytes, *control;
	size_t length, control_length;                       /* room; recvmsg() sets them to what is there */
};

struct protodrill_stack_v1 {
	uint32_t size;                                    /* of this structure in the author's version of this header */
	uint32_t version;                                    /* 1 */
	const char *name, *release;
	/* Make a fresh stack. 0, minus an errno, or PROTODRILL_UNKNOWN if it does not have that version of IP. With
	 * can_reset it may be called again, after stop(). */
	int (*start)(const struct protodrill_start *how);
	void (*stop)(void);                                  /* nothing is sent any more */
	int can_reset;
	void (*packet)(const void *bytes, size_t length);    /* NULL: packets go by a network card */
	/* A packet of several segments of @segment bytes, as a device with receive offload makes it. */
	int (*merged)(const void *bytes, size_t length, unsigned segment);
	int64_t (*deadline)(void);                           /* when run() is wanted next, or PROTODRILL_NEVER */
	void (*run)(int64_t now);                            /* it is @now: do what is due; NULL: no timers */

	int (*socket)(int domain, int type, int protocol);
	int (*bind)(int fd, const struct protodrill_address *address);
	int (*listen)(int fd, int backlog);
	int (*accept)(int fd, struct protodrill_address *peer);
	/* @waits: the caller will wait for the end of it, as on a blocking descriptor. */
	int (*connect)(int fd, const struct protodrill_address *address, int waits);
	int64_t (*send)(int fd, int flags, const struct protodrill_address *to, const void *bytes, size_t length);
	int64_t (*receive)(int fd, int flags, struct protodrill_address *from, void *bytes, size_t room);
	int (*close)(int fd);                                /* > 0: SO_LINGER waits; a ticket for lingering() */
	int (*shutdown)(int fd, int how);
	/* *@value begins with what the caller's buffer held, which a few options read. */
	int (*getsockopt)(int fd, int level, int name, void *value, uint32_t *length);
	int (*setsockopt)(int fd, int level, int name, const void *value, uint32_t length);
	int (*getsockname)(int fd, struct protodrill_address *address);
	int (*getpeername)(int fd, struct protodrill_address *address);
	/* poll() bits of @events and those that are always reported. *generation, if the stack has one, grows whenever
	 * readiness may have changed; else leave it 0. */
	int (*poll)(int fd, int events, uint64_t *generation);
	int (*ioctl)(int fd, uint32_t request, void *value, size_t length);
	int64_t (*sendmsg)(int fd, int flags, const struct protodrill_message *message);
	int64_t (*recvmsg)(int fd, int flags, struct protodrill_message *message);
	int (*lingering)(int ticket);                        /* does that close() still wait? 1 or 0 */
	/* After -EINPROGRESS: 0, minus the error that ended it, which is taken away, or -EINPROGRESS. NULL: poll() and
	 * SO_ERROR say it. */
	int (*connect_result)(int fd);

	/* A prefix of Linux' struct tcp_info, of any length up to @room; 0: nothing about that descriptor. */
	int64_t (*info)(int fd, void *bytes, size_t room);
	/* A sysctl by its name (net.ipv4.tcp_sack), or a key of the stack's own. @why has room for @room bytes of what
	 * it would take; get() returns a length, or PROTODRILL_UNKNOWN. */
	int (*set)(const char *key, const char *value, char *why, size_t room);
	int64_t (*get)(const char *key, char *value, size_t room);
	/* One simple command (ip route ..., nstat ...): 0 or 1 with what it prints, or PROTODRILL_UNKNOWN with why. */
	int (*command)(const char *text, char *output, size_t room);

	/* For a stack in real time, which has these two in place of deadline() and run(). The first returns the time.
	 * The second sleeps until @until or until a packet has left; with @step also until something may have changed
	 * for a waiting call. It may return early. */
	int64_t (*clock)(void);
	void (*wait)(int64_t until, int step);

	/* Descriptors are those of protodrill_open(). Then the functions above are only called with one that is open;
	 * for any other the answer is -EBADF, and a close() that does not fail closes it. */
	int objects;

	/* Sysctls of net.ipv4 for features that the stack does not have, and NULL. Setting one to 0 succeeds; any other
	 * value asks for the missing feature. All other sysctls go to set(), if it is there. */
	const char *const *without;

	/* Calls may wait in the stack (protodrill-waits.h); receive(), too, has MSG_DONTWAIT where it must not. */
	int waits;
	/* What the stack has of the things that cases may need, and NULL: "tcp", "udp", "kernel 6.12.9" ...; it has no
	 * others. NULL: not declared. Read after start(). */
	const char *const *meets;
};

/* Answer questions until there are no more. The exit status. */
int protodrill_adapter_main(const struct protodrill_stack_v1 *stack);

/* An IP packet leaves the stack, now; or left it at @time, on a clock that is real. */
void protodrill_output(const void *bytes, size_t length);
void protodrill_output_at(const void *bytes, size_t length, int64_t time);
/* In packet() or merged(): a setting asks for something that the stack cannot do with this packet. The case is SKIP
 * with @why ("a SYN with time-stamps, which were switched off"). A function that returns PROTODRILL_UNKNOWN may call it
 * as well, to say why. */
void protodrill_refuse(const char *why);
/* The present time. */
int64_t protodrill_now(void);

/* For a stack whose sockets are objects and have no numbers (.objects): the lowest free one for @object, from 3 on, or
 * -EMFILE; and the object of a descriptor, or NULL. Objects are the author's; start() finds none of another case. */
int protodrill_open(void *object);
void *protodrill_object(int fd);

#endif

#ifdef PROTODRILL_ADAPTER_IMPLEMENTATION
#undef PROTODRILL_ADAPTER_IMPLEMENTATION

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- the state of an adapter ---- */

struct protodrill_packet {
	struct protodrill_packet *next;
	size_t length;
	int64_t time;                                        /* when it was sent; the bytes follow */
};

struct protodrill_queue { struct protodrill_packet *first, **last; };

enum { PROTODRILL_FIRST_FD = 3, PROTODRILL_FDS = 1024, PROTODRILL_STILL = 100000 /* steps at one time: too many */ };

static struct protodrill_adapter {
	const struct protodrill_stack_v1 *stack;
	int fd;
	int64_t now;
	int started;
	struct protodrill_queue sent, ended;                 /* messages that were not asked for: tags and answers of
	                                                        calls that waited */
	unsigned tag;                                        /* of the question */
	const struct protodrill_asked *call;                 /* that it is, or NULL */
	uint8_t *question, *answer;                          /* bodies */
	size_t length, at;                                   /* of the question; what is read of it */
	size_t filled;                                       /* of the answer */
	int bad;                                             /* the question was too short */
	char option[512];
	void *objects[PROTODRILL_FDS];                       /* by descriptor */
} protodrill;

int64_t protodrill_now(void)
{
	if (protodrill.stack->clock)
		protodrill.now = protodrill.stack->clock();
	return protodrill.now;
}

int protodrill_open(void *object)
{
	int fd = PROTODRILL_FIRST_FD;

	while (fd < PROTODRILL_FDS && protodrill.objects[fd])
		fd++;
	if (fd == PROTODRILL_FDS)
		return -EMFILE;
	protodrill.objects[fd] = object;
	return fd;
}

void *protodrill_object(int fd)
{
	return fd >= 0 && fd < PROTODRILL_FDS ? protodrill.objects[fd] : NULL;
}

static void protodrill_fail(const char *what)
{
	fprintf(stderr, "adapter: %s\n", what);
	exit(2);
}

static uint8_t *protodrill_append(struct protodrill_queue *q, size_t length, int64_t time)
{
	struct protodrill_packet *p = malloc(sizeof(*p) + length);

	if (!p)
		protodrill_fail("no memory for a packet");
	*p = (struct protodrill_packet){ .length = length, .time = time };
	*q->last = p;
	q->last = &p->next;
	return (uint8_t *)(p + 1);
}

static void protodrill_forget(struct protodrill_queue *q)
{
	struct protodrill_packet *p = q->first;

	q->first = p->next;
	q->last = q->first ? q->last : &q->first;
	free(p);
}

void protodrill_output(const void *bytes, size_t length)
{
	protodrill_output_at(bytes, length, protodrill_now());
}

void protodrill_output_at(const void *bytes, size_t length, int64_t time)
{
	memcpy(protodrill_append(&protodrill.sent, length, time), bytes, length);
}

/* ---- numbers and texts in frames ---- */

static uint64_t protodrill_take(int bytes)
{
	uint64_t value = 0;

	if (protodrill.length - protodrill.at < (size_t)bytes) {
		protodrill.bad = 1;
		protodrill.at = protodrill.length;
		return 0;
	}
	for (int i = 0; i < bytes; i++)
		value |= (uint64_t)protodrill.question[protodrill.at++] << 8 * i;
	return value;
}

static void protodrill_put(uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		protodrill.answer[protodrill.filled++] = (uint8_t)(value >> 8 * i);
}

static void protodrill_put_bytes(const void *bytes, size_t length)
{
	memmove(protodrill.answer + protodrill.filled, bytes, length);
	protodrill.filled += length;
}

static void protodrill_put_text(const char *first, const char *second)
{
	protodrill.filled += (size_t)sprintf((char *)protodrill.answer + protodrill.filled, "%s%s", first, second);
}

static void protodrill_take_address(struct protodrill_address *a)
{
	a->family = (uint16_t)protodrill_take(2);
	a->port = (uint16_t)protodrill_take(2);
	a->scope = (uint32_t)protodrill_take(4);
	for (int i = 0; i < 16; i++)
		a->bytes[i] = (uint8_t)protodrill_take(1);
}

static void protodrill_put_address(const struct protodrill_address *a)
{
	protodrill_put(a->family, 2);
	protodrill_put(a->port, 2);
	protodrill_put(a->scope, 4);
	protodrill_put_bytes(a->bytes, sizeof(a->bytes));
}

void protodrill_refuse(const char *why)
{
	protodrill.filled = 0;
	protodrill_put_text(why, "");
}

/* ---- the beginning ---- */

/* The address of a line "local=192.0.2.1/24", and its prefix. */
static void protodrill_read_address(const char *text, struct protodrill_address *a, int *prefix)
{
	const size_t length = strcspn(text, "/\n");
	char alone[64];

	memset(a, 0, sizeof(*a));
	snprintf(alone, sizeof(alone), "%.*s", (int)length, text);
	a->family = strchr(alone, ':') ? 6 : 4;
	inet_pton(a->family == 6 ? AF_INET6 : AF_INET, alone, a->bytes);
	if (text[length] == '/' && prefix)
		*prefix = atoi(text + length + 1);
}

static void protodrill_read_line(const char *line, struct protodrill_start *how)
{
	if (!strncmp(line, "local=", 6) && !how->local.family)
		protodrill_read_address(line + 6, &how->local, &how->local_prefix);
	else if (!strncmp(line, "remote=", 7))
		protodrill_read_address(line + 7, &how->remote, NULL);
	else if (!strncmp(line, "mtu=", 4))
		how->mtu = atoi(line + 4);
	else if (!strncmp(line, "now=", 4))
		how->now = strtoll(line + 4, NULL, 10);
	else if (!strncmp(line, "seed=", 5))
		how->seed = strtoull(line + 5, NULL, 10);
	else if (!strncmp(line, "option=", 7)) {
		snprintf(protodrill.option, sizeof(protodrill.option), "%.*s", (int)strcspn(line + 7, "\n"), line + 7);
		how->option = protodrill.option;
	}
}

static void protodrill_stop(void)
{
	while (protodrill.sent.first)
		protodrill_forget(&protodrill.sent);
	while (protodrill.ended.first)
		protodrill_forget(&protodrill.ended);
	if (protodrill.started && protodrill.stack->stop)
		protodrill.stack->stop();
	protodrill.started = 0;
	memset(protodrill.objects, 0, sizeof(protodrill.objects));
}

/* HELLO and RESET. */
static int protodrill_start(int type)
{
	const struct protodrill_stack_v1 *s = protodrill.stack;
	struct protodrill_start how = { .text = NULL };
	unsigned flags = (s->packet ? PROTODRILL_PACKETS : 0) | (s->clock ? 0 : PROTODRILL_VIRTUAL);

	if (type == PROTODRILL_RESET && !s->can_reset)
		return 0;
	if (protodrill_take(4) < PROTODRILL_PROTOCOL)
		protodrill_fail("this adapter speaks version 1 of the protocol");
	how.text = (const char *)protodrill.question + protodrill.at;
	for (const char *line = how.text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		protodrill_read_line(line, &how);
	protodrill_stop();
	protodrill.now = how.now;
	int error = s->start(&how);
	if (error == PROTODRILL_UNKNOWN) {
		protodrill_put_text(s->name, how.local.family == 6 ? " has no IPv6" : " has no IPv4");
		return 0;
	}
	if (error) {
		fprintf(stderr, "adapter: %s does not start: %s\n", s->name, strerror(-error));
		exit(1);
	}
	protodrill.started = 1;
	flags |= (s->info ? PROTODRILL_HAS_INFO : 0) | (s->can_reset ? PROTODRILL_CAN_RESET : 0) |
	         (s->waits ? PROTODRILL_BLOCKS : 0);
	protodrill_put(PROTODRILL_PROTOCOL, 4);
	protodrill_put(flags, 4);
	protodrill_put((uint64_t)protodrill_now(), 8);
	protodrill_put(0, 8);
	protodrill_put_text("name=", s->name);
	protodrill_put_text("\nversion=", s->release ? s->release : "");
	for (const char *const *word = s->meets; word && *word; word++)
		protodrill_put_text("\nneed=", *word);
	return 1;
}

/* ---- time ---- */

/* See "Time" in docs/adapter-protocol.md; also for a clock that cannot be held. Returns the reason why ADVANCE ends. */
static int protodrill_pass(int64_t until, unsigned want)
{
	const struct protodrill_stack_v1 *s = protodrill.stack;
	int64_t before = protodrill_now(), next;

	for (int still = 0;; still = protodrill.now > before ? 0 : still + 1) {
		before = protodrill_now();
		if (protodrill.sent.first && want & PROTODRILL_WANT_PACKET)
			return PROTODRILL_SENT;
		if (protodrill.ended.first && want & PROTODRILL_WANT_RETURN)
			return PROTODRILL_RETURNED;
		if (s->clock && before >= until)
			return PROTODRILL_REACHED;
		if (s->clock) {
			s->wait(until, (want & PROTODRILL_WANT_STEP) != 0);
			if (!protodrill.sent.first && want & PROTODRILL_WANT_STEP)
				return PROTODRILL_STEPPED;
			continue;
		}
		if (still > PROTODRILL_STILL)
			protodrill_fail("time stands still: deadline() is absolute, and is later after run()");
		next = s->deadline ? s->deadline() : PROTODRILL_NEVER;
		if (next == PROTODRILL_NEVER && until == PROTODRILL_NEVER)
			return PROTODRILL_IDLE;
		protodrill.now = next < until ? next : until;
		protodrill.now = protodrill.now > before ? protodrill.now : before;
		if (s->run)
			s->run(protodrill.now);
		if (next > until || want & PROTODRILL_WANT_STEP)
			return next > until ? PROTODRILL_REACHED : PROTODRILL_STEPPED;
	}
}

static int protodrill_advance(void)
{
	int64_t until = (int64_t)protodrill_take(8);
	unsigned want = (unsigned)protodrill_take(4);
	int kind = protodrill_pass(until, want);

	protodrill_put((uint64_t)(kind == PROTODRILL_SENT ? protodrill.sent.first->time : protodrill_now()), 8);
	protodrill_put((uint64_t)kind, 4);
	if (kind == PROTODRILL_SENT || kind == PROTODRILL_RETURNED) {
		struct protodrill_queue *q = kind == PROTODRILL_SENT ? &protodrill.sent : &protodrill.ended;
		protodrill_put_bytes(q->first + 1, q->first->length);
		protodrill_forget(q);
	}
	return 1;
}

/* ---- calls ---- */

/* A call with its arguments, and room for what it returns. */
struct protodrill_asked {
	unsigned op;
	int a[4];
	struct protodrill_address address;                   /* in and out */
	const uint8_t *in;
	size_t length;
	uint8_t *out;
	size_t filled, room;                                 /* of .out */
};

#define PROTODRILL_ASK(function, ...) (s->function ? s->function(__VA_ARGS__) : PROTODRILL_UNKNOWN)

static int64_t protodrill_receive(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	size_t room = q->a[2] < 0 ? 0 : (size_t)q->a[2] < q->room ? (size_t)q->a[2] : q->room;
	int64_t value = PROTODRILL_ASK(receive, q->a[0], q->a[1], &q->address, q->out, room);

	q->filled = value < 0 ? 0 : (size_t)value < room ? (size_t)value : room;
	return value;
}

static int64_t protodrill_sendmsg(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	size_t control = (size_t)q->a[2] < q->length ? (size_t)q->a[2] : q->length;
	struct protodrill_message m = {
		.address = q->address, .control = (void *)q->in, .control_length = control,
		.bytes = (void *)(q->in + control), .length = q->length - control,
	};

	return PROTODRILL_ASK(sendmsg, q->a[0], q->a[1], &m);
}

/* Flags, length of the control data, control data, bytes. */
static int64_t protodrill_recvmsg(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	size_t control = q->a[3] < 0 || q->a[3] > 65536 ? 0 : (size_t)q->a[3], most = q->room - 8 - control;
	struct protodrill_message m = {
		.control = q->out + 8, .control_length = control, .bytes = q->out + 8 + control,
		.length = q->a[2] < 0 ? 0 : (size_t)q->a[2] < most ? (size_t)q->a[2] : most,
	};
	int64_t value = PROTODRILL_ASK(recvmsg, q->a[0], q->a[1], &m);
	if (value < 0)
		return value;
	for (int i = 0; i < 4; i++) {
		q->out[i] = (uint8_t)(m.flags >> 8 * i);
		q->out[4 + i] = (uint8_t)(m.control_length >> 8 * i);
	}
	memmove(q->out + 8 + m.control_length, m.bytes, m.length);
	q->filled = 8 + m.control_length + m.length;
	q->address = m.address;
	return value;
}

static int64_t protodrill_getsockopt(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	uint32_t length = q->a[3] < 0 ? 0 : (size_t)q->a[3] < q->room ? (uint32_t)q->a[3] : (uint32_t)q->room;

	memcpy(q->out, q->in, q->length < length ? q->length : length);
	int value = PROTODRILL_ASK(getsockopt, q->a[0], q->a[1], q->a[2], q->out, &length);
	q->filled = value < 0 ? 0 : length;
	return value;
}

static int64_t protodrill_poll(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	uint64_t generation = 0;
	int value = PROTODRILL_ASK(poll, q->a[0], q->a[1], &generation);

	for (int i = 0; i < 8 && generation; i++)
		q->out[q->filled++] = (uint8_t)(generation >> 8 * i);
	return value;
}

static int64_t protodrill_ioctl(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	memcpy(q->out, q->in, q->length);
	q->filled = q->length;
	return PROTODRILL_ASK(ioctl, q->a[0], (uint32_t)q->a[1], q->out, q->length);
}

static int protodrill_close(const struct protodrill_stack_v1 *s, int fd)
{
	int value = PROTODRILL_ASK(close, fd);

	if (s->objects && value >= 0)
		protodrill.objects[fd] = NULL;
	return value;
}

static int64_t protodrill_do(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	const struct protodrill_address *given = q->address.family ? &q->address : NULL;
	const int *a = q->a;

	if (s->objects && q->op > PROTODRILL_OP_SOCKET && q->op <= PROTODRILL_OP_CONNECT_RESULT &&
	    q->op != PROTODRILL_OP_LINGERING && !protodrill_object(a[0]))
		return q->op == PROTODRILL_OP_POLL ? POLLNVAL : -EBADF;
	switch (q->op) {
	case PROTODRILL_OP_SOCKET: return PROTODRILL_ASK(socket, a[0], a[1], a[2]);
	case PROTODRILL_OP_BIND: return PROTODRILL_ASK(bind, a[0], &q->address);
	case PROTODRILL_OP_LISTEN: return PROTODRILL_ASK(listen, a[0], a[1]);
	case PROTODRILL_OP_ACCEPT: return PROTODRILL_ASK(accept, a[0], &q->address);
	case PROTODRILL_OP_CONNECT: return PROTODRILL_ASK(connect, a[0], &q->address, !a[1]);
	case PROTODRILL_OP_SEND: return PROTODRILL_ASK(send, a[0], a[1], given, q->in, q->length);
	case PROTODRILL_OP_RECEIVE: return protodrill_receive(s, q);
	case PROTODRILL_OP_CLOSE: return protodrill_close(s, a[0]);
	case PROTODRILL_OP_SHUTDOWN: return PROTODRILL_ASK(shutdown, a[0], a[1]);
	case PROTODRILL_OP_GETSOCKOPT: return protodrill_getsockopt(s, q);
	case PROTODRILL_OP_SETSOCKOPT:
		return PROTODRILL_ASK(setsockopt, a[0], a[1], a[2], q->in, (uint32_t)q->length);
	case PROTODRILL_OP_GETSOCKNAME: return PROTODRILL_ASK(getsockname, a[0], &q->address);
	case PROTODRILL_OP_GETPEERNAME: return PROTODRILL_ASK(getpeername, a[0], &q->address);
	case PROTODRILL_OP_POLL: return protodrill_poll(s, q);
	case PROTODRILL_OP_IOCTL: return protodrill_ioctl(s, q);
	case PROTODRILL_OP_SENDMSG: return protodrill_sendmsg(s, q);
	case PROTODRILL_OP_RECVMSG: return protodrill_recvmsg(s, q);
	case PROTODRILL_OP_LINGERING: return PROTODRILL_ASK(lingering, a[0]);
	case PROTODRILL_OP_CONNECT_RESULT: return PROTODRILL_ASK(connect_result, a[0]);
	default: return PROTODRILL_UNKNOWN;
	}
}

static int protodrill_call(void)
{
	struct protodrill_asked q = { 0 };
	int64_t value;
	int takes;                                           /* an address, rather than giving one */

	q.op = (unsigned)protodrill_take(4);
	for (int i = 0; i < 4; i++)
		q.a[i] = (int32_t)protodrill_take(4);
	protodrill_take_address(&q.address);
	q.in = protodrill.question + protodrill.at;
	q.length = protodrill.length - protodrill.at;
	q.out = protodrill.answer + 8 + PROTODRILL_ADDRESS;
	q.room = PROTODRILL_BODY - 8 - PROTODRILL_ADDRESS;
	protodrill.call = &q;
	takes = q.op == PROTODRILL_OP_BIND || q.op == PROTODRILL_OP_CONNECT || q.op == PROTODRILL_OP_SEND ||
	        q.op == PROTODRILL_OP_SENDMSG;
	if (!takes)
		memset(&q.address, 0, sizeof(q.address));
	value = protodrill_do(protodrill.stack, &q);
	protodrill.call = NULL;
	if (value == PROTODRILL_UNKNOWN)
		return 0;
	if (takes || value == PROTODRILL_WAITS)
		memset(&q.address, 0, sizeof(q.address));
	protodrill_put((uint64_t)(value == PROTODRILL_WAITS ? INT64_MIN : value), 8);
	protodrill_put_address(&q.address);
	protodrill.filled += q.filled;
	return 1;
}

/* ---- the other questions ---- */

static int protodrill_info(void)
{
	const struct protodrill_stack_v1 *s = protodrill.stack;
	int64_t length = PROTODRILL_ASK(info, (int32_t)protodrill_take(4), protodrill.answer, 4096);

	protodrill.filled = length > 0 ? (size_t)length : 0;
	return length >= 0;
}

/* The answer of .without about the sysctl @key, or PROTODRILL_UNKNOWN. */
static int protodrill_without(const char *key, const char *value, char *why, size_t room)
{
	const char *const *name = protodrill.stack->without;

	for (key += strncmp(key, "net.ipv4.", 9) ? 0 : 9; name && *name; name++)
		if (!strcmp(*name, key)) {
			snprintf(why, room, "%s", key);
			return strcmp(value, "0") ? PROTODRILL_NO_SUCH_FEATURE : PROTODRILL_DONE;
		}
	return PROTODRILL_UNKNOWN;
}

/* KEY=VALUE, or KEY alone. The question ends with a NUL that was put behind it. */
static int protodrill_setting(int type)
{
	const struct protodrill_stack_v1 *s = protodrill.stack;
	char *key = (char *)protodrill.question, *value = strchr(key, '=');
	char *text = (char *)protodrill.answer + 4;
	int64_t status;

	if (type == PROTODRILL_GET ? !s->get : !s->set && !s->without)
		return 0;
	*text = '\0';
	if (type == PROTODRILL_GET) {
		status = s->get(key, text, 65536);
		protodrill_put(status < 0 ? PROTODRILL_NO_SUCH_KEY : PROTODRILL_DONE, 4);
		protodrill.filled += status > 0 ? (size_t)status : 0;
		return 1;
	}
	if (value)
		*value++ = '\0';
	value = value ? value : (char *)"";
	status = protodrill_without(key, value, text, 256);
	if (status == PROTODRILL_UNKNOWN)
		status = s->set ? s->set(key, value, text, 256) : PROTODRILL_NO_SUCH_KEY;
	protodrill_put((uint64_t)status, 4);
	protodrill.filled += strlen(text);
	return 1;
}

static int protodrill_command(void)
{
	const struct protodrill_stack_v1 *s = protodrill.stack;
	char *text = (char *)protodrill.answer + 4;

	if (!s->command)
		return 0;
	*text = '\0';
	int status = s->command((const char *)protodrill.question, text, 65536);
	protodrill_put((uint64_t)(status == PROTODRILL_UNKNOWN ? -1 : status), 4);
	protodrill.filled += strlen(text);
	return 1;
}

/* Answer the question of @type. 0: unknown type. */
static int protodrill_question(int type)
{
	const struct protodrill_stack_v1 *s = protodrill.stack;
	unsigned segment;

	switch (type) {
	case PROTODRILL_HELLO: case PROTODRILL_RESET: return protodrill_start(type);
	case PROTODRILL_PACKET:
		if (!s->packet)
			return 0;
		s->packet(protodrill.question, protodrill.length);
		return !protodrill.filled;
	case PROTODRILL_MERGED:
		segment = (unsigned)protodrill_take(2);
		return s->merged && s->merged(protodrill.question + 2, protodrill.length - 2, segment) == 0 &&
		       !protodrill.filled;
	case PROTODRILL_ADVANCE: return protodrill_advance();
	case PROTODRILL_CALL: return protodrill_call();
	case PROTODRILL_INFO: return protodrill_info();
	case PROTODRILL_SET: case PROTODRILL_GET: return protodrill_setting(type);
	case PROTODRILL_COMMAND: return protodrill_command();
	case PROTODRILL_BYE: return 1;                       /* and the caller stops */
	default: return 0;
	}
}

/* ---- frames ---- */

static void protodrill_put_answer(const uint8_t *at, const uint8_t *end)
{
	while (at < end) {
		ssize_t n = write(protodrill.fd, at, (size_t)(end - at));
		if (n == 0 || (n < 0 && errno != EINTR))
			exit(0);
		at += n > 0 ? n : 0;
	}
}

/* No question comes before the last answer, so what there is to read is one. 0: at the end of the stream. */
static int protodrill_get_question(uint8_t *frame)
{
	size_t got = 0, length = PROTODRILL_HEAD, most = PROTODRILL_HEAD + PROTODRILL_BODY;

	while (got < length) {
		ssize_t n = read(protodrill.fd, frame + got, most - got);
		if (n == 0 || (n < 0 && errno != EINTR))
			return 0;
		got += n > 0 ? (size_t)n : 0;
		if (got >= PROTODRILL_HEAD)
			length = frame[0] | (size_t)frame[1] << 8 | (size_t)frame[2] << 16 | (size_t)frame[3] << 24;
		length += got >= PROTODRILL_HEAD ? PROTODRILL_HEAD : 0;
		if (length > most || got > length)
			protodrill_fail("a question longer than 1 MiB, or one before the last answer");
	}
	protodrill.length = length - PROTODRILL_HEAD;
	protodrill.question[protodrill.length] = '\0';
	protodrill.at = protodrill.filled = 0;
	protodrill.bad = 0;
	return 1;
}

int protodrill_adapter_main(const struct protodrill_stack_v1 *stack)
{
	static uint8_t head[PROTODRILL_HEAD + PROTODRILL_BODY + 1];      /* and the question */
	static uint8_t frame[PROTODRILL_HEAD + PROTODRILL_BODY + 4096];
	int type = 0;

	protodrill.stack = stack;
	protodrill.sent.last = &protodrill.sent.first;
	protodrill.ended.last = &protodrill.ended.first;
	/* What the stack prints must not get between the answers. */
	protodrill.fd = dup(0);
	if (protodrill.fd < 0 || dup2(2, 1) < 0)
		protodrill_fail("no descriptor");
	protodrill.question = head + PROTODRILL_HEAD;
	protodrill.answer = frame + PROTODRILL_HEAD;
	while (type != PROTODRILL_BYE && protodrill_get_question(head)) {
		type = head[4] | head[5] << 8;
		protodrill.tag = head[6] | (unsigned)head[7] << 8;
		if (!protodrill.started && type != PROTODRILL_HELLO && type != PROTODRILL_BYE)
			protodrill_fail("a question before HELLO");
		if (!protodrill_question(type) || protodrill.bad) {
			head[4] = head[5] = 0;
			protodrill.filled = protodrill.bad ? 0 : protodrill.filled;  /* the rest of the text says why */
		}
		for (int i = 0; i < 4; i++)
			head[i] = (uint8_t)(protodrill.filled >> 8 * i);
		memcpy(frame, head, PROTODRILL_HEAD);
		protodrill_put_answer(frame, protodrill.answer + protodrill.filled);
	}
	protodrill_stop();
	protodrill.stack = NULL;                             /* it is the caller's */
	return 0;
}

#endif
