/* SPDX-License-Identifier: MIT
 *
 * loose.c - what a packet line leaves open
 *
 * Numbers are simple: one that the range has is copied, and one that it does not have stays as the line has it, so that
 * the comparison finds a difference.
 *
 * Patterns of options are not, since one option that is left open moves all that follow it. They are decided as a whole
 * by loose_options_fit(), and then the options that came stand in the expected packet, fitting or not: the lengths of
 * the headers follow from them, and a wrong option should not be reported a second time as a wrong length.
 *
 * What an option has to answer depends on the order that the line asks for:
 *
 * - in a list with an order, the option that stands in the same place;
 * - in a list without one, any option of the packet that has not answered another one yet. Each is used once, so a line
 *   with two blocks of the same kind is not satisfied by a packet with one.
 *
 * What remains unused is allowed if the list says so; padding is allowed wherever the order does not count.
 */
#include "drill/loose.h"

#include <string.h>

#include "wire/tcp_option.h"

/* ---- numbers ---- */

const struct number_range *loose_range(const struct scripted_packet *scripted, enum packet_field field)
{
	const struct packet_ranges *r = &scripted->ranges;

	switch (field) {
	case PACKET_FIELD_TCP_SEQ:     return r->seq_start;
	case PACKET_FIELD_TCP_ACK_SEQ: return r->ack;
	case PACKET_FIELD_TCP_WINDOW:  return r->window;
	case PACKET_FIELD_TCP_URG_PTR: return r->urgent;
	case PACKET_FIELD_PAYLOAD:     return r->length;
	case PACKET_FIELD_UDPLITE_COV: return r->coverage;
	default:                       return NULL;
	}
}

static void adopt_u32(const struct number_range *range, uint32_t *expected, uint32_t observed)
{
	if (range && number_range_has(range, observed))
		*expected = observed;
}

static void adopt_u16(const struct number_range *range, uint16_t *expected, uint16_t observed)
{
	if (range && number_range_has(range, observed))
		*expected = observed;
}

static void adopt_tcp(const struct scripted_packet *scripted, struct tcp_header *expected,
                      const struct tcp_header *observed)
{
	const struct packet_ranges *r = &scripted->ranges;
	uint16_t open = scripted->optional_flags;

	adopt_u32(r->seq_start, &expected->seq, observed->seq);
	adopt_u32(r->ack, &expected->ack, observed->ack);
	adopt_u16(r->window, &expected->window, observed->window);
	adopt_u16(r->urgent, &expected->urgent, observed->urgent);
	expected->flags = (uint16_t)((expected->flags & ~open) | (observed->flags & open));
	/* Whether a pattern fits is judged separately: the options that it leaves open still count in header
	 * lengths. */
	if (scripted->any_options || scripted->option_pattern) {
		expected->option_length = observed->option_length;
		memcpy(expected->options, observed->options, sizeof(expected->options));
	}
}

void loose_adopt(const struct scripted_packet *scripted, struct packet *expected, const struct packet *observed)
{
	struct header *want = packet_transport(expected), *got = packet_transport(observed);

	if (!want || !got || want->type != got->type)
		return;
	if (scripted->ranges.length)
		expected->payload_length = observed->payload_length;
	if (want->type == HEADER_UDPLITE)
		adopt_u16(scripted->ranges.coverage, &want->udp.length, got->udp.length);
	if (want->type == HEADER_TCP)
		adopt_tcp(scripted, &want->tcp, &got->tcp);
	if (scripted->ranges.length || scripted->any_options || scripted->option_pattern)
		packet_fill_lengths(expected);
}

/* If the end has no range of its own it is fixed: however the first number and the length may vary, the data ends where
 * the line says. */
bool loose_end_fits(const struct scripted_packet *scripted, const struct packet *observed)
{
	const struct packet_ranges *r = &scripted->ranges;
	const struct header *want = packet_transport(&scripted->packet), *got = packet_transport(observed);

	if (want->type != HEADER_TCP || got->type != HEADER_TCP || (!r->seq_start && !r->seq_end && !r->length))
		return true;
	uint32_t end = got->tcp.seq + (uint32_t)observed->payload_length;
	return r->seq_end ? number_range_has(r->seq_end, end) : end == scripted->seq_end;
}

/* ---- options ---- */

static uint64_t number_at(const struct tcp_option *o, size_t at, size_t width)
{
	uint64_t value = 0;

	for (size_t i = 0; i < width; i++)
		value = value << 8 | o->data[at + i];
	return value;
}

/* Each number of the option by itself; @want has the bytes of those that have one value. */
static bool numbers_fit(const struct tcp_option_spec *spec, const struct tcp_option *want, const struct tcp_option *got)
{
	const struct tcp_option_row *row = tcp_option_row(spec->kind);
	size_t at = row->magic ? sizeof(row->magic) : 0;

	for (int i = 0; i < spec->value_count; i++, at += row->width) {
		uint64_t value = number_at(got, at, row->width);
		if (spec->ranges[i] ? !number_range_has(spec->ranges[i], (int64_t)value)
		                    : value != number_at(want, at, row->width))
			return false;
	}
	return true;
}

/* Values of time-stamps and signatures have rules of their own, which come later. */
static bool option_fits(const struct tcp_option_spec *spec, const struct tcp_option *want, const struct tcp_option *got)
{
	if (want->kind != got->kind)
		return false;
	if (want->length == 1 || want->kind == TCP_OPTION_TS || want->kind == TCP_OPTION_MD5 ||
	    want->kind == TCP_OPTION_AO)
		return true;
	if (want->length != got->length)
		return false;
	return spec->value_count ? numbers_fit(spec, want, got) : !memcmp(want->data, got->data, want->length - 2u);
}

struct option_list {
	struct tcp_option options[TCP_OPTION_BYTES];
	bool used[TCP_OPTION_BYTES];
	int count;
};

static void list_options(const struct tcp_header *tcp, struct option_list *list)
{
	size_t at = 0;
	const char *why;

	list->count = 0;
	memset(list->used, 0, sizeof(list->used));
	while (list->count < TCP_OPTION_BYTES &&
	       tcp_option_next(tcp->options, tcp->option_length, &at, &list->options[list->count], &why) > 0)
		list->count++;
}

/* The option of @got that answers @spec: the next one where the order counts, else any that answers nothing yet. */
static bool find_answer(const struct tcp_option_spec *spec, const struct tcp_option *want, struct option_list *got,
                        int first, int last)
{
	for (int i = first; i < last; i++)
		if (!got->used[i] && option_fits(spec, want, &got->options[i])) {
			got->used[i] = true;
			return true;
		}
	return false;
}

static bool is_there(const struct option_list *got, uint8_t kind)
{
	for (int i = 0; i < got->count; i++)
		if (got->options[i].kind == kind)
			return true;
	return false;
}

/* Options that matched nothing in the line: the list must allow others. */
static bool rest_fits(enum option_order order, const struct option_list *got)
{
	for (int i = 0; i < got->count; i++) {
		bool padding = got->options[i].kind == TCP_OPTION_NOP || got->options[i].kind == TCP_OPTION_EOL;
		if (!got->used[i] && (order == OPTIONS_EXACT || (order == OPTIONS_UNORDERED && !padding)))
			return false;
	}
	return true;
}

bool loose_options_fit(const struct scripted_packet *scripted, const struct tcp_header *observed)
{
	bool in_order = scripted->option_order == OPTIONS_EXACT || scripted->option_order == OPTIONS_OPEN;
	struct option_list want, got;
	int number = 0;

	if (!scripted->option_pattern)
		return true;
	list_options(&packet_transport(&scripted->packet)->tcp, &want);
	list_options(observed, &got);
	for (const struct tcp_option_spec *spec = scripted->option_pattern; spec; spec = spec->next) {
		if (spec->absent) {
			if (is_there(&got, spec->kind))
				return false;
			continue;
		}
		int first = in_order ? number : 0, last = in_order && number < got.count ? number + 1 : got.count;
		if (!find_answer(spec, &want.options[number], &got, first, last))
			return false;
		number++;
	}
	return rest_fits(scripted->option_order, &got);
}

bool loose_stamp(const struct scripted_packet *scripted)
{
	for (const struct tcp_option_spec *o = scripted->option_pattern; o; o = o->next)
		if (o->kind == TCP_OPTION_TS && !o->absent && o->ranges[0])
			return true;
	return false;
}
