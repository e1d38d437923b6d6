/* SPDX-License-Identifier: MIT
 *
 * fragment_test.c - pieces of packets say what they are, and make the packet again
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "wire/fragment.h"
#include "wire/packet.h"

enum { ROOM = 256, DATA = 50 };

/* A datagram with DATA bytes, 1, 2, 3 ... */
static size_t datagram(bool ipv6, uint8_t *bytes)
{
	struct packet p = { .header_count = 2, .payload_length = DATA };
	uint8_t data[DATA];

	for (size_t i = 0; i < DATA; i++)
		data[i] = (uint8_t)(i + 1);
	p.payload = data;
	p.headers[0].type = ipv6 ? HEADER_IPV6 : HEADER_IPV4;
	p.headers[1].type = HEADER_UDP;
	packet_fill_lengths(&p);
	return packet_build_with_checksums(&p, bytes, ROOM);
}

static void pieces_make_the_packet_again(bool ipv6)
{
	uint8_t whole[ROOM], piece[ROOM], again[ROOM];
	const size_t length = datagram(ipv6, whole), header = ipv6 ? 40 : 20;
	size_t done = header;
	struct fragment f;

	assert_int_equal(fragment_count(whole, length, 16), 4);
	for (size_t i = 0; i < 4; i++) {
		size_t bytes = fragment_cut(whole, length, 16, 77, i, piece);

		assert_true(fragment_read(piece, bytes, &f));
		assert_int_equal(f.offset, i * 16);
		assert_int_equal(f.length, i < 3 ? 16 : 10);
		assert_int_equal(f.more, i < 3);
		assert_int_equal(f.id, 77);
		assert_int_equal(f.protocol, 17);
		assert_int_equal(fragment_header(piece), header);
		if (!i)
			memcpy(again, piece, header);
		memcpy(again + done, piece + f.at, f.length);
		done += f.length;
	}
	assert_int_equal(fragment_cut(whole, length, 16, 77, 4, piece), 0);
	fragment_make_whole(again, header, done, 17);
	assert_int_equal(done, length);
	if (!ipv6) {                                         /* the identification stays, and is part of the checksum */
		assert_false(fragment_read(again, done, &f));
		memcpy(again + 4, whole + 4, 2);
		memcpy(again + 10, whole + 10, 2);
	}
	assert_memory_equal(again, whole, length);
}

static void ipv4(void **state)
{
	(void)state;
	pieces_make_the_packet_again(false);
}

static void ipv6(void **state)
{
	(void)state;
	pieces_make_the_packet_again(true);
}

static void a_checksum_covers_the_header_of_each_piece(void **state)
{
	uint8_t whole[ROOM], piece[ROOM];
	const size_t length = datagram(false, whole);
	struct packet p;
	const char *why = "";

	(void)state;
	packet_parse(piece, fragment_cut(whole, length, 16, 0, 1, piece), &p, &why);
	assert_string_equal(why, "More fragments remaining");
}

static void what_is_cut_short_is_no_piece(void **state)
{
	uint8_t whole[ROOM], piece[ROOM];
	size_t length = datagram(true, whole), bytes = fragment_cut(whole, length, 16, 1, 0, piece);
	struct fragment f;

	(void)state;
	assert_true(fragment_read(piece, bytes, &f));
	assert_false(fragment_read(piece, 47, &f));
	assert_false(fragment_read(whole, length, &f));
	length = datagram(false, whole);
	bytes = fragment_cut(whole, length, 16, 1, 0, piece);
	assert_true(fragment_read(piece, bytes, &f));
	assert_false(fragment_read(piece, bytes - 1, &f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4),
		cmocka_unit_test(ipv6),
		cmocka_unit_test(a_checksum_covers_the_header_of_each_piece),
		cmocka_unit_test(what_is_cut_short_is_no_piece),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
