/* SPDX-License-Identifier: MIT
 *
 * tcp_key_option.h - the values of the socket options that set keys, in Linux layout
 *
 * The stack reads them in its setsockopt(), and the tester reads them as well, because it signs with the keys that the
 * script gives to the stack. TCP_MD5SIG has its structure in <linux/tcp.h>; those of TCP-AO are not in the headers of
 * all systems that this builds on, so they stand here, with the same members at the same places.
 */
#ifndef WIRE_TCP_KEY_OPTION_H
#define WIRE_TCP_KEY_OPTION_H

#include <sys/socket.h>

#include "wire/tcp_signature.h"

enum {
	OPTION_TCP_AO_ADD_KEY = 38, OPTION_TCP_AO_DEL_KEY = 39, OPTION_TCP_AO_INFO = 40, OPTION_TCP_AO_GET_KEYS = 41,
	OPTION_TCP_AO_REPAIR = 42,
};

enum { AO_ALGORITHM_NAME_BYTES = 64 };

/* Bits of the members .set. */
enum {
	AO_SET_CURRENT = 1, AO_SET_RNEXT = 2, AO_REQUIRED = 4, AO_DELETE_ASYNC = 4, AO_SET_COUNTERS = 8,
	AO_ACCEPT_ICMPS = 16
};
enum { AO_KEY_IFINDEX = 1, AO_KEY_EXCLUDE_OPTIONS = 2 }; /* bits of .keyflags */

struct ao_add_option {
	struct sockaddr_storage addr;
	char alg_name[AO_ALGORITHM_NAME_BYTES];              /* "hmac(sha1)", "cmac(aes128)" */
	int32_t ifindex;
	uint32_t set;
	uint16_t reserved;
	uint8_t prefix, sndid, rcvid, maclen, keyflags, keylen;
	uint8_t key[TCP_KEY_BYTES];
} __attribute__((aligned(8)));

struct ao_delete_option {
	struct sockaddr_storage addr;
	int32_t ifindex;
	uint32_t set;
	uint16_t reserved;
	uint8_t prefix, sndid, rcvid, current_key, rnext, keyflags;
} __attribute__((aligned(8)));

struct ao_info_option {
	uint32_t set;
	uint16_t reserved;
	uint8_t current_key, rnext;
	uint64_t pkt_good, pkt_bad, pkt_key_not_found, pkt_ao_required, pkt_dropped_icmp;
} __attribute__((aligned(8)));

struct ao_get_option {
	struct sockaddr_storage addr;
	char alg_name[AO_ALGORITHM_NAME_BYTES];
	uint8_t key[TCP_KEY_BYTES];
	uint32_t nkeys;
	uint16_t which;                                      /* bits: current, rnext, all; the others 0 */
	uint8_t sndid, rcvid, prefix, maclen, keyflags, keylen;
	int32_t ifindex;
	uint64_t pkt_good, pkt_bad;
} __attribute__((aligned(8)));

struct ao_repair_option {
	uint32_t snt_isn, rcv_isn, snd_sne, rcv_sne;         /* the first two in network byte order */
} __attribute__((aligned(8)));

/* A key, and for whom it is: what an option's value says. */
struct tcp_key {
	bool ao;                                             /* of TCP-AO, else of MD5 */
	struct ip_address address;                           /* of the peer; IPv4 also where it came mapped into IPv6 */
	uint8_t prefix;                                      /* bits of it that count */
	int32_t interface;                                   /* 0: any */
	struct tcp_ao_key secret;                            /* MD5: length and octets alone count */
	uint8_t send_id, receive_id;                         /* TCP-AO: KeyID that goes out, and that is looked for */
};

/* Read the value of TCP_MD5SIG, TCP_MD5SIG_EXT or TCP_AO_ADD_KEY. 0, or the errno with which Linux refuses a value that
 * cannot be one: EINVAL, EFAULT; ENOENT for an unknown algorithm. MD5 without length asks for removal. */
int tcp_key_read(int name, const void *value, size_t length, struct tcp_key *out);
/* The address of @from; version 0 where the family is neither. */
void tcp_key_address(const struct sockaddr_storage *from, struct ip_address *out);
/* Is @peer one of those for whom the key is? */
bool tcp_key_is_for(const struct tcp_key *key, const struct ip_address *peer);

#endif
