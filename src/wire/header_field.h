/* SPDX-License-Identifier: MIT
 *
 * header_field.h - the fields of IP, TCP, UDP and ICMP headers by name, as bits of the bytes on the wire
 *
 * Most of a packet line is about what a header means. These fields are about the bits themselves: a version that does
 * not exist, a data offset that points into the options, a wrong checksum. So a field is a row here, with its header
 * and its bits, and everything else uses the rows: what a script may write, what is put into an injected packet when
 * all else of it has been computed, and what is read from one that was expected.
 */
#ifndef WIRE_HEADER_FIELD_H
#define WIRE_HEADER_FIELD_H

#include "wire/packet.h"

struct header_field {
	enum header_type type;
	const char *word;                                    /* of the script language */
	const char *name;                                    /* as messages print it: "ipv4_id" */
	uint8_t bit, width;                                  /* the first bit, from the start of the header, and how
	                                                        many: 32 at most */
	bool checksum;
};

/* Row @index, from 0 on; NULL behind the last. */
const struct header_field *header_field_at(size_t index);
/* Has any header a field of that name? */
bool header_field_known(const char *word);
/* NULL: a header of @type has no such field. */
const struct header_field *header_field(enum header_type type, const char *word);

/* @header: the first byte of the header; all of it must be there. */
uint32_t header_field_get(const struct header_field *f, const uint8_t *header);
void header_field_put(const struct header_field *f, uint8_t *header, uint32_t value);

#endif
