/* SPDX-License-Identifier: MIT
 *
 * tap.h - the Test Anything Protocol, version 14, and the kernel's variant of it
 */
#ifndef REPORT_TAP_H
#define REPORT_TAP_H

#include "report/sink.h"

extern const struct report_kind report_tap, report_ktap;

#endif
