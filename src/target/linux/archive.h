/* SPDX-License-Identifier: MIT
 *
 * archive.h - the initramfs
 */
#ifndef TARGET_LINUX_ARCHIVE_H
#define TARGET_LINUX_ARCHIVE_H

#include "util/buf.h"

/* Append to @out the archive that a kernel unpacks at boot. */
void archive_make(struct buf *out);

#endif
