/* SPDX-License-Identifier: MIT
 *
 * reass.c - datagrams from fragments
 *
 * An incomplete datagram (struct partial) holds its fragments in a list sorted by offset, without overlaps and
 * duplicates. So it is easy to see when it is complete: if the first and the last fragment are there and the lengths
 * add up to the end that the last one gave, there can be no hole.
 *
 * What the datagram inherits. The IP header of the first fragment counts (RFC 791, 3.2; RFC 8200, 4.5), so it is kept,
 * and so is the start of that fragment as it arrived, since Time Exceeded must quote it (RFC 1122, 3.3.2). The ECN bits
 * are the union of all fragments' (RFC 3168, 5.3).
 *
 * What makes it fail. Fragments that overlap, or that disagree about where the datagram ends, spoil it: they have no
 * honest use, and have been used to get past filters (RFC 5722, 3). A spoilt datagram stays as an empty husk until its
 * time-out, so that its late fragments are dropped with it and cannot begin a new one (RFC 8200, 4.5). The timer is
 * armed once, when any fragment of the datagram arrives first, and is never extended: RFC 1122, 3.3.2 wants a fixed
 * time.
 *
 * There are three limits on memory: datagrams at a time, fragments of one, and bytes of all. A fragment beyond a limit
 * is dropped as if the network had lost it.
 *
 * The completed datagram is returned and not delivered, so this file does not need ip_input.c, which calls it.
 */
#include "stack/reass.h"

#include <string.h>

#include "stack/host.h"
#include "stack/icmp_send.h"
#include "stack/ip_packet.h"
#include "stack/timer_slot.h"
#include "wire/codec.h"

enum { QUOTE_BYTES = 1280, LONGEST_DATAGRAM = 65535, FRAGMENT_BYTES = 8 };

struct piece {
	struct piece *next;
	size_t offset, length;
	uint8_t bytes[];
};

struct partial {
	struct partial *next;
	struct reass *reass;
	struct ip_address source, destination;
	uint32_t identification;
	uint8_t protocol;                                    /* of the first fragment, once that is here */
	uint8_t tos, ttl;
	uint32_t flow_label;
	bool group, have_first, have_last, spoilt;
	struct piece *pieces;
	size_t count, bytes, end;                            /* end: of the datagram, once have_last */
	uint8_t *header;                                     /* of the first fragment */
	size_t header_length, next_header_at;
	uint8_t option_length;
	uint16_t largest;                                    /* longest fragment so far, with its headers */
	uint8_t *quote;                                      /* the first fragment's start, for Time Exceeded */
	size_t quote_length;
	struct timer timer;
};

struct reass {
	struct stack *st;
	struct partial *partials;
	size_t count, bytes;
};

struct reass *reass_new(struct stack *st)
{
	struct reass *r = memory_allocate(st, sizeof(*r));

	if (r)
		r->st = st;
	return r;
}

/* RFC 4293, 3.2.3: counted apart for each version of IP. */
static void tally(struct stack *st, const struct ip_address *of, enum counter v4, enum counter v6)
{
	count(st, of->version == 4 ? v4 : v6);
}

/* Forget the text that has arrived; the datagram itself stays, if only as a husk. */
static void drop_pieces(struct partial *d)
{
	struct reass *r = d->reass;

	for (struct piece *p = d->pieces, *next; p; p = next) {
		next = p->next;
		r->bytes -= p->length;
		memory_release(r->st, p);
	}
	d->pieces = NULL;
	d->count = d->bytes = 0;
}

static void partial_free(struct partial *d)
{
	struct reass *r = d->reass;
	struct partial **at = &r->partials;

	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
	r->count--;
	timer_clear(r->st, &d->timer);
	drop_pieces(d);
	memory_release(r->st, d->header);
	memory_release(r->st, d->quote);
	memory_release(r->st, d);
}

void reass_free(struct reass *r)
{
	if (!r)
		return;
	while (r->partials)
		partial_free(r->partials);
	memory_release(r->st, r);
}

/* RFC 1122, 3.3.2 (RFC1122-3.3.2-TIMEOUT, -TIMEX); RFC 8200, 4.5: tell the source if the first fragment came. */
static void time_out(struct stack *st, struct timer *t)
{
	struct partial *d = OWNER_OF(t, struct partial, timer);

	st->counts.reassembly_failed++;
	tally(st, &d->source, IpReasmTimeout, Ip6ReasmTimeout);
	if (!d->spoilt)
		tally(st, &d->source, IpReasmFails, Ip6ReasmFails);
	size_t at = d->header_length + (d->source.version == 6 ? FRAGMENT_BYTES : 0);
	if (d->have_first && !d->spoilt && at <= d->quote_length && !defect(st, DEFECT_IP_NO_TIME_EXCEEDED)) {
		struct ip_packet p = {
			.source = d->source, .destination = d->destination, .protocol = d->protocol, .group = d->group,
			.whole = d->quote, .whole_length = d->quote_length, .header_length = at,
			.payload = d->quote + at, .length = d->quote_length - at,
		};
		icmp_send_time_exceeded(st, &p);
	}
	partial_free(d);
}

/* There are few datagrams at a time, a limit that is a parameter, so they are searched one by one. */
static struct partial *find(struct reass *r, const struct reass_fragment *f)
{
	const struct ip_packet *p = f->packet;

	for (struct partial *d = r->partials; d; d = d->next) {
		/* RFC 791, 3.2: source, destination, protocol and identification; RFC 8200, 4.5: without protocol. */
		if (d->identification == f->identification && ip_address_equal(&d->source, &p->source) &&
		    ip_address_equal(&d->destination, &p->destination) &&
		    (p->source.version == 6 || d->protocol == f->protocol))
			return d;
	}
	return NULL;
}

/* NULL: too many datagrams at a time, or no memory. The timer runs from here on. */
static struct partial *partial_new(struct reass *r, const struct reass_fragment *f)
{
	const struct stack_config *c = &r->st->config;

	if (r->count >= (size_t)c->ip_reassembly_datagrams)
		return NULL;
	struct partial *d = memory_allocate(r->st, sizeof(*d));
	if (!d)
		return NULL;
	d->reass = r;
	d->source = f->packet->source;
	d->destination = f->packet->destination;
	d->identification = f->identification;
	d->protocol = f->protocol;
	d->group = f->packet->group;
	d->ttl = f->packet->ttl;
	d->next = r->partials;
	r->partials = d;
	r->count++;
	if (!defect(r->st, DEFECT_IP_NO_REASSEMBLY_TIMEOUT))
		timer_set(r->st, &d->timer, timer_slot(r->st, vtime_s(c->ip_reassembly_timeout_s)), time_out);
	return d;
}

/* The datagram is spoilt: nothing of it is kept, and no more of it will be taken. No ICMP error: RFC 8200, 4.5 forbids
 * it. */
static void spoil(struct partial *d, const struct reass_fragment *f, const char *reason)
{
	drop_pieces(d);
	d->spoilt = true;
	tally(d->reass->st, &d->source, IpReasmFails, Ip6ReasmFails);
	stack_drop(d->reass->st, f->packet, reason);
}

/* Keep what only the first fragment knows. False: no memory. */
static bool take_first(struct partial *d, const struct reass_fragment *f)
{
	const struct ip_packet *p = f->packet;
	struct stack *st = d->reass->st;

	d->quote_length = p->whole_length < QUOTE_BYTES ? p->whole_length : QUOTE_BYTES;
	d->header = memory_allocate(st, p->header_length);
	d->quote = memory_allocate(st, d->quote_length);
	if (!d->header || !d->quote) {
		memory_release(st, d->header);
		memory_release(st, d->quote);
		d->header = d->quote = NULL;
		return false;
	}
	memcpy(d->header, p->whole, p->header_length);
	memcpy(d->quote, p->whole, d->quote_length);
	d->header_length = p->header_length;
	d->next_header_at = f->next_header_at;
	d->option_length = p->option_length;
	d->protocol = f->protocol;
	d->tos = (uint8_t)((p->tos & 0xfc) | (d->tos & 3));
	d->ttl = p->ttl;
	d->flow_label = p->flow_label;
	d->have_first = true;
	return true;
}

enum place { PLACE_FREE, PLACE_TAKEN, PLACE_DUPLICATE };

/* Finds where the fragment belongs in the sorted list (*where, if the place is free). Only the very same octets are a
 * duplicate: a fragment of the same place with other contents is an overlap. */
static enum place find_place(struct partial *d, const struct reass_fragment *f, struct piece ***where)
{
	size_t end = f->offset + f->packet->length;
	struct piece **at = &d->pieces;

	for (; *at && (*at)->offset < end; at = &(*at)->next) {
		struct piece *p = *at;
		if (p->offset == f->offset && p->length == f->packet->length)
			return memcmp(p->bytes, f->packet->payload, p->length) == 0 ? PLACE_DUPLICATE : PLACE_TAKEN;
		if (p->offset + p->length > f->offset)
			return PLACE_TAKEN;
	}
	*where = at;
	return PLACE_FREE;
}

/* Does the fragment contradict what others said of where the datagram ends? */
static bool end_contradicted(const struct partial *d, const struct reass_fragment *f)
{
	size_t end = f->offset + f->packet->length;

	/* Once the end is known, nothing may reach beyond it, and another last fragment must agree. The first of the
	 * last ones must not end before text that is there already. */
	if (d->have_last)
		return end > d->end || (!f->more && end != d->end);
	if (f->more)
		return false;
	for (const struct piece *p = d->pieces; p; p = p->next)
		if (p->offset + p->length > end)
			return true;
	return false;
}

/* False: over a limit, or no memory; the fragment is dropped, and a retransmission may still complete the datagram. */
static bool add_piece(struct partial *d, const struct reass_fragment *f, struct piece **at)
{
	struct reass *r = d->reass;
	const struct stack_config *c = &r->st->config;
	size_t length = f->packet->length;

	if (d->count >= (size_t)c->ip_reassembly_fragments || r->bytes + length > (size_t)c->ip_reassembly_memory)
		return false;
	struct piece *p = memory_allocate(r->st, sizeof(*p) + length);
	if (!p)
		return false;
	if (f->offset == 0 && !d->have_first && !take_first(d, f)) {
		memory_release(r->st, p);
		return false;
	}
	p->offset = f->offset;
	p->length = length;
	memcpy(p->bytes, f->packet->payload, length);
	p->next = *at;
	*at = p;
	d->count++;
	if (f->packet->whole_length > d->largest)
		d->largest = (uint16_t)f->packet->whole_length;
	d->bytes += length;
	r->bytes += length;
	return true;
}

/* Make the header that of the whole datagram, as if it had never been cut. */
static void mend_header(uint8_t *whole, const struct partial *d)
{
	size_t total = d->header_length + d->end;

	if (d->source.version == 6) {
		put16(whole + 4, (uint16_t)(total - IPV6_HEADER_BYTES));
		whole[d->next_header_at] = d->protocol;
	} else {
		put16(whole + 2, (uint16_t)total);
		put16(whole + 6, 0);
	}
}

/* The charge: each fragment keeps the memory in which it came; only the second may fit behind the first. */
static uint32_t memory_of(const struct partial *d)
{
	const struct piece *first = d->pieces;
	uint32_t sum = 0, spare = 0;

	for (const struct piece *p = first; p; p = p->next) {
		struct charge charge = charge_packet(d->header_length + p->length);
		if (p == first)
			spare = charge.spare;
		if (p != first->next || p->length > spare)
			sum += charge.memory;
	}
	return sum;
}

/* All is there: one block with the first fragment's header and the text of all. NULL: too long, or no memory. */
static uint8_t *complete(struct partial *d, struct ip_packet *out)
{
	struct stack *st = d->reass->st;
	size_t total = d->header_length + d->end;
	/* RFC 791, 3.1; RFC 8200, 4.5: the length fields limit what can be reassembled. */
	bool fits = total <= LONGEST_DATAGRAM + (d->source.version == 6 ? (size_t)IPV6_HEADER_BYTES : 0);
	uint8_t *whole = fits ? memory_allocate(st, total) : NULL;

	if (!whole) {
		st->counts.reassembly_failed++;
		tally(st, &d->source, IpReasmFails, Ip6ReasmFails);
		partial_free(d);
		return NULL;
	}
	/* The sums have shown that there are no holes, so each octet of the block is written exactly once. */
	memcpy(whole, d->header, d->header_length);
	for (const struct piece *p = d->pieces; p; p = p->next)
		memcpy(whole + d->header_length + p->offset, p->bytes, p->length);
	struct charge charge = { .memory = memory_of(d) };
	mend_header(whole, d);
	*out = (struct ip_packet){
		.source = d->source, .destination = d->destination, .protocol = d->protocol, .tos = d->tos,
		.ttl = d->ttl, .flow_label = d->flow_label, .group = d->group, .reassembled = true,
		.largest_fragment = d->largest,
		.option_length = d->option_length, .options = whole + IPV4_HEADER_BYTES,
		.payload = whole + d->header_length, .length = d->end,
		.whole = whole, .whole_length = total, .header_length = d->header_length, .charge = charge,
	};
	st->counts.reassembled++;
	tally(st, &d->source, IpReasmOKs, Ip6ReasmOKs);
	partial_free(d);
	return whole;
}

/* RFC 3168, 5.3: one CE among ECT fragments marks the datagram; Not-ECT with CE would lose the datagram. */
static bool merge_ecn(struct partial *d, const struct reass_fragment *f)
{
	uint8_t a = d->tos & 3, b = f->packet->tos & 3;

	/* 0 is Not-ECT, 3 is CE. No honest path makes such a mixture: a sender that does not speak ECN would be
	 * marked. */
	if (((a == 3 && b == 0) || (a == 0 && b == 3)) && !defect(d->reass->st, DEFECT_IP_REASSEMBLY_MIXES_ECN))
		return false;
	if (b == 3)
		d->tos |= 3;
	return true;
}

/* For the defect that accepts overlaps: takes the part of the fragment that reaches beyond what is there. */
static uint8_t *add_what_is_new(struct partial *d, const struct reass_fragment *f, struct ip_packet *whole)
{
	struct ip_packet packet = *f->packet;
	struct reass_fragment rest = *f;
	size_t covered = f->offset;

	for (const struct piece *p = d->pieces; p; p = p->next)
		if (p->offset <= covered && p->offset + p->length > covered)
			covered = p->offset + p->length;
	if (covered == f->offset || covered >= f->offset + f->packet->length)
		return NULL;
	packet.payload += covered - f->offset;
	packet.length -= covered - f->offset;
	rest.offset = covered;
	rest.packet = &packet;
	return reass_add(d->reass, &rest, whole);
}

/* The order of the checks matters: duplicates are ignored before the end is checked, so that a network that copies
 * packets does not spoil datagrams. */
uint8_t *reass_add(struct reass *r, const struct reass_fragment *f, struct ip_packet *whole)
{
	struct partial *d = find(r, f);
	struct piece **at = NULL;

	r->st->counts.fragments_in++;
	if (defect(r->st, DEFECT_IP_NO_REASSEMBLY) || f->packet->length == 0 || (!d && !(d = partial_new(r, f)))) {
		tally(r->st, &f->packet->source, IpReasmFails, Ip6ReasmFails);
		stack_drop(r->st, f->packet, "fragment not wanted");
		return NULL;
	}
	if (d->spoilt) {
		stack_drop(r->st, f->packet, "fragment of a spoilt datagram");
		return NULL;
	}
	enum place place = find_place(d, f, &at);
	if (place == PLACE_DUPLICATE)                        /* RFC 8200, 4.5: an exact duplicate may be ignored */
		return NULL;
	if (place == PLACE_TAKEN || end_contradicted(d, f)) {
		if (defect(r->st, DEFECT_IP_OVERLAP_ACCEPTED))
			return add_what_is_new(d, f, whole);
		spoil(d, f, "fragments overlap");            /* RFC 5722, 4 */
		if (d->source.version == 4)
			count(r->st, IpExtReasmOverlaps);
		return NULL;
	}
	if (!d->count)
		d->tos = f->packet->tos;
	if (!merge_ecn(d, f)) {
		spoil(d, f, "fragments disagree about ECN");
		return NULL;
	}
	if (!add_piece(d, f, at)) {
		tally(r->st, &f->packet->source, IpReasmFails, Ip6ReasmFails);
		stack_drop(r->st, f->packet, "no room for a fragment");
		return NULL;
	}
	if (!f->more) {
		d->have_last = true;
		d->end = f->offset + f->packet->length;
	}
	return d->have_last && d->have_first && d->bytes == d->end ? complete(d, whole) : NULL;
}
