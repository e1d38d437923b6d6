/* SPDX-License-Identifier: MIT
 *
 * adapter_check.c - the rules of the protocol, as questions to an adapter
 *
 * A rule is a row: what it says, and a function that asks for it in a process of its own. The functions see to it that
 * an answer has a form at all (asker.h), and judge what it says. None of them judges the stack: which options it
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

#include "target/process/asker.h"
#include "target/process/declared.h"
#include "util/common.h"
#include "util/little_endian.h"
#include "util/monotonic.h"
#include "util/strays.h"
#include "util/vtime.h"

enum { MOST_STEPS = 100000 };

/* ---- rules ---- */

static const char NO_PACKETS[] = "its packets go by a network card";

static void says_hello(struct asker *a)
{
	uint32_t version = (uint32_t)little_endian_get(a->body, 4);

	if (version != PROTODRILL_PROTOCOL)
		buf_printf(&a->wrong, "the version is %u, and was asked to be %d", version, PROTODRILL_PROTOCOL);
	else if (a->now != ASKER_BEGINNING && !asker_is_real(a))
		buf_printf(&a->wrong, "the time is %" PRId64 ", and was said to be %" PRId64, a->now, ASKER_BEGINNING);
	else if (!(a->flags & PROTODRILL_PACKETS) && !asker_is_real(a))
		buf_printf(&a->wrong, "the flags are %u; PACKETS (2) is needed where VIRTUAL (1) is", a->flags);
	else if (!memmem(a->body + HELLO_HEAD, a->length - HELLO_HEAD, "name=", 5))
		buf_puts(&a->wrong, "the text has no line name=");
}

static void says_needs(struct asker *a)
{
	const char *text = (const char *)a->body + HELLO_HEAD;
	const size_t length = a->length - HELLO_HEAD;

	asker_lacks_unless(a, memmem(text, length, "need=", 5), "it says nothing of that");
	declared_check(text, length, &a->wrong);
}

static void unknown_question(struct asker *a)
{
	if (asker_ask(a, 250))
		buf_puts(&a->wrong, "the question 250, which there is not, is answered as if it were known");
	asker_advance(a, a->now, PROTODRILL_WANT_PACKET);
}

static void unknown_call(struct asker *a)
{
	int64_t value = asker_call(a, (struct asked){ .op = 9999 });

	if (!a->wrong.length && value != INT64_MIN)
		buf_printf(&a->wrong, "the call 9999, which there is not, gives %" PRId64 " rather than the answer 0",
		           value);
	asker_advance(a, a->now, PROTODRILL_WANT_PACKET);
}

static void stands_still(struct asker *a)
{
	const int64_t before = a->now;

	asker_any_socket(a);
	asker_lacks_unless(a, !asker_is_real(a), "its clock is real");
	int kind = PROTODRILL_SENT;
	for (int i = 0; !a->lacks && i < 100 && kind == PROTODRILL_SENT; i++)
		kind = asker_advance(a, before, PROTODRILL_WANT_PACKET);
	if (asker_can_go_on(a) && a->now != before)
		buf_puts(&a->wrong, "the clock went on without being told to");
}

/* A real clock sleeps, and does not spin: it is the machine's, so it can be compared with ours. */
static void goes_on(struct asker *a)
{
	enum { NAP = 200000000, LATE = 100000000 };
	const vtime_t began = monotonic_now();
	const int64_t before = a->now, until = before + NAP;

	asker_lacks_unless(a, asker_is_real(a), "its clock is virtual");
	while (asker_can_go_on(a) && a->now < until)
		asker_advance(a, until, 0);
	int64_t passed = vtime_sub(monotonic_now(), began).ns;
	if (asker_can_go_on(a) && llabs(a->now - before - passed) > LATE)
		buf_printf(&a->wrong, "ADVANCE by 0.2 s took %.3f s, and the clock went on by %.3f s",
		           (double)passed / 1e9, (double)(a->now - before) / 1e9);
}

static void goes_to_a_time(struct asker *a)
{
	const int64_t until = a->now + 3000000000;
	int kind = PROTODRILL_SENT;

	for (int i = 0; i < 1000 && kind == PROTODRILL_SENT; i++)
		kind = asker_advance(a, until, PROTODRILL_WANT_PACKET);
	if (!a->wrong.length && kind != PROTODRILL_REACHED)
		buf_printf(&a->wrong, "the last answer has the kind %d, and not 0: the time is reached", kind);
}

static void goes_in_steps(struct asker *a)
{
	const int64_t until = a->now + 2000000000;
	int kind = PROTODRILL_STEPPED;

	for (int i = 0; i < MOST_STEPS && (kind == PROTODRILL_STEPPED || kind == PROTODRILL_SENT); i++)
		kind = asker_advance(a, until, PROTODRILL_WANT_PACKET | PROTODRILL_WANT_STEP);
	if (!a->wrong.length && kind != PROTODRILL_REACHED)
		buf_printf(&a->wrong, "2 s are not reached in %d steps; the last answer has the kind %d", MOST_STEPS,
		           kind);
}

static void bears_garbage(struct asker *a)
{
	static const char *const packets[] = { "E", "garbage that is no IP packet at all", "\x60" };

	asker_lacks_unless(a, asker_has_packets(a), NO_PACKETS);
	for (size_t i = 0; i < ARRAY_LEN(packets) && !a->lacks; i++) {
		buf_puts(&a->question, packets[i]);
		if (!asker_must(a, PROTODRILL_PACKET, 0, "PACKET"))
			return;
		if (a->length)
			buf_printf(&a->wrong, "PACKET is answered with %zu bytes; there is nothing to say", a->length);
	}
	asker_advance(a, a->now, PROTODRILL_WANT_PACKET);
}

static void numbers_sockets(struct asker *a)
{
	int first = asker_any_socket(a), second = asker_any_socket(a);

	if (asker_can_go_on(a) && first == second)
		buf_printf(&a->wrong, "two open sockets have the descriptor %d", first);
	asker_expect(a, "close", CALL(CLOSE, 0, first), 0);
	asker_expect(a, "close of what is closed", CALL(CLOSE, 0, first), -EBADF);
}

static void accept_returns(struct asker *a)
{
	int listener = asker_socket(a, SOCK_STREAM);

	asker_expect(a, "bind", CALL(BIND, ASKER_PORT, listener), 0);
	asker_expect(a, "listen", CALL(LISTEN, 0, listener, 5), 0);
	asker_expect(a, "accept with nobody there", CALL(ACCEPT, 0, listener, 1), -EAGAIN);
}

/* A stack that lets calls wait is told when one must not. */
static int unwilling(const struct asker *a)
{
	return a->flags & PROTODRILL_BLOCKS ? MSG_DONTWAIT : 0;
}

static void receive_returns(struct asker *a)
{
	int datagrams = asker_socket(a, SOCK_DGRAM);

	asker_expect(a, "bind", CALL(BIND, 8081, datagrams), 0);
	asker_expect(a, "receive with nothing there", CALL(RECEIVE, 0, datagrams, unwilling(a), 100), -EAGAIN);
	asker_expect(a, "poll(POLLIN) with nothing there",
	       CALL(POLL, 0, datagrams, POLLIN), 0);
}

static void connects(struct asker *a)
{
	const int64_t before = a->now;
	int fd = asker_socket(a, SOCK_STREAM);

	asker_lacks_unless(a, asker_has_packets(a), NO_PACKETS);
	asker_expect(a, "connect", CALL(CONNECT, ASKER_PORT, fd, 1), -EINPROGRESS);
	int64_t until = a->now + (asker_is_real(a) ? ASKER_MOMENT : 0);
	int kind = asker_can_go_on(a) ? asker_advance(a, until, PROTODRILL_WANT_PACKET) : -1;
	if (kind == PROTODRILL_SENT && !asker_has_syn(a))
		buf_puts(&a->wrong, "the packet after connect() is no SYN from 192.168.0.1 to 192.0.2.1 port 8080: one "
		         "begins with its IP header, and ports are plain numbers");
	else if (kind >= 0 && kind != PROTODRILL_SENT)
		buf_puts(&a->wrong, "no packet waits after connect(), at the time of the call");
	else if (kind >= 0 && a->now != before && !asker_is_real(a))
		buf_puts(&a->wrong, "the SYN is later than the call");
	asker_expect(a, "poll(POLLOUT) before an answer", CALL(POLL, 0, fd, POLLOUT), 0);
	asker_expect(a, "getsockopt(SO_ERROR)",
	       CALL(GETSOCKOPT, 0, fd, SOL_SOCKET, SO_ERROR, 4), 0);
	if (asker_can_go_on(a) && (a->length < ASKER_CALL_HEAD + 4 || little_endian_get(a->body + ASKER_CALL_HEAD, 4)))
		buf_puts(&a->wrong, "SO_ERROR is not the int 0");
}

/* A SYN that nobody answers, and its retransmission: the first thing that a timer of TCP does. */
static void repeats_syn(struct asker *a)
{
	const int64_t until = a->now + 600000000000;
	int fd, kind = PROTODRILL_STEPPED, seen = 0;

	asker_lacks_unless(a, !asker_is_real(a), "its clock is real");
	fd = asker_socket(a, SOCK_STREAM);
	asker_expect(a, "connect", CALL(CONNECT, ASKER_PORT, fd, 1), -EINPROGRESS);
	for (int i = 0; asker_can_go_on(a) && i < MOST_STEPS && kind != PROTODRILL_REACHED; i++) {
		kind = asker_advance(a, until, PROTODRILL_WANT_PACKET | PROTODRILL_WANT_STEP);
		seen += kind == PROTODRILL_SENT && asker_has_syn(a);
	}
	if (!asker_can_go_on(a))
		return;
	if (kind != PROTODRILL_REACHED)
		buf_printf(&a->wrong, "after %d steps with %d times a SYN the clock has gone on by %.3f s: does run() "
		           "move on what deadline() names?", MOST_STEPS, seen,
		           (double)(a->now - ASKER_BEGINNING) / 1e9);
	else if (seen < 2)
		buf_printf(&a->wrong, "%s within ten minutes: does deadline() know all timers, and do they go by "
		           "protodrill_now()?", seen ? "a SYN without an answer is not sent again" : "no SYN leaves");
}

/* The descriptor of a connection that the other side has opened; *sequence is what acknowledges the stack's SYN. */
static int open_connection(struct asker *a, uint32_t *sequence)
{
	int listener = asker_socket(a, SOCK_STREAM);
	struct check_packet answer = { .flags = 0 };
	const struct check_packet syn = { .protocol = IPPROTO_TCP, .flags = CHECK_SYN, .sequence = 1000 };

	asker_lacks_unless(a, asker_has_packets(a), NO_PACKETS);
	asker_expect(a, "bind", CALL(BIND, ASKER_PORT, listener), 0);
	asker_expect(a, "listen", CALL(LISTEN, 0, listener, 5), 0);
	asker_send(a, syn);
	bool answered = asker_next_packet(a, &answer);
	if (!asker_can_go_on(a))
		return -1;
	if (!answered)
		buf_puts(&a->wrong, "nothing answers a SYN to the port of bind(): does packet() reach the stack, has "
		         "it the address how->local, and does it find the checksum right?");
	else if (answer.flags & CHECK_RST)
		buf_printf(&a->wrong, "a RST answers a SYN to port %d, where bind() and listen() were: ports are plain "
		           "numbers, not in network order", ASKER_PORT);
	else if (answer.flags != (CHECK_SYN | CHECK_ACK) || answer.acknowledgement != syn.sequence + 1 ||
	         answer.source_port != ASKER_PORT || answer.destination_port != ASKER_PEER_PORT)
		buf_printf(&a->wrong, "a SYN with number 1000 from port %d to %d is answered with the flags 0x%x and "
		           "ack %u from port %u to %u, and by no SYN,ACK", ASKER_PEER_PORT, ASKER_PORT, answer.flags,
		           answer.acknowledgement, answer.source_port, answer.destination_port);
	*sequence = answer.sequence + 1;
	asker_send(a, (struct check_packet){ .protocol = IPPROTO_TCP, .flags = CHECK_ACK, .sequence = 1001,
	                                      .acknowledgement = *sequence });
	int64_t fd = CALL(ACCEPT, 0, listener);
	if (asker_can_go_on(a) && fd < 0)
		asker_expect(a, "accept, after the three segments of the handshake,", fd, 0);
	asker_expect_peer(a, "accept");
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

	asker_expect(a, "receive with nothing there", CALL(RECEIVE, 0, fd, unwilling(a), 100), -EAGAIN);
	asker_expect(a, "poll(POLLIN) with nothing there", CALL(POLL, 0, fd, POLLIN), 0);
	asker_send(a, text);
	asker_expect(a, "poll(POLLIN) with 5 octets there", CALL(POLL, 0, fd, POLLIN), POLLIN);
	asker_expect(a, "poll() for nothing", CALL(POLL, 0, fd, 0), 0);
	asker_expect(a, "receive", CALL(RECEIVE, 0, fd, 0, 100), 5);
	asker_expect_text(a, "hello");
	asker_expect(a, "receive of what was taken", CALL(RECEIVE, 0, fd, 0, 100), -EAGAIN);
}

/* A call that waits in the stack: its answer says so, and a later ADVANCE has the tag of its question and its
 * result. */
static void tells_the_end_of_calls(struct asker *a)
{
	const unsigned want = PROTODRILL_WANT_PACKET | PROTODRILL_WANT_RETURN;
	int fd = asker_socket(a, SOCK_DGRAM), kind = PROTODRILL_SENT;

	asker_lacks_unless(a, a->flags & PROTODRILL_BLOCKS, "the flag BLOCKS is not set");
	asker_lacks_unless(a, asker_has_packets(a), NO_PACKETS);
	asker_expect(a, "bind", CALL(BIND, ASKER_PORT, fd), 0);
	int64_t value = CALL(RECEIVE, 0, fd, 0, 100);
	const uint16_t tag = adapter_tag(a->adapter);
	if (asker_can_go_on(a) && (value != INT64_MIN || a->length < ASKER_CALL_HEAD))
		buf_printf(&a->wrong, "receive that is to wait gives %" PRId64 ", and no call waits with the flag "
		           "BLOCKS", value);
	asker_send(a, (struct check_packet){ .protocol = IPPROTO_UDP, .text = "hello", .length = 5 });
	while (asker_can_go_on(a) && kind == PROTODRILL_SENT)
		kind = asker_advance(a, a->now + ASKER_MOMENT, want);
	if (asker_can_go_on(a) && kind != PROTODRILL_RETURNED)
		buf_printf(&a->wrong, "a datagram came, and ADVANCE ends with the kind %d, not 4", kind);
	if (asker_can_go_on(a) && a->length != ADVANCE_HEAD + 2 + ASKER_CALL_HEAD + 5)
		buf_printf(&a->wrong, "ADVANCE tells the end of a call in %zu bytes, and not in %d", a->length,
		           ADVANCE_HEAD + 2 + ASKER_CALL_HEAD + 5);
	if (!asker_can_go_on(a))
		return;
	const uint8_t *told = a->body + ADVANCE_HEAD;
	if (little_endian_get(told, 2) != tag || little_endian_get(told + 2, 8) != 5)
		buf_puts(&a->wrong, "the call that ended has another tag than was asked, or not the five bytes");
}

static void receives_datagram(struct asker *a)
{
	int fd = asker_socket(a, SOCK_DGRAM);

	asker_lacks_unless(a, asker_has_packets(a), NO_PACKETS);
	asker_expect(a, "bind", CALL(BIND, ASKER_PORT, fd), 0);
	asker_send(a, (struct check_packet){ .protocol = IPPROTO_UDP, .text = "hello", .length = 5 });
	asker_expect(a, "poll(POLLIN) with a datagram there", CALL(POLL, 0, fd, POLLIN), POLLIN);
	asker_expect(a, "receive", CALL(RECEIVE, 0, fd, 0, 100), 5);
	asker_expect_text(a, "hello");
	asker_expect_peer(a, "receive");
}

/* Who reads it must learn that there was more, or a case about that fails and blames the stack. */
static void tells_of_what_is_cut(struct asker *a)
{
	int fd = asker_socket(a, SOCK_DGRAM);

	asker_lacks_unless(a, asker_has_packets(a), NO_PACKETS);
	asker_expect(a, "bind", CALL(BIND, ASKER_PORT, fd), 0);
	asker_send(a, (struct check_packet){ .protocol = IPPROTO_UDP, .text = "hello", .length = 5 });
	int64_t value = CALL(RECVMSG, 0, fd, 0, 2, 0);
	if (!asker_can_go_on(a))
		return;
	if (value == INT64_MIN) {
		asker_expect(a, "receive of a datagram of 5 bytes, with room for 2", CALL(RECEIVE, 0, fd, 0, 2), 5);
		asker_expect_text(a, "he");
	} else if (a->length < ASKER_CALL_HEAD + 8 || !(little_endian_get(a->body + ASKER_CALL_HEAD, 4) & MSG_TRUNC)) {
		buf_puts(&a->wrong, "recvmsg of a datagram of 5 bytes, with room for 2, has no MSG_TRUNC in its flags");
	}
}

/* A flag that is passed over makes cases fail that are to be SKIP. */
static void heeds_flags(struct asker *a)
{
	int fd = asker_socket(a, SOCK_DGRAM);

	asker_lacks_unless(a, asker_has_packets(a), NO_PACKETS);
	asker_expect(a, "bind", CALL(BIND, ASKER_PORT, fd), 0);
	asker_send(a, (struct check_packet){ .protocol = IPPROTO_UDP, .text = "hello", .length = 5 });
	if (CALL(RECEIVE, 0, fd, MSG_PEEK, 100) != INT64_MIN)
		asker_expect(a, "receive of what was seen with MSG_PEEK before", CALL(RECEIVE, 0, fd, 0, 100), 5);
}

/* Nothing may be left that no answer told of, and nothing told of that does not come. */
static void look_for_more(struct asker *a)
{
	const unsigned want = PROTODRILL_WANT_PACKET | PROTODRILL_WANT_STEP |
	                      (a->flags & PROTODRILL_BLOCKS ? PROTODRILL_WANT_RETURN : 0);
	int kind = PROTODRILL_STEPPED;

	while (asker_can_go_on(a) && kind != PROTODRILL_REACHED && kind != PROTODRILL_IDLE)
		kind = asker_advance(a, a->now, want);
	if (asker_can_go_on(a))
		asker_advance(a, a->now + ASKER_MOMENT, want);
}

/* Of a stack without TCP this may be the only packet. */
static void sends_datagram(struct asker *a)
{
	int fd = asker_socket(a, SOCK_DGRAM);

	CALL(SEND, ASKER_PORT, fd);
}

/* What comes of timers, segments, datagrams and calls that wait: whether it was told, asker_advance() judges. A rule
 * that is broken meanwhile has a row of its own. */
static void tells_what_is_due(struct asker *a)
{
	void (*const busy[])(struct asker *) = {
		look_for_more, repeats_syn, receives_text, sends_datagram,
		a->flags & PROTODRILL_BLOCKS ? tells_the_end_of_calls : receives_datagram,
	};

	asker_lacks_unless(a, a->flags & PROTODRILL_TELLS, "the flag TELLS is not set");
	if (a->lacks)
		return;
	if (asker_is_real(a))
		buf_puts(&a->mistold, "the flag TELLS (64) is set, and the clock is real");
	for (size_t i = 0; i < ARRAY_LEN(busy); i++) {
		busy[i](a);
		a->lacks = NULL;
		look_for_more(a);
	}
	asker_lacks_unless(a, !a->wrong.length, "a rule above is broken");
	buf_clear(&a->wrong);
	buf_add(&a->wrong, a->mistold.data, a->mistold.length);
}

static void tells_whom_it_may(struct asker *a)
{
	if (a->flags & PROTODRILL_TELLS)
		buf_puts(&a->wrong, "the flag TELLS (64) is set, and HELLO had no line tells=1");
	asker_any_socket(a);
}

/* Whether there is such a setting is the stack's business; what the answer looks like is not. */
static void takes_settings(struct asker *a)
{
	buf_puts(&a->question, "net.ipv4.tcp_timestamps=0");
	if (!asker_ask(a, PROTODRILL_SET))
		asker_lacks_unless(a, a->wrong.length,
		                   "it has no set(), and nearly every case of TCP is SKIP without it");
	else if (a->length < 4 || little_endian_get(a->body, 4) > PROTODRILL_NO_SUCH_FEATURE)
		buf_printf(&a->wrong, "net.ipv4.tcp_timestamps=0 is answered with %s; there are 0 (done) to 3",
		           a->length < 4 ? "too few bytes" : "another number");
}

static void tells_variables(struct asker *a)
{
	int fd = asker_any_socket(a);

	asker_lacks_unless(a, a->flags & PROTODRILL_HAS_INFO, "the flag INFO is not set");
	little_endian_add(&a->question, (unsigned)fd, 4);
	bool known = asker_ask(a, PROTODRILL_INFO);
	if (asker_can_go_on(a) && !known)
		buf_puts(&a->wrong, "the flag INFO (4) is set, and the question is not known");
}

static void starts_afresh(struct asker *a)
{
	int before = asker_any_socket(a), after;

	asker_lacks_unless(a, a->flags & PROTODRILL_CAN_RESET, "the flag RESET is not set");
	if (!asker_can_go_on(a) || !asker_hello(a, PROTODRILL_RESET))
		return;
	if (a->now != ASKER_BEGINNING && !asker_is_real(a))
		buf_puts(&a->wrong, "the clock is not at the beginning after RESET");
	after = asker_any_socket(a);
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
	{ "TELLS: bit 15 of an answer says whether something is due", tells_what_is_due },
	{ "TELLS is only for who asks for it", tells_whom_it_may },
	{ "SET is answered with a status of 0 to 3", takes_settings },
	{ "INFO, if the flag says that there is any", tells_variables },
	{ "RESET, if the flag says that it is known, makes a fresh stack", starts_afresh },
	{ "BYE has an empty answer and a good end", says_bye },
	{ "the end of standard input is the end", ends_with_its_input },
};

/* One rule, in a process of its own; all that was heard from it is left in @a->heard. False: it never
 * answered anything, so the rule was not even asked for. */
static bool try_rule(struct asker *a, const struct adapter_source *source, int patience_s,
                     void (*check)(struct asker *a))
{
	a->adapter = adapter_start(source, patience_s, &a->wrong);
	const bool begun = a->adapter && asker_hello(a, PROTODRILL_HELLO);
	const bool answers = a->adapter && (begun || adapter_was_heard(a->adapter));
	if (begun)
		check(a);
	adapter_free(a->adapter);
	return answers;
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
	struct asker first, second;

	asker_init(&first, false);
	asker_init(&second, false);
	try_rule(&first, source, patience_s, uses_all);
	try_rule(&second, source, patience_s, uses_all);
	asker_lacks_unless(&second, !asker_is_real(&second), "its clock is real");
	if (first.wrong.length && second.wrong.length)
		asker_lacks_unless(&second, false, "a rule above is broken");
	buf_clear(&second.wrong);
	bool same = first.heard.length == second.heard.length &&
	            !memcmp(first.heard.data, second.heard.data, first.heard.length);
	if (!same && !asker_is_real(&second))
		buf_puts(&second.wrong, "two processes answered the same questions differently: does the real time, an "
		         "address of memory, or a random number that does not come of the seed show?");
	int broken = tell(out, "the same questions have the same answers, byte for byte", &second);
	asker_free(&first);
	asker_free(&second);
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
		struct asker a;

		asker_init(&a, rules[i].check == tells_whom_it_may);
		/* Of what does not exist, ends at once or stays silent there is nothing to say about any rule. */
		there = try_rule(&a, source, patience_s, rules[i].check) || i > 0;
		if (there)
			broken += tell(out, rules[i].says, &a);
		else
			fprintf(out, "nothing could be checked: %s\n", a.wrong.data);
		asker_free(&a);
		sweep(adopts);
	}
	if (there)
		broken += repeats(source, patience_s, out);
	sweep(adopts);
	if (adopts)
		strays_adopt_no_more();
	return there ? broken : ADAPTER_NOT_CHECKED;
}
