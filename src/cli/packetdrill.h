/* SPDX-License-Identifier: MIT
 *
 * packetdrill.h - the part of the old face that is played inside a booted kernel
 */
#ifndef CLI_PACKETDRILL_H
#define CLI_PACKETDRILL_H

#include "cli/task.h"

/* Play the script of @task, which has no error. @out is from ATTEMPT_INIT. */
void packetdrill_play_inside(const struct task *task, struct attempt *out);

#endif
