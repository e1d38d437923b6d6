/* SPDX-License-Identifier: MIT
 *
 * scripted_tcp.c - TCP packets of a script: flags, numbers and options
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "script/scripted_packet.h"
#include "wire/tcp_option.h"
#include "wire/tcp_signature.h"

/* ---- flags ---- */

static const struct { char letter; uint16_t bit; } flag_letters[] = {
	{ 'F', TCP_FIN }, { 'S', TCP_SYN }, { 'R', TCP_RST }, { 'P', TCP_PSH }, { '.', TCP_ACK }, { 'U', TCP_URG },
	{ 'E', TCP_ECE }, { 'W', TCP_CWR }, { 'A', TCP_AE },
};

static uint16_t flag_bit(char letter)
{
	for (size_t i = 0; i < ARRAY_LEN(flag_letters); i++)
		if (flag_letters[i].letter == letter)
			return flag_letters[i].bit;
	return 0;
}

/* The ACE field: three bits of their own letters, or one digit. */
static uint16_t ace_bits(int digit)
{
	return (uint16_t)((digit & 4 ? TCP_AE : 0) | (digit & 2 ? TCP_CWR : 0) | (digit & 1 ? TCP_ECE : 0));
}

/* Flags as other tools write them, in the letters used here. */
static const char *flags_meant(const char *written)
{
	static const struct {
		const char *word, *flags;
	} words[] = {
		{ "SYN", "S" }, { "SYNACK", "S." }, { "ACK", "." }, { "FIN", "F" }, { "FINACK", "F." }, { "RST", "R" },
		{ "RSTACK", "R." }, { "PSH", "P" }, { "PUSH", "P" }, { "URG", "U" },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strcasecmp(words[i].word, written))
			return words[i].flags;
	return NULL;
}

static bool flag_error(struct scripted_builder *b, bool conflict, char c)
{
	const struct loc at = scripted_loc(b, b->spec->flags_loc);
	const char *meant = flags_meant(b->spec->flags);
	const char *headline = arena_printf(b->arena, "%s TCP flag: '%c'", conflict ? "Conflicting" : "Invalid", c);

	if (conflict)
		return scripted_error(b, at, headline, "the ACE field is one digit or the letters E, W and A");
	if (meant)
		return scripted_error(b, at, headline,
				      "flags are letters, and ACK is a dot; did you mean '%s'?", meant);
	if (!strncasecmp(b->spec->flags, "tcp", 3))
		return scripted_error(b, at, headline, "a packet is TCP without a word for it: begin with the flags");
	if (strchr(b->spec->flags, '?') && b->spec->direction == DIRECTION_INBOUND)
		return scripted_error(b, at, headline, "an injected packet has a flag or has it not");
	if (flag_bit((char)toupper((unsigned char)c)))
		return scripted_error(b, at, headline, "flags are capital letters; did you mean '%c'?",
		                      toupper((unsigned char)c));
	return scripted_error(b, at, headline, "known are F S R P U E W A, the dot for ACK, and one digit from 0 to 7");
}

static bool scripted_flags(struct scripted_builder *b, uint16_t *flags)
{
	const uint16_t ace = TCP_ECE | TCP_CWR | TCP_AE;
	int digit = -1;

	*flags = 0;
	if (!strcmp(b->spec->flags, "-"))
		return true;
	if (strchr(b->spec->flags, '?') && b->spec->direction == DIRECTION_INBOUND)
		return flag_error(b, false, '?');
	for (const char *c = b->spec->flags; *c; c++) {
		uint16_t bit = flag_bit(*c);
		bool either = c[1] == '?';
		bool is_digit = *c >= '0' && *c <= '7';

		if (!bit && !is_digit)
			return flag_error(b, false, *c);
		if ((bit & ace && digit >= 0) || (is_digit && (digit >= 0 || *flags & ace)))
			return flag_error(b, true, *c);
		if (is_digit)
			digit = *c - '0';
		*(either ? &b->scripted->optional_flags : flags) |= bit;
		c += either;
	}
	if (digit > 0) {
		b->scripted->ace = (uint8_t)digit;
		*flags |= ace_bits(digit);
	}
	return true;
}

/* ---- options ---- */

enum { VALUES_MAX = ARRAY_LEN(((struct tcp_option_spec *)NULL)->values) };

/* Data of one option; @length may be more than fits in a header. */
struct option_data {
	uint8_t bytes[64];
	size_t length;
};

static void put_number(struct option_data *data, uint64_t value, int width)
{
	while (width--)
		data->bytes[data->length++] = (uint8_t)(value >> 8 * width);
}

/* "ecr *" in a packet that is injected: number @i of the option is what came last. */
static bool is_latest(const struct scripted_builder *b, const struct tcp_option_spec *o, int i)
{
	return b->spec->direction == DIRECTION_INBOUND && o->kind == TCP_OPTION_TS && i == 1 && o->ranges[i] &&
	       o->ranges[i]->kind == NUMBER_ANY;
}

static bool numbers(struct scripted_builder *b, const struct tcp_option_spec *o, struct option_data *data)
{
	const struct tcp_option_row *row = tcp_option_row(o->kind);
	bool ok = true;

	for (int i = 0; i < o->value_count && i < VALUES_MAX; i++) {
		int64_t most = (INT64_C(1) << 8 * row->width) - 1;
		ok &= scripted_range(b, o->loc, o->values[i], most, row->too_large[i % 2]);
		if (is_latest(b, o, i))
			b->scripted->echo_latest = true;
		else
			ok &= scripted_loose(b, o->ranges[i], most, row->too_large[i % 2]);
		put_number(data, (uint64_t)o->values[i], row->width);
	}
	if (o->value_count > VALUES_MAX)
		data->length = sizeof(data->bytes);              /* what follows does not matter: it is too long
		                                                    already */
	return ok;
}

bool scripted_is_hex(const char *text)
{
	while (isxdigit((unsigned char)*text))
		text++;
	return !*text;
}

size_t scripted_put_hex(const char *hex, uint8_t *out)
{
	size_t length = 0;

	for (; *hex; hex += 2) {
		int byte = 0;
		for (int i = 0; i < 2; i++) {
			int c = tolower((unsigned char)hex[i]);
			byte = byte << 4 | (isdigit(c) ? c - '0' : c - 'a' + 10);
		}
		out[length++] = (uint8_t)byte;
	}
	return length;
}

static void put_hex(struct option_data *data, const char *hex)
{
	data->length += scripted_put_hex(hex, data->bytes + data->length);
}

static const char *const signature_words[] = {
	[SIGNATURE_VALID] = "valid", [SIGNATURE_INVALID] = "invalid", [SIGNATURE_ANY] = "any",
};

static enum signature_word signature_word(const char *text)
{
	for (size_t i = SIGNATURE_VALID; i < ARRAY_LEN(signature_words); i++)
		if (!strcmp(text, signature_words[i]))
			return (enum signature_word)i;
	return SIGNATURE_LITERAL;
}

/* A signature is computed when the numbers of the packet are known. Here it takes up the room that it will need. */
static bool computed(struct scripted_builder *b, const struct tcp_option_spec *o, enum signature_word word,
                     struct option_data *data)
{
	bool inbound = b->spec->direction == DIRECTION_INBOUND, md5 = o->kind == TCP_OPTION_MD5;

	if (word == (inbound ? SIGNATURE_ANY : SIGNATURE_INVALID))
		return scripted_error(b, scripted_loc(b, o->loc),
		                      arena_printf(b->arena, "%s %s can only be used with %s packets",
		                                   md5 ? "md5" : "ao", signature_words[word],
		                                   inbound ? "outbound" : "inbound"),
		                      inbound ? "an injected packet is signed with a known key (valid), or wrongly "
		                                "(invalid)"
		                              : "a signature is expected to be right (valid), or whatever it is (any)");
	*(md5 ? &b->scripted->md5 : &b->scripted->ao) = word;
	data->length += md5 ? TCP_MD5_BYTES : TCP_AO_MAC_BYTES;
	return true;
}

/* Bytes in hexadecimal, of one length or any up to the longest. */
static bool digits(struct scripted_builder *b, const struct tcp_option_spec *o, const struct tcp_option_row *row,
                   struct option_data *data)
{
	const char *hex = o->hex ? o->hex : "", *what = o->kind == TCP_OPTION_MD5 ? "TCP MD5 digest" : "TCP-AO MAC";
	size_t count = strlen(hex), most = row->longest - 2u - data->length;
	struct loc at = scripted_loc(b, o->loc);
	enum signature_word word = signature_word(hex);

	if (word)
		return computed(b, o, word, data);
	if (count > 2 * most)
		return scripted_error(b, at, arena_printf(b->arena, "%s longer than %zu bytes", what, most),
		                      "%zu digits are written, %zu at most are allowed", count, 2 * most);
	if (count % 2 || !scripted_is_hex(hex))
		return scripted_error(b, at, arena_printf(b->arena, "%s is not a valid hex string", what),
		                      "'%s' is written: want pairs of hex digits, or valid, invalid, any", hex);
	put_hex(data, hex);
	return true;
}

/* @most: how many bytes this form of the option leaves for the cookie. */
static bool cookie(struct scripted_builder *b, const struct tcp_option_spec *o, size_t most, struct option_data *data)
{
	const char *hex = o->hex ? o->hex : "";
	size_t digits = strlen(hex);
	struct loc at = scripted_loc(b, o->loc);
	char *headline;

	if (digits % 2)
		return scripted_error(b, at, "TCP fast open cookie has an odd number of digits",
		                      "'%s' has %zu digits", hex, digits);
	if (digits / 2 > most) {
		headline = arena_printf(b->arena, "TCP fast open cookie of %zu bytes exceeds maximum cookie length "
		                        "of %zu bytes", digits / 2, most);
		return scripted_error(b, at, headline, NULL);
	}
	if (!scripted_is_hex(hex)) {
		headline = arena_printf(b->arena, "TCP fast open cookie '%s' is not a valid hex string", hex);
		return scripted_error(b, at, headline, "a symbol gets its value with -D %s=VALUE", hex);
	}
	put_hex(data, hex);
	return true;
}

/* An option given by its kind: its bytes are sent as written. */
static bool generic_data(struct scripted_builder *b, const struct tcp_option_spec *o, struct option_data *data)
{
	size_t digits = strlen(o->hex), most = TCP_OPTION_BYTES - 2;
	struct loc at = scripted_loc(b, o->loc);

	if (digits % 2 || !scripted_is_hex(o->hex))
		return scripted_error(b, at, "TCP option is not a valid hex string",
		                      "'%s' is written: want pairs of hex digits", o->hex);
	if (digits / 2 > most)
		return scripted_error(b, at, "TCP option list too long", "%zu bytes are written, %zu at most are "
		                      "allowed", digits / 2, most);
	put_hex(data, o->hex);
	b->scripted->odd_options = true;
	b->scripted->literal_options |= o->kind == TCP_OPTION_TS || o->kind == TCP_OPTION_SACK;
	return true;
}

static bool option_data(struct scripted_builder *b, const struct tcp_option_spec *o, struct option_data *data)
{
	const struct tcp_option_row *row = tcp_option_row(o->kind);

	if (o->generic)
		return generic_data(b, o, data);
	if (row->magic)
		put_number(data, row->magic, sizeof(row->magic));
	switch (row->form) {
	case TCP_FORM_DIGITS:
		return digits(b, o, row, data);
	case TCP_FORM_SIGNED:
		return numbers(b, o, data) && digits(b, o, row, data);
	case TCP_FORM_COOKIE:
		return cookie(b, o, TCP_COOKIE_BYTES - data->length, data);
	default:
		return numbers(b, o, data);
	}
}

/* Append one option to the area; *used grows even when there is no room, but not past SIZE_MAX. */
static bool add_option(struct scripted_builder *b, const struct tcp_option_spec *o, uint8_t *area, size_t *used)
{
	struct option_data data = { .length = 0 };
	bool single = o->kind == TCP_OPTION_EOL || o->kind == TCP_OPTION_NOP;
	size_t length;

	if (!single && !option_data(b, o, &data))
		return false;
	length = single ? 1 : 2 + data.length;
	if (*used + length <= TCP_OPTION_BYTES) {
		area[*used] = o->kind;
		if (!single) {
			area[*used + 1] = (uint8_t)length;
			memcpy(area + *used + 2, data.bytes, data.length);
		}
	}
	*used += length;
	return true;
}

/* The whole option area in hexadecimal, at most as much as there is room for. */
static bool scripted_option_bytes(struct scripted_builder *b, struct tcp_header *tcp)
{
	struct option_data data = { .length = 0 };

	put_hex(&data, b->spec->option_bytes);
	memcpy(tcp->options, data.bytes, data.length);
	tcp->option_length = (uint8_t)data.length;
	b->scripted->literal_options = b->scripted->odd_options = true;
	return true;
}

/* A name in place of a time-stamp's value is a name for what comes, and names have no ranges. */
static bool check_stamp(struct scripted_builder *b, const struct tcp_option_spec *o)
{
	for (int i = 0; o->kind == TCP_OPTION_TS && i < o->value_count; i++)
		if (o->ranges[i] && o->ranges[i]->kind != NUMBER_ANY)
			return scripted_error(b, o->ranges[i]->loc, "bad time-stamp",
			                      "a number or * can stand here: the values are names for those that come");
	return true;
}

/* Does the list stand for more, or for less, than one sequence of bytes? */
static bool is_pattern(const struct scripted_builder *b)
{
	const struct packet_spec *spec = b->spec;
	bool pattern = spec->option_order != OPTIONS_EXACT;

	for (const struct tcp_option_spec *o = spec->options; o; o = o->next) {
		pattern |= o->absent;
		for (int i = 0; i < o->value_count && i < VALUES_MAX; i++)
			pattern |= o->ranges[i] && !is_latest(b, o, i);
	}
	return pattern;
}

/* The options in the order written, each with its least values; padded, since padding is not compared. */
static bool scripted_pattern(struct scripted_builder *b, struct loc at, struct tcp_header *tcp, size_t used)
{
	const struct packet_spec *spec = b->spec;

	if (spec->direction == DIRECTION_INBOUND)
		return scripted_error(b, at, "a pattern of options can only be used with outbound packets",
		                      "an injected packet needs its options spelt out, or none");
	b->scripted->option_pattern = spec->options;
	b->scripted->option_order = spec->option_order;
	tcp->option_length = (uint8_t)((used + 3) / 4 * 4);
	return true;
}

static bool scripted_options(struct scripted_builder *b, struct tcp_header *tcp)
{
	const struct packet_spec *spec = b->spec;
	size_t used = 0;
	bool ok = true;

	if (spec->option_bytes)
		return scripted_option_bytes(b, tcp);
	for (const struct tcp_option_spec *o = spec->options; o; o = o->next) {
		ok &= o->absent || (check_stamp(b, o) && add_option(b, o, tcp->options, &used));
		b->scripted->echo_literal |= o->literal_echo;
	}
	if (!ok)
		return false;
	struct loc at = spec->options ? spec->options->loc : spec->loc;
	if (used > TCP_OPTION_BYTES)
		return scripted_error(b, at, "TCP option list too long",
		                      "%zu bytes are written, %d at most are allowed", used, TCP_OPTION_BYTES);
	if (is_pattern(b))
		return scripted_pattern(b, at, tcp, used);
	for (const struct tcp_option_spec *o = spec->options; o; o = o->next)
		if (diags_has_error(b->diags, o->loc))
			return false;                        /* its length is not what was meant */
	if (used % 4) {
		char *headline = arena_printf(b->arena, "TCP options are not padded correctly to ensure TCP header is "
		                              "a multiple of 4 bytes: %zu excess bytes", used % 4);
		return scripted_error(b, scripted_loc(b, at), headline, "%zu bytes are written: add %zu nop",
		                      used, 4 - used % 4);
	}
	tcp->option_length = (uint8_t)used;
	return true;
}

/* ---- the header ---- */

static bool scripted_window(struct scripted_builder *b)
{
	const struct packet_spec *spec = b->spec;

	if (spec->has_window)
		return scripted_range(b, spec->window_loc, spec->window, UINT16_MAX, "TCP window value out of range");
	if (spec->direction == DIRECTION_INBOUND)
		return scripted_error(b, scripted_loc(b, spec->transport_loc),
		                      "window must be specified for inbound packets",
		                      "add 'win N' after the sequence and ack numbers");
	return true;
}

/* START:END(LENGTH) is one statement if all three are known; else each number is compared by itself. */
static bool scripted_data(struct scripted_builder *b)
{
	const struct packet_spec *spec = b->spec;
	const struct packet_ranges *r = &spec->ranges;
	static const char headline[] = "TCP sequence number out of range";

	if (!r->seq_start && !r->seq_end && !r->length)
		return scripted_sequence(b, spec->seq_loc, spec->seq_start, spec->seq_end, spec->payload_length);
	return scripted_range(b, spec->seq_loc, spec->seq_start, UINT32_MAX, headline) &&
	       scripted_range(b, spec->seq_loc, spec->seq_end, UINT32_MAX, headline) &&
	       scripted_range(b, spec->seq_loc, spec->payload_length, UINT16_MAX, "TCP payload size out of range") &&
	       scripted_loose(b, r->seq_start, UINT32_MAX, headline) &&
	       scripted_loose(b, r->seq_end, UINT32_MAX, headline) &&
	       scripted_loose(b, r->length, UINT16_MAX, "TCP payload size out of range");
}

static bool scripted_numbers(struct scripted_builder *b)
{
	const struct packet_spec *spec = b->spec;
	const struct packet_ranges *r = &spec->ranges;
	bool ok = scripted_data(b);

	ok &= scripted_range(b, spec->seq_loc, spec->ack, UINT32_MAX, "TCP ack sequence number out of range");
	ok &= scripted_loose(b, r->ack, UINT32_MAX, "TCP ack sequence number out of range");
	ok &= scripted_window(b);
	ok &= scripted_loose(b, r->window, UINT16_MAX, "TCP window value out of range");
	ok &= scripted_range(b, spec->seq_loc, spec->urgent, UINT16_MAX, "urg_ptr value out of range");
	return scripted_loose(b, r->urgent, UINT16_MAX, "urg_ptr value out of range") && ok;
}

enum { RESET_CAUSE_BYTES = 8, RESET_CAUSE_MAGIC = 0x33aa };

/* Two octets of magic, the code, and the enterprise number that says whose code it is. */
static bool scripted_reset_cause(struct scripted_builder *b)
{
	const struct packet_spec *spec = b->spec;
	const struct reset_cause *cause = spec->reset_cause;
	struct option_data data = { .length = 0 };

	if (!cause)
		return true;
	if (spec->payload_length != RESET_CAUSE_BYTES || spec->ranges.length)
		return scripted_error(b, spec->seq_loc, "a cause of a reset is 8 bytes of data",
		                      "the line says that there are %" PRId64, spec->payload_length);
	if (!scripted_range(b, spec->seq_loc, cause->code, UINT16_MAX, "code of a reset out of range") ||
	    !scripted_range(b, spec->seq_loc, cause->enterprise, UINT32_MAX, "enterprise number out of range"))
		return false;
	put_number(&data, RESET_CAUSE_MAGIC, 2);
	put_number(&data, (uint64_t)cause->code, 2);
	put_number(&data, (uint64_t)cause->enterprise, 4);
	b->scripted->packet.payload = arena_copy(b->arena, data.bytes, data.length);
	return true;
}

bool scripted_tcp(struct scripted_builder *b, struct header *header)
{
	const struct packet_spec *spec = b->spec;
	struct tcp_header *tcp = &header->tcp;
	bool ok = scripted_flags(b, &tcp->flags);

	ok &= scripted_numbers(b);
	if (spec->any_options && spec->direction == DIRECTION_INBOUND)
		ok = scripted_error(b, spec->transport_loc,
		                    "<...> for TCP options can only be used with outbound packets",
		                    "an injected packet needs its options spelt out, or none");
	ok &= scripted_options(b, tcp);
	tcp->source_port = (uint16_t)spec->source_port;
	tcp->destination_port = (uint16_t)spec->destination_port;
	tcp->seq = (uint32_t)spec->seq_start;
	tcp->ack = (uint32_t)spec->ack;
	tcp->window = (uint16_t)spec->window;
	tcp->urgent = (uint16_t)spec->urgent;
	b->scripted->seq_end = (uint32_t)spec->seq_end;
	b->scripted->has_window = spec->has_window;
	b->scripted->any_options = spec->any_options;
	b->scripted->absolute = spec->absolute;
	b->scripted->packet.payload_length = (size_t)spec->payload_length;
	return scripted_reset_cause(b) && ok;
}
