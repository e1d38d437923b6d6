/* SPDX-License-Identifier: MIT
 *
 * packet_field.h - the fields of packets that can differ, by name
 *
 * Matching names them, dumps say where they stand in a line, and headlines decide which of them explains the others. So
 * each is a row here, and only enumerators are compared. Where the original tool has names in its messages, these are
 * used.
 *
 * The first rows stand in the order from causes to consequences: options before lengths, flags before numbers.
 * Columns: enumerator; name; the field whose text in a dump shows it; there only this letter, 0 for all of it; role.
 */
#ifndef WIRE_PACKET_FIELD_H
#define WIRE_PACKET_FIELD_H

#define PACKET_FIELD_ROWS(X) \
	X(ICMP_TYPE, "icmp_type", ICMP_TYPE, 0, CAUSE) \
	X(ICMP_CODE, "icmp_code", ICMP_CODE, 0, CAUSE) \
	X(TCP_SYN, "tcp_syn", TCP_FLAGS, 'S', CAUSE)          /* a segment of another kind has other options */ \
	X(TCP_RST, "tcp_rst", TCP_FLAGS, 'R', CAUSE) \
	X(TCP_ACK, "tcp_ack", TCP_FLAGS, '.', CAUSE) \
	X(TCP_OPTIONS, "tcp_options", TCP_OPTIONS, 0, CAUSE) \
	X(TCP_FIN, "tcp_fin", TCP_FLAGS, 'F', CAUSE) \
	X(TCP_URG, "tcp_urg", TCP_FLAGS, 'U', CAUSE) \
	X(TCP_ECE, "tcp_ece", TCP_FLAGS, 'E', CAUSE) \
	X(TCP_CWR, "tcp_cwr", TCP_FLAGS, 'W', CAUSE) \
	X(TCP_AE, "tcp_ae", TCP_FLAGS, 'A', CAUSE) \
	X(TCP_ACE, "tcp_ace", TCP_FLAGS, 0, CAUSE) \
	X(TCP_SEQ, "tcp_seq", TCP_SEQ, 0, CAUSE) \
	X(PAYLOAD, "payload", PAYLOAD, 0, CAUSE) \
	X(TCP_ACK_SEQ, "tcp_ack_seq", TCP_ACK_SEQ, 0, CAUSE) \
	X(TCP_PSH, "tcp_psh", TCP_FLAGS, 'P', CAUSE) \
	X(TCP_WINDOW, "tcp_window", TCP_WINDOW, 0, CAUSE) \
	X(TCP_URG_PTR, "tcp_urg_ptr", TCP_URG_PTR, 0, CAUSE) \
	X(TCP_FLAGS, "tcp_flags", TCP_FLAGS, 0, ALONE)        /* all of them, in dumps */ \
	X(TCP_RESERVED_BITS, "tcp_reserved_bits", TCP_RESERVED_BITS, 0, ALONE) \
	X(HEADERS, "headers", HEADERS, 0, ALONE)              /* how many there are, and of which kinds */ \
	X(IPV4_VERSION, "ipv4_version", IPV4_VERSION, 0, ALONE) \
	X(IPV4_PROTOCOL, "ipv4_protocol", IPV4_PROTOCOL, 0, ALONE) \
	X(IPV4_SOURCE, "ipv4_source", IPV4_SOURCE, 0, ALONE) \
	X(IPV4_DESTINATION, "ipv4_destination", IPV4_DESTINATION, 0, ALONE) \
	X(IPV6_VERSION, "ipv6_version", IPV6_VERSION, 0, ALONE) \
	X(IPV6_NEXT_HEADER, "ipv6_next_header", IPV6_NEXT_HEADER, 0, ALONE) \
	X(IPV6_SOURCE, "ipv6_source", IPV6_SOURCE, 0, ALONE) \
	X(IPV6_DESTINATION, "ipv6_destination", IPV6_DESTINATION, 0, ALONE) \
	X(IP_OPTIONS, "ip_options", IP_OPTIONS, 0, CAUSE)     /* of IPv4, or extension headers */ \
	X(TOS, "tos", TOS, 0, ALONE) \
	X(DSCP, "dscp", DSCP, 0, ALONE) \
	X(IP_ECN, "ip_ecn", IP_ECN, 0, ALONE) \
	X(TTL, "ttl", TTL, 0, ALONE) \
	X(FLOWLABEL, "flowlabel", FLOWLABEL, 0, ALONE) \
	X(GRE_FLAGS, "gre_flags", GRE_FLAGS, 0, ALONE) \
	X(GRE_PROTO, "gre_proto", GRE_PROTO, 0, ALONE) \
	X(GRE_LEN, "gre_len", GRE_LEN, 0, ALONE) \
	X(GRE_SUM, "gre_sum", GRE_SUM, 0, ALONE) \
	X(GRE_OFF, "gre_off", GRE_OFF, 0, ALONE) \
	X(GRE_KEY, "gre_key", GRE_KEY, 0, ALONE) \
	X(GRE_SEQ, "gre_seq", GRE_SEQ, 0, ALONE) \
	X(MPLS_DEPTH, "mpls_depth", MPLS_DEPTH, 0, ALONE) \
	X(MPLS_LABEL, "mpls_label", MPLS_LABEL, 0, ALONE) \
	X(UDP_SOURCE_PORT, "udp_src_port", UDP_SOURCE_PORT, 0, ALONE) \
	X(UDP_DESTINATION_PORT, "udp_dst_port", UDP_DESTINATION_PORT, 0, ALONE) \
	X(UDPLITE_COV, "udplite_cov", UDP_LEN, 0, ALONE)      /* how much its checksum covers */ \
	X(TIME, "time", TIME, 0, ALONE)                       /* when it came */ \
	X(PACKET, "packet", PACKET, 0, ALONE)                 /* that it came */ \
	X(IPV4_TOTAL_LENGTH, "ipv4_total_length", PAYLOAD, 0, CONSEQUENCE) \
	X(IPV6_PAYLOAD_LEN, "ipv6_payload_len", PAYLOAD, 0, CONSEQUENCE) \
	X(UDP_LEN, "udp_len", UDP_LEN, 0, CONSEQUENCE) \
	X(TCP_DATA_OFFSET, "tcp_data_offset", TCP_OPTIONS, 0, CONSEQUENCE) \
	X(IPV4_HEADER_LENGTH, "ipv4_header_length", IPV4_HEADER_LENGTH, 0, CONSEQUENCE)

enum packet_field {
	PACKET_FIELD_NONE,                                   /* of a call, or of bytes: it has a name only */
#define X(id, name, shown, letter, role) PACKET_FIELD_##id,
	PACKET_FIELD_ROWS(X)
#undef X
	PACKET_FIELDS
};

enum packet_field_role {
	PACKET_FIELD_CAUSE,                                  /* may explain others: the earlier, the more */
	PACKET_FIELD_ALONE,
	PACKET_FIELD_CONSEQUENCE,                            /* follows from another, if one differs */
};

struct packet_field_row {
	const char *name;
	enum packet_field shown;
	char letter;
	enum packet_field_role role;
};

extern const struct packet_field_row packet_fields[PACKET_FIELDS];

#endif
