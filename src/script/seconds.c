/* SPDX-License-Identifier: MIT
 *
 * seconds.c - times as a script writes them, in seconds
 */
#include "script/seconds.h"

#include <stdlib.h>

#include "script/ast.h"

/* Truncated to whole microseconds, after multiplication. */
vtime_t seconds_read(const char *text, struct loc loc, struct diags *diags)
{
	double seconds = strtod(text, NULL);

	if (*text == '-') {
		diag_error(diags, DIAG_SEMANTIC, loc, "negative time", "%.40s; times are 0 or more seconds", text);
		return VTIME_ZERO;
	}
	if (seconds > SCRIPT_SECONDS_MAX) {
		diag_error(diags, DIAG_SEMANTIC, loc, "time out of range",
		           "%.40s seconds are written, 0 to %d are allowed", text, SCRIPT_SECONDS_MAX);
		return VTIME_ZERO;
	}
	return vtime_us((int64_t)(seconds * 1e6));
}

void seconds_in_order(vtime_t start, vtime_t end, struct loc loc, struct diags *diags)
{
	if (vtime_before(end, start))
		diag_error(diags, DIAG_SEMANTIC, loc, "time range is backwards", "it starts at %.6f and ends at %.6f",
		           vtime_to_s(start), vtime_to_s(end));
}

void seconds_of_call(vtime_t start, vtime_t end, struct loc loc, struct diags *diags)
{
	if (vtime_before(end, start))
		diag_error(diags, DIAG_SEMANTIC, loc, "time range is backwards",
		           "the call starts at %.6f and ends at %.6f", vtime_to_s(start), vtime_to_s(end));
}
