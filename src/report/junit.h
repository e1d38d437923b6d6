/* SPDX-License-Identifier: MIT
 *
 * junit.h - the XML by which most CI systems read test results; docs/junit.xsd is its schema
 */
#ifndef REPORT_JUNIT_H
#define REPORT_JUNIT_H

#include "report/sink.h"

extern const struct report_kind report_junit;

#endif
