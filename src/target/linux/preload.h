/* SPDX-License-Identifier: MIT
 *
 * preload.h - the shared object that is made of the files in preload, as bytes
 */
#ifndef TARGET_LINUX_PRELOAD_H
#define TARGET_LINUX_PRELOAD_H

#include <stddef.h>

extern const unsigned char embedded_preload[];
extern const size_t embedded_preload_length;

#endif
