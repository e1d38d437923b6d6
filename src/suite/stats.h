/* SPDX-License-Identifier: MIT
 *
 * stats.h - figures of our own for benchmarks: processor time and lateness
 *
 * With PROTODRILL_STATS=FILE in the environment every process of ours appends one line to FILE when it ends;
 * what commands of scripts use is not in it. Without, nothing happens.
 */
#ifndef SUITE_STATS_H
#define SUITE_STATS_H

#include "drill/record.h"

/* "player VERDICT CPU_US PATH LATENESS_US...": one lateness for each injected packet of the script. */
void stats_player(const struct record *record);
/* "guard CPU_US": the process that reads scripts and waits for players. */
void stats_guard(void);

#endif
