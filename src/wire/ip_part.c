/* SPDX-License-Identifier: MIT
 *
 * ip_part.c - options of an IPv4 header, and extension headers of an IPv6 header (RFC 791, 3.1; RFC 8200, 4)
 */
#include "wire/ip_part.h"

#include "util/buf.h"

enum { HEAD = 2, FRAGMENT_BYTES = 8, LAST_SINGLE_KIND = 1 };

static bool next_option(const struct ipv4_header *h, size_t *at, struct ip_part_bytes *out, bool *broken)
{
	const uint8_t *o = h->options + *at;
	size_t left = h->option_length - *at;
	size_t whole = !left ? 0 : o[0] <= LAST_SINGLE_KIND ? 1 : left < HEAD ? 0 : o[1];

	*broken = left && (!whole || whole > left || (o[0] > LAST_SINGLE_KIND && whole < HEAD));
	if (!left || *broken)
		return false;
	size_t head = whole < HEAD ? whole : HEAD;
	*out = (struct ip_part_bytes){ .kind = o[0], .data = o + head, .length = whole - head };
	*at += whole;
	return true;
}

/* The number of a header stands in the one before it: the first two bytes of each are the next number, and its own
 * length. */
static bool next_extension(const struct ipv6_header *h, size_t *at, struct ip_part_bytes *out)
{
	uint8_t number = h->next_header;
	size_t place = 0;

	for (size_t size; place < *at; place += size) {
		size = number == PROTOCOL_FRAGMENT ? FRAGMENT_BYTES : (h->extensions[place + 1] + 1u) * 8;
		number = h->extensions[place];
	}
	if (h->extension_length - place < FRAGMENT_BYTES)
		return false;
	size_t whole = number == PROTOCOL_FRAGMENT ? FRAGMENT_BYTES : (h->extensions[place + 1] + 1u) * 8;
	*out = (struct ip_part_bytes){ true, number, h->extensions + place + HEAD, whole - HEAD };
	*at = place + whole;
	return *at <= h->extension_length;
}

bool ip_part_next(const struct header *ip, size_t *at, struct ip_part_bytes *out, bool *broken)
{
	*broken = false;
	return ip->type == HEADER_IPV4 ? next_option(&ip->ipv4, at, out, broken) : next_extension(&ip->ipv6, at, out);
}

void ip_parts_print(struct buf *out, const struct header *ip)
{
	const char *before = "";
	struct ip_part_bytes part;
	bool broken;

	for (size_t at = 0; ip_part_next(ip, &at, &part, &broken); before = ", ") {
		buf_printf(out, "%s%s-%u%s", before, part.extension ? "ext" : "gen", part.kind,
		           part.length ? " " : "");
		for (size_t i = 0; i < part.length; i++)
			buf_printf(out, "%02x", part.data[i]);
	}
}
