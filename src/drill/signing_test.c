/* SPDX-License-Identifier: MIT
 *
 * signing_test.c - which of the script's keys signs a packet, and when there is none
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>

#include "drill/signing.h"
#include "wire/tcp_key_option.h"

/* The peer is 192.0.2.1 port 1000, the stack 198.51.100.1 port 80; the option has 16 zeros, as "md5 valid" leaves
 * it. */
struct bench {
	struct flows flows;
	struct flow flow;
	struct scripted_packet scripted;
	struct packet packet;
};

static void open_bench(struct bench *b, enum signature_word word)
{
	struct tuple tuple = { .source_port = 1000, .destination_port = 80 };
	const uint8_t zeros[TCP_MD5_BYTES] = { 0 };
	size_t used = 0;

	*b = (struct bench){ .flows.arena = arena_new(), .scripted.md5 = word };
	b->packet.header_count = 2;
	b->packet.headers[0].type = HEADER_IPV4;
	b->packet.headers[1].type = HEADER_TCP;
	struct tcp_header *tcp = &b->packet.headers[1].tcp;
	tcp->flags = TCP_SYN;
	tcp_option_add(tcp->options, &used, TCP_OPTION_MD5, zeros, sizeof(zeros));
	tcp_option_add_nop(tcp->options, &used);
	tcp_option_add_nop(tcp->options, &used);
	tcp->option_length = (uint8_t)used;
	assert_true(ip_address_parse("192.0.2.1", &tuple.source));
	assert_true(ip_address_parse("198.51.100.1", &tuple.destination));
	packet_set_tuple(&b->packet, &tuple);
	assert_true(packet_fill_lengths(&b->packet));
}

/* The stack was given @text as the key for the peers of @address / @prefix. */
static void give_key(struct bench *b, const char *address, uint8_t prefix, const char *text)
{
	struct tcp_md5sig option = { .tcpm_flags = TCP_MD5SIG_FLAG_PREFIX, .tcpm_prefixlen = prefix,
	                             .tcpm_keylen = (uint16_t)strlen(text) };
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct ip_address ip;

	assert_true(ip_address_parse(address, &ip));
	memcpy(&in.sin_addr, ip.bytes, 4);
	memcpy(&option.tcpm_addr, &in, sizeof(in));
	memcpy(option.tcpm_key, text, strlen(text));
	signing_learn(&b->flows, TCP_MD5SIG_EXT, &option, sizeof(option));
}

static bool is_signed_with(struct bench *b, const char *key)
{
	uint8_t bytes[128], digest[TCP_MD5_BYTES];
	size_t length = packet_build(&b->packet, bytes, sizeof(bytes));
	struct tuple tuple;

	packet_tuple(&b->packet, &tuple);
	struct signed_segment segment = { &tuple.source, &tuple.destination, bytes + IPV4_HEADER_BYTES,
	                                  length - IPV4_HEADER_BYTES };
	tcp_md5_digest(&segment, (const uint8_t *)key, strlen(key), digest);
	return !memcmp(digest, b->packet.headers[1].tcp.options + 2, sizeof(digest));
}

static void the_longest_prefix_signs_and_of_equal_ones_the_latest(void **state)
{
	struct bench b;
	const char *why;

	(void)state;
	open_bench(&b, SIGNATURE_VALID);
	give_key(&b, "192.0.2.0", 24, "old");
	give_key(&b, "192.0.2.0", 24, "net");
	give_key(&b, "192.0.0.0", 8, "large net");
	give_key(&b, "192.0.2.2", 32, "neighbour");
	assert_true(signing_sign(&b.flows, &b.flow, &b.scripted, &b.packet, &why));
	assert_true(is_signed_with(&b, "net"));
	arena_free(b.flows.arena);
}

static void an_empty_key_takes_none_away(void **state)
{
	struct bench b;
	const char *why;

	(void)state;
	open_bench(&b, SIGNATURE_INVALID);
	give_key(&b, "192.0.2.1", 32, "key");
	give_key(&b, "192.0.2.1", 32, "");
	assert_true(signing_sign(&b.flows, &b.flow, &b.scripted, &b.packet, &why));
	assert_false(is_signed_with(&b, "key"));
	b.packet.headers[1].tcp.options[2 + TCP_MD5_BYTES - 1] ^= 1;            /* the one bit that was changed */
	assert_true(is_signed_with(&b, "key"));
	arena_free(b.flows.arena);
}

static void without_a_key_there_is_a_reason(void **state)
{
	struct bench b;
	const char *why = NULL;

	(void)state;
	open_bench(&b, SIGNATURE_VALID);
	give_key(&b, "192.0.2.2", 32, "neighbour");
	assert_false(signing_sign(&b.flows, &b.flow, &b.scripted, &b.packet, &why));
	assert_non_null(strstr(why, "TCP_MD5SIG"));
	b.scripted.md5 = SIGNATURE_LITERAL;
	assert_true(signing_sign(&b.flows, &b.flow, &b.scripted, &b.packet, &why));
	arena_free(b.flows.arena);
}

static void the_last_reset_is_signed_as_the_peer_signed_before(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b, SIGNATURE_VALID);
	give_key(&b, "192.0.2.1", 32, "key");
	struct packet reset = b.packet;
	reset.headers[1].tcp.option_length = 0;
	signing_sign_reset(&b.flows, &b.flow, &reset);
	assert_int_equal(reset.headers[1].tcp.option_length, 0);                /* nothing was injected */
	b.flow.was_injected = true;
	b.flow.last_injected = b.packet.headers[1].tcp;
	signing_sign_reset(&b.flows, &b.flow, &reset);
	b.packet = reset;
	assert_int_equal(reset.headers[1].tcp.option_length, 20);
	assert_true(is_signed_with(&b, "key"));
	arena_free(b.flows.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_prefix_signs_and_of_equal_ones_the_latest),
		cmocka_unit_test(an_empty_key_takes_none_away),
		cmocka_unit_test(without_a_key_there_is_a_reason),
		cmocka_unit_test(the_last_reset_is_signed_as_the_peer_signed_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
