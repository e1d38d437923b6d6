/* SPDX-License-Identifier: MIT
 *
 * archive.h - how a task gets inside
 */
#ifndef TARGET_LINUX_ARCHIVE_H
#define TARGET_LINUX_ARCHIVE_H

#include "util/buf.h"

/* Append to @out the archive that a kernel unpacks at boot, with @task where pid 1 finds it: at its descriptor 0. */
void archive_make(struct buf *out, const struct buf *task);

#endif
