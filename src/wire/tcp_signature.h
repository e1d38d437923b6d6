/* SPDX-License-Identifier: MIT
 *
 * tcp_signature.h - signatures of TCP segments: MD5 (RFC 2385) and TCP-AO (RFC 5925) with its algorithms (RFC 5926)
 *
 * These functions know only bytes and keys. They serve the reference stack and the tester, which is its peer and must
 * sign with the same keys. Which key belongs to a connection, and what happens to a segment with a wrong signature, is
 * decided elsewhere.
 *
 * A segment is signed when everything else in it is written: the option for the signature has its place, with any
 * octets, and both it and the checksum count as zero (TCP-AO) or not at all (MD5, which leaves all options out). So
 * signing and verifying are one computation. The hashes come from nettle, whose parts are linked one by one and need no
 * set-up at run time.
 */
#ifndef WIRE_TCP_SIGNATURE_H
#define WIRE_TCP_SIGNATURE_H

#include "wire/packet.h"
#include "wire/tcp_option.h"

enum { TCP_KEY_BYTES = 80, TCP_AO_TRAFFIC_KEY_BYTES = 20, TCP_AO_MAC_MOST = 20, TCP_AO_MAC_BYTES = 12 };

/* RFC 5926, 3.2: a KDF and its MAC go together; nothing needs an implementation that mixes them. */
enum tcp_ao_algorithm { TCP_AO_HMAC_SHA1, TCP_AO_AES_128_CMAC };

/* A master key tuple without its ids and its connection (RFC 5925, 3.1). */
struct tcp_ao_key {
	enum tcp_ao_algorithm algorithm;
	bool exclude_options;                                /* the MAC covers no option but its own */
	uint8_t mac_length;                                  /* TCP_AO_MAC_BYTES by RFC 5926, 2.1 */
	uint8_t length;
	uint8_t master[TCP_KEY_BYTES];
};

/* A segment as it is on the wire, from its TCP header on. */
struct signed_segment {
	const struct ip_address *source, *destination;
	const uint8_t *bytes;
	size_t length;
};

/* RFC 2385, 2.0: over the pseudo-header, the header without options and with a zero checksum, the text, and the key. */
void tcp_md5_digest(const struct signed_segment *segment, const uint8_t *key, size_t key_length,
                    uint8_t digest[TCP_MD5_BYTES]);

/* RFC 5925, 5.2, and RFC 5926, 3.1.1: the key of one direction of one connection. @tuple and the numbers are those of
 * the direction in which segments go; a number that is not known yet (of a SYN without ACK) is 0. */
void tcp_ao_traffic_key(const struct tcp_ao_key *key, const struct tuple *tuple, uint32_t source_isn,
                        uint32_t destination_isn, uint8_t out[TCP_AO_TRAFFIC_KEY_BYTES]);
/* RFC 5925, 5.1: @sne is the sequence number extension. Of @mac only the first mac_length octets count. The segment has
 * a TCP-AO option; false: it has none, or is malformed. */
bool tcp_ao_mac(const struct tcp_ao_key *key, const uint8_t traffic_key[TCP_AO_TRAFFIC_KEY_BYTES], uint32_t sne,
                const struct signed_segment *segment, uint8_t mac[TCP_AO_MAC_MOST]);

/* The sequence number extension of @seq near @reference, whose own is @sne (RFC 5925, 6.2). */
uint32_t tcp_ao_extension(uint32_t sne, uint32_t reference, uint32_t seq);

#endif
