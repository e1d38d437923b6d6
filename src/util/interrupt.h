/* SPDX-License-Identifier: MIT
 *
 * interrupt.h - has somebody asked this process to end?
 *
 * Asked for in a signal handler, looked at by whoever waits: a wait that ended with EINTR is begun again unless this
 * is true.
 */
#ifndef UTIL_INTERRUPT_H
#define UTIL_INTERRUPT_H

#include <stdbool.h>

void interrupt_ask(void);                                /* async-signal-safe; there is no way back */
bool interrupt_asked(void);

#endif
