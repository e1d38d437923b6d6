/* SPDX-License-Identifier: MIT
 *
 * xml.h - text in XML, HTML and SVG
 */
#ifndef REPORT_XML_H
#define REPORT_XML_H

#include "util/buf.h"

/* Append @text, escaped so that it is read back as it is. What XML 1.0 cannot hold (section 2.2), and bytes that are
 * not UTF-8, become U+FFFD. */
void xml_text(struct buf *out, const char *text);

/* The same between quotation marks, where newlines and tabs must be escaped, too (section 3.3.3). */
void xml_attribute(struct buf *out, const char *text);

#endif
