/* SPDX-License-Identifier: MIT
 *
 * environment.h - what the commands of a script find in their environment
 */
#ifndef SUITE_ENVIRONMENT_H
#define SUITE_ENVIRONMENT_H

#include <sys/types.h>

/* Set PACKETDRILL_PID to @player. Add to PATH the folders of sysctl, ip and tc, which an ordinary user's often lacks.
 * For a process that plays, or cleans up for one that did; allocates nothing to release. */
void environment_set(pid_t player);

#endif
