/* SPDX-License-Identifier: MIT
 *
 * tcp_option.c - what we know about each TCP option kind, in one table
 *
 * RFC 9293, 3.2 (EOL, NOP, MSS); RFC 7323 (WSCALE, TS); RFC 2018 (SACK); RFC 2385 (MD5); RFC 5925 (AO); RFC 7413 (FO,
 * and its experimental form after RFC 6994); AccECN, kinds 172 and 174 (RFC 9768).
 */
#include "wire/tcp_option.h"

#include <inttypes.h>
#include <string.h>

#include "wire/codec.h"

enum { EXP_MAGIC_BYTES = 2, AO_NUMBERS = 2 };
enum {
	SACK_BLOCK_BYTES = 8,
	SACK_SHORTEST = 2 + SACK_BLOCK_BYTES,
	SACK_LONGEST = 2 + TCP_SACK_BLOCKS * SACK_BLOCK_BYTES,
};

#define TWICE(text) { text, text }
#define ACCECN_TOO_LARGE TWICE("TCP AccECN field value out of range")

/* Columns: see struct tcp_option_row. */
static const struct tcp_option_row rows[] = {
	{ TCP_OPTION_EOL, 1, 1, 1, TCP_FORM_WORD, "eol", 0, { NULL }, { NULL }, 0 },
	{ TCP_OPTION_NOP, 1, 1, 1, TCP_FORM_WORD, "nop", 0, { NULL }, { NULL }, 0 },
	{ TCP_OPTION_MSS, 4, 4, 1, TCP_FORM_NUMBER, "mss", 2, { NULL }, TWICE("mss value out of range"), 0 },
	{ TCP_OPTION_WSCALE, 3, 3, 1, TCP_FORM_NUMBER, "wscale", 1, { NULL },
	  TWICE("window scale shift count out of range"), 0 },
	{ TCP_OPTION_SACK_OK, 2, 2, 1, TCP_FORM_WORD, "sackOK", 0, { NULL }, { NULL }, 0 },
	{ TCP_OPTION_SACK, SACK_SHORTEST, SACK_LONGEST, SACK_BLOCK_BYTES, TCP_FORM_RANGES, "sack", 4, { NULL },
	  { "TCP SACK left sequence number out of range", "TCP SACK right sequence number out of range" }, 0 },
	{ TCP_OPTION_TS, 10, 10, 1, TCP_FORM_NAMED, "TS", 4, { "val", "ecr" },
	  { "ts val out of range", "ecr val out of range" }, 0 },
	{ TCP_OPTION_MD5, 2, 2 + TCP_MD5_BYTES, 1, TCP_FORM_DIGITS, "md5", 0, { NULL }, { NULL }, 0 },
	{ TCP_OPTION_USER_TIMEOUT, TCP_USER_TIMEOUT_BYTES, TCP_USER_TIMEOUT_BYTES, 1, TCP_FORM_UNWRITTEN, NULL, 2,
	  { NULL }, { NULL }, 0 },
	{ TCP_OPTION_AO, 4, TCP_OPTION_BYTES, 1, TCP_FORM_SIGNED, "ao", 1, { NULL },
	  { "TCP-AO KeyID out of range", "TCP-AO RNextKeyID out of range" }, 0 },
	{ TCP_OPTION_FO, 2, 2 + TCP_COOKIE_BYTES, 1, TCP_FORM_COOKIE, "FO", 0, { NULL }, { NULL }, 0 },
	{ TCP_OPTION_ACCECN0, 2, TCP_OPTION_BYTES, 1, TCP_FORM_NAMED, "ECN", 3, { "e0b", "ceb", "e1b" },
	  ACCECN_TOO_LARGE, 0 },
	{ TCP_OPTION_ACCECN1, 2, TCP_OPTION_BYTES, 1, TCP_FORM_NAMED, "ECN", 3, { "e1b", "ceb", "e0b" },
	  ACCECN_TOO_LARGE, 0 },
	{ TCP_OPTION_EXP, 2, TCP_OPTION_BYTES, 1, TCP_FORM_COOKIE, "FOEXP", 0, { NULL }, { NULL }, TCP_EXP_MAGIC_FO },
};

const struct tcp_option_row *tcp_option_row(uint8_t kind)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].kind == kind)
			return &rows[i];
	return NULL;
}

const struct tcp_option_row *tcp_option_row_at(size_t index)
{
	return index < ARRAY_LEN(rows) ? &rows[index] : NULL;
}

static size_t data_length(const struct tcp_option *o)
{
	return o->length > 2 ? o->length - 2u : 0;
}

/* ---- reading ---- */

int tcp_option_next(const uint8_t *options, size_t length, size_t *offset, struct tcp_option *out, const char **why)
{
	size_t at = *offset, left = at < length ? length - at : 0;

	if (!left)
		return 0;
	*out = (struct tcp_option){ .kind = options[at], .length = 1, .data = options + at + 1, .at = at };
	if (out->kind != TCP_OPTION_EOL && out->kind != TCP_OPTION_NOP) {
		*why = left < 2                   ? "TCP option length byte extends too far"
		       : options[at + 1] < 2      ? "TCP option with length byte is too short"
		       : options[at + 1] > left   ? "TCP option data extends too far"
		                                  : NULL;
		if (*why)
			return -1;
		out->length = options[at + 1];
		out->data = options + at + 2;
	}
	*offset += out->length;
	return 1;
}

bool tcp_option_known(uint8_t kind)
{
	const struct tcp_option_row *row = tcp_option_row(kind);

	return row && row->word;
}

bool tcp_option_length_ok(const struct tcp_option *o, size_t *want)
{
	const struct tcp_option_row *row = tcp_option_row(o->kind);

	if (!row)
		return true;
	size_t length = o->length < row->shortest ? row->shortest : o->length;

	if (length > row->longest)
		length = row->longest;
	*want = length - (length - row->shortest) % row->step;
	return *want == o->length;
}

bool tcp_options_check(const uint8_t *options, size_t length, struct buf *problem)
{
	struct tcp_option o;
	size_t offset = 0, want;
	const char *why;
	int more;

	while ((more = tcp_option_next(options, length, &offset, &o, &why)) > 0) {
		if (!tcp_option_known(o.kind)) {
			buf_printf(problem, "unexpected TCP option kind: %u", o.kind);
			return false;
		}
		if (!tcp_option_length_ok(&o, &want)) {
			buf_printf(problem, "bad TCP option length: was %u but expected %zu", o.length, want);
			return false;
		}
	}
	if (more < 0)
		buf_puts(problem, why);
	return more == 0;
}

uint16_t tcp_option_u16(const struct tcp_option *o, size_t byte)
{
	return byte + 2 <= data_length(o) ? get16(o->data + byte) : 0;
}

uint32_t tcp_option_u24(const struct tcp_option *o, size_t byte)
{
	return byte + 3 <= data_length(o) ? get24(o->data + byte) : 0;
}

uint32_t tcp_option_u32(const struct tcp_option *o, size_t byte)
{
	return byte + 4 <= data_length(o) ? get32(o->data + byte) : 0;
}

size_t tcp_option_sack_count(const struct tcp_option *o)
{
	return data_length(o) / SACK_BLOCK_BYTES;
}

/* ---- writing ---- */

bool tcp_option_add(uint8_t *options, size_t *used, uint8_t kind, const void *data, size_t length)
{
	if (*used > TCP_OPTION_BYTES || length + 2 > TCP_OPTION_BYTES - *used)
		return false;
	options[*used] = kind;
	options[*used + 1] = (uint8_t)(length + 2);
	if (length)
		memcpy(options + *used + 2, data, length);
	*used += length + 2;
	return true;
}

bool tcp_option_add_nop(uint8_t *options, size_t *used)
{
	if (*used >= TCP_OPTION_BYTES)
		return false;
	options[(*used)++] = TCP_OPTION_NOP;
	return true;
}

bool tcp_option_add_mss(uint8_t *options, size_t *used, uint16_t mss)
{
	uint8_t data[2];

	put16(data, mss);
	return tcp_option_add(options, used, TCP_OPTION_MSS, data, sizeof(data));
}

bool tcp_option_add_wscale(uint8_t *options, size_t *used, uint8_t shift)
{
	return tcp_option_add(options, used, TCP_OPTION_WSCALE, &shift, 1);
}

bool tcp_option_add_sack_ok(uint8_t *options, size_t *used)
{
	return tcp_option_add(options, used, TCP_OPTION_SACK_OK, NULL, 0);
}

bool tcp_option_add_ts(uint8_t *options, size_t *used, uint32_t val, uint32_t ecr)
{
	uint8_t data[8];

	put32(data, val);
	put32(data + 4, ecr);
	return tcp_option_add(options, used, TCP_OPTION_TS, data, sizeof(data));
}

/* ---- printing ---- */

static void print_hex(struct buf *out, const uint8_t *bytes, size_t length)
{
	if (length)
		buf_add_byte(out, ' ');
	for (size_t i = 0; i < length; i++)
		buf_printf(out, "%02x", bytes[i]);
}

static uint32_t number_at(const struct tcp_option *o, const struct tcp_option_row *row, size_t index)
{
	size_t at = index * row->width;

	return row->width == 1 ? o->data[at] : row->width == 2 ? tcp_option_u16(o, at)
	       : row->width == 3 ? tcp_option_u24(o, at) : tcp_option_u32(o, at);
}

/* Word and values; or nothing, and why script text cannot say it. */
static const char *print_row(struct buf *out, const struct tcp_option *o, const struct tcp_option_row *row)
{
	size_t count = row->form == TCP_FORM_SIGNED ? AO_NUMBERS : row->width ? data_length(o) / row->width : 0;
	size_t skip = row->form == TCP_FORM_SIGNED ? AO_NUMBERS : row->magic ? EXP_MAGIC_BYTES : 0;

	bool pairs = row->form == TCP_FORM_RANGES || row->form == TCP_FORM_SIGNED;

	if (row->magic && (data_length(o) < skip || get16(o->data) != row->magic))
		return "unknown experimental option";
	if (row->form == TCP_FORM_NAMED && !count && !data_length(o)) {
		buf_puts(out, o->kind == TCP_OPTION_ACCECN0 ? "AccECN0" : "AccECN1");
		return NULL;
	}
	if (row->form == TCP_FORM_NAMED && (!count || count > TCP_OPTION_NUMBERS || data_length(o) % row->width))
		return "invalid ECN option";                     /* the lengths of the others are fixed */
	if (row->form == TCP_FORM_DIGITS && !data_length(o)) {
		buf_printf(out, "gen-%u", o->kind);              /* the word has digits behind it */
		return NULL;
	}
	buf_puts(out, row->word);
	for (size_t i = 0; i < count; i++) {
		buf_add_byte(out, pairs && i % 2 ? ':' : ' ');
		if (row->form == TCP_FORM_NAMED)
			buf_printf(out, "%s ", row->names[i]);
		buf_printf(out, "%" PRIu32, number_at(o, row, i));
	}
	if (row->form == TCP_FORM_DIGITS || row->form == TCP_FORM_COOKIE || row->form == TCP_FORM_SIGNED)
		print_hex(out, o->data + skip, data_length(o) - skip);
	return NULL;
}

const char *tcp_option_print(struct buf *out, const struct tcp_option *o)
{
	const struct tcp_option_row *row = tcp_option_row(o->kind);
	size_t want;
	const char *why = !row || !row->word                ? "unexpected TCP option kind"
	                  : !tcp_option_length_ok(o, &want) ? "bad TCP option length"
	                                                    : print_row(out, o, row);

	if (why) {
		buf_printf(out, "gen-%u", o->kind);
		print_hex(out, o->data, data_length(o));
	}
	return why;
}

bool tcp_options_print(struct buf *out, const uint8_t *options, size_t length, const char **why)
{
	const char *trouble, *first = NULL;
	struct tcp_option o;
	size_t offset = 0;
	int more;

	while ((more = tcp_option_next(options, length, &offset, &o, &trouble)) > 0) {
		if (o.at)
			buf_add_byte(out, ',');
		trouble = tcp_option_print(out, &o);
		if (!first)
			first = trouble;
	}
	if (more < 0 && !first)
		first = trouble;
	if (first)
		*why = first;
	return !first;
}
