/* SPDX-License-Identifier: MIT
 *
 * pcapng.c - writing PCAP Next Generation (draft-ietf-opsawg-pcapng)
 */
#include "wire/pcapng.h"

#include <string.h>

#include "util/little_endian.h"

enum block_type {
	BLOCK_INTERFACE = 1,                                 /* section 4.2 */
	BLOCK_PACKET = 6,                                    /* 4.3 */
	BLOCK_SECTION = 0x0a0d0d0a,                          /* 4.1 */
};

enum option_code {
	OPTION_END = 0,                                      /* section 3.5 */
	OPTION_COMMENT = 1,
	OPTION_NAME = 2,                                     /* 4.2: of an interface */
	OPTION_FLAGS = 2,                                    /* 4.3: of a packet; bits 0 and 1 are its direction */
	OPTION_APPLICATION = 4,                              /* 4.1 */
	OPTION_RESOLUTION = 9,                               /* 4.2: of time-stamps, negative power of ten */
};

enum { BYTE_ORDER_MAGIC = 0x1a2b3c4d, LINKTYPE_RAW_IP = 101, NANOSECONDS = 9, LONGEST_OPTION = 65535 };

/* Everything begins at a multiple of four bytes. */
static void add_padding(struct buf *out, size_t length)
{
	buf_add_repeated(out, '\0', -length & 3);
}

static void add_option(struct buf *out, enum option_code code, const void *value, size_t length)
{
	little_endian_add(out, code, 2);
	little_endian_add(out, length, 2);
	buf_add(out, value, length);
	add_padding(out, length);
}

static void add_text_option(struct buf *out, enum option_code code, const char *text)
{
	size_t length = text ? strlen(text) : 0;

	/* Cut where a character begins. */
	if (length > LONGEST_OPTION)
		for (length = LONGEST_OPTION; length && ((unsigned char)text[length] & 0xc0) == 0x80;)
			length--;
	if (length)
		add_option(out, code, text, length);
}

/* Its length stands at both ends of a block, so that files can be read backwards. */
static void add_block(struct buf *out, enum block_type type, struct buf *body)
{
	size_t length = body->length + 12;

	little_endian_add(out, type, 4);
	little_endian_add(out, length, 4);
	buf_add(out, body->data, body->length);
	little_endian_add(out, length, 4);
	buf_free(body);
}

static void add_section(struct buf *out, const char *application, const char *comment)
{
	struct buf body = BUF_INIT;

	little_endian_add(&body, BYTE_ORDER_MAGIC, 4);
	little_endian_add(&body, 1, 2);                      /* version 1.0 */
	little_endian_add(&body, 0, 2);
	little_endian_add(&body, UINT64_MAX, 8);             /* of unknown length */
	add_text_option(&body, OPTION_COMMENT, comment);
	add_text_option(&body, OPTION_APPLICATION, application);
	add_option(&body, OPTION_END, NULL, 0);
	add_block(out, BLOCK_SECTION, &body);
}

void pcapng_begin(struct buf *out, const char *application, const char *interface, const char *comment)
{
	struct buf body = BUF_INIT;

	add_section(out, application, comment);
	little_endian_add(&body, LINKTYPE_RAW_IP, 2);
	little_endian_add(&body, 0, 2);
	little_endian_add(&body, 0, 4);                      /* packets are whole */
	add_text_option(&body, OPTION_NAME, interface);
	add_option(&body, OPTION_RESOLUTION, &(uint8_t){ NANOSECONDS }, 1);
	add_option(&body, OPTION_END, NULL, 0);
	add_block(out, BLOCK_INTERFACE, &body);
}

void pcapng_packet(struct buf *out, vtime_t at, const uint8_t *bytes, size_t length, enum pcapng_direction direction,
                   const char *comment)
{
	struct buf body = BUF_INIT;
	uint64_t stamp = (uint64_t)at.ns;

	little_endian_add(&body, 0, 4);                      /* the one interface */
	little_endian_add(&body, stamp >> 32, 4);
	little_endian_add(&body, stamp & UINT32_MAX, 4);
	little_endian_add(&body, length, 4);
	little_endian_add(&body, length, 4);
	buf_add(&body, bytes, length);
	add_padding(&body, length);
	add_text_option(&body, OPTION_COMMENT, comment);
	add_option(&body, OPTION_FLAGS, (uint8_t[4]){ (uint8_t)direction }, 4);
	add_option(&body, OPTION_END, NULL, 0);
	add_block(out, BLOCK_PACKET, &body);
}
