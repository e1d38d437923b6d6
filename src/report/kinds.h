/* SPDX-License-Identifier: MIT
 *
 * kinds.h - the table of reports: a new one is a row here
 */
#ifndef REPORT_KINDS_H
#define REPORT_KINDS_H

#include "report/sink.h"

extern const struct report_kind *const report_kinds[];  /* ends with NULL */

#endif
