/* SPDX-License-Identifier: MIT
 *
 * headline.h - what a failure is, in one line and in the script's own terms: the first thing that every report says
 *
 *	fields differ: expected ack 12, observed ack 11
 *	re-segmented data: expected 1:2001(2000), observed 1:1001(1000)
 *	missing packet: > . 1:1(0) ack 11 never came
 *	other result: write(): result expected -1 EPIPE, observed 1000
 *
 * Usually several fields differ, and most of them because of one: an option that is missing makes the
 * headers and the whole packet shorter. So fields have an order, from causes to consequences: options before lengths,
 * flags before numbers, numbers before what is computed from them. The first that differs is named, with the values as
 * a script would write them, and the others are counted. The original's wording, which names the first field in the
 * order of the header, stays beside it (`message` of an entry).
 */
#ifndef REPORT_HEADLINE_H
#define REPORT_HEADLINE_H

#include <stddef.h>

#include "drill/record.h"
#include "util/buf.h"

/* Append what went wrong at @e, on one line; nothing if nothing did. */
void headline_add(struct buf *out, const struct entry *e);

/* Where a dump shows a field that differs: @start and @end in the text of packet_dump(). False: it shows it nowhere. */
bool headline_find_field(enum packet_field field, const char *dump, const struct dump_notes *notes, size_t *start,
                         size_t *end);

/* Append how a script writes @value, one of the two texts of @m, in the brackets of its IP header: "ect0", "ttl 63",
 * "id 5". False if @m is about something else, or @value is NULL. */
bool headline_ip_word(struct buf *out, const struct mismatch *m, const char *value);

/* Does @m follow from another of @all, as a length follows from options that are missing? */
bool headline_explained(const struct mismatch *m, const struct mismatch *all);

#endif
