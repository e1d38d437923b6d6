/* SPDX-License-Identifier: MIT
 *
 * interrupt.h - has somebody asked this process to end?
 *
 * A signal handler sets it, and every wait checks it: a wait that ended with EINTR is begun again unless this is true.
 */
#ifndef UTIL_INTERRUPT_H
#define UTIL_INTERRUPT_H

#include <stdbool.h>

void interrupt_ask(void);                                /* async-signal-safe; there is no way back */
bool interrupt_asked(void);

#endif
