/* SPDX-License-Identifier: MIT
 *
 * interrupt.c - has somebody asked this process to end?
 */
#include "util/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t asked;

void interrupt_ask(void)
{
	asked = 1;
}

bool interrupt_asked(void)
{
	return asked;
}
