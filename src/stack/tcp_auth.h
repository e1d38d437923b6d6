/* SPDX-License-Identifier: MIT
 *
 * tcp_auth.h - signed segments: MD5 (RFC 2385) and TCP-AO (RFC 5925)
 */
#ifndef STACK_TCP_AUTH_H
#define STACK_TCP_AUTH_H

#include "stack/tcp.h"
#include "wire/tcp_key_option.h"

/* A key of a socket. */
struct tcp_auth_key {
	struct tcp_auth_key *next;                           /* older */
	struct tcp_key key;
	uint64_t good, bad;                                  /* segments that were checked with it; TCP-AO */
};

/* What a segment is signed with, once everything else in it is written. */
struct tcp_signer {
	const struct tcp_key *key;                           /* NULL: the segment is not signed */
	uint8_t traffic[TCP_AO_TRAFFIC_KEY_BYTES];           /* TCP-AO ... */
	uint32_t extension;
};

void tcp_auth_free(struct tcp *t);
void tcp_auth_start(struct tcp *t);                      /* a new connection; the keys stay */

/* The connection is open. If it is signed, segments leave one by one from then on: a device that cuts bursts could not
 * sign the pieces. */
void tcp_auth_open(struct tcp *t);

/* ---- keys ---- */

/* Add @key, or replace the MD5 key of the same peers. 0, or an errno. */
int tcp_auth_add(struct tcp *t, const struct tcp_key *key);
/* Remove the MD5 key for the peers of @key, or the TCP-AO key with its ids as well. 0, or ENOENT. */
int tcp_auth_remove(struct tcp *t, const struct tcp_key *key);
/* A child gets its listener's keys for its peer, and signs as its SYN @seg was signed. False: no memory. */
bool tcp_auth_inherit(struct tcp *child, const struct tcp *listener, const struct tcp_segment *seg);
/* The key with which the connection signs now; NULL: with none. */
const struct tcp_key *tcp_auth_key(const struct tcp *t);
/* Finds a TCP-AO key by one of its ids; -1: any. NULL: there is none. */
struct tcp_auth_key *tcp_auth_find_ao(const struct tcp *t, const struct ip_address *peer, int send_id, int receive_id);
/* Set the TCP-AO key to sign with, and the one that the peer is asked to use: keys of this socket, or NULL to leave one
 * as it is. */
void tcp_auth_choose(struct tcp *t, struct tcp_auth_key *current, struct tcp_auth_key *rnext);
void tcp_auth_set_rules(struct tcp *t, bool required, bool accept_icmp);
/* Set all counters of TCP_AO_INFO. */
void tcp_auth_set_counters(struct tcp *t, const struct ao_info_option *from);

/* ---- segments ---- */

/* Octets that the signature takes in each segment, with its padding. */
uint32_t tcp_auth_option_bytes(const struct tcp *t);
/* Keep room for the signature of an MD5 key, at the head of the options. */
void tcp_auth_write_md5(struct tcp_header *h, size_t *used);
/* The same for whatever the connection signs with. */
void tcp_auth_write_option(const struct tcp *t, struct tcp_header *h, size_t *used);
/* What signs the segment with header @h, whose sequence number is noted. */
void tcp_auth_prepare(struct tcp *t, const struct tcp_header *h, struct tcp_signer *signer);
/* Fill in the signature of the segment of @length octets at @bytes, whose checksum is zero. */
void tcp_auth_sign(const struct tcp_signer *signer, const struct ip_address *source,
                   const struct ip_address *destination, uint8_t *bytes, size_t length);
/* Is the segment accepted? If not, it is to be dropped without an answer (RFC 2385, 2.0; RFC 5925, 7.5), and the reason
 * has been reported. Afterwards @seg has the MD5 key with which it was signed. */
bool tcp_auth_accepts(struct tcp *t, struct tcp_segment *seg);

/* RFC 5925, 7.8: are ICMP errors about this connection ignored? */
bool tcp_auth_ignores_icmp(const struct tcp *t);
void tcp_auth_icmp_dropped(struct tcp *t);               /* counts one that was */

#endif
