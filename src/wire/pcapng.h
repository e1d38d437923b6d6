/* SPDX-License-Identifier: MIT
 *
 * pcapng.h - capture files with a comment on each packet
 *
 * PCAP Next Generation (draft-ietf-opsawg-pcapng): one section, little-endian on every machine, with one interface
 * of raw IP packets and time-stamps in nanoseconds.
 */
#ifndef WIRE_PCAPNG_H
#define WIRE_PCAPNG_H

#include <stdint.h>

#include "util/buf.h"
#include "util/vtime.h"

/* Append the beginning of a file: who wrote it, the name of its interface, and a comment on the whole (or NULL). */
void pcapng_begin(struct buf *out, const char *application, const char *interface, const char *comment);

/* Seen from the host that owns the interface. */
enum pcapng_direction { PCAPNG_INBOUND = 1, PCAPNG_OUTBOUND = 2 };

/* Append an IP packet. @at: since 1970. @comment: UTF-8, or NULL; what is beyond 65,535 bytes of it is left out. */
void pcapng_packet(struct buf *out, vtime_t at, const uint8_t *bytes, size_t length, enum pcapng_direction direction,
                   const char *comment);

#endif
