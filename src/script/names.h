/* SPDX-License-Identifier: MIT
 *
 * names.h - names whose values are known only when a script is played
 *
 *     +0  > S. 0:0(0) ack 1 win $w <mss $m,TS val $t ecr *>       what came with a packet
 *     +0  getsockopt(4, SOL_TCP, TCP_MAXSEG, [$size], [4]) = 0    what a call returned
 *     +0  read(4, ..., 4000) = $n
 *     +0  let $cwnd = $tcpi_snd_cwnd                              a variable of the connection under test
 *     +0  < . 1:1(0) ack $(n+1) win $w
 *
 * The rules:
 *
 * - Where a name stands alone in the place of a number that the target decides on, the first line in which it does so
 *   gives it its value, and whatever comes is right. From then on it is a number, and compared like one.
 * - `let` gives a name a value at its time, also one that has a value already.
 * - Values belong to the script as a whole: macros and loops see those of the lines before, and leave theirs behind.
 * - Numbers are those of the script: sequence numbers count from the start of the connection, also in a name.
 * - Descriptors and times are no values: a script that does not know them cannot be read.
 */
#ifndef SCRIPT_NAMES_H
#define SCRIPT_NAMES_H

#include <string.h>

#include "script/ast.h"

/* Report each name of @s that has no value where it is needed. */
void names_check(const struct script *s, struct diags *diags);

/* Is @name a variable of the connection under test, which only `let` can read? */
static inline bool names_is_variable(const char *name)
{
	return !strncmp(name, "tcpi_", strlen("tcpi_"));
}

/* Can @name, in @event, take its value from what comes? */
bool names_takes_value(const struct event *event, const struct open_name *name);

/* A copy of @packet, in @arena, in which any number may stand where a value is not known yet. */
struct packet_spec *names_open_packet(const struct packet_spec *packet, struct arena *arena);
/* A copy of @call, in @arena, with copies of @instead where a value is not known. */
struct call_spec *names_open_call(const struct call_spec *call, const struct expr *instead, struct arena *arena);

#endif
