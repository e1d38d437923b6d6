/* SPDX-License-Identifier: MIT
 *
 * membership.h - messages about groups: IGMP (RFC 1112, RFC 2236, RFC 3376) and MLD (RFC 2710, RFC 3810)
 *
 * Both protocols say the same with different numbers, so there is one vocabulary for both, which scripts use as well:
 *
 *	igmp v3 query 224.1.2.3 (10.0.0.1)     mld v2 query ff02::1:3
 *	igmp v3 report 224.1.2.3 to_ex ()      mld v2 report ff02::1:3 is_in (fe80::7)
 *	igmp v2 report 224.1.2.3               mld v1 report ff02::1:3
 *	igmp leave 224.1.2.3                   mld done ff02::1:3
 *
 * A message is what stands behind the IP header, or behind the hop-by-hop options of IPv6.
 */
#ifndef WIRE_MEMBERSHIP_H
#define WIRE_MEMBERSHIP_H

#include "util/buf.h"
#include "wire/header_field.h"

enum {
	IGMP_QUERY = 0x11, IGMP_V1_REPORT = 0x12, IGMP_V2_REPORT = 0x16, IGMP_LEAVE = 0x17, IGMP_V3_REPORT = 0x22,
	MLD_QUERY = 130, MLD_V1_REPORT = 131, MLD_DONE = 132, MLD_V2_REPORT = 143,
};

/* Types of the records of a report (RFC 3376, 4.2.12; RFC 3810, 5.2.12). */
enum membership_change { MODE_IS_INCLUDE = 1, MODE_IS_EXCLUDE, CHANGE_TO_INCLUDE, CHANGE_TO_EXCLUDE, ALLOW_SOURCES,
	BLOCK_SOURCES };

/* One kind of message, in one version of one of the protocols. */
struct membership_kind {
	uint8_t ip_version;                                  /* 4: IGMP, 6: MLD */
	const char *version, *word;                          /* "v3" (NULL: none is written) and "query" */
	uint8_t type;
	bool records;                                        /* a report of groups and sources */
	uint8_t head;                                        /* bytes in front of records or sources; of all others
	                                                        its whole length */
	const char *to;                                      /* where it goes; NULL: to its group */
};

/* Row @index, from 0 on; NULL behind the last. */
const struct membership_kind *membership_kind_at(size_t index);
/* The kind of message that @message is. NULL: it is none, and *why says what is wrong with it. */
const struct membership_kind *membership_kind(uint8_t ip_version, const uint8_t *message, size_t length,
                                              const char **why);

/* A query of a version that may name sources. */
bool membership_asks_for_sources(const struct membership_kind *k);

/* "to_ex" for CHANGE_TO_EXCLUDE; NULL for what is no type of a record. And back: 0 for no such word. */
const char *membership_change_word(uint8_t change);
uint8_t membership_change(const char *word);

/* A field of @ip_version's messages by its name: max, s, qrv and qqic of queries, sum of all. NULL: there is none. */
const struct header_field *membership_field(uint8_t ip_version, const char *word);
bool membership_field_known(const char *word);

/* Is the IP packet in @bytes a message about groups? Then *at is where the message begins, and true is returned. */
bool membership_find(const uint8_t *bytes, size_t length, size_t *at);
/* Is the option that makes routers look at it there (RFC 2113, RFC 2711)? @bytes is such a packet. */
bool membership_alerts_routers(const uint8_t *bytes, size_t length);
/* Append the message in words of scripts. One that is malformed is told as such. */
void membership_print(struct buf *out, uint8_t ip_version, const uint8_t *message, size_t length);
/* Does the message, which is well-formed, name one of the groups that @other names? */
bool membership_shares_group(uint8_t ip_version, const uint8_t *message, size_t length, const uint8_t *other,
                             size_t other_length);

#endif
