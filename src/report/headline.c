/* SPDX-License-Identifier: MIT
 *
 * headline.c - the field that explains the others, and a sentence for each kind of mismatch
 */
#include "report/headline.h"

#include <stdlib.h>
#include <string.h>

#include "report/event.h"
#include "util/printable.h"
#include "wire/header_field.h"
#include "wire/membership.h"
#include "wire/tcp_option.h"

/* ---- fields ---- */

enum { RANK_ALONE = PACKET_FIELDS, RANK_CONSEQUENCE };

/* The smaller the rank, the more the field explains. */
static int rank_of(enum packet_field field)
{
	switch (packet_fields[field].role) {
	case PACKET_FIELD_CAUSE:
		return (int)field;
	case PACKET_FIELD_CONSEQUENCE:
		return RANK_CONSEQUENCE;
	default:
		return RANK_ALONE;
	}
}

bool headline_explained(const struct mismatch *m, const struct mismatch *all)
{
	if (rank_of(m->id) != RANK_CONSEQUENCE)
		return false;
	for (; all; all = all->next)
		if (rank_of(all->id) < RANK_ALONE)
			return true;
	return false;
}

static const struct field_span *span_of(enum packet_field field, const struct dump_notes *notes)
{
	for (size_t i = 0; i < notes->span_count; i++)
		if (notes->spans[i].field == packet_fields[field].shown && field)
			return &notes->spans[i];
	return NULL;
}

bool headline_find_field(enum packet_field field, const char *dump, const struct dump_notes *notes, size_t *start,
                         size_t *end)
{
	const struct field_span *span = span_of(field, notes);
	char letter = packet_fields[field].letter;

	if (!span)
		return false;
	*start = span->start;
	*end = span->end;
	if (!letter)
		return true;
	const char *found = memchr(dump + span->start, letter, span->end - span->start);
	if (!found)
		return false;
	*start = (size_t)(found - dump);
	*end = *start + 1;
	return true;
}

/* ---- packets ---- */

static void cut_at(struct buf *out, size_t length)
{
	while (length && out->data[length - 1] == ' ')
		length--;
	out->length = length;
	out->data[length] = '\0';
}

static void add_packet(struct buf *out, const struct packet *packet, struct dump_notes notes)
{
	size_t from = out->length;

	packet_dump(out, packet, &notes);
	cut_at(out, from + strcspn(out->data + from, "\n"));
}

/* How a script would write @field of @packet: "ack 11", "1:11(10)"; NULL: it would not. In @arena. */
static const char *value_of(struct arena *arena, const struct packet *packet, struct dump_notes notes,
                            enum packet_field field)
{
	struct buf dump = BUF_INIT;

	packet_dump(&dump, packet, &notes);
	const struct field_span *span = span_of(field, &notes), *first = span_of(PACKET_FIELD_TCP_SEQ, &notes);
	const struct field_span *last = span_of(PACKET_FIELD_PAYLOAD, &notes);
	const char *value = NULL;
	/* Where data begins and how long it is count as one field. */
	if (span && first && last && (span == first || span == last))
		value = arena_strndup(arena, dump.data + first->start, last->end - first->start);
	else if (span)
		value = arena_strndup(arena, dump.data + span->start, span->end - span->start);
	buf_free(&dump);
	return value;
}

/* ---- options ---- */

static bool has_option(const struct tcp_header *tcp, uint8_t kind)
{
	struct tcp_option option;
	const char *why;
	size_t at = 0;

	while (tcp_option_next(tcp->options, tcp->option_length, &at, &option, &why) > 0)
		if (option.kind == kind)
			return true;
	return false;
}

/* The options of @from, without padding, that @in lacks. */
static void add_lacking(struct buf *out, const char *title, const struct packet *from, const struct packet *in)
{
	const struct header *have = packet_transport(from), *lack = packet_transport(in);
	struct tcp_option option;
	const char *why;
	size_t at = 0;

	if (have->type != HEADER_TCP || lack->type != HEADER_TCP)
		return;
	while (tcp_option_next(have->tcp.options, have->tcp.option_length, &at, &option, &why) > 0) {
		if (option.kind == TCP_OPTION_NOP || option.kind == TCP_OPTION_EOL ||
		    has_option(&lack->tcp, option.kind))
			continue;
		buf_puts(out, title);
		tcp_option_print(out, &option);
		title = ", ";
	}
}

/* ---- IP ---- */

static bool is_of_ip(const struct header_field *f)
{
	return f->type == HEADER_IPV4 || f->type == HEADER_IPV6;
}

/* How a script writes a field of the header above IP, in braces behind the packet: "{sum bad}". */
static bool transport_word(struct buf *out, const struct mismatch *m, const char *value)
{
	const struct header_field *f;

	if (m->id != PACKET_FIELD_NONE || !value)
		return false;
	for (size_t i = 0; (f = header_field_at(i)); i++) {
		if (is_of_ip(f) || strcmp(f->name, m->field) != 0)
			continue;
		buf_printf(out, "{%s %.*s}", f->word, (int)strcspn(value, " "), value);
		return true;
	}
	return false;
}

bool headline_ip_word(struct buf *out, const struct mismatch *m, const char *value)
{
	static const char *const marks[] = { "noecn", "ect1", "ect0", "ce" };
	const struct header_field *f;

	if (!value)
		return false;
	const int length = (int)strcspn(value, " ");             /* "16 (0x10)" */
	const unsigned long number = strtoul(value, NULL, 0);
	switch (m->id) {
	case PACKET_FIELD_IP_ECN:
		buf_puts(out, strstr(value, " or ") ? "ect01" : marks[number % ARRAY_LEN(marks)]);
		return true;
	case PACKET_FIELD_TOS: case PACKET_FIELD_DSCP:
		buf_printf(out, "%s 0x%02lx", m->field, number);
		return true;
	case PACKET_FIELD_TTL: case PACKET_FIELD_FLOWLABEL:
		buf_printf(out, "%s %.*s", m->field, length, value);
		return true;
	case PACKET_FIELD_NONE:
		for (size_t i = 0; (f = header_field_at(i)); i++) {
			if (!is_of_ip(f) || strcmp(f->name, m->field) != 0)
				continue;
			buf_printf(out, "%s %.*s", f->word, length, value);
			return true;
		}
		return false;
	default:
		return false;
	}
}

/* ---- the sentences ---- */

/* The mismatch that explains the others. @others: how many there are besides it that do not follow from it. */
static const struct mismatch *first_cause(const struct entry *e, int *others)
{
	const struct mismatch *first = NULL;
	int best = RANK_CONSEQUENCE + 1;

	*others = 0;
	for (const struct mismatch *m = e->mismatches; m; m = m->next) {
		int rank = rank_of(m->id);
		*others += rank != RANK_CONSEQUENCE;
		if (rank >= best)
			continue;
		best = rank;
		first = m;
	}
	*others -= best < RANK_CONSEQUENCE;                  /* the first is not one of the others */
	return first;
}

static void add_values(struct buf *out, const char *name, const char *expected, const char *observed)
{
	buf_printf(out, ": %s%sexpected %s, observed %s", name ? name : "", name ? " " : "",
		   expected ? expected : "none",
	           observed ? observed : "none");
}

static void add_fields(struct buf *out, const struct entry *e)
{
	struct arena *arena = arena_new();
	struct buf want = BUF_INIT, got = BUF_INIT;
	const char *expected = NULL, *observed = NULL;
	int others;
	const struct mismatch *m = first_cause(e, &others);

	if (m && ((headline_ip_word(&want, m, m->expected) && headline_ip_word(&got, m, m->observed)) ||
	          (transport_word(&want, m, m->expected) && transport_word(&got, m, m->observed)))) {
		expected = want.data;
		observed = got.data;
	} else if (m && e->expected && e->observed) {
		expected = value_of(arena, e->expected, event_expected_notes(e->event), m->id);
		observed = value_of(arena, e->observed, (struct dump_notes){ 0 }, m->id);
	}
	if ((expected || observed) && !(expected && observed && !strcmp(expected, observed)))
		add_values(out, packet_fields[m->id].letter ? "flags" : NULL, expected, observed);
	else if (m && (m->expected || m->observed))
		add_values(out, m->field, m->expected, m->observed);
	else if (m && m->text)
		buf_printf(out, ": %s", m->text);
	if (m && m->id == PACKET_FIELD_TCP_OPTIONS && e->expected && e->observed) {
		add_lacking(out, "; missing: ", e->expected, e->observed);
		add_lacking(out, "; surplus: ", e->observed, e->expected);
	}
	if (m && others > 0)
		buf_printf(out, ", and %d more field%s", others, others > 1 ? "s" : "");
	buf_free(&want);
	buf_free(&got);
	arena_free(arena);
}

static void add_missing(struct buf *out, const struct entry *e)
{
	const struct header *h = e->expected ? packet_transport(e->expected) : NULL;
	const bool icmp = h && (h->type == HEADER_ICMPV4 || h->type == HEADER_ICMPV6);

	buf_puts(out, ": > ");
	if (e->expected && !(icmp && e->event))
		add_packet(out, e->expected, event_expected_notes(e->event));
	else if (e->event)
		event_text(out, e->event);               /* with the text that an ICMP error quotes */
	if (!e->observed) {
		buf_puts(out, " never came");
		return;
	}
	buf_puts(out, "; instead came ");
	add_packet(out, e->observed, (struct dump_notes){ 0 });
}

static void add_unwanted(struct buf *out, const struct entry *e)
{
	if (!e->observed)
		return;
	buf_puts(out, ": ");
	size_t at;

	if (e->live && membership_find(e->live->bytes, e->live->length, &at))
		membership_print(out, e->live->bytes[0] >> 4, e->live->bytes + at, e->live->length - at);
	else
		add_packet(out, e->observed, (struct dump_notes){ 0 });
	buf_puts(out, e->mismatch_kind == MISMATCH_DUPLICATE ? " was sent again" : " came");
	const struct event *line = e->event;
	if (!e->expected && line && line->kind == EVENT_PACKET && line->scripted && line->scripted->nothing)
		buf_puts(out, ", expected nothing");
	if (!e->expected)
		return;
	buf_puts(out, ", expected ");
	add_packet(out, e->expected, event_expected_notes(e->event));
}

/* Does @packet carry again data that came before, up to number @end? *end becomes the end of its own data. */
static bool comes_again(const struct packet *packet, uint32_t *end)
{
	const struct header *h = packet_transport(packet);
	const uint32_t before = *end;

	if (h->type != HEADER_TCP)
		return false;
	*end = h->tcp.seq + (uint32_t)packet->payload_length;
	return (int32_t)(h->tcp.seq - before) < 0;
}

/* The pieces, without the one that was sent again and thereby ended the wait for more. */
static void add_pieces(struct buf *out, const struct entry *e)
{
	struct arena *arena = arena_new();
	const struct dump_notes as_written = event_expected_notes(e->event), plain = { 0 };
	const char *expected = e->expected ? value_of(arena, e->expected, as_written, PACKET_FIELD_TCP_SEQ) : NULL;
	const struct mismatch *m = e->mismatches;
	const char *last = NULL;
	uint32_t end = 0;

	if (!expected && m && m->expected && m->observed) {      /* datagrams have no numbers */
		buf_printf(out, ": expected %s, observed %s", m->expected, m->observed);
		arena_free(arena);
		return;
	}
	buf_printf(out, ": expected %s, observed", expected ? expected : "one piece");
	for (const struct live_packet *live = e->live; live; live = live->next) {
		const struct packet *packet = live->in_script ? live->in_script : !live->next ? e->observed : NULL;
		const char *piece = packet ? value_of(arena, packet, plain, PACKET_FIELD_TCP_SEQ) : NULL;
		if (!piece || (comes_again(packet, &end) && last))
			continue;
		buf_printf(out, "%s %s", last ? "," : "", piece);
		last = piece;
	}
	arena_free(arena);
}

static void add_time(struct buf *out, const struct entry *e)
{
	buf_printf(out, ": expected at %.6f", vtime_to_s(e->planned));
	if (vtime_before(e->planned, e->planned_end))
		buf_printf(out, " to %.6f", vtime_to_s(e->planned_end));
	buf_printf(out, " s, %s at %.6f s", e->kind == ENTRY_OUTBOUND ? "came" : "happened", vtime_to_s(e->actual));
}

static void add_call(struct buf *out, const struct entry *e)
{
	int others;
	const struct mismatch *m = first_cause(e, &others);

	const struct call_spec *call = e->event && e->event->kind == EVENT_CALL ? e->event->call : NULL;
	const char *error = m && call && !strcmp(m->field, "result") ? call->errno_word : NULL;

	buf_printf(out, ": %s()", call ? call->name : "call");
	if (m && (m->expected || m->observed))
		buf_printf(out, ": %s expected %s%s%s, observed %s", m->field, m->expected ? m->expected : "none",
		           error ? " " : "", error ? error : "", m->observed ? m->observed : "none");
	else if (m && m->text)
		buf_printf(out, ": %s", m->text);
}

/* The statement of a block that failed, and the values that it looked at. */
static void add_statement(struct buf *out, const struct entry *e)
{
	const struct mismatch *m = e->mismatches;

	if (m && m->expected)
		buf_printf(out, ": %s", m->expected);
	if (m && m->observed)
		buf_printf(out, ", but %s", m->observed);
	else
		buf_printf(out, ": %s", e->message ? e->message : "");
}

static void add_message(struct buf *out, const struct entry *e)
{
	size_t length = e->message ? strcspn(e->message, "\n") : 0;

	if (length)
		buf_printf(out, ": %.*s", (int)length, e->message);
}

/* A line that could not be played, without the original's words in front: whose line it is, is seen. */
static void add_unplayed(struct buf *out, const struct entry *e)
{
	static const char packet[] = "error handling packet: ";
	struct entry bare = *e;

	if (bare.message && !strncmp(bare.message, packet, strlen(packet)))
		bare.message += strlen(packet);
	add_message(out, &bare);
}

void headline_add(struct buf *out, const struct entry *e)
{
	static void (*const sentences[MISMATCH_KINDS])(struct buf *out, const struct entry *e) = {
		[MISMATCH_FIELDS] = add_fields,
		[MISMATCH_MISSING] = add_missing,
		[MISMATCH_EXTRA] = add_unwanted,
		[MISMATCH_DUPLICATE] = add_unwanted,
		[MISMATCH_RESEGMENTED] = add_pieces,
		[MISMATCH_EARLY] = add_time,
		[MISMATCH_LATE] = add_time,
		[MISMATCH_RESULT] = add_call,
		[MISMATCH_OUTPUT] = add_call,
		[MISMATCH_ASSERTION] = add_statement,
		[MISMATCH_COMMAND] = add_message,
		[MISMATCH_BLOCKED] = add_message,
		[MISMATCH_BASIS] = add_unplayed,
		[MISMATCH_OTHER] = add_unplayed,
	};

	struct buf line = BUF_INIT;

	if (e->mismatch_kind == MISMATCH_NONE)
		return;
	buf_puts(&line, mismatch_kind_name[e->mismatch_kind]);
	sentences[e->mismatch_kind](&line, e);
	if (e->event && e->event->via) {
		buf_puts(&line, " (");
		event_way_print(&line, e->event);
		buf_puts(&line, ")");
	}
	printable_add(out, line.data, "");
	buf_free(&line);
}
