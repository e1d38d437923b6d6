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

/* The object @path has the table protodrill_stack_v1. */
int adapter_serve(const char *path);

/* The object @path is all of an adapter, and of what it defines nothing is taken from this program or from the C
 * library: rand() of a stack may be its own. Can this program do so? */
int adapter_serve_alone(const char *path);
bool adapter_serves_alone(void);

#endif
