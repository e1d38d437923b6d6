/* SPDX-License-Identifier: MIT
 *
 * scripted_ip_part.c - options of IPv4 and extension headers of IPv6 (RFC 791, 3.1; RFC 8200, 4)
 *
 * A line gives what stands behind the kind and the length, which are the program's to write: `gen-148 0000` is the four
 * bytes 94 04 00 00, and `ext-0 050200000100` a hop-by-hop header of eight. The two kinds of IPv4 that are one byte
 * (0 and 1) have neither length nor bytes. Nothing is padded: what does not fill four bytes, or eight, is refused,
 * since no length field of a header could say it. Contents are nobody's business here.
 */
#include <inttypes.h>
#include <string.h>

#include "script/scripted_packet.h"

enum { OPTION_HEAD = 2, EXTENSION_UNIT = 8, LAST_SINGLE_KIND = 1 };

/* Kind and bytes as such; *bytes is how many there are. */
static bool check_part(struct scripted_builder *b, const struct ip_part *part, size_t *bytes)
{
	const char *what = part->extension ? "extension header" : "IP option";
	struct loc at = scripted_loc(b, part->loc);
	size_t digits = strlen(part->hex);

	*bytes = digits / 2;
	if (!scripted_range(b, at, part->kind, UINT8_MAX, arena_printf(b->arena, "%s out of range", what)))
		return false;
	if (digits % 2 || !scripted_is_hex(part->hex))
		return scripted_error(b, at, arena_printf(b->arena, "%s is not a valid hex string", what),
		                      "'%s' is written: want pairs of hex digits", part->hex);
	return true;
}

static bool wrong_family(struct scripted_builder *b, const struct ip_part *part, bool ipv6)
{
	const char *headline = "an extension header in a packet of IPv4", *way = "IPv4 has options: gen-148 0000";

	if (ipv6) {
		headline = "an option of IPv4 in a packet of IPv6";
		way = "IPv6 has extension headers: ext-0 050200000100";
	}
	return scripted_error(b, scripted_loc(b, part->loc), headline, "%s", way);
}

static bool add_option(struct scripted_builder *b, const struct ip_part *part, struct ipv4_header *h)
{
	bool single = part->kind >= 0 && part->kind <= LAST_SINGLE_KIND;
	size_t bytes, head = single ? 1 : OPTION_HEAD;

	if (!check_part(b, part, &bytes))
		return false;
	if (single && bytes)
		return scripted_error(b, scripted_loc(b, part->loc), "IP option of one byte",
		                      "gen-%" PRId64 " has no bytes of its own", part->kind);
	if (h->option_length + head + bytes > IPV4_OPTION_BYTES)
		return scripted_error(b, scripted_loc(b, part->loc), "IP option list too long",
		                      "at most %d bytes fit", IPV4_OPTION_BYTES);
	uint8_t *at = h->options + h->option_length;
	at[0] = (uint8_t)part->kind;
	if (!single)
		at[1] = (uint8_t)(head + bytes);
	scripted_put_hex(part->hex, at + head);
	h->option_length = (uint8_t)(h->option_length + head + bytes);
	return true;
}

/* @next is where the number of this header is to be stored. */
static bool add_extension(struct scripted_builder *b, const struct ip_part *part, struct ipv6_header *h, uint8_t **next)
{
	size_t bytes;

	if (!check_part(b, part, &bytes))
		return false;
	size_t length = OPTION_HEAD + bytes;
	if (length % EXTENSION_UNIT)
		return scripted_error(b, scripted_loc(b, part->loc), "extension header of an odd length",
		                      "%zu bytes are written, and with the two in front of them they must fill "
		                      "units of %d: add %zu", bytes, EXTENSION_UNIT,
		                      EXTENSION_UNIT - length % EXTENSION_UNIT);
	if (h->extension_length + length > IPV6_EXTENSION_BYTES)
		return scripted_error(b, scripted_loc(b, part->loc), "extension headers too long",
		                      "at most %d bytes fit", IPV6_EXTENSION_BYTES);
	uint8_t *at = h->extensions + h->extension_length;
	**next = (uint8_t)part->kind;
	at[1] = (uint8_t)(length / EXTENSION_UNIT - 1);
	scripted_put_hex(part->hex, at + OPTION_HEAD);
	h->extension_length = (uint8_t)(h->extension_length + length);
	*next = at;
	return true;
}

bool scripted_ip_parts(struct scripted_builder *b, const struct ip_info *info, struct header *header)
{
	bool ipv6 = header->type == HEADER_IPV6, ok = true;
	uint8_t *next = &header->ipv6.next_header;

	for (const struct ip_part *part = info->parts; part && ok; part = part->next)
		ok = part->extension != ipv6 ? wrong_family(b, part, ipv6) :
		     ipv6 ? add_extension(b, part, &header->ipv6, &next) : add_option(b, part, &header->ipv4);
	if (ok && !ipv6 && header->ipv4.option_length % 4)
		ok = scripted_error(b, scripted_loc(b, info->loc), "IP options are not padded",
		                    "%d bytes are written: add gen-1 or gen-0 until they fill a multiple of four",
		                    header->ipv4.option_length);
	return ok;
}
