/* SPDX-License-Identifier: MIT
 *
 * object.h - stacks in shared objects: what a file has, or why it cannot be used
 */
#ifndef CLI_OBJECT_H
#define CLI_OBJECT_H

#define OBJECT_STACK "protodrill_stack_v1"
#define OBJECT_PLUG_IN "packetdrill_interface_init"

/* Load the shared object @path as @flags (RTLD_...) say. A name without a slash is looked for in the current folder
 * first, like any file that a command line names, and then by the dynamic linker. *@object is for further symbols.
 * Returns the address of @symbol; NULL: it cannot be had, which is reported on standard error, with the target that
 * takes such a file if there is one. */
void *object_load(const char *path, int flags, const char *symbol, void **object);

#endif
