/* SPDX-License-Identifier: MIT
 *
 * tcp_option.h - TCP options one by one, and as script text
 *
 * Each kind of option is one row with everything but its meaning: kind and lengths, the word of the script language,
 * and how its values are written. The scanner takes words from these rows, and builder, printers and codec use them. So
 * a new option that is written like one of those here takes a row, a kind, and its meaning in the stack.
 */
#ifndef WIRE_TCP_OPTION_H
#define WIRE_TCP_OPTION_H

#include "util/buf.h"
#include "wire/header.h"

enum tcp_option_kind {
	TCP_OPTION_EOL = 0, TCP_OPTION_NOP = 1, TCP_OPTION_MSS = 2, TCP_OPTION_WSCALE = 3, TCP_OPTION_SACK_OK = 4,
	TCP_OPTION_SACK = 5, TCP_OPTION_TS = 8, TCP_OPTION_MD5 = 19, TCP_OPTION_USER_TIMEOUT = 28, TCP_OPTION_AO = 29,
	TCP_OPTION_FO = 34,
	TCP_OPTION_ACCECN0 = 172, TCP_OPTION_ACCECN1 = 174, TCP_OPTION_EXP = 254,
};

/* How a script writes an option. */
enum tcp_option_form {
	TCP_FORM_UNWRITTEN,                                  /* not at all */
	TCP_FORM_WORD,                                       /* nop */
	TCP_FORM_NUMBER,                                     /* mss 1460 */
	TCP_FORM_DIGITS,                                     /* md5 00ff: bytes in hexadecimal */
	TCP_FORM_COOKIE,                                     /* FO, or FO 00ff */
	TCP_FORM_SIGNED,                                     /* ao 61:84 00ff: two numbers, and bytes in hexadecimal */
	TCP_FORM_NAMED,                                      /* TS val 1 ecr 2: a rule of its own in the grammar */
	TCP_FORM_RANGES,                                     /* sack 1:2 5:9: the same */
};

enum { TCP_OPTION_NUMBERS = 3 };

struct tcp_option_row {
	uint8_t kind;
	uint8_t shortest, longest;                           /* length byte; 1 for EOL and NOP, which have none */
	uint8_t step;                                        /* legal lengths are shortest + n * step */
	enum tcp_option_form form;
	const char *word;                                    /* of the script language; NULL: it has none */
	uint8_t width;                                       /* bytes of each number; 0: there are none */
	const char *names[TCP_OPTION_NUMBERS];               /* TCP_FORM_NAMED: the word before each number */
	const char *too_large[2];                            /* said of a number that does not fit; they take turns */
	uint16_t magic;                                      /* the data begin with it (RFC 6994); 0: none */
};

/* NULL: no such kind. */
const struct tcp_option_row *tcp_option_row(uint8_t kind);
/* Row @index, from 0 on; NULL behind the last. */
const struct tcp_option_row *tcp_option_row_at(size_t index);

enum {
	TCP_EXP_MAGIC_FO = 0xf989,
	TCP_SACK_BLOCKS = 4,
	TCP_COOKIE_BYTES = 38,
	TCP_MD5_BYTES = 16,
	TCP_USER_TIMEOUT_BYTES = 4
};

/* One option as it stands in a header: @length counts kind and length bytes; data follows them. */
struct tcp_option {
	uint8_t kind;
	uint8_t length;                                      /* 1 for EOL and NOP */
	const uint8_t *data;                                 /* length - 2 bytes; points into the option area */
	size_t at;                                           /* offset in the option area */
};

/* Walk the option area: *offset starts at 0. 1: *out is the next option. 0: the end. -1: malformed, *why
 * says how ("TCP option length byte extends too far", "TCP option with length byte is too short", "TCP
 * option data extends too far"). Knows no kinds but EOL and NOP; goes on after EOL, byte by byte. */
int tcp_option_next(const uint8_t *options, size_t length, size_t *offset, struct tcp_option *out, const char **why);

/* Is it a kind that the script language knows? */
bool tcp_option_known(uint8_t kind);
/* Is the length one that this kind can have? Unknown kinds: true. Else *want is the right one (SACK: the
 * nearest below, 2 + 8 * blocks). */
bool tcp_option_length_ok(const struct tcp_option *o, size_t *want);
/* Both for all options of an area. False: the first thing wrong is added to @problem ("unexpected TCP option
 * kind: K", "bad TCP option length: was N but expected M", or a text of tcp_option_next()). */
bool tcp_options_check(const uint8_t *options, size_t length, struct buf *problem);

/* The number that starts at @byte of the data; 0 if it does not end inside. SACK block i: u32 at 8 * i and
 * 8 * i + 4; AccECN counter i: u24 at 3 * i. */
uint16_t tcp_option_u16(const struct tcp_option *o, size_t byte);
uint32_t tcp_option_u24(const struct tcp_option *o, size_t byte);
uint32_t tcp_option_u32(const struct tcp_option *o, size_t byte);
size_t tcp_option_sack_count(const struct tcp_option *o);

/* Appending to an option area of TCP_OPTION_BYTES; false when there is no room. *used grows. */
bool tcp_option_add(uint8_t *options, size_t *used, uint8_t kind, const void *data, size_t data_length);
bool tcp_option_add_nop(uint8_t *options, size_t *used);
bool tcp_option_add_mss(uint8_t *options, size_t *used, uint16_t mss);
bool tcp_option_add_wscale(uint8_t *options, size_t *used, uint8_t shift);
bool tcp_option_add_sack_ok(uint8_t *options, size_t *used);
bool tcp_option_add_ts(uint8_t *options, size_t *used, uint32_t val, uint32_t ecr);

/* Script syntax of one option: "mss 1460", "sack 1:2 5:9", "TS val 1 ecr 2", "FO 0102", "ECN e0b 1 ceb 0".
 * What the script language cannot write prints as "gen-N HEX", and the reason is returned (constant text,
 * "unknown experimental option", "invalid ECN option" ...); else NULL. */
const char *tcp_option_print(struct buf *out, const struct tcp_option *o);
/* All options, separated by commas without blanks. False and *why set: the area is malformed (what is
 * well-formed before that is printed), or something could not be written in script syntax. */
bool tcp_options_print(struct buf *out, const uint8_t *options, size_t length, const char **why);

#endif
