/* SPDX-License-Identifier: MIT
 *
 * tap.h - the Test Anything Protocol, versions 13 and 14, and the kernel's variant of it
 */
#ifndef REPORT_TAP_H
#define REPORT_TAP_H

#include "report/sink.h"

extern const struct report_kind report_tap, report_tap14, report_ktap;

#endif
