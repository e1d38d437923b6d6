/* SPDX-License-Identifier: MIT
 *
 * plug_in.h - stacks that were written as plug-ins of the original tool
 */
#ifndef CLI_PLUG_IN_H
#define CLI_PLUG_IN_H

/* Be the adapter of the plug-in @path, which is given @flags (NULL: none). Returns the exit status. */
int plug_in_serve(const char *path, const char *flags);

#endif
