/* SPDX-License-Identifier: MIT
 *
 * adapter_check.c - the rules of the protocol, as questions to an adapter
 *
 * A rule is a row: what it says, and a function that asks for it in a process of its own. The functions see to it that
 * an answer has a form at all (struct asker), and judge what it says. None of them judges the stack: which options it
 * has, what its segments look like and when it sends them is for scripts to find out.
 */
#include "target/process/adapter_check.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/poll.h>
#include <sys/socket.h>

#include "adapter/protodrill-adapter.h"
#include "target/process/adapter.h"
#include "target/process/check_packet.h"
#include "target/process/declared.h"
#include "target/process/question.h"
#include "util/monotonic.h"
#include "util/strays.h"
#include "util/vtime.h"

enum {
	CALL_HEAD = 8 + PROTODRILL_ADDRESS, MOMENT = 100000000, PORT = 8080, PEER_PORT = 40000,
	MOST_STEPS = 100000, MOST_STILL_STEPS = 1000
};

static const int64_t BEGINNING = 946684800000000000;     /* 2000-01-01 */
static const uint8_t LOCAL[4] = { 192, 168, 0, 1 }, REMOTE[4] = { 192, 0, 2, 1 };

struct asker {
	struct adapter *adapter;
	unsigned flags;                                      /* of the answer to HELLO */
	int64_t now;                                         /* the adapter's clock */
	struct buf question, wrong;                          /* .wrong: "" as long as all is well */
	struct buf heard;                                    /* all answers, one after another */
	const uint8_t *body;                                 /* of the last answer */
	size_t length;
	const char *lacks;                                   /* why the rule does not apply; NULL: it does */
	int still;                                           /* how many steps the clock has stood still */
};

/* ---- asking ---- */

static void put(struct buf *b, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		buf_add_byte(b, (char)(value >> 8 * i));
}

static uint64_t get(const uint8_t *at, int bytes)
{
	uint64_t value = 0;

	for (int i = 0; i < bytes; i++)
		value |= (uint64_t)at[i] << 8 * i;
	return value;
}

/* Ask @a->question, and wait for its answer. False: it is not known, which is no fault yet, or the adapter broke. */
static bool ask(struct asker *a, unsigned type)
{
	bool known = adapter_ask(a->adapter, type, &a->question, &a->body, &a->length);

	buf_clear(&a->question);
	if (known)
		buf_add(&a->heard, a->body, a->length);
	if (adapter_problem(a->adapter) && !a->wrong.length)
		buf_puts(&a->wrong, adapter_problem(a->adapter));
	return known;
}

static bool can_go_on(const struct asker *a)
{
	return !a->lacks && !a->wrong.length;
}

static void lacks_unless(struct asker *a, bool there, const char *why)
{
	if (!there && !a->lacks)
		a->lacks = why;
}

/* A question that must be known, with at least @least bytes in its answer. */
static bool must(struct asker *a, unsigned type, size_t least, const char *name)
{
	if (!ask(a, type)) {
		if (!a->wrong.length)
			buf_printf(&a->wrong, "the question %s is not known, and must be", name);
	} else if (a->length < least) {
		buf_printf(&a->wrong, "%s is answered with %zu bytes; at least %zu are needed", name, a->length, least);
	}
	return !a->wrong.length;
}

static void write_hello(struct asker *a)
{
	put(&a->question, PROTODRILL_PROTOCOL, 4);
	/* The first of two addresses is that of scripts. */
	buf_printf(&a->question, "local=192.168.0.1/16\nlocal=192.168.0.2/16\nremote=192.0.2.1\n"
	           "remote-prefix=24\nmtu=1500\nnow=%" PRId64 "\nseed=1\noption=text\nsome-key-of-the-future=1\n",
	           BEGINNING);
}

static bool hello(struct asker *a, unsigned type)
{
	write_hello(a);
	if (!must(a, type, HELLO_HEAD, type == PROTODRILL_HELLO ? "HELLO" : "RESET"))
		return false;
	a->flags = (unsigned)get(a->body + 4, 4);
	a->now = (int64_t)get(a->body + 8, 8);
	return true;
}

/* Its clock runs by itself, and nobody can stop it. */
static bool is_real(const struct asker *a)
{
	return !(a->flags & PROTODRILL_VIRTUAL);
}

/* Do packets go through the stream, between the addresses of HELLO? Else they go through a network card. */
static bool has_packets(const struct asker *a)
{
	return a->flags & PROTODRILL_PACKETS;
}

/* The kind of the answer; -1: something was wrong. The clock is checked here for all rules; a real one may be late, and
 * tells when a packet left. */
static int advance(struct asker *a, int64_t until, unsigned want)
{
	const int64_t before = a->now;

	put(&a->question, (uint64_t)until, 8);
	put(&a->question, want, 4);
	if (!must(a, PROTODRILL_ADVANCE, ADVANCE_HEAD, "ADVANCE"))
		return -1;
	int kind = (int)get(a->body + 8, 4);
	int64_t now = (int64_t)get(a->body, 8);
	a->now = is_real(a) && kind == PROTODRILL_SENT && now < before ? before : now;
	if (a->now < before)
		buf_printf(&a->wrong, "the clock went back by %" PRId64 " ns", before - a->now);
	else if (a->now > until && !is_real(a))
		buf_printf(&a->wrong, "the clock went %" PRId64 " ns further than it was told to", a->now - until);
	else if ((kind < 0 || kind > PROTODRILL_IDLE) &&
	         !(kind == PROTODRILL_RETURNED && want & PROTODRILL_WANT_RETURN))
		buf_printf(&a->wrong, "the kind of the answer is %d; there are 0 to 3", kind);
	else if (kind == PROTODRILL_REACHED && a->now < until)
		buf_printf(&a->wrong, "it says that the time is reached, and the clock is %" PRId64 " ns before it",
		           until - a->now);
	else if (kind == PROTODRILL_SENT && !(want & PROTODRILL_WANT_PACKET))
		buf_puts(&a->wrong, "it answers with a packet, and none was wanted");
	else if (kind == PROTODRILL_STEPPED && !(want & PROTODRILL_WANT_STEP))
		buf_puts(&a->wrong, "it stops after a step, and that was not wanted");
	else if (kind != PROTODRILL_SENT && kind != PROTODRILL_RETURNED && a->length > ADVANCE_HEAD)
		buf_printf(&a->wrong, "ADVANCE is answered with %zu bytes, and with the kind %d it has %d", a->length,
		           kind, ADVANCE_HEAD);
	a->still = kind == PROTODRILL_STEPPED && a->now == before ? a->still + 1 : 0;
	if (a->still > MOST_STILL_STEPS)
		buf_printf(&a->wrong, "%d steps at the same time: deadline() names a time that has come, and run() "
		           "does not move it on (it is absolute, in nanoseconds, as protodrill_now() is)",
		           MOST_STILL_STEPS);
	return a->wrong.length ? -1 : kind;
}

struct asked {
	unsigned op;
	int a[4];
	int port;                                            /* comes with the address of the other side; 0: no
	                                                        address */
};

/* The value, or INT64_MIN: not known. bind() gets the stack's own address. */
static int64_t call(struct asker *a, struct asked q)
{
	if (!can_go_on(a))
		return INT64_MIN;
	put(&a->question, q.op, 4);
	for (int i = 0; i < 4; i++)
		put(&a->question, (uint32_t)q.a[i], 4);
	put(&a->question, q.port ? 4 : 0, 2);
	put(&a->question, (unsigned)q.port, 2);
	put(&a->question, 0, 4);
	static const uint8_t any[4];
	buf_add(&a->question, !q.port || !has_packets(a) ? any : q.op == PROTODRILL_OP_BIND ? LOCAL : REMOTE, 4);
	put(&a->question, 0, 8);
	put(&a->question, 0, 4);
	if (!ask(a, PROTODRILL_CALL) || a->wrong.length)
		return INT64_MIN;
	if (a->length < CALL_HEAD) {
		buf_printf(&a->wrong, "a call is answered with %zu bytes; at least %d are needed", a->length,
		           CALL_HEAD);
		return INT64_MIN;
	}
	if (a->length > CALL_HEAD + question_most_bytes(q.op))
		buf_printf(&a->wrong, "%s is answered with %zu bytes behind the value and the address, and there are "
		           "%zu at most", question_call_name(q.op), a->length - CALL_HEAD, question_most_bytes(q.op));
	return (int64_t)get(a->body, 8);
}

#define CALL(op, port, ...) call(a, (struct asked){ PROTODRILL_OP_##op, { __VA_ARGS__ }, (port) })

static void expect(struct asker *a, const char *what, int64_t value, int64_t expected)
{
	if (!can_go_on(a) || value == expected)
		return;
	if (value == INT64_MIN)
		buf_printf(&a->wrong, "%s is not known", what);
	else
		buf_printf(&a->wrong, "%s gives %" PRId64 " (%s); expected %" PRId64 " (%s)", what, value,
		           value < 0 ? strerror((int)-value) : "no error", expected,
		           expected < 0 ? strerror((int)-expected) : "no error");
}

static int new_socket(struct asker *a, int type)
{
	int64_t fd = CALL(SOCKET, 0, AF_INET, type);

	if (fd == INT64_MIN)
		lacks_unless(a, false, type == SOCK_STREAM ? "it has no SOCK_STREAM" : "it has no SOCK_DGRAM");
	else if (fd < 0)
		buf_printf(&a->wrong, "socket(AF_INET, %s, 0) gives %" PRId64, type == SOCK_STREAM ? "SOCK_STREAM" :
		           "SOCK_DGRAM", fd);
	return (int)fd;
}

/* A socket of a kind that the stack has. */
static int any_socket(struct asker *a)
{
	int fd = new_socket(a, SOCK_STREAM);

	if (!a->lacks)
		return fd;
	a->lacks = NULL;
	return new_socket(a, SOCK_DGRAM);
}

/* ---- packets ---- */

/* The other side sends @packet; its addresses are filled in. */
static void send_packet(struct asker *a, struct check_packet packet)
{
	if (!can_go_on(a))
		return;
	memcpy(packet.source, REMOTE, sizeof(REMOTE));
	memcpy(packet.destination, LOCAL, sizeof(LOCAL));
	packet.source_port = PEER_PORT;
	packet.destination_port = PORT;
	check_packet_write(&packet, &a->question);
	must(a, PROTODRILL_PACKET, 0, "PACKET");
}

/* The next segment or datagram that leaves now; with a real clock it may take a moment. False: there is none. */
static bool next_packet(struct asker *a, struct check_packet *out)
{
	while (can_go_on(a) &&
	       advance(a, a->now + (is_real(a) ? MOMENT : 0), PROTODRILL_WANT_PACKET) == PROTODRILL_SENT)
		if (check_packet_read(a->body + ADVANCE_HEAD, a->length - ADVANCE_HEAD, out))
			return true;
	return false;
}

/* The address that came along with the last call must be that of the other side. */
static void expect_peer(struct asker *a, const char *what)
{
	const uint8_t *at = a->body + 8;

	if (!can_go_on(a) || (get(at, 2) == 4 && get(at + 2, 2) == PEER_PORT && !memcmp(at + 8, REMOTE, 4)))
		return;
	buf_printf(&a->wrong, "%s says that the other side is %u.%u.%u.%u port %u, family %u; it is 192.0.2.1 port "
	           "%d, family 4. Bytes of addresses are in network order, ports are plain numbers", what, at[8],
	           at[9], at[10], at[11], (unsigned)get(at + 2, 2), (unsigned)get(at, 2), PEER_PORT);
}

/* What the last receive() gave must be @text. */
static void expect_text(struct asker *a, const char *text)
{
	const size_t length = strlen(text);

	if (can_go_on(a) && (a->length - CALL_HEAD != length || memcmp(a->body + CALL_HEAD, text, length)))
		buf_printf(&a->wrong, "receive gives other bytes than came in: '%.*s', not '%s'",
		           (int)(a->length - CALL_HEAD), a->body + CALL_HEAD, text);
}

/* ---- rules ---- */

static const char NO_PACKETS[] = "its packets go by a network card";

static void says_hello(struct asker *a)
{
	uint32_t version = (uint32_t)get(a->body, 4);

	if (version != PROTODRILL_PROTOCOL)
		buf_printf(&a->wrong, "the version is %u, and was asked to be %d", version, PROTODRILL_PROTOCOL);
	else if (a->now != BEGINNING && !is_real(a))
		buf_printf(&a->wrong, "the time is %" PRId64 ", and was said to be %" PRId64, a->now, BEGINNING);
	else if (!(a->flags & PROTODRILL_PACKETS) && !is_real(a))
		buf_printf(&a->wrong, "the flags are %u; PACKETS (2) is needed where VIRTUAL (1) is", a->flags);
	else if (!memmem(a->body + HELLO_HEAD, a->length - HELLO_HEAD, "name=", 5))
		buf_puts(&a->wrong, "the text has no line name=");
}

static void says_needs(struct asker *a)
{
	const char *text = (const char *)a->body + HELLO_HEAD;
	const size_t length = a->length - HELLO_HEAD;

	lacks_unless(a, memmem(text, length, "need=", 5), "it says nothing of that");
	declared_check(text, length, &a->wrong);
}

static void unknown_question(struct asker *a)
{
	if (ask(a, 250))
		buf_puts(&a->wrong, "the question 250, which there is not, is answered as if it were known");
	advance(a, a->now, PROTODRILL_WANT_PACKET);
}

static void unknown_call(struct asker *a)
{
	int64_t value = call(a, (struct asked){ .op = 9999 });

	if (!a->wrong.length && value != INT64_MIN)
		buf_printf(&a->wrong, "the call 9999, which there is not, gives %" PRId64 " rather than the answer 0",
		           value);
	advance(a, a->now, PROTODRILL_WANT_PACKET);
}

static void stands_still(struct asker *a)
{
	const int64_t before = a->now;

	any_socket(a);
	lacks_unless(a, !is_real(a), "its clock is real");
	for (int i = 0; !a->lacks && i < 100 && advance(a, before, PROTODRILL_WANT_PACKET) == PROTODRILL_SENT; i++)
		;
	if (can_go_on(a) && a->now != before)
		buf_puts(&a->wrong, "the clock went on without being told to");
}

/* A real clock sleeps, and does not spin: it is the machine's, so it can be compared with ours. */
static void goes_on(struct asker *a)
{
	enum { NAP = 200000000, LATE = 100000000 };
	const vtime_t began = monotonic_now();
	const int64_t before = a->now, until = before + NAP;

	lacks_unless(a, is_real(a), "its clock is virtual");
	while (can_go_on(a) && a->now < until)
		advance(a, until, 0);
	int64_t passed = vtime_sub(monotonic_now(), began).ns;
	if (can_go_on(a) && llabs(a->now - before - passed) > LATE)
		buf_printf(&a->wrong, "ADVANCE by 0.2 s took %.3f s, and the clock went on by %.3f s",
		           (double)passed / 1e9, (double)(a->now - before) / 1e9);
}

static void goes_to_a_time(struct asker *a)
{
	const int64_t until = a->now + 3000000000;
	int kind = PROTODRILL_SENT;

	for (int i = 0; i < 1000 && kind == PROTODRILL_SENT; i++)
		kind = advance(a, until, PROTODRILL_WANT_PACKET);
	if (!a->wrong.length && kind != PROTODRILL_REACHED)
		buf_printf(&a->wrong, "the last answer has the kind %d, and not 0: the time is reached", kind);
}

static void goes_in_steps(struct asker *a)
{
	const int64_t until = a->now + 2000000000;
	int kind = PROTODRILL_STEPPED;

	for (int i = 0; i < MOST_STEPS && (kind == PROTODRILL_STEPPED || kind == PROTODRILL_SENT); i++)
		kind = advance(a, until, PROTODRILL_WANT_PACKET | PROTODRILL_WANT_STEP);
	if (!a->wrong.length && kind != PROTODRILL_REACHED)
		buf_printf(&a->wrong, "2 s are not reached in %d steps; the last answer has the kind %d", MOST_STEPS,
		           kind);
}

static void bears_garbage(struct asker *a)
{
	static const char *const packets[] = { "E", "garbage that is no IP packet at all", "\x60" };

	lacks_unless(a, has_packets(a), NO_PACKETS);
	for (size_t i = 0; i < ARRAY_LEN(packets) && !a->lacks; i++) {
		buf_puts(&a->question, packets[i]);
		if (!must(a, PROTODRILL_PACKET, 0, "PACKET"))
			return;
		if (a->length)
			buf_printf(&a->wrong, "PACKET is answered with %zu bytes; there is nothing to say", a->length);
	}
	advance(a, a->now, PROTODRILL_WANT_PACKET);
}

static void numbers_sockets(struct asker *a)
{
	int first = any_socket(a), second = any_socket(a);

	if (can_go_on(a) && first == second)
		buf_printf(&a->wrong, "two open sockets have the descriptor %d", first);
	expect(a, "close", CALL(CLOSE, 0, first), 0);
	expect(a, "close of what is closed", CALL(CLOSE, 0, first), -EBADF);
}

static void accept_returns(struct asker *a)
{
	int listener = new_socket(a, SOCK_STREAM);

	expect(a, "bind", CALL(BIND, PORT, listener), 0);
	expect(a, "listen", CALL(LISTEN, 0, listener, 5), 0);
	expect(a, "accept with nobody there", CALL(ACCEPT, 0, listener, 1), -EAGAIN);
}

/* A stack that lets calls wait is told when one must not. */
static int unwilling(const struct asker *a)
{
	return a->flags & PROTODRILL_BLOCKS ? MSG_DONTWAIT : 0;
}

static void receive_returns(struct asker *a)
{
	int datagrams = new_socket(a, SOCK_DGRAM);

	expect(a, "bind", CALL(BIND, 8081, datagrams), 0);
	expect(a, "receive with nothing there", CALL(RECEIVE, 0, datagrams, unwilling(a), 100), -EAGAIN);
	expect(a, "poll(POLLIN) with nothing there",
	       CALL(POLL, 0, datagrams, POLLIN), 0);
}

/* Is the packet of the last answer a SYN, nothing else, and between these two ends? */
static bool is_syn(const struct asker *a)
{
	struct check_packet p;

	return check_packet_read(a->body + ADVANCE_HEAD, a->length - ADVANCE_HEAD, &p) && p.flags == CHECK_SYN &&
	       !memcmp(p.source, LOCAL, 4) && !memcmp(p.destination, REMOTE, 4) && p.destination_port == PORT;
}

static void connects(struct asker *a)
{
	const int64_t before = a->now;
	int fd = new_socket(a, SOCK_STREAM);

	lacks_unless(a, has_packets(a), NO_PACKETS);
	expect(a, "connect", CALL(CONNECT, PORT, fd, 1), -EINPROGRESS);
	int64_t until = a->now + (is_real(a) ? MOMENT : 0);
	int kind = can_go_on(a) ? advance(a, until, PROTODRILL_WANT_PACKET) : -1;
	if (kind == PROTODRILL_SENT && !is_syn(a))
		buf_puts(&a->wrong, "the packet after connect() is no SYN from 192.168.0.1 to 192.0.2.1 port 8080: one "
		         "begins with its IP header, and ports are plain numbers");
	else if (kind >= 0 && kind != PROTODRILL_SENT)
		buf_puts(&a->wrong, "no packet waits after connect(), at the time of the call");
	else if (kind >= 0 && a->now != before && !is_real(a))
		buf_puts(&a->wrong, "the SYN is later than the call");
	expect(a, "poll(POLLOUT) before an answer", CALL(POLL, 0, fd, POLLOUT), 0);
	expect(a, "getsockopt(SO_ERROR)",
	       CALL(GETSOCKOPT, 0, fd, SOL_SOCKET, SO_ERROR, 4), 0);
	if (can_go_on(a) && (a->length < CALL_HEAD + 4 || get(a->body + CALL_HEAD, 4)))
		buf_puts(&a->wrong, "SO_ERROR is not the int 0");
}

/* A SYN that nobody answers, and its retransmission: the first thing that a timer of TCP does. */
static void repeats_syn(struct asker *a)
{
	const int64_t until = a->now + 600000000000;
	int fd, kind = PROTODRILL_STEPPED, seen = 0;

	lacks_unless(a, !is_real(a), "its clock is real");
	fd = new_socket(a, SOCK_STREAM);
	expect(a, "connect", CALL(CONNECT, PORT, fd, 1), -EINPROGRESS);
	for (int i = 0; can_go_on(a) && i < MOST_STEPS && kind != PROTODRILL_REACHED; i++) {
		kind = advance(a, until, PROTODRILL_WANT_PACKET | PROTODRILL_WANT_STEP);
		seen += kind == PROTODRILL_SENT && is_syn(a);
	}
	if (!can_go_on(a))
		return;
	if (kind != PROTODRILL_REACHED)
		buf_printf(&a->wrong, "after %d steps with %d times a SYN the clock has gone on by %.3f s: does run() "
		           "move on what deadline() names?", MOST_STEPS, seen, (double)(a->now - BEGINNING) / 1e9);
	else if (seen < 2)
		buf_printf(&a->wrong, "%s within ten minutes: does deadline() know all timers, and do they go by "
		           "protodrill_now()?", seen ? "a SYN without an answer is not sent again" : "no SYN leaves");
}

/* The descriptor of a connection that the other side has opened; *sequence is what acknowledges the stack's SYN. */
static int open_connection(struct asker *a, uint32_t *sequence)
{
	int listener = new_socket(a, SOCK_STREAM);
	struct check_packet answer = { .flags = 0 };
	const struct check_packet syn = { .protocol = IPPROTO_TCP, .flags = CHECK_SYN, .sequence = 1000 };

	lacks_unless(a, has_packets(a), NO_PACKETS);
	expect(a, "bind", CALL(BIND, PORT, listener), 0);
	expect(a, "listen", CALL(LISTEN, 0, listener, 5), 0);
	send_packet(a, syn);
	bool answered = next_packet(a, &answer);
	if (!can_go_on(a))
		return -1;
	if (!answered)
		buf_puts(&a->wrong, "nothing answers a SYN to the port of bind(): does packet() reach the stack, has "
		         "it the address how->local, and does it find the checksum right?");
	else if (answer.flags & CHECK_RST)
		buf_printf(&a->wrong, "a RST answers a SYN to port %d, where bind() and listen() were: ports are plain "
		           "numbers, not in network order", PORT);
	else if (answer.flags != (CHECK_SYN | CHECK_ACK) || answer.acknowledgement != syn.sequence + 1 ||
	         answer.source_port != PORT || answer.destination_port != PEER_PORT)
		buf_printf(&a->wrong, "a SYN with number 1000 from port %d to %d is answered with the flags 0x%x and "
		           "ack %u from port %u to %u, and by no SYN,ACK", PEER_PORT, PORT, answer.flags,
		           answer.acknowledgement, answer.source_port, answer.destination_port);
	*sequence = answer.sequence + 1;
	send_packet(a, (struct check_packet){ .protocol = IPPROTO_TCP, .flags = CHECK_ACK, .sequence = 1001,
	                                      .acknowledgement = *sequence });
	int64_t fd = CALL(ACCEPT, 0, listener);
	if (can_go_on(a) && fd < 0)
		expect(a, "accept, after the three segments of the handshake,", fd, 0);
	expect_peer(a, "accept");
	return (int)fd;
}

static void is_opened(struct asker *a)
{
	uint32_t sequence;

	open_connection(a, &sequence);
}

static void receives_text(struct asker *a)
{
	uint32_t sequence = 0;
	int fd = open_connection(a, &sequence);
	const struct check_packet text = {
		.protocol = IPPROTO_TCP, .flags = CHECK_PSH | CHECK_ACK, .sequence = 1001, .acknowledgement = sequence,
		.text = "hello", .length = 5,
	};

	expect(a, "receive with nothing there", CALL(RECEIVE, 0, fd, unwilling(a), 100), -EAGAIN);
	expect(a, "poll(POLLIN) with nothing there", CALL(POLL, 0, fd, POLLIN), 0);
	send_packet(a, text);
	expect(a, "poll(POLLIN) with 5 octets there", CALL(POLL, 0, fd, POLLIN), POLLIN);
	expect(a, "poll() for nothing", CALL(POLL, 0, fd, 0), 0);
	expect(a, "receive", CALL(RECEIVE, 0, fd, 0, 100), 5);
	expect_text(a, "hello");
	expect(a, "receive of what was taken", CALL(RECEIVE, 0, fd, 0, 100), -EAGAIN);
}

/* A call that waits in the stack: its answer says so, and a later ADVANCE has the tag of its question and its
 * result. */
static void tells_the_end_of_calls(struct asker *a)
{
	const unsigned want = PROTODRILL_WANT_PACKET | PROTODRILL_WANT_RETURN;
	int fd = new_socket(a, SOCK_DGRAM), kind = PROTODRILL_SENT;

	lacks_unless(a, a->flags & PROTODRILL_BLOCKS, "the flag BLOCKS is not set");
	lacks_unless(a, has_packets(a), NO_PACKETS);
	expect(a, "bind", CALL(BIND, PORT, fd), 0);
	int64_t value = CALL(RECEIVE, 0, fd, 0, 100);
	const uint16_t tag = adapter_tag(a->adapter);
	if (can_go_on(a) && (value != INT64_MIN || a->length < CALL_HEAD))
		buf_printf(&a->wrong, "receive that is to wait gives %" PRId64 ", and no call waits with the flag "
		           "BLOCKS", value);
	send_packet(a, (struct check_packet){ .protocol = IPPROTO_UDP, .text = "hello", .length = 5 });
	while (can_go_on(a) && kind == PROTODRILL_SENT)
		kind = advance(a, a->now + MOMENT, want);
	if (can_go_on(a) && kind != PROTODRILL_RETURNED)
		buf_printf(&a->wrong, "a datagram came, and ADVANCE ends with the kind %d, not 4", kind);
	if (can_go_on(a) && a->length != ADVANCE_HEAD + 2 + CALL_HEAD + 5)
		buf_printf(&a->wrong, "ADVANCE tells the end of a call in %zu bytes, and not in %d", a->length,
		           ADVANCE_HEAD + 2 + CALL_HEAD + 5);
	else if (can_go_on(a) && (get(a->body + ADVANCE_HEAD, 2) != tag || get(a->body + ADVANCE_HEAD + 2, 8) != 5))
		buf_puts(&a->wrong, "the call that ended has another tag than was asked, or not the five bytes");
}

static void receives_datagram(struct asker *a)
{
	int fd = new_socket(a, SOCK_DGRAM);

	lacks_unless(a, has_packets(a), NO_PACKETS);
	expect(a, "bind", CALL(BIND, PORT, fd), 0);
	send_packet(a, (struct check_packet){ .protocol = IPPROTO_UDP, .text = "hello", .length = 5 });
	expect(a, "poll(POLLIN) with a datagram there", CALL(POLL, 0, fd, POLLIN), POLLIN);
	expect(a, "receive", CALL(RECEIVE, 0, fd, 0, 100), 5);
	expect_text(a, "hello");
	expect_peer(a, "receive");
}

/* Who reads it must learn that there was more, or a case about that fails and blames the stack. */
static void tells_of_what_is_cut(struct asker *a)
{
	int fd = new_socket(a, SOCK_DGRAM);

	lacks_unless(a, has_packets(a), NO_PACKETS);
	expect(a, "bind", CALL(BIND, PORT, fd), 0);
	send_packet(a, (struct check_packet){ .protocol = IPPROTO_UDP, .text = "hello", .length = 5 });
	int64_t value = CALL(RECVMSG, 0, fd, 0, 2, 0);
	if (!can_go_on(a))
		return;
	if (value == INT64_MIN) {
		expect(a, "receive of a datagram of 5 bytes, with room for 2", CALL(RECEIVE, 0, fd, 0, 2), 5);
		expect_text(a, "he");
	} else if (a->length < CALL_HEAD + 8 || !(get(a->body + CALL_HEAD, 4) & MSG_TRUNC)) {
		buf_puts(&a->wrong, "recvmsg of a datagram of 5 bytes, with room for 2, has no MSG_TRUNC in its flags");
	}
}

/* A flag that is passed over makes cases fail that are to be SKIP. */
static void heeds_flags(struct asker *a)
{
	int fd = new_socket(a, SOCK_DGRAM);

	lacks_unless(a, has_packets(a), NO_PACKETS);
	expect(a, "bind", CALL(BIND, PORT, fd), 0);
	send_packet(a, (struct check_packet){ .protocol = IPPROTO_UDP, .text = "hello", .length = 5 });
	if (CALL(RECEIVE, 0, fd, MSG_PEEK, 100) != INT64_MIN)
		expect(a, "receive of what was seen with MSG_PEEK before", CALL(RECEIVE, 0, fd, 0, 100), 5);
}

/* Whether there is such a setting is the stack's business; what the answer looks like is not. */
static void takes_settings(struct asker *a)
{
	buf_puts(&a->question, "net.ipv4.tcp_timestamps=0");
	if (!ask(a, PROTODRILL_SET))
		lacks_unless(a, a->wrong.length, "it has no set(), and nearly every case of TCP is SKIP without it");
	else if (a->length < 4 || get(a->body, 4) > PROTODRILL_NO_SUCH_FEATURE)
		buf_printf(&a->wrong, "net.ipv4.tcp_timestamps=0 is answered with %s; there are 0 (done) to 3",
		           a->length < 4 ? "too few bytes" : "another number");
}

static void tells_variables(struct asker *a)
{
	int fd = any_socket(a);

	lacks_unless(a, a->flags & PROTODRILL_HAS_INFO, "the flag INFO is not set");
	put(&a->question, (unsigned)fd, 4);
	bool known = ask(a, PROTODRILL_INFO);
	if (can_go_on(a) && !known)
		buf_puts(&a->wrong, "the flag INFO (4) is set, and the question is not known");
}

static void starts_afresh(struct asker *a)
{
	int before = any_socket(a), after;

	lacks_unless(a, a->flags & PROTODRILL_CAN_RESET, "the flag RESET is not set");
	if (!can_go_on(a) || !hello(a, PROTODRILL_RESET))
		return;
	if (a->now != BEGINNING && !is_real(a))
		buf_puts(&a->wrong, "the clock is not at the beginning after RESET");
	after = any_socket(a);
	if (!a->wrong.length && before != after)
		buf_printf(&a->wrong, "the first socket is %d, and %d after RESET: something was left over", before,
		           after);
}

static void says_bye(struct asker *a)
{
	adapter_end(a->adapter);
	if (adapter_problem(a->adapter))
		buf_puts(&a->wrong, adapter_problem(a->adapter));
}

static void ends_with_its_input(struct asker *a)
{
	if (!adapter_hang_up(a->adapter))
		buf_puts(&a->wrong, "it is still there 2 s after the end of its standard input");
}

/* ---- the table ---- */

static const struct {
	const char *says;
	void (*check)(struct asker *a);
} rules[] = {
	{ "HELLO has an answer with version, flags, time and name", says_hello },
	{ "need= in it is in the words of what cases may need", says_needs },
	{ "a question that there is not has the answer 0", unknown_question },
	{ "a call that there is not has the answer 0", unknown_call },
	{ "the clock stands still but in ADVANCE", stands_still },
	{ "a clock that is real goes on by itself, and ADVANCE sleeps", goes_on },
	{ "ADVANCE goes to the time it is told", goes_to_a_time },
	{ "ADVANCE stops after each step where that is wanted", goes_in_steps },
	{ "PACKET takes anything, and says nothing", bears_garbage },
	{ "sockets have descriptors of their own until they are closed", numbers_sockets },
	{ "accept never blocks: with nobody there it is -EAGAIN", accept_returns },
	{ "receive never blocks: with nothing there it is -EAGAIN", receive_returns },
	{ "connect is -EINPROGRESS, and its SYN waits", connects },
	{ "a timer does what is due: a SYN without an answer goes again", repeats_syn },
	{ "a SYN to the port of bind() opens a connection, and accept gives it", is_opened },
	{ "what a connection brings makes it ready, and receive gives it", receives_text },
	{ "a datagram to the port of bind() arrives, with the address of its sender", receives_datagram },
	{ "a datagram that is cut says how long it was", tells_of_what_is_cut },
	{ "MSG_PEEK leaves a datagram where it is, or has the answer 0", heeds_flags },
	{ "a call that waits ends in ADVANCE, if the flag BLOCKS says that there are such", tells_the_end_of_calls },
	{ "SET is answered with a status of 0 to 3", takes_settings },
	{ "INFO, if the flag says that there is any", tells_variables },
	{ "RESET, if the flag says that it is known, makes a fresh stack", starts_afresh },
	{ "BYE has an empty answer and a good end", says_bye },
	{ "the end of standard input is the end", ends_with_its_input },
};

/* One rule, in a process of its own; all that was heard from it is left in @a->heard. False: it was over before it had
 * answered anything. */
static bool try_rule(struct asker *a, const struct adapter_source *source, int patience_s,
                     void (*check)(struct asker *a))
{
	a->adapter = adapter_start(source, patience_s, &a->wrong);
	const bool begun = a->adapter && hello(a, PROTODRILL_HELLO);
	const bool lives = begun || (a->adapter && !adapter_problem(a->adapter));
	if (begun)
		check(a);
	adapter_free(a->adapter);
	return lives;
}

static void forget(struct asker *a)
{
	buf_free(&a->question);
	buf_free(&a->wrong);
	buf_free(&a->heard);
}

static int tell(FILE *out, const char *says, const struct asker *a)
{
	if (a->wrong.length)
		fprintf(out, "not ok  %s\n        %s\n", says, a->wrong.data);
	else if (a->lacks)
		fprintf(out, "-       %s (%s)\n", says, a->lacks);
	else
		fprintf(out, "ok      %s\n", says);
	fflush(out);
	return a->wrong.length != 0;
}

#define ASKER_INIT { .question = BUF_INIT, .wrong = BUF_INIT, .heard = BUF_INIT }

/* Uses sockets of both kinds, as far as there are any. */
static void uses_all(struct asker *a)
{
	repeats_syn(a);
	a->lacks = NULL;
	receives_datagram(a);
	a->lacks = NULL;
}

/* The same questions once more: the answers must not depend on the process. What is wrong with the answers themselves
 * has been reported by the rule about connect(). */
static int repeats(const struct adapter_source *source, int patience_s, FILE *out)
{
	struct asker first = ASKER_INIT, second = ASKER_INIT;

	try_rule(&first, source, patience_s, uses_all);
	try_rule(&second, source, patience_s, uses_all);
	lacks_unless(&second, !is_real(&second), "its clock is real");
	if (first.wrong.length && second.wrong.length)
		lacks_unless(&second, false, "a rule above is broken");
	buf_clear(&second.wrong);
	bool same = first.heard.length == second.heard.length &&
	            !memcmp(first.heard.data, second.heard.data, first.heard.length);
	if (!same && !is_real(&second))
		buf_puts(&second.wrong, "two processes answered the same questions differently: does the real time, an "
		         "address of memory, or a random number that does not come of the seed show?");
	int broken = tell(out, "the same questions have the same answers, byte for byte", &second);
	forget(&first);
	forget(&second);
	return broken;
}

/* Whatever an adapter leaves behind, such as a daemon, ends with its rule. */
static void sweep(bool adopts)
{
	if (adopts)
		strays_end(0);
}

int adapter_check(const struct adapter_source *source, int patience_s, FILE *out)
{
	const bool adopts = strays_adopt();
	int broken = 0;
	bool there = true;

	for (size_t i = 0; i < ARRAY_LEN(rules) && there; i++) {
		struct asker a = ASKER_INIT;

		/* What ends at once, as what does not exist, breaks each rule in the same way. */
		there = try_rule(&a, source, patience_s, rules[i].check) || i > 0;
		broken += tell(out, rules[i].says, &a);
		forget(&a);
		sweep(adopts);
	}
	if (there)
		broken += repeats(source, patience_s, out);
	sweep(adopts);
	if (adopts)
		strays_adopt_no_more();
	return broken;
}
