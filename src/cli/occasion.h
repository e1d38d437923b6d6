/* SPDX-License-Identifier: MIT
 *
 * occasion.h - when, for how long and by which words a run was made: what no two runs have in common
 *
 * In virtual time results are a function of the plan. So nothing of this is part of them unless a report asks for it
 * (.occasion of its kind), and it never decides anything.
 */
#ifndef CLI_OCCASION_H
#define CLI_OCCASION_H

#include "util/buf.h"
#include "util/vtime.h"

/* Append the command line as a shell would take it; @argv[0] is the command, "run". */
void occasion_command(struct buf *out, int argc, char **argv);

/* Since 1970. */
vtime_t occasion_date(void);
/* A clock that never goes backwards, for differences. Never 0. */
vtime_t occasion_clock(void);

#endif
