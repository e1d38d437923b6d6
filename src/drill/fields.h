/* SPDX-License-Identifier: MIT
 *
 * fields.h - fields of headers that a packet line names: put into what is injected, compared in what came
 *
 * They are the last word about a packet. What is injected has been built, translated and signed, and then the bits
 * that the line names are overwritten; checksums come out right over that unless they are named themselves. What came
 * is read as it stands on the wire, before anything is translated.
 */
#ifndef DRILL_FIELDS_H
#define DRILL_FIELDS_H

#include "drill/record.h"

/* @bytes: @length of them, which packet_build_with_checksums() made of @packet. */
void fields_put(const struct scripted_packet *scripted, const struct packet *packet, uint8_t *bytes, size_t length);
/* Differences of @live become mismatches of @entry. */
void fields_compare(const struct scripted_packet *scripted, const struct live_packet *live, struct record *record,
                    struct entry *entry);

#endif
