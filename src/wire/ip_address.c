/* SPDX-License-Identifier: MIT
 *
 * ip_address.c - addresses and their texts (RFC 4291, 2.2; RFC 5952)
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "wire/codec.h"
#include "wire/header.h"

enum { IPV6_WORDS = 8 };

bool ip_address_parse(const char *text, struct ip_address *out)
{
	bool is_ipv6 = strchr(text, ':');
	struct ip_address a = { .version = is_ipv6 ? 6 : 4 };

	if (inet_pton(is_ipv6 ? AF_INET6 : AF_INET, text, a.bytes) != 1)
		return false;
	*out = a;
	return true;
}

bool ip_address_equal(const struct ip_address *a, const struct ip_address *b)
{
	size_t length = a->version == 4 ? 4 : a->version == 6 ? 16 : 0;

	return a->version == b->version && memcmp(a->bytes, b->bytes, length) == 0;
}

/* The longest run of two or more zero words, the first of equals: RFC 5952, 4.2. Returns its length. */
static int longest_zero_run(const uint16_t words[IPV6_WORDS], int *start)
{
	int best = 1, run = 0;

	*start = IPV6_WORDS;
	for (int i = 0; i < IPV6_WORDS; i++) {
		run = words[i] ? 0 : run + 1;
		if (run > best) {
			best = run;
			*start = i - run + 1;
		}
	}
	return best > 1 ? best : 0;
}

static void print_ipv6(const uint8_t bytes[16], char text[IP_ADDRESS_TEXT])
{
	uint16_t words[IPV6_WORDS];
	int start;

	for (int i = 0; i < IPV6_WORDS; i++)
		words[i] = get16(bytes + 2 * i);
	int zeros = longest_zero_run(words, &start);
	if (start == 0 && zeros == 5 && words[5] == 0xffff) {      /* IPv4-mapped: RFC 5952, 5 */
		snprintf(text, IP_ADDRESS_TEXT, "::ffff:%u.%u.%u.%u", bytes[12], bytes[13], bytes[14], bytes[15]);
		return;
	}
	size_t at = 0;
	for (int i = 0; i < IPV6_WORDS; i++) {
		if (i == start) {
			at += (size_t)snprintf(text + at, IP_ADDRESS_TEXT - at, "::");
			i += zeros - 1;
			continue;
		}
		bool colon = i > 0 && i != start + zeros;
		at += (size_t)snprintf(text + at, IP_ADDRESS_TEXT - at, "%s%x", colon ? ":" : "", words[i]);
	}
}

const char *ip_address_print(const struct ip_address *a, char text[IP_ADDRESS_TEXT])
{
	const uint8_t *b = a->bytes;

	if (a->version == 6)
		print_ipv6(b, text);
	else if (a->version == 4)
		snprintf(text, IP_ADDRESS_TEXT, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
	else
		snprintf(text, IP_ADDRESS_TEXT, "?");
	return text;
}
