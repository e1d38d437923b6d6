/* SPDX-License-Identifier: MIT
 *
 * seconds.h - times as a script writes them, in seconds
 */
#ifndef SCRIPT_SECONDS_H
#define SCRIPT_SECONDS_H

#include "util/diag.h"
#include "util/vtime.h"

/* The time that @text, a number of seconds, means; zero after an error, which is reported for @loc. */
vtime_t seconds_read(const char *text, struct loc loc, struct diags *diags);
/* Report a range, or a call, that ends before it starts. */
void seconds_in_order(vtime_t start, vtime_t end, struct loc loc, struct diags *diags);
void seconds_of_call(vtime_t start, vtime_t end, struct loc loc, struct diags *diags);

#endif
