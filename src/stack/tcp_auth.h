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
	uint64_t good, bad;                                  /* segments that it was tried on; TCP-AO */
};

/* With what one segment is signed when all else of it is written. */
struct tcp_signer {
	const struct tcp_key *key;                           /* NULL: it is not signed */
	uint8_t traffic[TCP_AO_TRAFFIC_KEY_BYTES];           /* TCP-AO ... */
	uint32_t extension;
};

void tcp_auth_free(struct tcp *t);
void tcp_auth_start(struct tcp *t);                      /* a new connection; the keys stay */

/* ---- keys ---- */

/* Add @key, or replace the MD5 key of the same peers. 0, or an errno. */
int tcp_auth_add(struct tcp *t, const struct tcp_key *key);
/* Remove the MD5 key of the same peers as @key, or the TCP-AO key of its ids, too. 0, or ENOENT. */
int tcp_auth_remove(struct tcp *t, const struct tcp_key *key);
/* A child gets what its listener has for its peer, and speaks as its SYN @seg did. False: no memory. */
bool tcp_auth_inherit(struct tcp *child, const struct tcp *listener, const struct tcp_segment *seg);
/* The key with which the connection signs now; NULL: with none. */
const struct tcp_key *tcp_auth_key(const struct tcp *t);
/* The TCP-AO key that is looked for by one of its ids; -1: any. NULL: there is none. */
struct tcp_auth_key *tcp_auth_find_ao(const struct tcp *t, const struct ip_address *peer, int send_id, int receive_id);
/* What goes out next, and what the peer is asked to use: TCP-AO keys of this socket, or NULL to leave them. */
void tcp_auth_choose(struct tcp *t, struct tcp_auth_key *current, struct tcp_auth_key *rnext);
void tcp_auth_set_rules(struct tcp *t, bool required, bool accept_icmp);
/* The counters of TCP_AO_INFO, all of them. */
void tcp_auth_set_counters(struct tcp *t, const struct ao_info_option *from);

/* ---- segments ---- */

/* Octets that the signature takes in each segment, with its padding. */
uint32_t tcp_auth_option_bytes(const struct tcp *t);
/* Keep the place for the signature, at the head of the options; of an MD5 key. */
void tcp_auth_write_md5(struct tcp_header *h, size_t *used);
/* The same for whatever the connection signs with. */
void tcp_auth_write_option(const struct tcp *t, struct tcp_header *h, size_t *used);
/* What signs the segment of @h; its sequence number is noted. */
void tcp_auth_prepare(struct tcp *t, const struct tcp_header *h, struct tcp_signer *signer);
/* Fill in the signature of the segment of @length octets at @bytes, whose checksum is zero. */
void tcp_auth_sign(const struct tcp_signer *signer, const struct ip_address *source,
                   const struct ip_address *destination, uint8_t *bytes, size_t length);
/* May the segment go on? Else it is dropped without an answer (RFC 2385, 2.0; RFC 5925, 7.5), and the reason is told.
 * The segment knows afterwards which MD5 key it was signed with. */
bool tcp_auth_accepts(struct tcp *t, struct tcp_segment *seg);

/* RFC 5925, 7.8: are ICMP errors of this connection left unheeded? */
bool tcp_auth_ignores_icmp(const struct tcp *t);
void tcp_auth_icmp_dropped(struct tcp *t);               /* one was */

#endif
