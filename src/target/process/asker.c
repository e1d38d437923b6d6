/* SPDX-License-Identifier: MIT
 *
 * asker.c - questions to an adapter under test, and the form of its answers
 */
#include "target/process/asker.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "target/process/question.h"
#include "util/common.h"
#include "util/little_endian.h"

enum { MOST_STILL_STEPS = 1000 };

static const uint8_t LOCAL[4] = { 192, 168, 0, 1 }, REMOTE[4] = { 192, 0, 2, 1 };

/* ---- asking ---- */

void asker_init(struct asker *a, bool plain)
{
	*a = (struct asker){
		.plain = plain, .question = BUF_INIT, .wrong = BUF_INIT, .heard = BUF_INIT, .asked = BUF_INIT,
		.asked_before = BUF_INIT, .mistold = BUF_INIT,
	};
}

void asker_free(struct asker *a)
{
	struct buf *const all[] = { &a->question, &a->wrong, &a->heard, &a->asked, &a->asked_before, &a->mistold };

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		buf_free(all[i]);
}

/* Keep the names of the last two questions, and what was told with their answers. */
static void note_question(struct asker *a, unsigned type)
{
	struct buf oldest = a->asked_before;

	a->asked_before = a->asked;
	a->asked = oldest;
	buf_clear(&a->asked);
	question_name(&a->asked, type, a->question.data, a->question.length);
	a->due_before = a->due;
}

bool asker_ask(struct asker *a, unsigned type)
{
	note_question(a, type);
	bool known = adapter_ask(a->adapter, type, &a->question, &a->body, &a->length);

	a->due = adapter_last_due(a->adapter) == adapter_count(a->adapter);
	buf_clear(&a->question);
	if (known)
		buf_add(&a->heard, a->body, a->length);
	if (adapter_problem(a->adapter) && !a->wrong.length)
		buf_puts(&a->wrong, adapter_problem(a->adapter));
	return known;
}

bool asker_can_go_on(const struct asker *a)
{
	return !a->lacks && !a->wrong.length;
}

void asker_lacks_unless(struct asker *a, bool there, const char *why)
{
	if (!there && !a->lacks)
		a->lacks = why;
}

bool asker_must(struct asker *a, unsigned type, size_t least, const char *name)
{
	if (!asker_ask(a, type)) {
		if (!a->wrong.length)
			buf_printf(&a->wrong, "the question %s is not known, and must be", name);
	} else if (a->length < least) {
		buf_printf(&a->wrong, "%s is answered with %zu bytes; at least %zu are needed", name, a->length, least);
	}
	return !a->wrong.length;
}

static void write_hello(struct asker *a)
{
	little_endian_add(&a->question, PROTODRILL_PROTOCOL, 4);
	/* The first of two addresses is that of scripts. */
	buf_printf(&a->question, "local=192.168.0.1/16\nlocal=192.168.0.2/16\nremote=192.0.2.1\n"
	           "remote-prefix=24\nmtu=1500\nnow=%" PRId64 "\nseed=1\n", (int64_t)ASKER_BEGINNING);
	if (!a->plain)
		buf_puts(&a->question, "tells=1\noption=text\nsome-key-of-the-future=1\n");
}

bool asker_hello(struct asker *a, unsigned type)
{
	write_hello(a);
	if (!asker_must(a, type, HELLO_HEAD, type == PROTODRILL_HELLO ? "HELLO" : "RESET"))
		return false;
	a->flags = (unsigned)little_endian_get(a->body + 4, 4);
	a->now = (int64_t)little_endian_get(a->body + 8, 8);
	adapter_tells(a->adapter, a->flags & PROTODRILL_TELLS);
	if (adapter_problem(a->adapter))
		buf_puts(&a->wrong, adapter_problem(a->adapter));
	return !a->wrong.length;
}

bool asker_is_real(const struct asker *a)
{
	return !(a->flags & PROTODRILL_VIRTUAL);
}

bool asker_has_packets(const struct asker *a)
{
	return a->flags & PROTODRILL_PACKETS;
}

/* The answer before this one told whether something is due, and now there is an answer of that @kind. What was told and
 * does not come shows only if all that may come was wanted. */
static void judge_telling(struct asker *a, int64_t before, unsigned want, int kind)
{
	static const char *const due[] = {
		[PROTODRILL_SENT] = "a packet waited", [PROTODRILL_STEPPED] = "a deadline had come",
		[PROTODRILL_RETURNED] = "a call had ended",
	};
	const unsigned all = PROTODRILL_WANT_PACKET | PROTODRILL_WANT_STEP |
	                     (a->flags & PROTODRILL_BLOCKS ? PROTODRILL_WANT_RETURN : 0);
	const bool came = kind != PROTODRILL_REACHED && kind != PROTODRILL_IDLE && a->now == before;

	if (!(a->flags & PROTODRILL_TELLS) || a->wrong.length || a->mistold.length)
		return;
	if (came && !a->due_before)
		buf_printf(&a->mistold, "after %s %s, and bit 15 in the type of its answer was not set",
		           a->asked_before.data, due[kind]);
	else if (!came && a->due_before && (want & all) == all)
		buf_printf(&a->mistold, "bit 15 is set in the type of the answer to %s, and nothing was due: no "
		           "packet, no deadline, no end of a call", a->asked_before.data);
}

int asker_advance(struct asker *a, int64_t until, unsigned want)
{
	const int64_t before = a->now;

	little_endian_add(&a->question, (uint64_t)until, 8);
	little_endian_add(&a->question, want, 4);
	if (!asker_must(a, PROTODRILL_ADVANCE, ADVANCE_HEAD, "ADVANCE"))
		return -1;
	int kind = (int)little_endian_get(a->body + 8, 4);
	int64_t now = (int64_t)little_endian_get(a->body, 8);
	a->now = asker_is_real(a) && kind == PROTODRILL_SENT && now < before ? before : now;
	if (a->now < before)
		buf_printf(&a->wrong, "the clock went back by %" PRId64 " ns", before - a->now);
	else if (a->now > until && !asker_is_real(a))
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
	else if (kind == PROTODRILL_SENT && check_packet_fault(a->body + ADVANCE_HEAD, a->length - ADVANCE_HEAD))
		buf_printf(&a->wrong, "%zu bytes are sent as a packet, and are none: %s", a->length - ADVANCE_HEAD,
		           check_packet_fault(a->body + ADVANCE_HEAD, a->length - ADVANCE_HEAD));
	a->still = (kind == PROTODRILL_STEPPED || kind == PROTODRILL_SENT) && a->now == before ? a->still + 1 : 0;
	if (a->still > MOST_STILL_STEPS && kind == PROTODRILL_SENT)
		buf_printf(&a->wrong, "%d packets and steps at the same time: does run() move on what deadline() "
		           "names?", MOST_STILL_STEPS);
	else if (a->still > MOST_STILL_STEPS)
		buf_printf(&a->wrong, "%d steps at the same time: deadline() names a time that has come, and run() "
		           "does not move it on (it is absolute, in nanoseconds, as protodrill_now() is)",
		           MOST_STILL_STEPS);
	judge_telling(a, before, want, kind);
	return a->wrong.length ? -1 : kind;
}

int64_t asker_call(struct asker *a, struct asked q)
{
	if (!asker_can_go_on(a))
		return INT64_MIN;
	little_endian_add(&a->question, q.op, 4);
	for (int i = 0; i < 4; i++)
		little_endian_add(&a->question, (uint32_t)q.a[i], 4);
	little_endian_add(&a->question, q.port ? 4 : 0, 2);
	little_endian_add(&a->question, (unsigned)q.port, 2);
	little_endian_add(&a->question, 0, 4);
	if (!q.port || !asker_has_packets(a))
		little_endian_add(&a->question, 0, 4);
	else
		buf_add(&a->question, q.op == PROTODRILL_OP_BIND ? LOCAL : REMOTE, 4);
	little_endian_add(&a->question, 0, 8);
	little_endian_add(&a->question, 0, 4);
	if (!asker_ask(a, PROTODRILL_CALL) || a->wrong.length)
		return INT64_MIN;
	if (a->length < ASKER_CALL_HEAD) {
		buf_printf(&a->wrong, "a call is answered with %zu bytes; at least %d are needed", a->length,
		           ASKER_CALL_HEAD);
		return INT64_MIN;
	}
	const size_t more = a->length - ASKER_CALL_HEAD, most = question_most_bytes(q.op);
	if (more > most)
		buf_printf(&a->wrong, "%s is answered with %zu bytes behind the value and the address, and there are "
		           "%zu at most", question_call_name(q.op), more, most);
	return (int64_t)little_endian_get(a->body, 8);
}

void asker_expect(struct asker *a, const char *what, int64_t value, int64_t expected)
{
	if (!asker_can_go_on(a) || value == expected)
		return;
	if (value == INT64_MIN)
		buf_printf(&a->wrong, "%s is not known", what);
	else
		buf_printf(&a->wrong, "%s gives %" PRId64 " (%s); expected %" PRId64 " (%s)", what, value,
		           value < 0 ? strerror((int)-value) : "no error", expected,
		           expected < 0 ? strerror((int)-expected) : "no error");
}

int asker_socket(struct asker *a, int type)
{
	int64_t fd = CALL(SOCKET, 0, AF_INET, type);

	if (fd == INT64_MIN)
		asker_lacks_unless(a, false, type == SOCK_STREAM ? "it has no SOCK_STREAM" : "it has no SOCK_DGRAM");
	else if (fd < 0)
		buf_printf(&a->wrong, "socket(AF_INET, %s, 0) gives %" PRId64, type == SOCK_STREAM ? "SOCK_STREAM" :
		           "SOCK_DGRAM", fd);
	return (int)fd;
}

int asker_any_socket(struct asker *a)
{
	int fd = asker_socket(a, SOCK_STREAM);

	if (!a->lacks)
		return fd;
	a->lacks = NULL;
	return asker_socket(a, SOCK_DGRAM);
}

/* ---- packets ---- */

void asker_send(struct asker *a, struct check_packet packet)
{
	if (!asker_can_go_on(a))
		return;
	memcpy(packet.source, REMOTE, sizeof(REMOTE));
	memcpy(packet.destination, LOCAL, sizeof(LOCAL));
	packet.source_port = ASKER_PEER_PORT;
	packet.destination_port = ASKER_PORT;
	check_packet_write(&packet, &a->question);
	asker_must(a, PROTODRILL_PACKET, 0, "PACKET");
}

bool asker_next_packet(struct asker *a, struct check_packet *out)
{
	const int64_t moment = asker_is_real(a) ? ASKER_MOMENT : 0;

	while (asker_can_go_on(a) && asker_advance(a, a->now + moment, PROTODRILL_WANT_PACKET) == PROTODRILL_SENT)
		if (check_packet_read(a->body + ADVANCE_HEAD, a->length - ADVANCE_HEAD, out))
			return true;
	return false;
}

bool asker_has_syn(const struct asker *a)
{
	struct check_packet p;

	return check_packet_read(a->body + ADVANCE_HEAD, a->length - ADVANCE_HEAD, &p) && p.flags == CHECK_SYN &&
	       p.destination_port == ASKER_PORT && !memcmp(p.source, LOCAL, sizeof(LOCAL)) &&
	       !memcmp(p.destination, REMOTE, sizeof(REMOTE));
}

void asker_expect_peer(struct asker *a, const char *what)
{
	const uint8_t *at = a->body + 8;

	if (!asker_can_go_on(a))
		return;
	const unsigned family = (unsigned)little_endian_get(at, 2), port = (unsigned)little_endian_get(at + 2, 2);
	if (family != 4 || port != ASKER_PEER_PORT || memcmp(at + 8, REMOTE, 4))
		buf_printf(&a->wrong, "%s says that the other side is %u.%u.%u.%u port %u, family %u; it is 192.0.2.1 "
		           "port %d, family 4. Bytes of addresses are in network order, ports are plain numbers", what,
		           at[8], at[9], at[10], at[11], port, family, ASKER_PEER_PORT);
}

void asker_expect_text(struct asker *a, const char *text)
{
	if (!asker_can_go_on(a))
		return;
	const uint8_t *given = a->body + ASKER_CALL_HEAD;
	const size_t length = a->length - ASKER_CALL_HEAD;
	if (length != strlen(text) || memcmp(given, text, length))
		buf_printf(&a->wrong, "receive gives other bytes than came in: '%.*s', not '%s'", (int)length, given,
		           text);
}
