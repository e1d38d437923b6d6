/* SPDX-License-Identifier: MIT
 *
 * pcap.h - raw IP packets into a capture file (link type RAW, nanoseconds), through libpcap
 */
#ifndef WIRE_PCAP_H
#define WIRE_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/vtime.h"

struct pcap_writer;

/* NULL with errno set when the file cannot be made. */
struct pcap_writer *pcap_writer_open(const char *path);
/* @at: time since the epoch. */
void pcap_writer_add(struct pcap_writer *w, vtime_t at, const uint8_t *bytes, size_t length);
/* Flush and close; false with errno when something could not be written. */
bool pcap_writer_close(struct pcap_writer *w);

#endif
