/* SPDX-License-Identifier: MIT
 *
 * html_moments.h - a slider over the ladder, with how things stand at each event
 */
#ifndef REPORT_HTML_MOMENTS_H
#define REPORT_HTML_MOMENTS_H

#include "report/result.h"
#include "util/buf.h"

/* Append the section, which is hidden until script.js shows it; nothing if nothing is known of a connection. The event
 * with index N is the one that ladder_svg() calls "event-N". */
void html_moments(struct buf *out, const struct result *result);

#endif
