/* SPDX-License-Identifier: MIT
 *
 * icmp_words.h - the words of packet lines for types and codes of ICMP
 *
 * Scripts and dumps use them. The numbers are those of RFC 792, RFC 1812, RFC 4443 and RFC 4861; types and codes
 * without a word are type_N and code_N.
 */
#ifndef WIRE_ICMP_WORDS_H
#define WIRE_ICMP_WORDS_H

#include "util/buf.h"
#include "util/table.h"

enum {
	ICMPV4_UNREACHABLE = 3, ICMPV4_FRAG_NEEDED = 4, ICMPV6_PACKET_TOO_BIG = 2, ICMPV6_ROUTER_ADVERTISEMENT = 134,
};

struct icmp_type {
	const char *name;
	uint8_t type;
	const struct name_value *codes;                      /* NULL: no code has a name */
	size_t code_count;
};

/* All types that have a word, *count of them. */
const struct icmp_type *icmp_types(bool ipv6, size_t *count);

/* .type and .code are NULL where there is no word. .mtu: the message carries one. */
struct icmp_words {
	const char *type, *code;
	bool mtu;
};
struct icmp_words icmp_words(uint8_t type, uint8_t code, bool ipv6);

/* Append the word, or "type_7", "code_9"; of a code 0 without a word nothing. */
void icmp_type_print(struct buf *out, uint8_t type, bool ipv6);
void icmp_code_print(struct buf *out, uint8_t type, uint8_t code, bool ipv6);

#endif
