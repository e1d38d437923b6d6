/* SPDX-License-Identifier: MIT
 *
 * tcp_remnant.h - what a host keeps of a connection after its user has closed it
 */
#ifndef STACK_TCP_REMNANT_H
#define STACK_TCP_REMNANT_H

#include "stack/tcp.h"

/* An acceptable segment for a remnant. SEG_NEXT: the steps go on. @t stays valid, but may be CLOSED afterwards. */
enum step_result tcp_step_remnant(struct tcp *t, struct tcp_segment *seg);

#endif
