/* SPDX-License-Identifier: MIT
 *
 * header.h - protocol headers as structures, and their codecs
 *
 * All fields are in host byte order. Each NAME_parse() takes the bytes that start with the header and says how many of
 * them the header takes; each NAME_build() writes exactly what the structure says, lengths and checksums included:
 * whatever fits on the wire can be built, even if it is illegal. (packet.h fills lengths and checksums in.) Nothing
 * here allocates; option bytes are kept in the structures.
 *
 * Parsers refuse every truncation and say why in a constant text (*why), never read outside
 * [bytes, bytes + length) and accept any alignment.
 */
#ifndef WIRE_HEADER_H
#define WIRE_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- addresses ---- */

struct ip_address {
	uint8_t version;                                     /* 4, 6, or 0: not set */
	uint8_t bytes[16];                                   /* network order; IPv4 uses the first four */
};

enum { IP_ADDRESS_TEXT = 46 };

bool ip_address_parse(const char *text, struct ip_address *out);       /* dotted quad or RFC 4291 text */
bool ip_address_equal(const struct ip_address *a, const struct ip_address *b);
/* RFC 5952 form for IPv6. Returns @text. */
const char *ip_address_print(const struct ip_address *a, char text[IP_ADDRESS_TEXT]);

/* ---- IP (RFC 791, RFC 8200) ---- */

enum {
	PROTOCOL_HOPOPTS = 0, PROTOCOL_ICMP = 1, PROTOCOL_IGMP = 2, PROTOCOL_IPIP = 4, PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17, PROTOCOL_IPV6 = 41, PROTOCOL_ROUTING = 43, PROTOCOL_FRAGMENT = 44, PROTOCOL_GRE = 47,
	PROTOCOL_ESP = 50, PROTOCOL_AUTH = 51, PROTOCOL_ICMPV6 = 58, PROTOCOL_NONE = 59, PROTOCOL_DSTOPTS = 60,
	PROTOCOL_UDPLITE = 136, PROTOCOL_MPLS = 137,
};

enum { IPV4_HEADER_BYTES = 20, IPV4_OPTION_BYTES = 40, IPV6_HEADER_BYTES = 40, IPV6_EXTENSION_BYTES = 128 };
enum { IPV4_DONT_FRAGMENT = 2, IPV4_MORE_FRAGMENTS = 1 };              /* of .flags, a 3-bit field */

struct ipv4_header {
	uint8_t header_length;                               /* in 32-bit words */
	uint8_t tos;
	uint16_t total_length;
	uint16_t identification;
	uint8_t flags;
	uint16_t fragment_offset;                            /* in units of 8 bytes */
	uint8_t ttl, protocol;
	uint16_t checksum;
	struct ip_address source, destination;
	uint8_t option_length;                               /* bytes, a multiple of 4 */
	uint8_t options[IPV4_OPTION_BYTES];
};

/* The extension headers are kept as they stand on the wire. Hop-by-hop options (first only), routing, destination
 * options and fragment headers are known; an unknown one, or one for which there is no room left, ends
 * them and is .protocol. So does the header of a real fragment: what follows is a piece of a packet. */
struct ipv6_header {
	uint8_t traffic_class;
	uint32_t flow_label;
	uint16_t payload_length;                             /* extension headers included */
	uint8_t next_header;                                 /* of the fixed header */
	uint8_t hop_limit;
	struct ip_address source, destination;
	uint8_t extension_length;                            /* bytes, a multiple of 8 */
	uint8_t extensions[IPV6_EXTENSION_BYTES];
	uint8_t protocol;                                    /* what follows the last extension header */
	bool is_fragment;                                    /* a Fragment header with offset or more-fragments set */
	uint16_t fragment_offset;                            /* in units of 8 bytes */
	bool more_fragments;
	uint32_t fragment_identification;
};

/* ---- TCP (RFC 9293, 3.1) ---- */

enum { TCP_HEADER_BYTES = 20, TCP_OPTION_BYTES = 40 };
enum tcp_flag {
	TCP_FIN = 0x001, TCP_SYN = 0x002, TCP_RST = 0x004, TCP_PSH = 0x008, TCP_ACK = 0x010, TCP_URG = 0x020,
	TCP_ECE = 0x040, TCP_CWR = 0x080, TCP_AE = 0x100, TCP_RESERVED = 0xe00,
};

struct tcp_header {
	uint16_t source_port, destination_port;
	uint32_t seq, ack;
	uint8_t data_offset;                                 /* in 32-bit words */
	uint16_t flags;                                      /* 12 bits: reserved, AE, CWR ... FIN */
	uint16_t window, checksum, urgent;
	uint8_t option_length;                               /* bytes; data_offset * 4 - 20 */
	uint8_t options[TCP_OPTION_BYTES];
};

/* ---- UDP (RFC 768), ICMP (RFC 792, RFC 4443) ---- */

enum { UDP_HEADER_BYTES = 8, ICMP_HEADER_BYTES = 8 };

/* UDP-Lite (RFC 3828) has the same header, with the coverage of its checksum in the place of the length; 0: all. */
struct udp_header {
	uint16_t source_port, destination_port, length, checksum;
};

struct icmp_header {
	uint8_t type, code;
	uint16_t checksum;
	uint32_t rest;                                       /* bytes 4 to 7: MTU, identifier and sequence, pointer */
};

/* ---- GRE (RFC 2784, RFC 2890) and MPLS (RFC 3032) ---- */

enum { GRE_HEADER_BYTES = 16, MPLS_STACK_ENTRIES = 6 };
enum gre_flag {
	GRE_CHECKSUM = 0x8000, GRE_ROUTING = 0x4000, GRE_KEY = 0x2000, GRE_SEQUENCE = 0x1000, GRE_VERSION = 0x0007,
};
enum { GRE_PROTOCOL_IPV4 = 0x0800, GRE_PROTOCOL_IPV6 = 0x86dd, GRE_PROTOCOL_MPLS = 0x8847 };

struct gre_header {
	uint16_t flags, protocol;
	uint16_t checksum, offset;                           /* on the wire when GRE_CHECKSUM is set */
	uint32_t key;                                        /* ... GRE_KEY */
	uint32_t sequence;                                   /* ... GRE_SEQUENCE */
};

struct mpls_entry {
	uint32_t label;                                      /* 20 bits */
	uint8_t traffic_class;                               /* 3 bits */
	bool bottom;
	uint8_t ttl;
};

struct mpls_header {
	uint8_t depth;
	struct mpls_entry stack[MPLS_STACK_ENTRIES];
};

/* ---- codecs; parse: bytes used, or 0 with *why set; build: bytes written, or 0 if @room is too small ----
 *
 * The parsers look at the header alone: whether a length field fits what follows, whether a checksum is
 * right and whether a fragment is welcome is asked by packet_parse(), so that the quotes in ICMP messages and
 * fragments can be read too. */

size_t ipv4_parse(const uint8_t *bytes, size_t length, struct ipv4_header *out, const char **why);
size_t ipv6_parse(const uint8_t *bytes, size_t length, struct ipv6_header *out, const char **why);
size_t tcp_parse(const uint8_t *bytes, size_t length, struct tcp_header *out, const char **why);
size_t udp_parse(const uint8_t *bytes, size_t length, struct udp_header *out, const char **why);
size_t icmp_parse(const uint8_t *bytes, size_t length, struct icmp_header *out, const char **why);
size_t gre_parse(const uint8_t *bytes, size_t length, struct gre_header *out, const char **why);
size_t mpls_parse(const uint8_t *bytes, size_t length, struct mpls_header *out, const char **why);

size_t ipv4_build(const struct ipv4_header *h, uint8_t *bytes, size_t room);
size_t ipv6_build(const struct ipv6_header *h, uint8_t *bytes, size_t room);
size_t tcp_build(const struct tcp_header *h, uint8_t *bytes, size_t room);
size_t udp_build(const struct udp_header *h, uint8_t *bytes, size_t room);
size_t icmp_build(const struct icmp_header *h, uint8_t *bytes, size_t room);
size_t gre_build(const struct gre_header *h, uint8_t *bytes, size_t room);
size_t mpls_build(const struct mpls_header *h, uint8_t *bytes, size_t room);

/* Header sizes in bytes as *_build() writes them. */
size_t gre_size(const struct gre_header *h);
size_t ipv6_size(const struct ipv6_header *h);

/* The byte that says what follows all the extension headers: in the last of them, or next_header. */
uint8_t *ipv6_protocol_field(struct ipv6_header *h);

#endif
