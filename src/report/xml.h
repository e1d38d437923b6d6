/* SPDX-License-Identifier: MIT
 *
 * xml.h - text in XML, HTML and SVG
 */
#ifndef REPORT_XML_H
#define REPORT_XML_H

#include "util/buf.h"

/* Append @text so that it means itself, whatever it holds. What XML 1.0 cannot hold (section 2.2), and bytes that are
 * no UTF-8, become U+FFFD. */
void xml_text(struct buf *out, const char *text);

/* The same between quotation marks: there ends of lines and tabs need a name, too (section 3.3.3). */
void xml_attribute(struct buf *out, const char *text);

#endif
