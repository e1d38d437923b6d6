/* SPDX-License-Identifier: MIT
 *
 * check_packet.h - the few packets of IPv4 that the check of adapters sends and reads, without options and fragments
 */
#ifndef TARGET_PROCESS_CHECK_PACKET_H
#define TARGET_PROCESS_CHECK_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

enum { CHECK_FIN = 1, CHECK_SYN = 2, CHECK_RST = 4, CHECK_PSH = 8, CHECK_ACK = 16 };

/* A TCP segment, or a UDP datagram, which has neither numbers nor flags. Numbers and ports are in host order. */
struct check_packet {
	int protocol;                                        /* IPPROTO_TCP, IPPROTO_UDP */
	uint8_t source[4], destination[4];
	uint16_t source_port, destination_port;
	uint32_t sequence, acknowledgement;
	unsigned flags;
	const char *text;                                    /* NULL for one that was read */
	size_t length;                                       /* of the text */
};

/* Append the packet with right checksums. A segment offers a window of 65535. */
void check_packet_write(const struct check_packet *packet, struct buf *out);
/* NULL, or why these bytes are no IP packet at all. What a header says is the stack's business, right or wrong; bytes
 * without one are a fault of the adapter, such as the frame of an Ethernet. */
const char *check_packet_fault(const uint8_t *bytes, size_t length);
/* False: these @length bytes are neither a segment nor a datagram over IPv4. */
bool check_packet_read(const uint8_t *bytes, size_t length, struct check_packet *out);

#endif
