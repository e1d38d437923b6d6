/* SPDX-License-Identifier: MIT
 *
 * conversation.c - which packets belong together
 *
 * Two packets belong together when their addresses and ports are the same, in either direction. There are two
 * exceptions. A SYN with another sequence number than that of a connection which had ended begins a new one between the
 * same ends (RFC 9293, 3.6.1). And the ends of an ICMP error are others, often a router: it belongs with the packet
 * that it quotes.
 *
 * Conversations are searched from the newest on. The time is quadratic in their number, which does not matter for the
 * few thousand that anybody would look through. */
#include "capture/conversation.h"

#include <stdlib.h>
#include <string.h>

struct sorting {
	struct arena *arena;
	struct conversation *newest, *oldest;                /* .next leads to older ones while sorting */
	size_t count, left_out;
};

static struct conversation *find(const struct sorting *s, uint8_t protocol, const struct tuple *ends)
{
	const struct tuple reversed = tuple_reversed(ends);

	for (struct conversation *c = s->newest; c; c = c->next)
		if (c->protocol == protocol && (tuple_equal(&c->ends, ends) || tuple_equal(&c->ends, &reversed)))
			return c;
	return NULL;
}

static void add(struct sorting *s, struct conversation *c, const struct captured *packet)
{
	if (c->count == c->room) {
		size_t room = c->room ? 2 * c->room : 16;
		const struct captured **larger = arena_new_array(s->arena, const struct captured *, room);
		if (c->count)
			memcpy(larger, c->packets, c->count * sizeof(*larger));
		c->packets = larger;
		c->room = room;
	}
	c->packets[c->count++] = packet;
}

static bool opens(const struct tcp_header *tcp)
{
	return (tcp->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

static struct conversation *begin(struct sorting *s, uint8_t protocol, const struct tuple *ends,
                                  const struct tcp_header *tcp)
{
	struct conversation *c = arena_new_object(s->arena, struct conversation);

	*c = (struct conversation){
		.next = s->newest, .protocol = protocol, .ends = *ends,
		.from_beginning = !tcp || opens(tcp), .isn = tcp ? tcp->seq : 0,
	};
	s->newest = c;
	s->count++;
	return s->newest;
}

static bool is_error(const struct header *h)
{
	if (h->type == HEADER_ICMPV6)
		return h->icmp.type < 128;                   /* RFC 4443, 2.1 */
	return h->icmp.type == 3 || h->icmp.type == 4 || h->icmp.type == 5 || h->icmp.type == 11 || h->icmp.type == 12;
}

/* The ends of the packet that an ICMP error quotes, and its protocol. Its IP header is whole, and the ports behind it
 * are there (RFC 792: eight octets); the rest may be cut. */
static bool quoted_ends(const struct packet *icmp, struct tuple *ends, uint8_t *protocol)
{
	enum { PORTS = 4 };
	const uint8_t *bytes = icmp->payload;
	struct ipv4_header v4;
	struct ipv6_header v6;
	const char *why;
	bool ipv6 = packet_transport(icmp)->type == HEADER_ICMPV6;
	size_t length = icmp->payload_length,
	       at = ipv6 ? ipv6_parse(bytes, length, &v6, &why) : ipv4_parse(bytes, length, &v4, &why);

	if (!at || at + PORTS > length)
		return false;
	*protocol = ipv6 ? v6.protocol : v4.protocol;
	*ends = (struct tuple){
		.source = ipv6 ? v6.source : v4.source, .destination = ipv6 ? v6.destination : v4.destination,
		.source_port = (uint16_t)(bytes[at] << 8 | bytes[at + 1]),
		.destination_port = (uint16_t)(bytes[at + 2] << 8 | bytes[at + 3]),
	};
	return true;
}

/* The conversation that an ICMP message is about, or NULL. */
static struct conversation *quoted(const struct sorting *s, const struct packet *icmp)
{
	struct tuple ends;
	uint8_t protocol;

	return is_error(packet_transport(icmp)) && icmp->payload_length && quoted_ends(icmp, &ends, &protocol) ?
	       find(s, protocol, &ends) : NULL;
}

static void sort_tcp(struct sorting *s, const struct captured *packet, const struct tuple *ends)
{
	const struct tcp_header *tcp = &packet_transport(&packet->packet)->tcp;
	struct conversation *c = find(s, PROTOCOL_TCP, ends);

	if (!c || (opens(tcp) && c->over && c->isn != tcp->seq))
		c = begin(s, PROTOCOL_TCP, ends, tcp);
	c->over |= tcp->flags & (TCP_FIN | TCP_RST);
	add(s, c, packet);
}

static void sort(struct sorting *s, const struct captured *packet)
{
	enum header_type type = packet_transport(&packet->packet)->type;
	struct conversation *c;
	struct tuple ends;

	packet_tuple(&packet->packet, &ends);
	switch (type) {
	case HEADER_TCP:
		sort_tcp(s, packet, &ends);
		break;
	case HEADER_UDP:
		c = find(s, PROTOCOL_UDP, &ends);
		add(s, c ? c : begin(s, PROTOCOL_UDP, &ends, NULL), packet);
		break;
	default:
		c = quoted(s, &packet->packet);
		if (c)
			add(s, c, packet);
		else
			s->left_out++;
	}
}

struct conversation *conversations_of(const struct capture *capture, struct arena *arena, size_t *count,
                                      size_t *left_out)
{
	struct sorting s = { .arena = arena };
	struct conversation *first = NULL;

	for (size_t i = 0; i < capture->count; i++)
		sort(&s, &capture->packets[i]);
	while (s.newest) {                                   /* oldest first */
		struct conversation *c = s.newest;
		s.newest = c->next;
		c->next = first;
		first = c;
	}
	*count = s.count;
	*left_out = s.left_out;
	return first;
}

/* ---- sides ---- */

static bool parse_port(const char *text, uint16_t *port)
{
	size_t digits = strspn(text, "0123456789");
	long value = digits && digits <= 5 && !text[digits] ? atol(text) : 0;

	*port = (uint16_t)value;
	return value >= 1 && value <= UINT16_MAX;
}

bool side_parse(const char *text, struct side *out)
{
	char address[IP_ADDRESS_TEXT];
	const char *end = text[0] == '[' ? strchr(text, ']') : strrchr(text, ':');

	*out = (struct side){ .kind = !strcmp(text, "client") ? SIDE_CLIENT : SIDE_SERVER };
	if (!strcmp(text, "client") || !strcmp(text, "server"))
		return true;
	out->kind = SIDE_ADDRESS;
	if (ip_address_parse(text, &out->address))
		return true;
	const char *start = text[0] == '[' ? text + 1 : text;
	if (!end || (size_t)(end - start) >= sizeof(address))
		return false;
	memcpy(address, start, (size_t)(end - start));
	address[end - start] = '\0';
	end += *end == ']';
	return ip_address_parse(address, &out->address) && *end == ':' && parse_port(end + 1, &out->port);
}

static bool is_end(const struct side *side, const struct ip_address *address, uint16_t port)
{
	return ip_address_equal(&side->address, address) && (!side->port || side->port == port);
}

bool conversation_ends(const struct conversation *c, const struct side *side, struct tuple *out)
{
	const struct tuple *ends = &c->ends;
	bool client = side->kind == SIDE_CLIENT ||
	              (side->kind == SIDE_ADDRESS && is_end(side, &ends->source, ends->source_port));

	*out = client ? *ends : tuple_reversed(ends);
	return client || side->kind != SIDE_ADDRESS || is_end(side, &ends->destination, ends->destination_port);
}

bool conversation_is_inbound(const struct tuple *ends, const struct captured *packet)
{
	struct tuple t;

	packet_tuple(&packet->packet, &t);
	if (t.source_port || t.destination_port)
		return !tuple_equal(&t, ends);
	return ip_address_equal(&t.destination, &ends->source);      /* ICMP: whoever sent it */
}

static void print_end(struct buf *out, const struct ip_address *address, uint16_t port)
{
	char text[IP_ADDRESS_TEXT];

	buf_printf(out, address->version == 6 ? "[%s]:%u" : "%s:%u", ip_address_print(address, text), port);
}

void conversation_print(struct buf *out, const struct conversation *c)
{
	print_end(out, &c->ends.source, c->ends.source_port);
	buf_puts(out, " -> ");
	print_end(out, &c->ends.destination, c->ends.destination_port);
}
