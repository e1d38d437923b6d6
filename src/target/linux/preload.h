/* SPDX-License-Identifier: MIT
 *
 * preload.h - the bytes of preload/host.c, compiled
 */
#ifndef TARGET_LINUX_PRELOAD_H
#define TARGET_LINUX_PRELOAD_H

#include <stddef.h>

extern const unsigned char embedded_preload[];
extern const size_t embedded_preload_length;

#endif
