/* SPDX-License-Identifier: MIT
 *
 * adapter.h - stacks in shared objects as adapters
 *
 * Each speaks the protocol over standard input until BYE, and returns an exit status; a file that is none is told on
 * standard error. To be called in a process of its own.
 */
#ifndef CLI_ADAPTER_H
#define CLI_ADAPTER_H

#include <stdbool.h>

/* Be the adapter of the object @path, which has the table protodrill_stack_v1. */
int adapter_serve(const char *path);

/* The object @path is a whole adapter, and nothing that it defines is taken from this program or the C library instead:
 * a stack may have a rand() of its own. Is this program able to do so? */
int adapter_serve_alone(const char *path);
bool adapter_serves_alone(void);

/* "protodrill adapter WORD FILE.so" is the mould of either (target/process/mould.h), if this program can have any. */
#define ADAPTER_COPIES "copies"
#define ADAPTER_COPIES_ALONE "copies-alone"
bool adapter_has_moulds(void);

#endif
