/* SPDX-License-Identifier: MIT
 *
 * tcp_expiry.h - what happens when a timer of a connection fires
 */
#ifndef STACK_TCP_EXPIRY_H
#define STACK_TCP_EXPIRY_H

#include "stack/tcp.h"

extern timer_function *const tcp_expired[TCP_TIMER_COUNT];

#endif
