/* SPDX-License-Identifier: MIT
 *
 * capture.h - the packets of a capture file
 *
 * Only headers and the length of the payload are kept, since the payload in a script is zeros. An ICMP message keeps
 * its payload, which says what it is about.
 */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include "util/arena.h"
#include "util/buf.h"
#include "util/vtime.h"
#include "wire/packet.h"

struct captured {
	vtime_t at;                                          /* since the first packet of the file; none is earlier than
	                                                        the one before it */
	bool damaged;                                        /* the checksum of TCP, UDP or ICMP is wrong */
	struct packet packet;                                /* TCP, UDP or ICMP behind one or more headers of IP */
};

struct capture {
	struct captured *packets;                            /* in order of time */
	size_t count;
	size_t others;                                       /* that are no IP packets, or carry another protocol */
	size_t fragments, malformed;
};

/* Read the file @path ("-": standard input), whatever formats and link layers libpcap and this function know: Ethernet
 * (with VLAN tags), Linux cooked captures, loopback of BSD, raw IP. Packets live in @arena. False: @problem says why,
 * and nothing is known. */
bool capture_read(struct capture *capture, const char *path, struct arena *arena, struct buf *problem);

#endif
