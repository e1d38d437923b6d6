/* SPDX-License-Identifier: MIT
 *
 * protodrill-adapter.h - what lets protodrill drive a TCP/UDP stack: the adapter's half of the protocol, for C
 *
 * An adapter is a program that protodrill starts for each case. It answers questions and never acts by itself: it is
 * told when a packet arrives and when time passes. This header reads the questions, keeps the clock and the queue of
 * packets, and calls the functions of a table, struct protodrill_stack_v1, which is all that an author has to write.
 * One file defines PROTODRILL_ADAPTER_MAIN before it includes this, and names its table protodrill_stack_v1; who has a
 * main() of his own defines PROTODRILL_ADAPTER_IMPLEMENTATION and calls protodrill_adapter_main(). What it does lies in
 * the other files protodrill-*.h beside this one, which it includes.
 *
 * The same table in a shared object is what `-t so:FILE.so` loads. docs/adapter.md shows how to write one, and
 * docs/adapter-protocol.md is for those who write in another language.
 *
 * The rules for the functions:
 * - None blocks. A call that would block returns -EAGAIN, and connect() -EINPROGRESS; protodrill makes blocking calls
 *   of that. If the caller of send() will not wait, it has MSG_DONTWAIT.
 * - Results are those of the system call, or minus an errno. Numbers of domains, options, flags and errors, and the
 *   layouts of option values, are those of Linux on little-endian machines.
 * - A function returns PROTODRILL_UNKNOWN for what the stack does not have; a NULL in the table means that the whole
 *   function is missing. The case is SKIP then. That is no failure, and nothing is guessed.
 * - Time moves only in run(); protodrill_now() returns it. The stack hands its packets to protodrill_output(), which
 *   may be called in any of these functions.
 * - The same calls have the same results and packets in every process: take random numbers from the seed, and let
 *   nothing depend on real time or memory addresses.
 *
 * C99, or C++; needs nothing but the C library. Without one of these it only declares. In C++ the members of a table
 * stand in the order in which they are declared here.
 */
#ifndef PROTODRILL_ADAPTER_H
#define PROTODRILL_ADAPTER_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

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
	PROTODRILL_GET = 9, PROTODRILL_MERGED = 10, PROTODRILL_COMMAND = 11,
	PROTODRILL_DUE = 0x8000                              /* more than a type: see PROTODRILL_TELLS */
};

enum protodrill_flag {
	PROTODRILL_VIRTUAL = 1,                              /* the clock moves in ADVANCE only */
	PROTODRILL_PACKETS = 2,                              /* packets go through this stream */
	PROTODRILL_HAS_INFO = 4, PROTODRILL_BLOCKS = 8, PROTODRILL_CAN_RESET = 16, PROTODRILL_TAKES_NULL = 32,
	PROTODRILL_TELLS = 64
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
	int remote_prefix;                                   /* of the net of .remote, to which the link leads */
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
	/* Of a datagram that is longer than @room its whole length: the rest is lost, and MSG_TRUNC is set. */
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
	/* setsockopt() may be given NULL as the value, with any length. Else protodrill answers in place of the stack:
	 * -EINVAL if the length is less than that of an int, and -EFAULT. */
	int null_values;
	/* What there is to do at once after a call or a packet has a deadline(), which may be the present. Then
	 * protodrill need not ask for run() and for packets after each of them. Not for a clock that is real. */
	int tells;
};

#ifdef __cplusplus
/* In C++ the table may be what this returns, in which other members are then set, in any order: designators, which came
 * with C++20, would have to stand in the order above. With protodrill-callbacks.h it has the functions of that, too. */
static inline struct protodrill_stack_v1 protodrill_table(const char *name,
	int (*start)(const struct protodrill_start *how), void (*packet)(const void *bytes, size_t length))
{
	struct protodrill_stack_v1 s = protodrill_stack_v1();

	s.size = sizeof(s);
	s.version = PROTODRILL_PROTOCOL;
	s.name = name;
	s.start = start;
	s.packet = packet;
	return s;
}
#endif

/* Answer questions until there are no more. The exit status. */
int protodrill_adapter_main(const struct protodrill_stack_v1 *stack);

/* An IP packet leaves the stack, now; or left it at @time, on a clock that is real. */
void protodrill_output(const void *bytes, size_t length);
void protodrill_output_at(const void *bytes, size_t length, int64_t time);
/* In packet() or merged(): a setting asks for something that the stack cannot do with this packet. The case is SKIP
 * with @why ("a SYN with time-stamps, which were switched off"). A function that returns PROTODRILL_UNKNOWN, start()
 * among them, may call it as well, to say why. */
void protodrill_refuse(const char *why);
/* The present time. */
int64_t protodrill_now(void);

/* For a stack whose sockets are objects and have no numbers (.objects): the lowest free one for @object, from 3 on, or
 * -EMFILE; and the object of a descriptor, or NULL. Objects are the author's; start() finds none of another case. */
int protodrill_open(void *object);
void *protodrill_object(int fd);

#ifdef __cplusplus
extern const struct protodrill_stack_v1 protodrill_stack_v1; /* or it would be known in its own file only */
}
#endif

#endif

#ifdef PROTODRILL_ADAPTER_MAIN
#define PROTODRILL_ADAPTER_IMPLEMENTATION
#endif

#ifdef PROTODRILL_ADAPTER_IMPLEMENTATION
#undef PROTODRILL_ADAPTER_IMPLEMENTATION
#ifdef __cplusplus
extern "C" {
#endif

/* A part for each kind of question; they lie beside this file. */
#include "protodrill-calls.h"
#include "protodrill-frames.h"
#include "protodrill-settings.h"
#include "protodrill-start.h"
#include "protodrill-time.h"

/* Answer the question of @type. 0: unknown type. */
static int protodrill_question(int type)
{
	const struct protodrill_stack_v1 *s = protodrill.stack;
	unsigned segment;

	switch (type) {
	case PROTODRILL_HELLO: case PROTODRILL_RESET: return protodrill_begin(type);
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
	case PROTODRILL_CALL: return protodrill_answer_call();
	case PROTODRILL_INFO: return protodrill_info();
	case PROTODRILL_SET: case PROTODRILL_GET: return protodrill_setting(type);
	case PROTODRILL_COMMAND: return protodrill_command();
	case PROTODRILL_BYE: return 1;                       /* and the caller stops */
	default: return 0;
	}
}

/* ---- frames ---- */

/* Does a packet wait, or is something to be done now? */
static int protodrill_is_due(void)
{
	const struct protodrill_stack_v1 *s = protodrill.stack;

	return protodrill.started && (protodrill.sent.first || protodrill.ended.first ||
	                              (s->deadline && s->deadline() <= protodrill_now()));
}

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
		head[5] |= protodrill.tells && type != PROTODRILL_BYE && protodrill_is_due() ? PROTODRILL_DUE >> 8 : 0;
		memcpy(frame, head, PROTODRILL_HEAD);
		protodrill_put_answer(frame, protodrill.answer + protodrill.filled);
	}
	protodrill_stop();
	protodrill.stack = NULL;                             /* it is the caller's */
	return 0;
}

#ifdef PROTODRILL_ADAPTER_MAIN
#undef PROTODRILL_ADAPTER_MAIN
extern const struct protodrill_stack_v1 protodrill_stack_v1;

int main(void)
{
	return protodrill_adapter_main(&protodrill_stack_v1);
}
#endif

#ifdef __cplusplus
}
#endif

#endif
