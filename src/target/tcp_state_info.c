/* SPDX-License-Identifier: MIT
 *
 * tcp_state_info.c - decoding struct tcp_info by the list of fields
 *
 * The structure of the running kernel may be shorter or longer than that of the C library's headers, so
 * the bytes are read by offset. Bit fields are laid out as on little-endian machines.
 */
#include <string.h>

#include "target/tcp_state_info.h"

#include "util/common.h"

const char *const tcp_info_field_name[TCPI_FIELDS] = {
#define X(name, offset, bits, shift) [TCPI_##name] = #name,
	TCP_INFO_FIELDS(X)
#undef X
};

struct field {
	uint16_t offset;
	uint8_t bits, shift;
};

static const struct field fields[TCPI_FIELDS] = {
#define X(name, offset, bits, shift) [TCPI_##name] = { offset, bits, shift },
	TCP_INFO_FIELDS(X)
#undef X
};

/* The unit of 1, 2, 4 or 8 bytes that holds the field; 0 if the kernel did not return all of it. */
static uint64_t load(const struct field *f, const uint8_t *bytes, size_t length)
{
	size_t size = 1;
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	while (size * 8 < (size_t)f->bits + f->shift)
		size *= 2;
	if (f->offset + size > length)
		return 0;

	bytes += f->offset;
	switch (size) {
	case 1:
		return bytes[0];
	case 2:
		return memcpy(&two, bytes, sizeof(two)), two;
	case 4:
		return memcpy(&four, bytes, sizeof(four)), four;
	default:
		return memcpy(&eight, bytes, sizeof(eight)), eight;
	}
}

void tcp_state_info_decode(struct tcp_state_info *out, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		uint64_t value = load(&fields[i], bytes, length) >> fields[i].shift;

		if (fields[i].bits < 64)
			value &= (UINT64_C(1) << fields[i].bits) - 1;
		out->tcpi[i] = value;
	}
}
