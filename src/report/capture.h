/* SPDX-License-Identifier: MIT
 *
 * capture.h - what was on the wire, as a capture file
 */
#ifndef REPORT_CAPTURE_H
#define REPORT_CAPTURE_H

#include "drill/record.h"
#include "util/buf.h"
#include "wire/pcap.h"

/* Append the live packets of @r in the order of their times, packed as capture_write() reads them. */
void capture_pack(struct buf *out, const struct record *r);

/* Write packed packets to @w. */
void capture_write(struct pcap_writer *w, const struct buf *packed);

#endif
