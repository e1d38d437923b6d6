/* SPDX-License-Identifier: MIT
 *
 * packet.h - a whole IP packet: a row of headers and a payload
 *
 * Everything that handles packets does so in this form: the script describes one, the stack reads and writes it, the
 * drill compares two of them. It has the headers from the outermost to the innermost and what the last of them carries,
 * and nothing about where the packet came from or when.
 *
 * The rules:
 *
 * - A packet says what is on the wire, not what ought to be. Lengths, checksums and flags are fields like any other, so
 *   that a tester can build what no stack would send. packet_fill_lengths() and packet_build_with_checksums() make the
 *   usual packet of it; a caller that wants a wrong one leaves these out, or changes the bytes afterwards.
 * - Parsing accepts less than building makes: lengths must fit, and the checksum of IP must be right, as a receiver
 *   demands it. Checksums of transports are a question of their own (packet_l4_checksum_ok()), because a capture may
 *   hold packets that a network card has yet to finish.
 * - No allocation, no state: a packet is copied by assignment, and its payload is somebody else's memory.
 *
 * What it leaves out: reassembly (fragment.h), the contents of options (tcp_option.h), and anything below IP.
 */
#ifndef WIRE_PACKET_H
#define WIRE_PACKET_H

#include "util/arena.h"
#include "util/buf.h"
#include "wire/header.h"
#include "wire/packet_field.h"

enum { PACKET_HEADERS = 6, PACKET_BYTES = 65535 + IPV6_HEADER_BYTES };

enum header_type {
	HEADER_NONE, HEADER_IPV4, HEADER_IPV6, HEADER_GRE, HEADER_MPLS, HEADER_TCP, HEADER_UDP, HEADER_UDPLITE,
	HEADER_ICMPV4, HEADER_ICMPV6, HEADER_TYPES
};

/* "IPV4", "ICMPV6" ...; matches the wording of header mismatches. */
extern const char *const header_type_name[HEADER_TYPES];

struct header {
	enum header_type type;
	union {
		struct ipv4_header ipv4;
		struct ipv6_header ipv6;
		struct gre_header gre;
		struct mpls_header mpls;
		struct tcp_header tcp;
		struct udp_header udp;                       /* HEADER_UDPLITE, too */
		struct icmp_header icmp;
	};
};

/* Plain data, copied by assignment. The payload is borrowed: whoever filled the packet in says how long
 * its bytes live. payload NULL with payload_length > 0 stands for zero bytes. */
struct packet {
	uint8_t header_count;
	struct header headers[PACKET_HEADERS];               /* outermost first */
	const uint8_t *payload;
	size_t payload_length;
};

enum packet_parse_result {
	PACKET_OK,
	PACKET_UNKNOWN,                                      /* well-formed, but carries a protocol we do not know */
	PACKET_MALFORMED,                                    /* *why says how */
};

/* Parse the IP packet of @length bytes; the payload points into @bytes. Never reads past them. The messages:
 * "IP header too short", "Bad IP checksum", "More fragments remaining", "Non-zero fragment offset",
 * "TCP data offset too big", "UDP datagram length too big", ... Bytes past the IP total length are ignored.
 * ICMP: everything after the 8-byte header is payload. TCP and UDP checksums are not looked at. Whatever the
 * result, @out has the headers read so far and, as payload, the bytes behind them. A piece of an IPv6 packet
 * (ipv6_header.is_fragment) is PACKET_UNKNOWN. */
enum packet_parse_result packet_parse(const uint8_t *bytes, size_t length, struct packet *out, const char **why);

/* The same where TCP may be in UDP: a datagram whose data are a TCP header, and what belongs to it, has that as its
 * innermost header, and the UDP header as an outer one. */
enum packet_parse_result packet_parse_tcp_in_udp(const uint8_t *bytes, size_t length, struct packet *out,
                                                 const char **why);

/* Fill in what follows from the rest: lengths, header lengths, data offsets, protocol and next-header
 * fields, GRE protocol; zero checksum fields. False if a length does not fit its field. */
bool packet_fill_lengths(struct packet *p);
/* Write the packet as it says. Returns its length, 0 if it does not fit in @room. The payload may stand in
 * @bytes already: a parsed packet can be changed and written over itself. */
size_t packet_build(const struct packet *p, uint8_t *bytes, size_t room);
/* Like packet_build(), and then compute every IPv4 header checksum and the TCP, UDP or ICMP checksums of the
 * written bytes. (A UDP checksum that comes out as 0 is sent as 0xffff: RFC 768.) */
size_t packet_build_with_checksums(const struct packet *p, uint8_t *bytes, size_t room);

/* The second half of that: checksums anew over the @total bytes, which hold what @p says or something similar. */
void packet_refresh_checksums(const struct packet *p, uint8_t *bytes, size_t total);
/* Where header @index begins in the bytes of the packet. */
size_t packet_header_at(const struct packet *p, size_t index);

/* Is the checksum of the innermost TCP, UDP or ICMP header right? (UDP over IPv4 with checksum 0: yes.) */
bool packet_l4_checksum_ok(const uint8_t *bytes, const struct packet *p);

/* The innermost header of that type, or NULL. packet_ip(): the innermost IP header; packet_transport(): the
 * innermost TCP, UDP or ICMP header. */
struct header *packet_find(const struct packet *p, enum header_type type);
struct header *packet_ip(const struct packet *p);
struct header *packet_transport(const struct packet *p);

/* Innermost addresses and, for TCP and UDP, ports. */
struct tuple {
	struct ip_address source, destination;
	uint16_t source_port, destination_port;
};
void packet_tuple(const struct packet *p, struct tuple *out);
void packet_set_tuple(struct packet *p, const struct tuple *tuple);
bool tuple_equal(const struct tuple *a, const struct tuple *b);
struct tuple tuple_reversed(const struct tuple *t);

/* Where a field stands in the text that packet_dump() wrote: for carets under the fields that differ. */
struct field_span {
	enum packet_field field;
	size_t start, end;                                   /* byte offsets in the dump */
};

enum { DUMP_SPANS = 48 };

enum { DUMP_WORDS = 4, DUMP_OPTIONS = 200 };

struct dump_notes {
	bool old_words;                                      /* those of the original tool, as without notes */
	bool hide_window;                                    /* the script left it out */
	int8_t ace;                                          /* 1 to 7: print this digit for E, W, A; 0: letters */
	bool any_options;                                    /* print <...> in place of the options, or this: */
	char options[DUMP_OPTIONS];                          /* what the script allows there; empty: anything */
	/* what to print in the place of a number, for lines that allow several */
	size_t word_count;
	struct {
		enum packet_field field;
		char text[32];
	} words[DUMP_WORDS];
	size_t span_count;                                   /* out */
	struct field_span spans[DUMP_SPANS];                 /* out */
};

/* The one-line form (FLAGS SEQ:END(LEN) ack N win N <OPTIONS>), outer headers first. @notes may be NULL. What
 * script syntax cannot say (an unknown TCP option kind ...) is told on a second line. Without notes, and with old
 * words, it is what the original tool prints, which shows neither the kind of an ICMP message nor an urgent pointer.
 * Span names are those of mismatches: ipv4_source, gre_flags, mpls_label, tcp_flags, tcp_seq, tcp_ack_seq,
 * tcp_window, tcp_options, udp_len, icmp_type, icmp_code, payload ... */
void packet_dump(struct buf *out, const struct packet *p, struct dump_notes *notes);

/* Append the letters of TCP flags in the order of script syntax, "FSRP.UEWA"; nothing where none is set. */
void tcp_flag_letters(struct buf *out, uint16_t flags);

/* Lines of 16 bytes: "0x0000: 45 00 ... ". */
void hex_dump(struct buf *out, const uint8_t *bytes, size_t length);

#endif
