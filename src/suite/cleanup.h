/* SPDX-License-Identifier: MIT
 *
 * cleanup.h - the clean-up command of a script whose process was killed
 */
#ifndef SUITE_CLEANUP_H
#define SUITE_CLEANUP_H

#include <sys/types.h>

#include "script/ast.h"

/* Run the clean-up command of @script if it is due (it has an init command), in the surroundings that process @player
 * would have given it: PPID and PACKETDRILL_PID are @player's number, the current directory is @directory (NULL: that
 * of the caller). With @own_namespace it runs in a fresh network namespace, because that of the player is gone, and the
 * caller's must not be touched. */
void cleanup_after(const struct script *script, pid_t player, const char *directory, bool own_namespace);

/* Remove the file by which set-up commands remember what to restore: by convention it is named after the player,
 * /tmp/sysctl_restore_PID.sh, and means nothing once that process has ended. */
void cleanup_remove_restorer(pid_t player);

#endif
