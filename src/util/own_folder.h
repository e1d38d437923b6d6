/* SPDX-License-Identifier: MIT
 *
 * own_folder.h - where this program lies
 */
#ifndef UTIL_OWN_FOLDER_H
#define UTIL_OWN_FOLDER_H

/* The folder of the file that this process runs; its adapters and lessons lie beside it. The caller frees it. NULL
 * where there is no /proc. */
char *own_folder(void);

#endif
