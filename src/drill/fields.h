/* SPDX-License-Identifier: MIT
 *
 * fields.h - header fields that a packet line names: set in injected packets, compared in those that come
 *
 * They have the last word about a packet. An injected packet is built, translated and signed, and then the bits that
 * the line names are overwritten; checksums are right for the result, unless they are named themselves. A packet that
 * came is read as it is on the wire, before any translation.
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
