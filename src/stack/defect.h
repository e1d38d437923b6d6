/* SPDX-License-Identifier: MIT
 *
 * defect.h - switches that break one behaviour of the stack each, to test the test cases
 *
 * A test case is worth something only if it fails when the behaviour is wrong. So for each requirement that the cases
 * claim to cover, the stack can be told to violate just that one, and scripts/kill-matrix checks that some case
 * notices. The code that decides on the behaviour asks for the defect with defect(), which is false unless the defect
 * was asked for.
 *
 * A row is: enumerator, name on the command line, the requirement that it violates (a name of
 * testcases/requirements.yaml), what the stack then does.
 */
#ifndef STACK_DEFECT_H
#define STACK_DEFECT_H

#include <stdbool.h>
#include <stddef.h>

#include "stack/defect_choices.h"

struct stack_config;

#define STACK_DEFECTS(X) \
	STACK_DEFECTS_OF_CHOICES(X) \
	/* IP and ICMP */ \
	X(IP_ACCEPT_BAD_CHECKSUM, "ip-accept-bad-checksum", "RFC1122:3.2.1.2-CKSUM", \
	  "takes IPv4 packets whose header checksum is wrong") \
	X(IP_NOT_MINE_TAKEN, "ip-not-mine-taken", "RFC1122:3.2.1.3-NOTMINE", "takes packets for other hosts") \
	X(IP_GROUP_SOURCE_TAKEN, "ip-group-source-taken", "RFC1122:3.2.1.3-BADSRC", \
	  "takes packets whose source is a group") \
	X(IP_NOBODY_TAKEN, "ip-nobody-taken", "RFC1122:3.2.1.3-BADSRC", \
	  "takes packets for itself that come from 0.0.0.0") \
	X(IP_LOOPBACK_TAKEN, "ip-loopback-taken", "RFC1122:3.2.1.3-BADSRC", \
	  "takes packets of 127.0.0.1 from the link") \
	X(IP_ALL_GROUPS_TAKEN, "ip-all-groups-taken", "RFC1122:3.2.1.3-NOTMINE", \
	  "takes packets to groups that nobody joined") \
	X(IP_ROUTE_NOT_ENDED, "ip-route-not-ended", "RFC1122:3.2.1.3-NOTMINE", \
	  "takes packets whose source route has hops left") \
	X(IP_BAD_OPTION_SILENT, "ip-bad-option-silent", "RFC1122:3.2.2.5-GENPARAM", \
	  "is silent about malformed IPv4 options") \
	X(IP_PROTOCOL_SILENT, "ip-protocol-silent", "RFC1122:3.2.2.1-GEN", \
	  "is silent to protocols that it does not know") \
	X(IP6_NONE_REFUSED, "ip6-none-refused", "RFC4443:3.4-GEN", "refuses packets that say that no header follows") \
	X(IP6_ROUTING_SKIPPED, "ip6-routing-skipped", "RFC4443:3.4-GEN", \
	  "skips routing headers of unknown types that have hops left") \
	X(IP6_HOP_BY_HOP_ANYWHERE, "ip6-hop-by-hop-anywhere", "RFC4443:3.4-GEN", \
	  "takes hop-by-hop options behind other headers") \
	X(IP6_CHAIN_UNCHECKED, "ip6-chain-unchecked", "RFC8200:4.5-CHAIN", \
	  "takes first fragments without the header of the transport") \
	X(IP6_GROUP_OPTION_REFUSED, "ip6-group-option-refused", "RFC4443:2.4-E3", \
	  "tells multicast senders of options that they may send") \
	X(IP6_OPTION_SILENT, "ip6-option-silent", "RFC4443:3.4-GEN", "drops unknown options without a word") \
	X(IP_OPTION_REFUSED, "ip-option-refused", "RFC9293:MUST-50", \
	  "drops packets with IPv4 options that it does not know") \
	X(IP6_OPTION_NOT_SKIPPED, "ip6-option-not-skipped", "RFC8200:4.2-SKIP", \
	  "drops packets with unknown options that may be skipped") \
	X(IP6_PADDING_UNKNOWN, "ip6-padding-unknown", "RFC8200:4.2-PAD", "drops packets whose options are padded") \
	X(IP_REASSEMBLY_MIXES_ECN, "ip-reassembly-mixes-ecn", "RFC3168:5.3-REASM", \
	  "puts fragments together of which only some may be marked") \
	X(ICMP_ECHO_GROUP, "icmp-echo-group", "RFC1122:3.2.2.6-BCAST", \
	  "answers echo requests to broadcast and multicast addresses") \
	X(PMTU_ROUTE_LOST, "pmtu-route-lost", "RFC1191:3-MIN68", \
	  "loses what goes along a route whose MTU is below 68 without a word") \
	X(IP_TTL_ONE, "ip-ttl-one", "RFC1122:3.2.1.7-TTLRX", "drops packets that arrive with a TTL below 2") \
	X(IP_ZERO_TTL_SENT, "ip-zero-ttl-sent", "RFC1122:3.2.1.7-TTL0", "sends multicast with a TTL of 0 to the link") \
	X(IP_ROUTE_NOT_TAKEN, "ip-route-not-taken", "RFC9293:MUST-51", \
	  "sends to the destination though the user gave a source route") \
	X(TCP_SOURCE_CHOSEN, "tcp-source-chosen", "RFC9293:MUST-45", \
	  "lets IP choose the local address of each segment") \
	X(TCP_IP_OPTIONS_LOST, "tcp-ip-options-lost", "RFC9293:MAY-10", \
	  "leaves the IP options of the user out of its segments") \
	X(TCP_PORT_OF_ONE, "tcp-port-of-one", "RFC6056:3.2-RANGE", \
	  "gives a port to one connection only, though the others go elsewhere") \
	X(TCP_ROUTE_IGNORED, "tcp-route-ignored", "RFC9293:MUST-53", \
	  "does not answer along the source route by which a SYN came") \
	X(TCP_ROUTE_OVERRIDES, "tcp-route-overrides", "RFC9293:MUST-52", \
	  "puts a source route that came into the place of the user's options") \
	X(TCP_ROUTE_KEPT, "tcp-route-kept", "RFC9293:SHLD-24", "keeps the first source route though a later one came") \
	X(IP_NO_REASSEMBLY, "ip-no-reassembly", "RFC1122:3.3.2-REASM", "drops all fragments") \
	X(IP_OVERLAP_ACCEPTED, "ip-overlap-accepted", "RFC8200:4.5-OVERLAP", "takes fragments that overlap others") \
	X(IP_NO_REASSEMBLY_TIMEOUT, "ip-no-reassembly-timeout", "RFC1122:3.3.2-TIMEOUT", \
	  "keeps incomplete datagrams for ever") \
	X(IP_NO_TIME_EXCEEDED, "ip-no-time-exceeded", "RFC1122:3.3.2-TIMEX", "is silent when reassembly times out") \
	X(IP6_UNKNOWN_OPTION, "ip6-unknown-option", "RFC4443:3.4-GEN", \
	  "skips IPv6 options that ask to be refused when unknown") \
	X(PMTU_IGNORED, "pmtu-ignored", "RFC1191:3-REDUCE", "ignores messages that a packet was too big") \
	X(PMTU_RAISED, "pmtu-raised", "RFC1191:3-NOINCREASE", "raises the path MTU when such a message says more") \
	X(PMTU6_TINY, "pmtu6-tiny", "RFC8201:4-MIN1280", "believes path MTUs under 1280 for IPv6") \
	X(PMTU_ZERO_IGNORED, "pmtu-zero-ignored", "RFC1191:3-ZEROMTU", \
	  "ignores messages of old routers, which do not tell the MTU") \
	X(PMTU_KEPT, "pmtu-kept", "RFC1191:6.3-AGE", "never forgets a path MTU") \
	X(PMTU_TINY, "pmtu-tiny", "RFC1191:3-MIN68", "believes any path MTU for IPv4") \
	X(PMTU_FRAGMENTS, "pmtu-fragments", "RFC1191:3-DF", "never sets DF") \
	X(ICMP_ERROR_ON_FRAGMENT, "icmp-error-on-fragment", "RFC1122:3.2.2-NOERRFRAG", \
	  "answers later fragments with ICMP errors") \
	X(ICMP_ERROR_ON_GROUP_SOURCE, "icmp-error-on-group-source", "RFC1122:3.2.2-NOERRSRC", \
	  "sends ICMP errors to what is no single host") \
	X(ICMP_ERROR_TOS, "icmp-error-tos", "RFC1122:3.2.2-TOS0", \
	  "sends errors with the TOS of the packet that they are about") \
	X(ICMP_UNLIMITED, "icmp-unlimited", "RFC4443:2.4-F", "sends as many errors as it is asked for") \
	X(ICMP_UNUSED_NOT_ZERO, "icmp-unused-not-zero", "RFC792:UNUSED0", "fills the unused field of errors") \
	X(ICMP6_NO_PSEUDO_HEADER, "icmp6-no-pseudo-header", "RFC4443:2.3-CKSUM", \
	  "leaves the pseudo-header out of checksums of ICMPv6") \
	X(ICMP6_SHORT_QUOTE, "icmp6-short-quote", "RFC4443:2.4-C", "quotes 8 bytes behind the IPv6 header") \
	X(ICMP_PORT_AS_PROTOCOL, "icmp-port-as-protocol", "RFC792:UNREACH-CODES", \
	  "says protocol unreachable for a closed port") \
	X(ICMP_POINTER_ZERO, "icmp-pointer-zero", "RFC4443:3.4-GEN", "does not say where the problem is") \
	X(ICMP_ECHO_OTHER_ID, "icmp-echo-other-id", "RFC792:ECHOID", \
	  "puts an identifier of its own into echo replies") \
	X(ICMP_ECHO_NO_OPTIONS, "icmp-echo-no-options", "RFC1122:3.2.2.6-RROUTE", \
	  "leaves IP options out of echo replies") \
	X(ICMP_TIME_EXCEEDED_DROPPED, "icmp-time-exceeded-dropped", "RFC1122:3.2.2.4-TIMEX", \
	  "does not tell transports of time exceeded") \
	X(ICMP_PARAMETER_DROPPED, "icmp-parameter-dropped", "RFC1122:3.2.2.5-PARAM", \
	  "does not tell transports of parameter problems") \
	X(ICMP_NO_ECHO, "icmp-no-echo", "RFC1122:3.2.2.6-ECHO", "does not answer echo requests") \
	X(ICMP_ECHO_TRUNCATES, "icmp-echo-truncates", "RFC1122:3.2.2.6-DATA", "returns 8 bytes of echo data at most") \
	X(ICMP_ERROR_ON_ERROR, "icmp-error-on-error", "RFC1122:3.2.2-NOERR", "answers ICMP errors with ICMP errors") \
	X(ICMP_ERROR_ON_BROADCAST, "icmp-error-on-broadcast", "RFC1122:3.2.2-NOERRBCAST", \
	  "sends port unreachable for broadcast and multicast") \
	X(ICMP_SHORT_QUOTE, "icmp-short-quote", "RFC1122:3.2.2-QUOTE", "quotes the IP header only in errors") \
	X(ICMP_BAD_CHECKSUM_TAKEN, "icmp-bad-checksum-taken", "RFC792:CKSUM", \
	  "takes ICMP messages with a wrong checksum") \
	X(ICMP_REDIRECT_REPORTED, "icmp-redirect-reported", "RFC1122:3.2.2.2-BADREDIR", \
	  "takes redirects for errors, and tells sockets") \
	/* Groups */ \
	X(GROUP_UNREPORTED, "group-unreported", "RFC3376:5.1-CHANGE", "tells no router of groups that come and go") \
	X(GROUP_REPORTED_ONCE, "group-reported-once", "RFC3376:5.1-AGAIN", "tells a change of its groups only once") \
	X(GROUP_QUERY_IGNORED, "group-query-ignored", "RFC3376:5.2-ANSWER", "answers no query about groups") \
	X(GROUP_REPORT_NOT_SUPPRESSED, "group-report-not-suppressed", "RFC2236:3-SUPPRESS", \
	  "reports a group to an old router though another host has done so") \
	X(MLD_FROM_AFAR_TAKEN, "mld-from-afar-taken", "RFC3810:5.1.14-LINK", \
	  "takes messages of MLD that are not from its link") \
	X(GROUP_SOURCE_UNFILTERED, "group-source-unfiltered", "RFC3376:3.1-FILTER", \
	  "gives sockets datagrams of sources that they do not want") \
	/* UDP */ \
	X(UDP_GROUP_OF_OTHERS, "udp-group-of-others", "RFC1122:4.1.3.5-DST", \
	  "gives a datagram to a group to sockets that want only their own groups") \
	X(UDP_MTU_BELIEVED, "udp-mtu-believed", "RFC1191:3-DF", \
	  "lowers the path's MTU for a socket that believes no such message") \
	X(PORT_RANGE_IGNORED, "port-range-ignored", "RFC6056:3.2-RANGE", "chooses ports outside of a socket's range") \
	X(UDP_NO_PORT_UNREACHABLE, "udp-no-port-unreachable", "RFC1122:4.1.3.1-PORTUNR", \
	  "is silent when nobody listens on the port") \
	X(UDP_QUENCH, "udp-quench", "RFC6633:5-UDP-DISCARD", "tells UDP of source quench") \
	X(UDP_END_LOST, "udp-end-lost", "RFC768:LEN", "hands over each datagram without its last octet") \
	X(UDP_EMPTY_LOST, "udp-empty-lost", "RFC768:LEN", "drops datagrams without data") \
	X(UDP_SENT_SHORT, "udp-sent-short", "RFC768:LEN", "sends each datagram without its last octet") \
	X(UDP_TTL_UNTOLD, "udp-ttl-untold", "RFC1122:4.1.4-TOSUP", "says of each datagram that its TTL was 0") \
	X(UDP_HINT_BELIEVED, "udp-hint-believed", "RFC1122:3.2.2.1-HINT", \
	  "takes ICMP errors that may pass for the end of a peer") \
	X(UDP_GROUP_FAR, "udp-group-far", "RFC1122:4.1.4-TTLTOS", \
	  "sends to groups beyond the link though the user did not ask for it") \
	X(UDP_LENGTH_TRIMMED, "udp-length-trimmed", "RFC768:LEN", "takes datagrams that are shorter than they say") \
	X(UDP_RUNT_TAKEN, "udp-runt-taken", "RFC768:LEN", "takes a length under 8 for 8") \
	X(UDP_ZERO_NOT_ONES, "udp-zero-not-ones", "RFC768:FFFF", "sends a checksum that comes to zero as zero") \
	X(UDP_NO_PSEUDO_HEADER, "udp-no-pseudo-header", "RFC768:CKSUM", \
	  "leaves the pseudo-header out of checksums that it sends") \
	X(UDPLITE_RUNT_TAKEN, "udplite-runt-taken", "RFC3828:3.1-COVERAGE", "takes a coverage of 1 to 7 for 8") \
	X(UDPLITE_ALL_VERIFIED, "udplite-all-verified", "RFC3828:3.1-COVERAGE", \
	  "verifies a checksum over more than it covers") \
	X(UDPLITE_COVERS_ALL, "udplite-covers-all", "RFC3828:3.1-COVERAGE", "sends checksums that cover all") \
	X(UDPLITE_LITTLE_TAKEN, "udplite-little-taken", "RFC3828:3.1-DROP", \
	  "takes datagrams whose checksum covers less than the socket wants") \
	X(UDP_SENDER_UNTOLD, "udp-sender-untold", "RFC768:RECV", "does not say from which port a datagram came") \
	X(UDP_PORT_ZERO_DROPPED, "udp-port-zero-dropped", "RFC768:SPORT0", "drops datagrams without source port") \
	X(IP_OWN_SOURCE_TAKEN, "ip-own-source-taken", "RFC1122:3.2.1.3-BADSRC", \
	  "takes packets from its own address, where the host does not want them") \
	X(UDP_NOTHING_JOINED, "udp-nothing-joined", "RFC768:RECV", \
	  "cuts datagrams of one call apart on their way to a socket of the host that wants them whole") \
	X(UDP_ALL_JOINED, "udp-all-joined", "RFC768:LEN", \
	  "hands over datagrams of one call of the host as one to sockets that did not ask for it") \
	X(UDP_GROUP_TO_ONE, "udp-group-to-one", "RFC768:RECV", "gives a datagram to a group to the first socket only") \
	X(UDP_DESTINATION_UNTOLD, "udp-destination-untold", "RFC1122:4.1.3.5-DST", \
	  "says of each datagram that it came to no address") \
	X(UDP_TOS_UNTOLD, "udp-tos-untold", "RFC1122:4.1.4-TOSUP", "says of each datagram that its TOS was 0") \
	X(UDP_CUT_UNTOLD, "udp-cut-untold", "RFC768:RECV", "does not say that a datagram was longer than the buffer") \
	X(UDP_REST_KEPT, "udp-rest-kept", "RFC768:RECV", "hands over what did not fit as another datagram") \
	X(UDP6_CHECKSUM_MISSING, "udp6-checksum-missing", "RFC6935:5-COMPUTE", "sends no checksum over IPv6") \
	X(UDP6_TUNNEL_CHECKSUM, "udp6-tunnel-checksum", "RFC6936:4-3", \
	  "computes checksums over IPv6 though the user wants none") \
	X(UDP6_TUNNEL_REFUSED, "udp6-tunnel-refused", "RFC6936:4-6", \
	  "drops IPv6 datagrams without checksum though the user wants them") \
	X(UDP_CHECKSUM_ALWAYS, "udp-checksum-always", "RFC1122:4.1.3.4-GEN", \
	  "computes checksums over IPv4 though the user wants none") \
	X(UDP_TTL_IGNORED, "udp-ttl-ignored", "RFC1122:4.1.4-TTLTOS", "ignores the TTL that the user sets") \
	X(UDP_TOS_IGNORED, "udp-tos-ignored", "RFC1122:4.1.4-TTLTOS", "ignores the TOS that the user sets") \
	X(UDP_OPTIONS_IGNORED, "udp-options-ignored", "RFC1122:4.1.3.2-OPTSDOWN", \
	  "leaves the IP options of the user out of datagrams") \
	X(UDP_ANY_SOURCE, "udp-any-source", "RFC1122:4.1.3.6-OWNSRC", "sends from addresses that are not its own") \
	X(UDP_SOURCE_OPEN, "udp-source-open", "RFC1122:4.1.3.5-SRCUP", \
	  "does not say which address connect() has chosen") \
	X(UDP_SOURCE_CHANGED, "udp-source-changed", "RFC1122:4.1.3.5-SRC", \
	  "ignores the source address that a call asks for") \
	X(UDP_HARD_ERROR_KEPT, "udp-hard-error-kept", "RFC1122:3.2.2.1-REPORT", \
	  "does not tell a connected user of a closed port") \
	X(UDP_NO_CHECKSUM, "udp-no-checksum", "RFC1122:4.1.3.4-DEFAULT", "sends checksum 0 over IPv4") \
	X(UDP_ACCEPT_BAD_CHECKSUM, "udp-accept-bad-checksum", "RFC1122:4.1.3.4-BAD", \
	  "takes datagrams with a wrong checksum") \
	X(UDP_ZERO_CHECKSUM_DROPPED, "udp-zero-checksum-dropped", "RFC768:ZERO", \
	  "drops IPv4 datagrams without checksum") \
	X(UDP6_ZERO_CHECKSUM_TAKEN, "udp6-zero-checksum-taken", "RFC8200:8.1-UDPZERO", \
	  "takes IPv6 datagrams without checksum") \
	X(UDP_ERROR_LOST, "udp-error-lost", "RFC1122:4.1.3.3-ICMPUP", "does not tell sockets about ICMP errors") \
	X(UDP_PADDING_DELIVERED, "udp-padding-delivered", "RFC768:PAD", "delivers bytes beyond the UDP length") \
	X(UDP_LARGEST_DROPPED, "udp-largest-dropped", "RFC768:RECV", \
	  "drops a datagram that is larger than an empty buffer") \
	X(MEMORY_FREE, "buf-memory-free", "RFC768:RECV", "charges receive buffers for text alone") \
	/* TCP: handshake and reset */ \
	X(TCP_ISN_CONSTANT, "tcp-isn-constant", "RFC6528:3-ISN", "starts every connection at the same number") \
	X(TCP_LISTEN_ACK_SILENT, "tcp-listen-ack-silent", "RFC9293:3.10.7.2-ACK", "is silent to an ACK in LISTEN") \
	X(TCP_CLOSED_SILENT, "tcp-closed-silent", "RFC9293:3.10.7.1-NOACK", "sends no RST for a closed port") \
	X(TCP_MD5_UNVERIFIED, "tcp-md5-unverified", "RFC2385:2.0-DROP", "takes any MD5 digest for the right one") \
	X(TCP_UNSIGNED_TAKEN, "tcp-unsigned-taken", "RFC2385:2.0-MISSING", \
	  "takes unsigned segments from peers that have a key") \
	X(TCP_RESET_UNSIGNED, "tcp-reset-unsigned", "RFC2385:3.0-FORMAT", \
	  "sends resets of signed connections unsigned") \
	X(TCP_SIGNATURE_NO_ROOM, "tcp-signature-no-room", "RFC2385:4.3-MSS", \
	  "does not count signatures among the octets of a segment") \
	X(TCP_AO_UNVERIFIED, "tcp-ao-unverified", "RFC5925:7.3-DISCARD", "takes any MAC of TCP-AO for the right one") \
	X(TCP_AO_KEY_KEPT, "tcp-ao-key-kept", "RFC5925:3.3-MATCH", "does not follow the peer's RNextKeyID") \
	X(TCP_AO_NO_EXTENSION, "tcp-ao-no-extension", "RFC5925:6.2-SNE", \
	  "signs and verifies as if sequence numbers never wrapped") \
	X(TCP_AO_HEEDS_ICMP, "tcp-ao-heeds-icmp", "RFC5925:7.8-ICMP", "takes ICMP errors of connections with TCP-AO") \
	X(TCP_TWO_SIGNATURES, "tcp-two-signatures", "RFC5925:2.2-ONE", "takes segments with more than one signature") \
	X(TCP_GROUP_PEER, "tcp-group-peer", "RFC9293:MUST-63", "answers segments to and from groups") \
	X(TCP_TIME_WAIT_REFUSES, "tcp-time-wait-refuses", "RFC9293:MAY-2", \
	  "lets no SYN open a new connection in TIME-WAIT") \
	X(TCP_RST_ANSWERED, "tcp-rst-answered", "RFC9293:3.10.7.1-RST", "answers RST with RST") \
	X(TCP_RST_ANY, "tcp-rst-any", "RFC5961:3.2-RSTINWIN", "takes any RST in the window") \
	X(TCP_RST_OUTSIDE, "tcp-rst-outside", "RFC5961:3.2-RSTOUT", "takes an RST outside the window") \
	X(TCP_SYN_RESETS, "tcp-syn-resets", "RFC5961:4.2-SYN", "lets a SYN reset a synchronized connection") \
	X(TCP_NO_SIMULTANEOUS_OPEN, "tcp-no-simultaneous-open", "RFC9293:MUST-10", "is silent to a SYN in SYN-SENT") \
	X(TCP_SYN_TEXT_LOST, "tcp-syn-text-lost", "RFC9293:3.10.7.3-SYN", \
	  "throws away the text of a SYN that meets its own") \
	X(TCP_NO_SYN_RETRY, "tcp-no-syn-retry", "RFC1122:4.2.3.1-SYNALG", "sends a SYN only once") \
	X(TCP_SYN_DATA_LOST, "tcp-syn-data-lost", "RFC9293:3.10.7.3-SYNACKDATA", \
	  "forgets a FIN that came with the SYN") \
	/* TCP: teardown */ \
	X(TCP_FIN_NOT_ACKED, "tcp-fin-not-acked", "RFC9293:3.10.7.4-FINACK", "does not acknowledge a FIN") \
	X(TCP_NO_HALF_CLOSE, "tcp-no-half-close", "RFC9293:3.10.7.4-TEXT", \
	  "resets data that arrive after its own FIN") \
	X(TCP_TIME_WAIT_SHORT, "tcp-time-wait-short", "RFC9293:MUST-13", "stays in TIME-WAIT for one MSL only") \
	X(TCP_TIME_WAIT_SILENT, "tcp-time-wait-silent", "RFC9293:3.10.7.4-TWFIN", "is silent to a FIN in TIME-WAIT") \
	X(TCP_TIME_WAIT_SYN_LATE, "tcp-time-wait-syn-late", "RFC6191:2-OLDNOTSSEQ", \
	  "takes a SYN in TIME-WAIT one number later than it may") \
	X(TCP_TIME_WAIT_KILLED, "tcp-time-wait-killed", "RFC1337:4-F1", "an RST ends TIME-WAIT") \
	X(TCP_EARLY_FIN_AGAIN_SILENT, "tcp-early-fin-again-silent", "RFC5681:4.2-OOO", \
	  "is silent when a FIN with missing text before it comes again") \
	X(TCP_FIRST_FIN_AT_ONCE, "tcp-first-fin-at-once", "RFC9293:MUST-58", \
	  "acknowledges a FIN before which no text came at once") \
	X(TCP_OLD_FIN_UNHEARD, "tcp-old-fin-unheard", "RFC9293:3.10.7.4-FINACK", \
	  "does not read the ACK of a FIN that comes again") \
	X(TCP_ORPHAN_HEARS_NO_OLD, "tcp-orphan-hears-no-old", "RFC9293:3.10.7.4-FINACK", \
	  "does not read the ACK of text that comes again after CLOSE") \
	X(TCP_FIRST_FIN_STAYS, "tcp-first-fin-stays", "RFC9293:3.10.7.4-FINACK", \
	  "believes the first FIN that was early, and none that comes before its place") \
	X(TCP_FIN_WAITS_OPEN, "tcp-fin-waits-open", "RFC9293:3.10.4-SYNRCVD", \
	  "sends no FIN before the connection is open") \
	X(TCP_CLOSE_UNREAD_FIN, "tcp-close-unread-fin", "RFC9293:SHLD-3", \
	  "sends a FIN, no RST, when closed with unread data") \
	/* TCP: retransmission and congestion */ \
	X(TCP_RTO_NO_VARIANCE, "tcp-rto-no-variance", "RFC6298:2.2", "waits for a round trip and nothing more") \
	X(TCP_RTO_LAST_ONLY, "tcp-rto-last-only", "RFC6298:2.3", "believes the last round trip alone") \
	X(TCP_NO_BACKOFF, "tcp-no-backoff", "RFC6298:5.5", "does not double the RTO") \
	X(TCP_NO_KARN, "tcp-no-karn", "RFC6298:3-KARN", "measures round trips of retransmitted segments") \
	X(TCP_RTO_TOO_SMALL, "tcp-rto-too-small", "RFC6298:2.4", "uses RTOs down to 10 ms") \
	X(TCP_LIMITED_COUNTS, "tcp-limited-counts", "RFC5681:3.2-FRSSTHRESH", \
	  "halves what limited transmit has sent as well") \
	X(TCP_NO_FAST_RETRANSMIT, "tcp-no-fast-retransmit", "RFC5681:3.2-FRTX", "waits for the RTO in any case") \
	X(TCP_NO_RETRY_LIMIT, "tcp-no-retry-limit", "RFC9293:MUST-20", "never gives up retransmitting") \
	X(TCP_NO_SLOW_START, "tcp-no-slow-start", "RFC9293:MUST-19", "sends what the peer's window allows") \
	X(TCP_SACK_NO_LOSS, "tcp-sack-no-loss", "RFC6675:4-ISLOST", "does not see from the scoreboard what is lost") \
	X(TCP_SACK_TRUSTED, "tcp-sack-trusted", "RFC6675:5.1-EXPUNGE", \
	  "does not send again after a time-out what was selected before") \
	X(TCP_LEAST_RTT_KEPT, "tcp-least-rtt-kept", "RFC8985:6.2-MINRTT", "never forgets the least round trip") \
	X(TCP_RACK_AMBIGUOUS, "tcp-rack-ambiguous", "RFC8985:6.2-SPURIOUS", \
	  "takes an early ACK of what was sent twice for one of the second copy") \
	X(TCP_REQUEST_REFUSED, "tcp-request-refused", "RFC9293:MUST-56", \
	  "gives a half-open connection up for any ICMP error") \
	X(TCP_SENT_TOGETHER, "tcp-sent-together", "RFC8985:6.2-DETECT", \
	  "takes all that leaves within a moment for one burst, whatever ACKs let it out") \
	X(TCP_COVERED_TEXT_LEFT, "tcp-covered-text-left", "RFC9293:SHLD-3", \
	  "takes early text that was read long ago for unread data when the user closes behind the peer's FIN") \
	X(TCP_FIN_APART, "tcp-fin-apart", "RFC9293:SHLD-27", "sends text again without the FIN that would fit") \
	X(TCP_OVERTAKEN_UNSEEN, "tcp-overtaken-unseen", "RFC8985:6.2-REORDSEEN", \
	  "does not learn of reordering from an original that arrives after its copy was sent") \
	X(TCP_RACK_NO_DSACK, "tcp-rack-no-dsack", "RFC8985:4-DSACKADAPT", \
	  "keeps the reordering window though D-SACKs say that it is too small") \
	X(TCP_RACK_NO_WINDOW, "tcp-rack-no-window", "RFC8985:6.2-REOWND", \
	  "waits a round trip and no more for what was overtaken") \
	X(TCP_RACK_COPY_TRUSTED, "tcp-rack-copy-trusted", "RFC8985:6.1-RTXTS", "never marks a copy as lost") \
	X(TCP_NO_DSACK_UNDO, "tcp-no-dsack-undo", "RFC3708:3-UNDO", \
	  "keeps the window low though all copies were needless") \
	X(TCP_NO_EIFEL, "tcp-no-eifel", "RFC4015:3.4-REVERSE", "keeps the window low though the original arrived") \
	X(TCP_REPAIR_BEFORE_TEXT, "tcp-repair-before-text", "RFC9293:MUST-58", \
	  "sends lost segments again before it takes the text of the ACK that asks for them") \
	X(TCP_LATE_LAST_UNSEEN, "tcp-late-last-unseen", "RFC8985:6.2-REORDSEEN", \
	  "overlooks that the last segment of a flight came late") \
	X(TCP_RACK_SWITCHED_OFF, "tcp-rack-switched-off", "RFC8985:6.2-DETECT", \
	  "finds no losses by time without bit 0 of net.ipv4.tcp_recovery") \
	X(TCP_ANY_DSACK_EXPLAINS, "tcp-any-dsack-explains", "RFC3708:3-VALIDATE", \
	  "takes a D-SACK of any segment for one of a copy") \
	X(TCP_NO_TAIL_PROBE, "tcp-no-tail-probe", "RFC8985:7.2-PTOARM", "sends no tail loss probe") \
	X(TCP_TAIL_PROBE_OLD, "tcp-tail-probe-old", "RFC8985:7.3-NEWDATA", "probes with old text though there is new") \
	X(TCP_TAIL_PROBE_FREE, "tcp-tail-probe-free", "RFC8985:7.4.2-LOSSCC", \
	  "takes a loss that a probe repaired for none") \
	X(TCP_PRR_NOT_PROPORTIONAL, "tcp-prr-not-proportional", "RFC6937:3-PRR", \
	  "sends a segment for each one delivered while too much is on its way") \
	X(TCP_PRR_NO_SAFE_ACK, "tcp-prr-no-safe-ack", "RFC9937:6.2-SAFEACK", "never sends more than is delivered") \
	X(TCP_PRR_CREDIT_ONLY, "tcp-prr-credit-only", "RFC6937:3-SSRB", \
	  "sends less than an ACK delivers once it has sent more before") \
	X(TCP_PRR_NO_FORCE, "tcp-prr-no-force", "RFC9937:6.2-FORCE", \
	  "holds even the first retransmission back while as much is on its way as may be") \
	X(TCP_PRR_UNBOUNDED, "tcp-prr-unbounded", "RFC9937:6.2-CRB", "sends beyond ssthresh during recovery") \
	X(TCP_NO_FRTO, "tcp-no-frto", "RFC5682:2.1-2B", "sends all again after a time-out, spurious or not") \
	X(TCP_SYN_NOT_UNDONE, "tcp-syn-not-undone", "RFC3522:3.2-STEP5", \
	  "takes a SYN for lost though the peer echoes the stamp of the first") \
	X(TCP_BACKOFF_KEPT, "tcp-backoff-kept", "RFC6069:4.2-REVERT", "keeps the back-off though the path was broken") \
	X(TCP_NO_PACING, "tcp-no-pacing", "RFC9937:6.4-PACE", \
	  "sends as fast as the window allows whatever rate is asked for") \
	X(TCP_CUBIC_HALVES, "tcp-cubic-halves", "RFC9438:4.6-BETA", "halves the window at a loss, as Reno does") \
	X(TCP_CUBIC_STRAIGHT, "tcp-cubic-straight", "RFC9438:4.2-FUNC", "grows in a straight line after a loss") \
	X(TCP_CUBIC_STEEP, "tcp-cubic-steep", "RFC9438:4.2-TARGET", "grows by as much as is acknowledged") \
	X(TCP_CUBIC_UNFRIENDLY, "tcp-cubic-unfriendly", "RFC9438:4.3-RENO", "grows slower than Reno on short paths") \
	X(TCP_CUBIC_NO_CONVERGENCE, "tcp-cubic-no-convergence", "RFC9438:4.7-FAST", \
	  "aims at the window of the last loss though it came early") \
	X(TCP_CUBIC_COUNTS_PAUSES, "tcp-cubic-counts-pauses", "RFC9438:4.2-APPLIM", \
	  "takes time without anything to send for time without loss") \
	X(TCP_CUBIC_KEEPS_PLATEAU, "tcp-cubic-keeps-plateau", "RFC9438:4.8-RTO", \
	  "aims at the old window after a time-out") \
	X(TCP_NO_HYSTART, "tcp-no-hystart", "RFC9438:4.10-HYSTART", "ends slow start at a loss only") \
	X(TCP_HYSTART_HASTY, "tcp-hystart-hasty", "RFC9406:4.3-CONST", "believes the first long round trip") \
	X(TCP_HYSTART_FINAL, "tcp-hystart-final", "RFC9406:4.2-RESUME", \
	  "stays in conservative slow start though round trips are short again") \
	X(TCP_HYSTART_SAME_PACE, "tcp-hystart-same-pace", "RFC9406:4.2-CSS", \
	  "grows as fast in conservative slow start as before") \
	X(TCP_DCTCP_HALVES, "tcp-dctcp-halves", "RFC8257:3.3-CWND", "halves the window for marks, however few") \
	X(TCP_DCTCP_HASTY, "tcp-dctcp-hasty", "RFC8257:3.3-ALPHA", "believes the latest window alone") \
	X(TCP_DCTCP_CALM, "tcp-dctcp-calm", "RFC8257:4.2-ALPHA", "begins as if there had never been marks") \
	X(TCP_DCTCP_LOSS_AS_MARK, "tcp-dctcp-loss-as-mark", "RFC8257:3.5-LOSS", "takes a loss for a mark") \
	X(TCP_DCTCP_ECHO_DELAYED, "tcp-dctcp-echo-delayed", "RFC8257:3.2-CE", \
	  "may delay the ACK when what arrives is marked, and what came before was not") \
	X(TCP_BBR_NO_GAIN, "tcp-bbr-no-gain", "draft-ietf-ccwg-bbr:5.6.1-STARTUP", \
	  "paces at the rate that it knows in STARTUP") \
	X(TCP_BBR_HALVES, "tcp-bbr-halves", "draft-ietf-ccwg-bbr:5.5.10-LOSS", "halves its window at a loss") \
	X(TCP_BBR_BOLD, "tcp-bbr-bold", "draft-ietf-ccwg-bbr:5.3.3.6-PRECAUTION", "learns no caution from losses") \
	X(TCP_BBR_STUCK, "tcp-bbr-stuck", "draft-ietf-ccwg-bbr:5.3.3.5-RAISE", "never raises its bound again") \
	X(TCP_BBR_FORGETS, "tcp-bbr-forgets", "draft-ietf-ccwg-bbr:5.4.2-IDLE", "forgets what it knows in a pause") \
	X(TCP_BBR_ENDLESS_STARTUP, "tcp-bbr-endless-startup", "draft-ietf-ccwg-bbr:5.3.1.2-PLATEAU", \
	  "never sees that the rate no longer grows") \
	X(TCP_BBR_NO_DRAIN, "tcp-bbr-no-drain", "draft-ietf-ccwg-bbr:5.3.2-DRAIN", \
	  "leaves what STARTUP has put into the queue there") \
	X(TCP_BBR_NO_PROBE_RTT, "tcp-bbr-no-probe-rtt", "draft-ietf-ccwg-bbr:5.3.4-PROBERTT", \
	  "never lets the queue run empty") \
	X(TCP_BBR_NO_FLOOR, "tcp-bbr-no-floor", "draft-ietf-ccwg-bbr:5.6.4.3-MINPIPE", \
	  "sends fewer than four segments a round trip") \
	X(TCP_UNUSED_WINDOW_GROWS, "tcp-unused-window-grows", "RFC7661:4.4-NVGROW", \
	  "lets a window grow that is not used") \
	X(TCP_BURSTS_FIXED, "tcp-bursts-fixed", "RFC5681:3-NOTMORE", "sends bursts of one size at any rate") \
	X(TCP_BURST_HASTY, "tcp-burst-hasty", "RFC9293:3.8.6.2.1-SENDRULES", \
	  "sends a short burst though an ACK that allows a longer one is close") \
	X(TCP_BURST_WHOLE, "tcp-burst-whole", "RFC9293:3.8.6.2.1-SENDRULES", \
	  "leaves a part of a window open that a burst might fill") \
	X(TCP_BURST_KEEPS_FIN, "tcp-burst-keeps-fin", "RFC9293:3.8.6.2.1-SENDRULES", \
	  "holds a short burst back though nothing can be added to it") \
	X(TCP_FIN_BEYOND_WINDOW, "tcp-fin-beyond-window", "RFC5681:3-NOTMORE", \
	  "sends a FIN behind a congestion window that is full") \
	X(TCP_HYSTART_SHORT_TRAINS, "tcp-hystart-short-trains", "RFC9438:4.10-HYSTART", \
	  "takes a train of ACKs for long that bursts have lengthened") \
	X(TCP_DSACK_ORDERLY, "tcp-dsack-orderly", "RFC8985:6.2-REORDSEEN", \
	  "learns nothing of reordering from a D-SACK about what is selected") \
	X(TCP_LOSS_LEFT_EARLY, "tcp-loss-left-early", "RFC6582:3.2-RTO", \
	  "without SACK leaves the state after a time-out with the last of the old text") \
	X(TCP_UNUSED_WINDOW_KEPT, "tcp-unused-window-kept", "RFC7661:4.4-NVGROW", \
	  "keeps a window that was not used for a time-out") \
	X(TCP_RESTART_FORGETS, "tcp-restart-forgets", "RFC6928:2-RW", \
	  "does not remember behind a pause how large the window was") \
	X(TCP_RESTART_AT_ONCE, "tcp-restart-at-once", "RFC6928:2-RW", "keeps the window over a long pause") \
	X(TCP_CWND_KEPT, "tcp-cwnd-kept", "RFC5681:3.1-LW", "keeps the congestion window at a time-out") \
	/* TCP: windows */ \
	X(TCP_WINDOW_IGNORED, "tcp-window-ignored", "RFC5681:2-SNDLIMIT", "sends beyond the peer's window") \
	X(TCP_SHUT_WINDOW_WAITS, "tcp-shut-window-waits", "RFC9293:MAY-7", \
	  "probes, and sends nothing again, when the window shuts over text on its way") \
	X(TCP_WINDOW_STALE, "tcp-window-stale", "RFC9293:3.10.7.4-WNDUPDATE", "takes the window from old segments") \
	X(TCP_NODELAY_IGNORED, "tcp-nodelay-ignored", "RFC9293:MUST-17", \
	  "holds small segments back though the user wants them sent") \
	X(TCP_ACK_ALWAYS, "tcp-ack-always", "RFC9293:SHLD-18", "acknowledges each segment at once") \
	X(TCP_NO_PUSH, "tcp-no-push", "RFC9293:MUST-61", "never pushes") \
	X(TCP_PERSIST_STEADY, "tcp-persist-steady", "RFC9293:SHLD-30", \
	  "asks after a shut window at the same pace all the time") \
	X(TCP_NO_ZERO_PROBE, "tcp-no-zero-probe", "RFC9293:MUST-36", "does not probe a zero window") \
	X(TCP_ACK_OUTSIDE, "tcp-ack-outside", "RFC9293:MUST-34", \
	  "sends ACKs whose number is beyond the edge of a window that was shrunk") \
	X(TCP_HALF_OPEN_WINDOW_UP, "tcp-half-open-window-up", "RFC7323:2.3-RSHIFT", \
	  "rounds the window up in answers before the handshake is done") \
	X(TCP_WINDOW_SHRUNK, "tcp-window-shrunk", "RFC9293:SHLD-14", "moves the right edge of its window to the left") \
	X(TCP_SILLY_RECEIVER, "tcp-silly-receiver", "RFC9293:MUST-39", "offers every byte that was read at once") \
	X(TCP_SILLY_SENDER, "tcp-silly-sender", "RFC9293:MUST-38", "sends tiny segments into a tiny window") \
	X(TCP_NO_NAGLE, "tcp-no-nagle", "RFC9293:SHLD-7", "sends small segments while data are unacknowledged") \
	X(TCP_SCALE_SYN, "tcp-scale-syn", "RFC7323:2.2-SYNWND", "scales the window field of SYN segments") \
	X(TCP_ACCEPT_OUTSIDE, "tcp-accept-outside", "RFC9293:3.10.7.4-SEQLW", "takes data beyond the window") \
	/* TCP: options */ \
	X(TCP_NO_MSS, "tcp-no-mss", "RFC9293:MUST-14", "sends no MSS option") \
	X(TCP_MSS_LESS_OPTIONS, "tcp-mss-less-options", "RFC6691:2-NOOPT", \
	  "takes the octets of IP options off the MSS that it offers") \
	X(TCP_MSS_ZERO_TAKEN, "tcp-mss-zero-taken", "RFC9293:MUST-15", "takes an MSS of 0 at its word") \
	X(TCP_MSS_IGNORED, "tcp-mss-ignored", "RFC9293:MUST-16", "ignores the peer's MSS") \
	X(TCP_PADDING_NOT_ZERO, "tcp-padding-not-zero", "RFC9293:MUST-69", \
	  "ends the options with End of List and something that is not zero") \
	X(TCP_SHIFT_UNLIMITED, "tcp-shift-unlimited", "RFC7323:2.3-MAX14", "believes shifts of more than 14") \
	X(TCP_DEFAULT_MSS_LARGE, "tcp-default-mss-large", "RFC9293:MUST-15", "takes 1460 where the peer says no MSS") \
	X(TCP_URGENT_DELAYED, "tcp-urgent-delayed", "RFC9293:MUST-32", "lets what is urgent wait for ACKs") \
	X(TCP_SYN_AGAIN_MEASURED, "tcp-syn-again-measured", "RFC6298:3-KARN", \
	  "trusts the first time-out behind a SYN,ACK that was sent twice") \
	X(TCP_CROSSING_AE, "tcp-crossing-ae", "RFC9768:3.1.2-SRVCLASSIC", \
	  "leaves AE out of the answer to a SYN that crosses its own and asks for less") \
	X(TCP_COOKIE_ACE_ALONE, "tcp-cookie-ace-alone", "RFC4987:3.6-COOKIE", \
	  "takes an ACE field behind a cookie for an agreement on ECN that its time-stamp does not know of") \
	X(TCP_COOKIE_WINDOW, "tcp-cookie-window", "RFC4987:3.6-COOKIE", \
	  "offers parts of segments to a peer that brought a cookie back") \
	X(TCP_SIZE_NOT_EXPECTED, "tcp-size-not-expected", "RFC9293:MUST-39", \
	  "takes no notice of its own segments when it guesses the size of its peer's") \
	X(TCP_CROSSING_SHIFT, "tcp-crossing-shift", "RFC7323:2.2-BOTH", \
	  "forgets its shift when SYNs cross and the other one has none") \
	X(TCP_SCALE_UNASKED, "tcp-scale-unasked", "RFC7323:2.2-BOTH", \
	  "scales its window though the peer did not offer that") \
	X(TCP_SACK_UNASKED, "tcp-sack-unasked", "RFC2018:4-NOPERM", "selects though the peer did not permit it") \
	X(TCP_STAMP_FROM_FUTURE, "tcp-stamp-from-future", "RFC7323:5.3-R3", "remembers the time-stamp of any segment") \
	X(TCP_STAMP_ENDLESS, "tcp-stamp-endless", "RFC7323:5.5-IDLE24", \
	  "believes time-stamps after 24 days of silence") \
	X(TCP_STAMPLESS_TAKEN, "tcp-stampless-taken", "RFC7323:3.2-MISSING", \
	  "takes segments without time-stamps though they were agreed on") \
	X(TCP_OPTION_LENGTH, "tcp-option-length", "RFC9293:MUST-7", \
	  "gives up on options with a length it does not like") \
	X(TCP_NO_PAWS, "tcp-no-paws", "RFC7323:5.3-R1", "takes segments with old time-stamps") \
	X(TCP_TS_NOT_ECHOED, "tcp-ts-not-echoed", "RFC7323:3.2-ECHO", "echoes 0 in place of the peer's time-stamp") \
	X(TCP_TS_UNASKED, "tcp-ts-unasked", "RFC7323:3.2-SYNACK", "sends time-stamps that were not negotiated") \
	X(TCP_NO_SACK_BLOCKS, "tcp-no-sack-blocks", "RFC2018:4-DUPACK", "sends no SACK blocks though negotiated") \
	X(TCP_SACK_ORDER, "tcp-sack-order", "RFC2018:4-FIRST", "does not put the latest block first") \
	X(TCP_NO_DSACK_OF_QUEUED, "tcp-no-dsack-of-queued", "RFC2883:4.2-PARTIAL", \
	  "does not report queued octets that come again within other text") \
	X(TCP_NO_DSACK_OF_OLD_STAMP, "tcp-no-dsack-of-old-stamp", "RFC2883:4.3-PAWS", \
	  "does not report text that comes again with an old time-stamp") \
	X(TCP_BLOCK_AT_ACK_BELIEVED, "tcp-block-at-ack-believed", "RFC2018:3-ABOVE", \
	  "believes a SACK block that begins where its ACK ends") \
	X(TCP_DSACK_ON_FIRST_PIECE, "tcp-dsack-on-first-piece", "RFC2883:4-FIRST", \
	  "reports a repetition on the first segment of a burst only") \
	X(TCP_SACK_IGNORED, "tcp-sack-ignored", "RFC2018:5-RECORD", \
	  "keeps no record of what the peer's SACK blocks say") \
	/* TCP: Fast Open */ \
	X(FAST_OPEN_UNASKED, "fast-open-unasked", "RFC7413:2-OPTIN", \
	  "takes text of a SYN for listeners that did not ask") \
	X(FAST_OPEN_OFF_IGNORED, "fast-open-off-ignored", "RFC7413:4.2-OFF", \
	  "takes text though servers have it switched off") \
	X(FAST_OPEN_ANY_COOKIE, "fast-open-any-cookie", "RFC7413:4.2.2-SRVBAD", "takes any cookie for a good one") \
	X(FAST_OPEN_ANY_CLIENT, "fast-open-any-client", "RFC7413:4.1.2-MAC", \
	  "makes cookies without the client's address") \
	X(FAST_OPEN_NO_COOKIE_GIVEN, "fast-open-no-cookie-given", "RFC7413:4.2.1-GRANT", \
	  "gives no cookie to who asks for one") \
	X(FAST_OPEN_OLD_KEY, "fast-open-old-key", "RFC7413:4.1.2-EXPIRE", \
	  "leaves clients with the cookie of an old key") \
	X(FAST_OPEN_NO_LIMIT, "fast-open-no-limit", "RFC7413:4.2-PENDING", "has no limit of its queue") \
	X(FAST_OPEN_TEXT_LOST, "fast-open-text-lost", "RFC7413:4.2.2-SRVOK", \
	  "does not deliver the text that it acknowledges") \
	X(FAST_OPEN_OPTION_AGAIN, "fast-open-option-again", "RFC7413:4.2.2-SRVRTO", \
	  "repeats the option when SYN or SYN,ACK are lost") \
	X(FAST_OPEN_TEXT_AGAIN, "fast-open-text-again", "RFC7413:4.2.2-CLIRTO", "sends text with a SYN again") \
	X(FAST_OPEN_NO_WINDOW, "fast-open-no-window", "RFC7413:4.2.2-SRVIW", \
	  "sends without window before the handshake is over") \
	X(FAST_OPEN_TEXT_WAITS, "fast-open-text-waits", "RFC7413:4.2.2-CLIRETX", \
	  "waits for a time-out when text of its SYN is refused") \
	X(FAST_OPEN_MSS_IGNORED, "fast-open-mss-ignored", "RFC7413:4.2.2-CLISYN", \
	  "sends more text than the peer's last MSS allows") \
	X(FAST_OPEN_COOKIE_STALE, "fast-open-cookie-stale", "RFC7413:4.2.2-CLIUPD", \
	  "keeps the first cookie of a peer for ever") \
	X(FAST_OPEN_NO_CACHE, "fast-open-no-cache", "RFC7413:4.1.3-CACHE", "forgets cookies with the connection") \
	X(FAST_OPEN_ODD_COOKIE, "fast-open-odd-cookie", "RFC7413:4.1.1-INVALID", \
	  "takes cookies of lengths that cannot be") \
	X(FAST_OPEN_NO_PAUSE, "fast-open-no-pause", "RFC7413:4.1.3.1-DISABLE", "goes on over paths that swallow it") \
	/* TCP: ECN */ \
	X(TCP_ECN_SYNACK_BOTH, "tcp-ecn-synack-both", "RFC3168:6.1.1-SYNACK", \
	  "answers an ECN-setup SYN with ECE and CWR") \
	X(TCP_ECN_SYN_STUBBORN, "tcp-ecn-syn-stubborn", "RFC9768:3.1.4.1-RETRY", \
	  "asks for ECN in every SYN that is sent again") \
	X(TCP_ECN_RETRANSMITS_ECT, "tcp-ecn-retransmits-ect", "RFC3168:6.1.5-RTX", "sends text again as ECT") \
	X(TCP_ECN_ACK_ECT, "tcp-ecn-ack-ect", "RFC3168:6.1.4-ACK", "sends pure ACKs as ECT") \
	X(TCP_ECN_CE_IGNORED, "tcp-ecn-ce-ignored", "RFC3168:6.1.3-ECE", "does not echo a CE") \
	X(TCP_ECN_NO_CWR, "tcp-ecn-no-cwr", "RFC3168:6.1.2-CWR", "never says that it has reduced its window") \
	X(TCP_ECN_CWR_STAYS, "tcp-ecn-cwr-stays", "RFC3168:6.1.2-CWRFIRST", \
	  "sets CWR on all new text after the first") \
	X(TCP_ECN_ECHO_IGNORED, "tcp-ecn-echo-ignored", "RFC3168:6.1.2-ECECUT", "does not reduce its window on ECE") \
	X(TCP_ECN_REDUCES_TWICE, "tcp-ecn-reduces-twice", "RFC3168:6.1.2-ONCE", "reduces its window on each ECE") \
	X(TCP_ECN_GROWS, "tcp-ecn-grows", "RFC3168:6.1.2-NOINC", "lets its window grow on ACKs with ECE") \
	X(TCP_ECN_MIXED_SYNS, "tcp-ecn-mixed-syns", "RFC9768:3.1.5-MIXRST", \
	  "goes on when SYNs ask for both variants of ECN") \
	X(TCP_ACCECN_REFUSES_NEW, "tcp-accecn-refuses-new", "RFC9768:3.1.3-FWD", \
	  "agrees to AccECN only with the flags of today") \
	X(TCP_ACCECN_BROKEN_TAKEN, "tcp-accecn-broken-taken", "RFC9768:3.1.2-BROKEN", \
	  "takes the echo of its own flags for an agreement") \
	X(TCP_ACCECN_SYN_NOT_REFLECTED, "tcp-accecn-syn-not-reflected", "RFC9768:3.1.1-SYNACK", \
	  "does not say how the SYN was marked") \
	X(TCP_ACCECN_ACK_NOT_REFLECTED, "tcp-accecn-ack-not-reflected", "RFC9768:3.2.2.1-HSENC", \
	  "does not say how the SYN,ACK was marked") \
	X(TCP_ACCECN_MANGLING_IGNORED, "tcp-accecn-mangling-ignored", "RFC9768:3.2.2.3-MANGLED", \
	  "sends ECT though the path changes marks") \
	X(TCP_ACCECN_ZERO_BELIEVED, "tcp-accecn-zero-believed", "RFC9768:3.2.2.1-ACEZERO", \
	  "believes an ACE field of zero at the start") \
	X(TCP_ACCECN_EDGE_DELAYED, "tcp-accecn-edge-delayed", "RFC9768:3.2.2.5.1-CEEDGE", \
	  "may delay the ACK of the first CE of a row") \
	X(TCP_ACCECN_MARKS_DELAYED, "tcp-accecn-marks-delayed", "RFC9768:3.2.2.5.1-NCE", \
	  "does not acknowledge because marks have come") \
	X(TCP_ACCECN_WRAP_MISSED, "tcp-accecn-wrap-missed", "RFC9768:3.2.2.5.2-SAFE", \
	  "believes that ACE never goes round between two ACKs") \
	X(TCP_ACCECN_ANSWERS_ONLY, "tcp-accecn-answers-only", "RFC9768:3.2.3.2.3-SENDON", "returns options, no more") \
	X(TCP_ACCECN_STARTS_TESTED, "tcp-accecn-starts-tested", "RFC9768:3.2.3.2.4-VALUES", "wants counters from 1") \
	X(TCP_ACCECN_ACE_LEFT, "tcp-accecn-ace-left", "RFC9768:3.2.3.2.5-RECONCILE", "heeds ACE if it stands alone") \
	X(TCP_ACCECN_DISAGREES, "tcp-accecn-disagrees", "RFC9768:3.2.3.2.5-NOECT", "goes on with ECT against ACE") \
	X(TCP_ACCECN_OPTION_STUBBORN, "tcp-accecn-option-stubborn", "RFC9768:3.2.3.2.2-FALLBACK", \
	  "sends the AccECN option again in what was lost with it") \
	X(TCP_ACCECN_LOST_ACKS_IGNORED, "tcp-accecn-lost-acks-ignored", "RFC9768:3.2.3.2.2-FALLBACK", \
	  "goes on with the AccECN option although its ACKs do not arrive") \
	X(TCP_ACCECN_BEGINS_WITH_ZERO, "tcp-accecn-begins-with-zero", "RFC9768:3.2.1-INIT", \
	  "begins to count marked packets with zero") \
	X(TCP_ACCECN_SYN_COUNTED, "tcp-accecn-syn-counted", "RFC9768:3.2-CEP", \
	  "counts a marked SYN among the marked packets") \
	X(TCP_ACCECN_ECT_AFTER_PLAIN_SYN, "tcp-accecn-ect-after-plain-syn", "RFC9768:3.1.5-NOECT", \
	  "sends ECT though a SYN asked for no ECN") \
	X(TCP_ACCECN_ANSWER_NOT_COUNTED, "tcp-accecn-answer-not-counted", "RFC9768:3.2.2.2-CESYNACK", \
	  "does not count a marked SYN,ACK") \
	X(TCP_ACCECN_ANSWER_COUNTED_AGAIN, "tcp-accecn-answer-counted-again", "RFC9768:3.2.2.2-CESYNACK", \
	  "counts each marked SYN,ACK") \
	X(TCP_ACCECN_NO_ANSWER_OPTION, "tcp-accecn-no-answer-option", "RFC9768:3.2.3.2.1-SYNACKOPT", \
	  "sends a SYN,ACK without the AccECN option") \
	X(TCP_ACCECN_OTHER_KIND, "tcp-accecn-other-kind", "RFC9768:3.2.3-KIND", \
	  "exchanges the kinds of the two AccECN options") \
	X(TCP_ACCECN_WHOLE_OPTIONS_ONLY, "tcp-accecn-whole-options-only", "RFC9768:3.2.3-LEN", \
	  "ignores AccECN options with fewer than three counters") \
	X(TCP_ACCECN_BYTES_NOT_COUNTED, "tcp-accecn-bytes-not-counted", "RFC9768:3.2-BYTES", \
	  "does not count octets that came as CE") \
	X(TCP_ACCECN_MARKS_NOT_COUNTED, "tcp-accecn-marks-not-counted", "RFC9768:3.2-CEP", \
	  "does not count marked ACKs without text") \
	X(TCP_ACCECN_ACE_ON_ACKS_ONLY, "tcp-accecn-ace-on-acks-only", "RFC9768:3.2.2-ACE", \
	  "leaves ACE as it began on segments with text") \
	X(TCP_ACCECN_OPTION_WHEN_CHANGED, "tcp-accecn-option-when-changed", "RFC9768:3.2.3.3-EVERYACK", \
	  "sends the AccECN option only once after a change of the mark") \
	X(TCP_ACCECN_BURST_HEAD_ALONE, "tcp-accecn-burst-head-alone", "RFC9768:3.2.3.3-EVERYACK", \
	  "gives the AccECN option to the first segment of a burst alone") \
	X(TCP_ACCECN_PURE_CHANGE_IGNORED, "tcp-accecn-pure-change-ignored", "RFC9768:3.2.3.3-EVERYACK", \
	  "does not send the AccECN option after a change of the mark on ACKs without text") \
	X(TCP_ACCECN_OLD_ACKS_READ, "tcp-accecn-old-acks-read", "RFC9768:3.2.2.5.2-SAFE", \
	  "reads ACE of ACKs that acknowledge nothing new") \
	X(TCP_ACCECN_CLASSIC_ANSWERED_SO, "tcp-accecn-classic-answered-so", "RFC9768:3.1.2-SRVCLASSIC", \
	  "answers a classic ECN-setup SYN with a code of AccECN") \
	X(TCP_ACCECN_RESERVED_REFUSED, "tcp-accecn-reserved-refused", "RFC9768:3.1.3-CLIFWD", \
	  "takes the reserved code of a SYN,ACK for a refusal") \
	X(TCP_ACCECN_MODE_SWITCHES, "tcp-accecn-mode-switches", "RFC9768:3.1.5-NOSWITCH", \
	  "changes the variant of ECN with each SYN") \
	X(TCP_ACCECN_GIVES_UP_AT_ONCE, "tcp-accecn-gives-up-at-once", "RFC9768:3.1.4.1-RETRY", \
	  "asks for AccECN in the first SYN only") \
	X(TCP_ACCECN_SETS_CWR, "tcp-accecn-sets-cwr", "RFC9768:3.1.5-NOCWR", \
	  "says with CWR that its window was reduced") \
	X(TCP_ECN_ONE_FLAG_TAKEN, "tcp-ecn-one-flag-taken", "RFC3168:6.1.1-ONLYIFSYN", \
	  "takes a SYN with ECE alone for one that asks for ECN") \
	X(TCP_ECN_ECHOED_FLAGS_TAKEN, "tcp-ecn-echoed-flags-taken", "RFC3168:6.1.1-NOECTIFNON", \
	  "takes the echo of ECE and CWR for an agreement") \
	X(TCP_ECN_SYN_ECT, "tcp-ecn-syn-ect", "RFC3168:6.1.1-NOECTSYN", "sends SYNs that ask for ECN as ECT") \
	X(TCP_ECN_ECT_ALWAYS, "tcp-ecn-ect-always", "RFC3168:6.1.1-ECTCOND", \
	  "sends text as ECT though nobody agreed to ECN") \
	X(TCP_ECN_ECHO_ONCE, "tcp-ecn-echo-once", "RFC3168:6.1.3-ECE", "echoes a CE on one ACK only") \
	X(TCP_ECN_CWR_IGNORED, "tcp-ecn-cwr-ignored", "RFC3168:6.1.3-CWRCE", \
	  "goes on to echo a CE though the sender has heard of it") \
	X(TCP_MD5_UNEXPECTED_TAKEN, "tcp-md5-unexpected-taken", "RFC2385:2.0-NONEG", \
	  "takes segments with an MD5 signature from peers without a key") \
	X(TCP_AO_UNKNOWN_TAKEN, "tcp-ao-unknown-taken", "RFC5925:7.3-NOMKT", \
	  "takes segments that were signed with a key it does not have") \
	X(TCP_LOST_SYN_FORGOTTEN, "tcp-lost-syn-forgotten", "RFC6928:2-SYNLOSS", \
	  "begins with the whole initial window after a lost SYN") \
	X(TCP_HYSTART_NO_CAUTION, "tcp-hystart-no-caution", "RFC9406:4.2-CSS", \
	  "ends slow start at the first round trip that is longer") \
	X(TCP_ROUTE_WINDOW_IGNORED, "tcp-route-window-ignored", "RFC7323:2.2-SYNWND", \
	  "offers all of its buffer on a route that has a window") \
	X(TCP_ACCECN_RST_WITHOUT_ACE, "tcp-accecn-rst-without-ace", "RFC9768:3.2.2-ACE", \
	  "leaves ACE out of a RST that has an ACK") \
	X(TCP_ACCECN_BEFORE_SACK, "tcp-accecn-before-sack", "RFC9768:3.2.3.3-SACKFIRST", \
	  "lets the AccECN option push out SACK blocks") \
	/* TCP: probing of the path MTU (RFC 4821) */ \
	X(TCP_MTU_PROBE_IGNORED, "tcp-mtu-probe-ignored", "RFC4821:7.3-CONVERGE", \
	  "probes the path and forgets what came out") \
	X(TCP_MTU_SEARCH_ONCE, "tcp-mtu-search-once", "RFC4821:7.3-CONVERGE", \
	  "never tries a size again that the path once did not take") \
	X(TCP_MTU_PROBE_UNPUSHED, "tcp-mtu-probe-unpushed", "RFC9293:MUST-60", "probes the path without PSH") \
	X(TCP_MTU_PROBE_REDUCES, "tcp-mtu-probe-reduces", "RFC4821:7.6.2-NOCC", \
	  "takes the loss of a probe for congestion") \
	X(TCP_BLACK_HOLE, "tcp-black-hole", "RFC4821:7.7-BLACKHOLE", \
	  "sends the same large segment into a black hole again and again") \
	X(TCP_BLACK_HOLE_BURST, "tcp-black-hole-burst", "RFC5681:3-NOTMORE", \
	  "counts what goes out in pieces behind a black hole as one segment of the window") \
	/* TCP: limits of the user and of routes */ \
	X(TCP_RTO_MAX_IGNORED, "tcp-rto-max-ignored", "RFC6298:2.5", \
	  "has one upper bound of the RTO for all connections") \
	X(TCP_RTO_MIN_IGNORED, "tcp-rto-min-ignored", "RFC6298:2.4", "has one lower bound of the RTO for all ways") \
	X(TCP_ACK_LIMIT_IGNORED, "tcp-ack-limit-ignored", "RFC9293:MUST-59", \
	  "lets ACKs wait longer than the user allows") \
	X(TCP_ROUTE_SLOW, "tcp-route-slow", "RFC9293:MUST-59", "delays ACKs on a way that wants none to wait") \
	X(IP_ROUTE_TTL, "ip-route-ttl", "RFC9293:MUST-49", "does not heed the hop limit of a route") \
	X(TCP_ROUTE_CONTROL, "tcp-route-control", "RFC5681:3.1-USE", \
	  "does not heed the congestion control of a route") \
	/* TCP: acknowledgements, rest */ \
	X(TCP_ACK_DELAYED_LONG, "tcp-ack-delayed-long", "RFC9293:MUST-40", "delays ACKs for a second") \
	X(TCP_ACK_EVERY_FOURTH, "tcp-ack-every-fourth", "RFC9293:SHLD-19", "acknowledges every fourth full segment") \
	X(TCP_NO_DUPLICATE_ACK, "tcp-no-duplicate-ack", "RFC5681:4.2-OOO", "delays ACKs of out-of-order segments") \
	X(TCP_OOO_DROPPED, "tcp-ooo-dropped", "RFC9293:SHLD-31", "drops out-of-order segments") \
	X(TCP_ACK_FUTURE_TAKEN, "tcp-ack-future-taken", "RFC9293:3.10.7.4-ACKFUTURE", \
	  "is silent to an ACK of unsent data") \
	X(TCP_CHALLENGE_UNLIMITED, "tcp-challenge-unlimited", "RFC5961:7-THROTTLE", \
	  "sends challenge ACKs without limit") \
	X(TCP_OLD_ACK_TAKEN, "tcp-old-ack-taken", "RFC5961:5.2-ACKRANGE", \
	  "takes the text of a segment whatever it acknowledges") \
	X(TCP_SOFT_ERROR_KEPT, "tcp-soft-error-kept", "RFC9293:SHLD-25", \
	  "keeps soft errors from a user who has asked for them") \
	X(TCP_COMPRESS_FIRST, "tcp-compress-first", "RFC2018:4-DUPACK", \
	  "lets even the first ACKs of early text wait for each other") \
	X(TCP_USER_TIMEOUT_IGNORED, "tcp-user-timeout-ignored", "RFC9293:3.10.8-USERTO", \
	  "keeps connections beyond the user time-out") \
	X(TCP_USER_TIMEOUT_BEFORE_TRY, "tcp-user-timeout-before-try", "RFC9293:3.10.8-USERTO", \
	  "gives up when the user time-out is over, before text went out again") \
	X(TCP_MERGED_COUNTS_ONE, "tcp-merged-counts-one", "RFC9293:SHLD-19", \
	  "takes what a device put together for one segment of that size") \
	X(TCP_RECORDS_JOINED, "buf-records-joined", "RFC9293:MAY-16", \
	  "puts text behind MSG_EOR into the same segment") \
	X(TCP_WRITABLE_WHEN_FULL, "buf-writable-when-full", "RFC9293:MAY-16", \
	  "says that a full send buffer is writable") \
	X(TCP_NOTSENT_IGNORED, "buf-notsent-ignored", "RFC9293:MAY-16", "ignores TCP_NOTSENT_LOWAT") \
	X(TCP_SEND_BUFFER_FIXED, "buf-send-fixed", "RFC9293:MAY-16", "never lets a send buffer grow") \
	X(TCP_SEND_BUFFER_BY_WINDOW, "buf-send-by-window", "RFC9293:MAY-16", \
	  "lets a send buffer grow by the size of segments that a small window leaves") \
	X(TCP_URGENT_IN_BURSTS, "tcp-urgent-in-bursts", "RFC9293:3.8.5-URGADD", \
	  "joins urgent text into bursts like any other") \
	X(TCP_OVERRIDE_PUSHED_ONCE, "tcp-override-pushed-once", "RFC9293:3.8.6.2.1-SENDRULES", \
	  "pushes the part that fits a small window only the first time") \
	X(TCP_HELD_PROBE_SENDS, "tcp-held-probe-sends", "RFC8985:7.3-ONE", \
	  "lets go what waits when a probe of the tail is due, but does not go because one is on its way") \
	X(TCP_PROBE_NOT_PUT_OFF, "tcp-probe-not-put-off", "RFC9293:MUST-37", \
	  "probes a window that an ACK has just said to be shut") \
	X(TCP_ACCECN_SELDOM_UNKNOWN, "tcp-accecn-seldom-unknown", "RFC9768:3.2.2.5.2-SAFE", \
	  "takes an ACK of many segments for a wrap of ACE, though the peer acknowledges as seldom as that") \
	X(TCP_ACCECN_FIRST_KNOWN, "tcp-accecn-first-known", "RFC9768:3.2.2.5.2-SAFE", \
	  "believes the first AccECN option of a peer, which has no other to compare with") \
	X(TCP_NOTSENT_POLL, "buf-notsent-poll", "RFC9293:MAY-16", \
	  "is writable though as much as TCP_NOTSENT_LOWAT waits") \
	X(TCP_CHUNKS_FREE, "buf-chunks-free", "RFC9293:MAY-16", "charges a send buffer for octets alone") \
	X(TCP_CHUNK_WAITS, "buf-chunk-waits", "RFC9293:3.8.6.2.1-SENDRULES", \
	  "lets a full chunk wait for the end of its SEND") \
	X(TCP_NOT_COLLAPSED, "buf-not-collapsed", "RFC9293:3.10.7.4-TEXT", \
	  "drops text rather than copy small packets together") \
	X(TCP_RENEGED_REPORTED, "tcp-reneged-reported", "RFC2018:8-RENEGEOLD", \
	  "goes on reporting early text after it gave some of it up") \
	X(TCP_WINDOW_NEVER_OPENS, "tcp-window-never-opens", "RFC9293:3.8.6.2.2-WNDUPD", \
	  "never offers more than at the start") \
	X(TCP_RECEIVE_BUFFER_FIXED, "buf-receive-fixed", "RFC9293:3.8.6.2.2-WNDUPD", \
	  "never lets a receive buffer grow") \
	X(TCP_FULL_NOT_SHUT, "tcp-full-not-shut", "RFC9293:3.8.6.1-PROBEACK", \
	  "leaves the window open though the buffer is full") \
	X(TCP_READ_NOT_ACKED, "tcp-read-not-acked", "RFC9293:MUST-59", \
	  "lets an ACK wait though the user has read all") \
	X(TCP_SMALL_AGAIN, "tcp-small-again", "RFC9293:SHLD-27", "sends small segments again one by one") \
	X(TCP_NO_KEEPALIVE, "tcp-no-keepalive", "RFC1122:4.2.3.6-PROBESEQ", "sends no keep-alive probes") \
	X(TCP_URGENT_IGNORED, "tcp-urgent-ignored", "RFC9293:MUST-30", "ignores the urgent pointer") \
	X(TCP_WINDOW_SIGNED, "tcp-window-signed", "RFC9293:MUST-1", "takes a window above 32767 for a negative one") \
	X(TCP_WINDOW_SHORT, "tcp-window-short", "RFC9293:REC-1", "keeps 16 bits of a scaled window") \
	X(TCP_FIN_CLOSES, "tcp-fin-closes", "RFC9293:3.6-NOAUTOFIN", "sends its FIN as soon as one arrives") \
	X(TCP_URGENT_LATE, "tcp-urgent-late", "RFC9293:3.10.7.4-URGIGN", "heeds urgent pointers behind the FIN") \
	X(TCP_BAD_RESET_TAKEN, "tcp-bad-reset-taken", "RFC9293:3.10.7.3-BADACKRST", \
	  "believes a RST in SYN-SENT whatever it acknowledges") \
	X(TCP_SYN_GIVEN_UP, "tcp-syn-given-up", "RFC9293:MUST-23", "gives up SYNs after half a minute") \
	X(TCP_RETRIES_COUNTED, "tcp-retries-counted", "RFC9293:MUST-20", "counts retries where R2 is a time") \
	X(TCP_TEXT_GIVEN_UP, "tcp-text-given-up", "RFC9293:SHLD-11", "gives up text after half a minute") \
	X(TCP_REFUSAL_IGNORED, "tcp-refusal-ignored", "RFC9293:3.10.7.3-RSTACK", \
	  "in SYN-SENT takes no notice of a reset that acknowledges its SYN") \
	X(TCP_ANY_REFUSAL, "tcp-any-refusal", "RFC9293:3.10.7.3-RSTNOACK", \
	  "in SYN-SENT believes a reset that acknowledges nothing") \
	X(TCP_OPENS_WITHOUT_SYN, "tcp-opens-without-syn", "RFC9293:3.10.7.3-NOSYN", \
	  "in SYN-SENT takes a segment without SYN for the answer") \
	X(TCP_RESET_AS_END, "tcp-reset-as-end", "RFC9293:3.10.7.4-RSTEST", \
	  "ends an open connection that is reset without an error") \
	X(TCP_CLOSING_RESET_IGNORED, "tcp-closing-reset-ignored", "RFC9293:3.10.7.4-RSTCLOSING", \
	  "takes no notice of a reset in CLOSING and LAST-ACK") \
	X(TCP_HALF_OPEN_RESET_IGNORED, "tcp-half-open-reset-ignored", "RFC9293:3.10.7.4-RSTSYNRCVDP", \
	  "keeps a half-open connection that was reset") \
	X(TCP_SIMULTANEOUS_ACK_REFUSED, "tcp-simultaneous-ack-refused", "RFC9293:MUST-10", \
	  "refuses an ACK of nothing new after a simultaneous open, where the host wants to take it") \
	X(TCP_TIME_WAIT_PORT_KEPT, "tcp-time-wait-port-kept", "RFC9293:MAY-2", \
	  "chooses no port of a connection in TIME-WAIT, however long it has been in it") \
	X(TCP_HALF_OPEN_ECHO_TAKEN, "tcp-half-open-echo-taken", "RFC7323:5.3-R1", \
	  "takes what echoes a time-stamp that no SYN,ACK had, where the host wants to look at it") \
	X(TCP_HALF_OPEN_ACK_SILENT, "tcp-half-open-ack-silent", "RFC9293:3.10.7.4-SYNRCVDBAD", \
	  "is silent to a wrong ACK in SYN-RECEIVED") \
	X(TCP_ACK_FLAG_UNASKED, "tcp-ack-flag-unasked", "RFC9293:3.10.7.4-NOACK", \
	  "takes segments without the ACK flag") \
	X(TCP_EMPTY_AT_LEFT_ONLY, "tcp-empty-at-left-only", "RFC9293:3.10.7.4-SEQ0W", \
	  "takes a segment without text only at the left edge of its window") \
	X(TCP_FIN_WAIT_ANY_ACK, "tcp-fin-wait-any-ack", "RFC9293:3.10.7.4-FW1", \
	  "takes any ACK in FIN-WAIT-1 for that of its FIN") \
	X(TCP_CLOSING_ANY_ACK, "tcp-closing-any-ack", "RFC9293:3.10.7.4-CLOSING", \
	  "takes any ACK in CLOSING for that of its FIN") \
	X(TCP_LAST_ACK_ANY_ACK, "tcp-last-ack-any-ack", "RFC9293:3.10.7.4-LASTACK", \
	  "takes any ACK in LAST-ACK for that of its FIN") \
	X(TCP_CLOSING_ENDS, "tcp-closing-ends", "RFC9293:3.6-SIMCLOSE", \
	  "has no TIME-WAIT when both ends closed at once") \
	X(TCP_NO_CLOSING, "tcp-no-closing", "RFC9293:3.10.7.4-FINFW1", \
	  "takes a FIN in FIN-WAIT-1 for the ACK of its own") \
	X(TCP_EARLY_FIN_LOST, "tcp-early-fin-lost", "RFC9293:3.10.7.4-FINOOO", \
	  "forgets a FIN in front of which text is missing") \
	X(TCP_URGENT_UNFLAGGED, "tcp-urgent-unflagged", "RFC9293:3.1-URPIGN", \
	  "heeds the urgent pointer without its flag") \
	X(TCP_LISTEN_RESET_HEEDED, "tcp-listen-reset-heeded", "RFC9293:3.10.7.2-RST", "lets a reset end a listener") \
	X(TCP_LISTEN_OTHER_RESET, "tcp-listen-other-reset", "RFC9293:3.10.7.2-OTHER", \
	  "resets in LISTEN what has no flag that means anything there") \
	X(TCP_RESET_FROM_ZERO, "tcp-reset-from-zero", "RFC9293:3.10.7.1-ACK", \
	  "gives all resets of its own accord the number 0") \
	X(TCP_RESET_UNCOUNTED, "tcp-reset-uncounted", "RFC9293:3.10.7.1-NOACK", \
	  "does not count text, SYN and FIN in the ACK of a reset") \
	X(TCP_CLOSE_WAIT_MUTE, "tcp-close-wait-mute", "RFC9293:3.10.2-CLOSEWAIT", \
	  "lets nobody write once the peer has closed") \
	X(TCP_EQUAL_STAMP_OLD, "tcp-equal-stamp-old", "RFC7323:5.3-EQUAL", \
	  "takes a time-stamp that is the last one again for old") \
	X(TCP_STAMPS_UNSIGNED, "tcp-stamps-unsigned", "RFC7323:5.2-WRAP", \
	  "takes time-stamps that have wrapped for old") \
	X(TCP_RESET_STAMPS_READ, "tcp-reset-stamps-read", "RFC7323:5.2-RSTNOPAWS", \
	  "drops resets with an old time-stamp") \
	X(TCP_SHIFT_IGNORED, "tcp-shift-ignored", "RFC7323:2.3-LSHIFT", "reads windows as if there were no shift") \
	X(TCP_RST_IN_DOUBT, "tcp-rst-in-doubt", "RFC9293:3.5.2-UNCLEAR", "answers unacceptable segments with a RST") \
	X(TCP_UNKNOWN_TEXT, "tcp-unknown-text", "RFC9293:3.5.1-HALFOPEN-DATA", \
	  "is silent to text that belongs to no connection") \
	X(TCP_OPTIONS_FREE, "tcp-options-free", "RFC9293:3.7.1-OPTREDUCE", \
	  "does not count options into the size of segments") \
	X(TCP_RESET_UNTOLD, "tcp-reset-untold", "RFC9293:3.10.7.4-RSTSYNRCVDA", \
	  "does not tell of a RST in SYN-RECEIVED") \
	X(TCP_SACK_WITHOUT_FIN, "tcp-sack-without-fin", "RFC2018:4-ALL", "tells of no FIN that is early") \
	X(TCP_MORE_HELD, "tcp-more-held", "RFC9293:MAY-16", \
	  "holds text back that was sent with MSG_MORE, though an ACK came") \
	X(TCP_REMNANT_WHOLE, "tcp-remnant-whole", "RFC9293:SHLD-3", \
	  "keeps all of a connection without a user, and answers what comes for it") \
	X(STAMPS_OF_CALL, "stamps-of-call", "RFC9293:3.9.1.8-ASYNC", \
	  "heeds no time-stamps that are asked for one write alone") \
	X(TCP_SHUT_FORGOTTEN, "tcp-shut-forgotten", "RFC9293:3.9.1.8-ASYNC", \
	  "forgets what was shut before there was a connection") \
	X(TCP_CLAMP_TAKEN_BACK, "tcp-clamp-taken-back", "RFC9293:3.9.1.8-ASYNC", \
	  "lets the user take back the limit of a window that others rely on") \
	X(TCP_ERRORS_QUEUED, "tcp-errors-queued", "RFC9293:3.9.1.8-ASYNC", \
	  "puts errors of an open connection where SO_ERROR does not tell them") \
	X(STAMPS_ONCE, "stamps-once", "RFC9293:3.9.1.8-ASYNC", "tells nothing of what is sent again") \
	X(ZERO_COPY_KEPT, "zero-copy-kept", "RFC9293:3.9.1.8-ASYNC", \
	  "does not give back what was written without a copy when a connection is reset") \
	X(EPOLL_EVERY_ACK, "epoll-every-ack", "RFC9293:3.9.1.8-ASYNC", \
	  "takes each ACK for room that somebody waits for") \
	X(TCP_SYN_UNCOUNTED, "tcp-syn-uncounted", "RFC9293:3.4-SYNFINSEQ", \
	  "takes a SYN for a segment without a sequence number") \
	X(TCP_ECN_OF_USER, "tcp-ecn-of-user", "RFC3168:5-ECT0", "lets the user of a stream set the bits of ECN") \
	X(TCP_LISTEN_ALONE, "tcp-listen-alone", "RFC9293:MUST-42", "listens on no port that any other socket has") \
	X(TCP_OPEN_TWICE, "tcp-open-twice", "RFC9293:3.10.1-EXISTS", \
	  "says of an OPEN of what is open already that it succeeded") \
	X(TCP_SEND_UNOPENED, "tcp-send-unopened", "RFC9293:3.10.2-NOCONN", \
	  "says of a connection that there never was that it is closed") \
	X(TCP_CONNECT_GROUP, "tcp-connect-group", "RFC9293:MUST-46", "connects to broadcast and multicast addresses") \
	X(TCP_SYN_TEXT_AGAIN_RESETS, "tcp-syn-text-again-resets", "RFC9293:3.10.7.4-SEQLW", \
	  "takes a SYN with text that comes again for one inside the window") \
	X(TCP_SYN_WINDOW_CHANGES, "tcp-syn-window-changes", "RFC9293:SHLD-14", \
	  "offers another window when a SYN is sent again with a smaller MSS") \
	X(TCP_HALF_OPEN_DUPLICATE, "tcp-half-open-duplicate", "RFC2883:4-FIRST", \
	  "says in SYN-RECEIVED that old text came twice") \
	X(TCP_MSS_WHOLE_WINDOW, "tcp-mss-whole-window", "RFC9293:3.8.6.2.1-SENDRULES", \
	  "sends segments as large as the window of a receiver with little room") \
	X(TCP_RESERVED_REFUSED, "tcp-reserved-refused", "RFC9293:3.1-RSRVD", "drops segments with reserved bits") \
	X(TCP_ODD_REFUSED, "tcp-odd-refused", "RFC9293:3.1-ODDPAD", "takes odd lengths for a wrong checksum") \
	X(TCP_NO_PSEUDO_HEADER, "tcp-no-pseudo-header", "RFC9293:MUST-2", \
	  "leaves addresses out of the checksums that it sends") \
	X(TCP_BAD_CHECKSUM_TAKEN, "tcp-bad-checksum-taken", "RFC9293:MUST-3", "takes segments with a wrong checksum") \
	X(TCP_ICMP_UNCHECKED, "tcp-icmp-unchecked", "RFC5927:4.1-SEQCHECK", \
	  "believes ICMP errors about sequence numbers that are not in flight") \
	X(TCP_ICMP_HARD, "tcp-icmp-hard", "RFC9293:MUST-56", "soft ICMP errors end connections") \
	X(TCP_QUENCH, "tcp-quench", "RFC6633:3-TCP-DISCARD", "shrinks its congestion window on Source Quench")

enum defect {
#define X(id, name, requirement, text) DEFECT_##id,
	STACK_DEFECTS(X)
#undef X
	DEFECT_COUNT
};

struct stack_defect {
	const char *name, *requirement, *text;
};

extern const struct stack_defect stack_defects[DEFECT_COUNT];

/* False: no such name. */
bool stack_defect_enable(struct stack_config *c, const char *name);

#endif
