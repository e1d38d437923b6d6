/* SPDX-License-Identifier: MIT
 *
 * event.h - lines of the script and entries of the record in words, for reports
 */
#ifndef REPORT_EVENT_H
#define REPORT_EVENT_H

#include "drill/record.h"
#include "util/buf.h"

/* How the packet of @event (NULL: none) is written in the script, for packet_dump(). */
struct dump_notes event_dump_notes(const struct event *event);

/* The same for the expected packet: what the line leaves open is printed as it is written. */
struct dump_notes event_expected_notes(const struct event *event);

/* One column wide: "<", ">", "call", "shell", "code". Constant. */
const char *event_sign(const struct event *event);

/* The event as it is written, without its time and a packet's sign, on one line. */
void event_text(struct buf *out, const struct event *event);

/* The same for an entry: also "return", and "|" for what happened inside the target. Constant. */
const char *entry_sign(const struct entry *e);

/* As event_text(); where no line of the script asked for it, what it was. */
void entry_text(struct buf *out, const struct entry *e);

/* False if it was waited for in vain: then .actual does not count. */
bool entry_happened(const struct entry *e);

/* The first event that a failed run did not reach; NULL: it reached all. */
const struct event *events_not_reached(const struct record *r);

/* Entries in the order in which they happened, allocated from the record's arena: a packet that no line took is
 * recorded when it is noticed, but belongs before what happened after it. */
const struct entry *const *entries_in_order(const struct record *r, size_t *count);

#endif
