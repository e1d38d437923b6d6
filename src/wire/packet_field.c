/* SPDX-License-Identifier: MIT
 *
 * packet_field.c - the table of the fields of packets
 */
#include "wire/packet_field.h"

const struct packet_field_row packet_fields[PACKET_FIELDS] = {
	[PACKET_FIELD_NONE] = { "", PACKET_FIELD_NONE, 0, PACKET_FIELD_ALONE },
#define X(id, name, shown, letter, role) \
	[PACKET_FIELD_##id] = { name, PACKET_FIELD_##shown, letter, PACKET_FIELD_##role },
	PACKET_FIELD_ROWS(X)
#undef X
};
