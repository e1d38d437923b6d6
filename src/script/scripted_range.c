/* SPDX-License-Identifier: MIT
 *
 * scripted_range.c - the ranges that all parts of a packet share, and the places of their errors
 */
#include <inttypes.h>

#include "script/scripted_packet.h"

bool scripted_range(struct scripted_builder *b, struct loc at, int64_t value, int64_t most, const char *headline)
{
	if (value >= 0 && value <= most)
		return true;
	const char *beyond = value == INT64_MAX ? "at least " : value == INT64_MIN ? "at most " : "";
	return scripted_error(b, at, headline, "%s%" PRId64 " is written, 0 to %" PRId64 " is allowed",
	                      beyond, value, most);
}

struct loc scripted_loc(const struct scripted_builder *b, struct loc at)
{
	return at.line == b->spec->loc.line ? at : b->spec->loc;
}

bool scripted_sequence(struct scripted_builder *b, struct loc at, int64_t start, int64_t end, int64_t length)
{
	bool ok = scripted_range(b, at, start, UINT32_MAX, "TCP start sequence number out of range");

	ok &= scripted_range(b, at, end, UINT32_MAX, "TCP end sequence number out of range");
	ok &= scripted_range(b, at, length, UINT16_MAX, "TCP payload size out of range");
	if (ok && end != start + length)
		return scripted_error(b, at, "inconsistent TCP sequence numbers and payload size",
		                      "%" PRId64 " + %" PRId64 " is %" PRId64 ", not %" PRId64,
		                      start, length, start + length, end);
	return ok;
}

bool scripted_loose(struct scripted_builder *b, const struct number_range *range, int64_t most, const char *headline)
{
	bool ok = true;

	if (!range)
		return true;
	if (b->spec->direction == DIRECTION_INBOUND)
		return scripted_error(b, range->loc, "a number of an injected packet has one value",
		                      "*, LEAST~MOST and {N, ...} are for packets that are expected");
	if (range->kind == NUMBER_SPAN)
		return scripted_range(b, range->loc, range->low, most, headline) &&
		       scripted_range(b, range->loc, range->high, most, headline);
	for (int i = 0; i < range->count; i++)
		ok &= scripted_range(b, range->loc, range->values[i], most, headline);
	return ok;
}
