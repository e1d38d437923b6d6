/* SPDX-License-Identifier: MIT
 *
 * html.h - a folder that a browser opens from a file: index.html, a page and a capture for each case
 *
 * The folder is ours when it was empty, or when a report that was here before left its list of files, files.txt: those
 * of them that this report does not have are removed at the end, and nothing else is.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "report/sink.h"

extern const struct report_kind report_html;

#endif
