/* SPDX-License-Identifier: MIT
 *
 * scripted_contents.c - the bytes that a packet line writes for its data
 */
#include "script/scripted_packet.h"

bool scripted_contents(struct scripted_builder *b)
{
	const struct packet_spec *spec = b->spec;
	struct evaluation_error error;
	uint8_t *bytes;

	if (!spec->payload)
		return true;
	if (spec->ranges.length)
		return scripted_error(b, spec->payload->loc, "contents need a length",
		                      "write how many bytes there are, as in 1:6(5) and udp (5)");
	if (spec->payload_length < 0 || spec->payload_length > UINT16_MAX)
		return false;                                    /* it has been reported */
	if (!expr_contents(spec->payload, b->arena, (size_t)spec->payload_length, &bytes, &error))
		return scripted_error(b, spec->payload->loc, error.text,
		                      "the length of the line counts; pattern(\"ab\") fills it");
	b->scripted->packet.payload = bytes;
	return true;
}
