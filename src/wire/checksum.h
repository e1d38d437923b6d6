/* SPDX-License-Identifier: MIT
 *
 * checksum.h - the Internet checksum (RFC 1071) over bytes and pseudo-headers
 */
#ifndef WIRE_CHECKSUM_H
#define WIRE_CHECKSUM_H

#include "wire/header.h"

/* Ones-complement sum of @bytes added to @sum; an odd last byte is padded with zero, so only the last
 * piece of a row of calls may be odd. Start with 0. */
uint32_t checksum_add(uint32_t sum, const void *bytes, size_t length);
/* The field value of a finished sum, in host order. A message with a right checksum in it gives 0. */
uint16_t checksum_finish(uint32_t sum);

/* Sum of the pseudo-header (RFC 9293, 3.1; RFC 8200, 8.1). @length: upper-layer bytes. */
uint32_t checksum_pseudo(const struct ip_address *source, const struct ip_address *destination, uint8_t protocol,
                         size_t length);

#endif
