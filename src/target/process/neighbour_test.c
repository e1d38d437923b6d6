/* SPDX-License-Identifier: MIT
 *
 * neighbour_test.c - questions that find the other machine, and answers to its own, over IPv4 and IPv6
 */
#include "target/process/neighbour.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <net/ethernet.h>
#include <string.h>

#include "util/common.h"

static const uint8_t ours[] = { 2, 0, 0, 0, 0, 1 }, theirs[] = { 2, 0, 0, 0, 0, 2 };

static struct neighbour us(const char *address)
{
	struct neighbour n = { .found = false };

	memcpy(n.own, ours, sizeof(ours));
	assert_true(ip_address_parse(address, &n.address));
	return n;
}

/* The other machine, which plays our part with the roles exchanged: it answers for the address that we look for. */
static struct neighbour them(const char *other_than_wanted)
{
	struct neighbour n = us(other_than_wanted);

	memcpy(n.own, theirs, sizeof(theirs));
	return n;
}

/* A question of a script's other side for @address, from @source, whose answer must say where our card is. */
static void asks(const char *address, const char *source, bool wants_answer)
{
	struct neighbour n = us(source), other = us(address);
	struct neighbour_frame question, answer = { .length = 0 };
	struct ip_address from;
	size_t at = other.address.version == 6 ? 8 : 14;

	assert_true(ip_address_parse(source, &from));
	neighbour_ask(&other, &question);
	memcpy(question.bytes + at, from.bytes, from.version == 6 ? 16 : 4);
	if (from.version == 6)
		question.bytes[0] = 0x60;
	else
		memcpy(question.bytes + 8, theirs, sizeof(theirs));
	assert_true(neighbour_hear(&n, question.type, theirs, question.bytes, question.length, &answer));
	assert_int_equal(answer.length > 0, wants_answer);
	if (!wants_answer)
		return;
	assert_memory_equal(answer.to, theirs, sizeof(theirs));
	/* And whoever looks for that address has found our card. */
	assert_true(neighbour_hear(&other, answer.type, ours, answer.bytes, answer.length, &question));
	assert_true(other.found);
	assert_memory_equal(other.other, ours, sizeof(ours));
}

static void answers_for_what_is_not_its_own(void **state)
{
	(void)state;
	asks("192.0.2.1", "192.168.0.1", true);
	asks("192.168.0.1", "192.168.0.1", false);               /* its own address: it looks for a double */
	asks("2001:db8::1", "fd3d:fa7b:d17d::5", true);
	asks("fd3d:fa7b:d17d::5", "fd3d:fa7b:d17d::5", false);
	asks("2001:db8::1", "::", false);
}

static void finds(void **state)
{
	static const struct { const char *wanted, *elsewhere; } rows[] = {
		{ "192.168.0.1", "192.0.2.9" }, { "fd3d:fa7b:d17d::5", "2001:db8::9" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct neighbour n = us(rows[i].wanted), other = them(rows[i].elsewhere);
		struct neighbour_frame question, answer;
		const bool six = n.address.version == 6;

		neighbour_ask(&n, &question);
		assert_int_equal(question.to[0], six ? 0x33 : 0xff);
		/* It says nothing of us: who asks like that is nobody whom an answer could go to but all. */
		assert_true(neighbour_hear(&other, question.type, ours, question.bytes, question.length, &answer));
		assert_false(other.found);
		assert_false(n.found);
	}
}

static void leaves_the_rest(void **state)
{
	struct neighbour n = us("fd3d:fa7b:d17d::5");
	struct neighbour_frame question, answer;
	uint8_t other[64] = { 0x60, [6] = PROTOCOL_TCP };

	(void)state;
	assert_false(neighbour_hear(&n, ETHERTYPE_IPV6, theirs, other, sizeof(other), &answer));
	assert_false(neighbour_hear(&n, ETHERTYPE_IP, theirs, other, sizeof(other), &answer));
	neighbour_ask(&n, &question);
	for (size_t length = 0; length < question.length; length++)      /* cut anywhere, it does no harm */
		neighbour_hear(&n, question.type, theirs, question.bytes, length, &answer);
	question.bytes[40] = 128;                                /* an echo request is the script's */
	assert_false(neighbour_hear(&n, question.type, theirs, question.bytes, question.length, &answer));
	question.bytes[40] = 136;
	question.bytes[7] = 64;                                  /* through a router: whoever it is, no neighbour */
	assert_true(neighbour_hear(&n, question.type, theirs, question.bytes, question.length, &answer));
	assert_false(n.found);
	question.bytes[7] = 255;
	assert_true(neighbour_hear(&n, question.type, theirs, question.bytes, question.length, &answer));
	assert_true(n.found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_for_what_is_not_its_own), cmocka_unit_test(finds),
		cmocka_unit_test(leaves_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
