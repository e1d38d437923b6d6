/* SPDX-License-Identifier: MIT
 *
 * checksum.c - the Internet checksum
 *
 * Sums 32-bit words in the machine's own byte order and swaps the bytes of the result; RFC 1071, 2(B) says why that is
 * the same.
 */
#include "wire/checksum.h"

#include <arpa/inet.h>
#include <string.h>

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

uint32_t checksum_add(uint32_t sum, const void *bytes, size_t length)
{
	const uint8_t *b = bytes;
	uint64_t words = 0;
	uint32_t word;

	for (; length >= sizeof(word); b += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, b, sizeof(word));
		words += word;
	}
	if (length) {
		word = 0;
		memcpy(&word, b, length);
		words += word;
	}
	return fold((uint64_t)sum + ntohs(fold(words)));
}

uint16_t checksum_finish(uint32_t sum)
{
	return (uint16_t)~fold(sum);
}

uint32_t checksum_pseudo(const struct ip_address *source, const struct ip_address *destination, uint8_t protocol,
                         size_t length)
{
	size_t address_bytes = source->version == 6 ? 16 : 4;
	uint32_t sum = checksum_add(0, source->bytes, address_bytes);

	sum = checksum_add(sum, destination->bytes, address_bytes);
	return sum + protocol + (uint32_t)(length >> 16) + (uint32_t)(length & 0xffff);
}
