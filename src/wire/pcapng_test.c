/* SPDX-License-Identifier: MIT
 *
 * pcapng_test.c - what libpcap reads of our files, and what is in their blocks
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/pcapng.h"

static const uint8_t packets[2][5] = { { 0x45, 1, 2, 3, 4 }, { 0x60, 9, 8, 7, 0 } };
static const size_t lengths[] = { 5, 4 };
static const int64_t stamps[] = { 946684800100250007, 1795267077999999999 };

static void make_file(struct buf *out)
{
	pcapng_begin(out, "protodrill", "builtin", "the whole");
	pcapng_packet(out, vtime_ns(stamps[0]), packets[0], lengths[0], PCAPNG_INBOUND, "a.pkt:12: injected");
	pcapng_packet(out, vtime_ns(stamps[1]), packets[1], lengths[1], PCAPNG_OUTBOUND, NULL);
}

static void libpcap_reads_it(void **state)
{
	struct buf file = BUF_INIT;
	char error[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const u_char *bytes;

	(void)state;
	make_file(&file);
	pcap_t *p = pcap_fopen_offline_with_tstamp_precision(fmemopen(file.data, file.length, "r"),
	                                                     PCAP_TSTAMP_PRECISION_NANO, error);
	if (!p)
		fail_msg("%s", error);
	assert_int_equal(pcap_datalink(p), DLT_RAW);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(pcap_next_ex(p, &header, &bytes), 1);
		assert_int_equal(header->ts.tv_sec * 1000000000 + header->ts.tv_usec, stamps[i]);
		assert_int_equal(header->caplen, lengths[i]);
		assert_int_equal(header->len, lengths[i]);
		assert_memory_equal(bytes, packets[i], lengths[i]);
	}
	assert_int_equal(pcap_next_ex(p, &header, &bytes), PCAP_ERROR_BREAK);
	pcap_close(p);
	buf_free(&file);
}

static uint32_t number(const char *at, size_t bytes)
{
	uint32_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value |= (uint32_t)(unsigned char)at[i] << 8 * i;
	return value;
}

/* The text of option @code among those from @at to @end; "": there is none. */
static const char *option(const char *at, const char *end, uint32_t code, char text[64])
{
	*text = '\0';
	while (at < end && number(at, 2)) {
		uint32_t length = number(at + 2, 2);
		if (number(at, 2) == code)
			snprintf(text, 64, "%.*s", (int)length, at + 4);
		at += 4 + ((length + 3) & ~3u);
	}
	return text;
}

static void blocks(void **state)
{
	static const struct {
		uint32_t type;
		size_t fixed;                                /* bytes before the options */
		uint32_t option;
		const char *text;
	} want[] = {
		{ 0x0a0d0d0a, 16, 1, "the whole" }, { 1, 8, 2, "builtin" }, { 6, 20 + 8, 1, "a.pkt:12: injected" },
		{ 6, 20 + 4, 1, "" },
	};
	struct buf file = BUF_INIT;
	char text[64];
	size_t at = 0;

	(void)state;
	make_file(&file);
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		uint32_t length = number(file.data + at + 4, 4);
		assert_int_equal(number(file.data + at, 4), want[i].type);
		assert_int_equal(length % 4, 0);
		assert_int_equal(number(file.data + at + length - 4, 4), length);
		const char *options = file.data + at + 8 + want[i].fixed;
		assert_string_equal(option(options, file.data + at + length - 4, want[i].option, text), want[i].text);
		at += length;
	}
	assert_int_equal(at, file.length);
	buf_free(&file);
}

static void directions(void **state)
{
	struct buf file = BUF_INIT;
	char text[64];

	(void)state;
	pcapng_packet(&file, vtime_ns(0), packets[0], 4, PCAPNG_INBOUND, "x");
	assert_int_equal(*option(file.data + 8 + 24, file.data + file.length - 4, 2, text), 1);
	buf_clear(&file);
	pcapng_packet(&file, vtime_ns(0), packets[0], 4, PCAPNG_OUTBOUND, NULL);
	assert_int_equal(*option(file.data + 8 + 24, file.data + file.length - 4, 2, text), 2);
	buf_free(&file);
}

/* Its length has 16 bits. */
static void a_long_comment(void **state)
{
	struct buf file = BUF_INIT, comment = BUF_INIT;

	(void)state;
	buf_add_repeated(&comment, 'x', 65533);
	for (int i = 0; i < 9; i++)
		buf_puts(&comment, "\xe2\x82\xac");             /* no half of it may appear */
	pcapng_packet(&file, vtime_ns(0), packets[0], 5, PCAPNG_INBOUND, comment.data);
	assert_int_equal(number(file.data + 4, 4), file.length);
	assert_int_equal(number(file.data + 8 + 28 + 2, 2), 65533);
	buf_free(&file);
	buf_free(&comment);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libpcap_reads_it),
		cmocka_unit_test(blocks),
		cmocka_unit_test(directions),
		cmocka_unit_test(a_long_comment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
