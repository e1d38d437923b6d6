/* SPDX-License-Identifier: MIT
 *
 * event.h - a line of the script in words, for reports
 */
#ifndef REPORT_EVENT_H
#define REPORT_EVENT_H

#include "script/ast.h"
#include "util/buf.h"
#include "wire/packet.h"

/* How the packet of @event (NULL: none) is written in the script, for packet_dump(). */
struct dump_notes event_dump_notes(const struct event *event);

/* One column wide: "<", ">", "call", "shell", "code". Constant. */
const char *event_sign(const struct event *event);

/* The event as it is written, without its time and a packet's sign, on one line. */
void event_text(struct buf *out, const struct event *event);

#endif
