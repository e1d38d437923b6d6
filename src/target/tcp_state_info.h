/* SPDX-License-Identifier: MIT
 *
 * tcp_state_info.h - what a code block may ask about the socket under test
 *
 * Same names and units on every target: those of Linux' struct tcp_info, from the list in stack/tcp_info.h. Fields
 * that a kernel does not return are 0.
 */
#ifndef TARGET_TCP_STATE_INFO_H
#define TARGET_TCP_STATE_INFO_H

#include <stddef.h>
#include <stdint.h>

#include "stack/tcp_info.h"

enum tcp_info_field {
#define X(name, offset, bits, shift) TCPI_##name,
	TCP_INFO_FIELDS(X)
#undef X
	TCPI_FIELDS
};

enum { CC_INFO_BYTES = 64, MEMINFO_VALUES = 9 };

struct tcp_state_info {
	uint64_t tcpi[TCPI_FIELDS];
	uint8_t cc_info[CC_INFO_BYTES];                      /* TCP_CC_INFO as the congestion control returned it */
	size_t cc_info_length;
	uint32_t meminfo[MEMINFO_VALUES];                    /* SO_MEMINFO, SK_MEMINFO_* order */
};

/* Names without the prefix "tcpi_". */
extern const char *const tcp_info_field_name[TCPI_FIELDS];

/* Decode the bytes of a Linux struct tcp_info. */
void tcp_state_info_decode(struct tcp_state_info *out, const uint8_t *bytes, size_t length);

#endif
