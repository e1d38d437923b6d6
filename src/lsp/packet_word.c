/* SPDX-License-Identifier: MIT
 *
 * packet_word.c - the table of the words of packet lines
 *
 * Words of TCP options are not here: they have a table of their own (wire/tcp_option.h). Each example is a line that
 * the parser accepts; packet_word_test.c verifies that.
 */
#include "lsp/packet_word.h"

#include <stddef.h>

#define IP "IP"
#define FIELDS "Fields"
#define DIFFER "What may differ"

const struct packet_word packet_words[] = {
	{ "ttl", IP, "TTL of IPv4 or hop limit of IPv6; in an expected packet also any, a range or a set.",
	  "> [ttl 63~64] udp (10)" },
	{ "hlim", IP, "Hop limit of IPv6 or TTL of IPv4, as ttl.", "< [hlim 1] udp (10)" },
	{ "tos", IP, "The whole type of service or traffic class.", "> [tos 0x10] udp (10)" },
	{ "class", IP, "The whole traffic class or type of service, as tos.", "> [class 0xb8] udp (10)" },
	{ "dscp", IP, "The six bits of the differentiated services, as a number or by name: cs0 to cs7, af11 to af43, "
	  "ef, voice-admit, le.", "> [dscp af41] udp (10)" },
	{ "ecn", IP, "In front of noecn, ect0, ect1, ce or ect01; these words may stand alone.",
	  "< [ecn ce] P. 1:11(10) ack 1 win 100" },
	{ "noecn", IP, "The ECN bits are 0.", "> [noecn] . 1:1(0) ack 1" },
	{ "ect0", IP, "The ECN bits are ECT(0).", "> [ect0] P. 1:11(10) ack 1" },
	{ "ect1", IP, "The ECN bits are ECT(1).", "> [ect1] P. 1:11(10) ack 1" },
	{ "ect01", IP, "Expected only: the ECN bits are ECT(0) or ECT(1).", "> [ect01] P. 1:11(10) ack 1" },
	{ "ce", IP, "The ECN bits are CE: a router has marked the packet.", "< [ce] P. 1:11(10) ack 1 win 100" },
	{ "flowlabel", IP, "IPv6: a name for a live label. The same name stands for the same label.",
	  "> [flowlabel 0x1] . 1:1(0) ack 1" },
	{ "src", IP, "The source address, where it is not that of the connection.", "< [src 192.0.2.9] udp (10)" },
	{ "dst", IP, "The destination address, where it is not that of the connection: groups, everybody.",
	  "< [dst 224.1.2.3] udp (10)" },
	{ "ihl", FIELDS, "IPv4: the length of the header, in words of four bytes.", "< [ihl 4] udp (10)" },
	{ "version", FIELDS, "The version of IP.", "< [version 6] udp (10)" },
	{ "len", FIELDS, "The length as the header of IP or UDP says it.", "< udp (10) {len 13}" },
	{ "id", FIELDS, "The identification of IPv4 among the items of IP, that of an echo with icmp.",
	  "< [id 7] udp (10)" },
	{ "df", FIELDS, "IPv4: the packet must not be cut; the same as df 1.", "> [df] udp (10)" },
	{ "mf", FIELDS, "IPv4: more fragments follow.", "< [mf, off 2] udp (10)" },
	{ "rf", FIELDS, "IPv4: the reserved bit of the flags.", "< [rf] udp (10)" },
	{ "off", FIELDS, "IPv4: the offset of the fragment, in units of eight bytes.", "< [off 3] udp (10)" },
	{ "proto", FIELDS, "The protocol, or next header, as IP says it.", "< [proto 253] udp (10)" },
	{ "sum", FIELDS, "A checksum: a number, bad (one bit is wrong), or, of expected packets, ok.",
	  "< udp (10) {sum bad}" },
	{ "doff", FIELDS, "TCP: the data offset, in words of four bytes.", "< . 1:1(0) ack 1 win 100 {doff 4}" },
	{ "res", FIELDS, "TCP: the three reserved bits.", "< . 1:1(0) ack 1 win 100 {res 7}" },
	{ "seq", FIELDS, "The number of an echo.", "< icmp echo_request id 3 [raw(8)] {seq 9}" },
	{ "ack", "TCP", "The acknowledgment number; the flag for it is the dot.", "> . 1:1(0) ack 11" },
	{ "win", "TCP", "The window as it is on the wire; injected packets must have it.",
	  "> . 1:1(0) ack 1 win 1000" },
	{ "urg", "TCP", "The urgent pointer; the flag for it is U.", "< PU. 1:11(10) ack 1 win 100 urg 5" },
	{ "udp", "UDP", "A datagram with so many bytes of data; behind a segment, /udp(PORT > PORT): that is in one.",
	  "> udp (100)" },
	{ "udplite", "UDP", "A datagram of UDP-Lite: its data, and how much of it the checksum covers.",
	  "> udplite (200, 20)" },
	{ "icmp", "ICMP", "A message of ICMP: its type, its code, and what it quotes.",
	  "< icmp unreachable port_unreachable [udp(10)]" },
	{ "mtu", "ICMP", "With frag_needed and packet_too_big: the MTU that the router tells.",
	  "< icmp unreachable frag_needed mtu 1300 [1:1461(1460)]" },
	{ "igmp", "IGMP and MLD", "A message about groups of IPv4: query, report or leave.",
	  "> igmp v2 report 224.1.2.3" },
	{ "mld", "IGMP and MLD", "A message about groups of IPv6: query, report or done.", "< mld v1 query {max 10}" },
	{ "gre", "Outer headers", "A header of GRE around the packet.",
	  "> ipv4 10.0.0.1 > 10.0.0.2: gre: udp (10)" },
	{ "mpls", "Outer headers", "Labels of MPLS around the packet.",
	  "> ipv4 10.0.0.1 > 10.0.0.2: mpls (label 16, tc 0, [S], ttl 64): udp (10)" },
	{ "raw", "Literal bytes", "A whole packet in hexadecimal digits; .. is any byte of an expected one.",
	  "< raw \"4500001c 00010000 4011f821 c0000201 c0a80001 1f901f90 00080000\"" },
	{ "nothing", DIFFER, "No packet of the connection leaves up to the end of the line's time.", "> nothing" },
	{ "stream", DIFFER, "So many bytes in whatever segments, of this length or of any.",
	  "> stream * P?. 1:2001(2000) ack 1" },
	{ "unordered", DIFFER, "Options in any order and with any padding; as a block, packets in any order.",
	  "> S. 0:0(0) ack 1 <unordered mss 1460,sackOK>" },
	{ "fragment", "Fragments", "The packet is in fragments of so many bytes; a list says which of them are sent.",
	  "< fragment 8 {1, 2} id 7 udp (24)" },
	{ "hex", "Contents", "What a packet carries, as hexadecimal digits.", "> udp (2) hex(\"0d0a\")" },
	{ "pattern", "Contents", "What a packet carries, as a text that is repeated.", "> udp (9) pattern(\"abc\")" },
	{ "file", "Contents", "What a packet carries: the bytes of a file beside the script.",
	  "> udp (9) file(\"nine.bin\")" },
	{ 0 },
};
