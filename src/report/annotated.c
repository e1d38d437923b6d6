/* SPDX-License-Identifier: MIT
 *
 * annotated.c - captures with comments
 */
#include "report/annotated.h"

#include <stdlib.h>

#include "util/checked.h"
#include "wire/pcapng.h"

struct place {
	const struct result_packet *packet;
	const struct result_event *event;
	size_t order;                                        /* keeps packets of one instant in order */
};

static int by_time(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->packet->wall.ns != y->packet->wall.ns)
		return x->packet->wall.ns < y->packet->wall.ns ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static size_t places_of(const struct result *r, struct place *places)
{
	size_t count = 0;

	for (size_t i = 0; i < r->event_count; i++) {
		const struct result_event *e = &r->events[i];
		for (size_t n = 0; n < e->packet_count; n++, count++)
			if (places)
				places[count] = (struct place){ &e->packets[n], e, count };
	}
	return count;
}

static void add_comment(struct buf *out, const struct result *r, const struct result_event *e)
{
	static const char *const whose[] = {
		[ENTRY_INBOUND] = "injected: < ",
		[ENTRY_OUTBOUND] = "expected: > ",
		[ENTRY_UNEXPECTED] = "no line expects this",
		[ENTRY_FOREIGN] = "of another connection: passed over",
		[ENTRY_CLOSING] = "injected to close the connection",
	};

	if (e->line > 0)
		buf_printf(out, "%s:%d: ", r->path, e->line);
	if (e->kind < ARRAY_LEN(whose) && whose[e->kind])
		buf_puts(out, whose[e->kind]);
	if (e->line > 0 && e->text)
		buf_puts(out, e->text);
	if (e->mismatch != MISMATCH_NONE)
		buf_printf(out, "\n%s", mismatch_kind_name[e->mismatch]);
	for (size_t i = 0; i < e->mismatch_count; i++) {
		const struct result_mismatch *m = &e->mismatches[i];
		if (m->expected || m->observed)
			buf_printf(out, "\n%s: expected %s, observed %s", m->field, m->expected ? m->expected : "-",
			           m->observed ? m->observed : "-");
		else
			buf_printf(out, "\n%s", m->text);
	}
	if (e->explanation)
		buf_printf(out, "\n%s", e->explanation);
}

void annotated_capture(struct buf *out, const struct result *r, const char *version)
{
	size_t count = places_of(r, NULL);
	struct place *places = checked_memory(calloc(count + 1, sizeof(*places)));
	struct buf comment = BUF_INIT, application = BUF_INIT;

	places_of(r, places);
	qsort(places, count, sizeof(*places), by_time);
	buf_printf(&comment, "%s: %s", r->id, r->expected ? "expected failure" : verdict_name[r->verdict]);
	if (r->headline && r->line)
		buf_printf(&comment, ": line %d", r->line);
	if (r->headline || r->reason)
		buf_printf(&comment, ": %s", result_headline(r));
	buf_printf(&application, "protodrill %s", version);
	if (count)
		pcapng_begin(out, application.data, r->target, comment.data);
	for (size_t i = 0; i < count; i++) {
		const struct result_packet *p = places[i].packet;
		const enum entry_kind kind = places[i].event->kind;
		const bool inbound = kind == ENTRY_INBOUND || kind == ENTRY_CLOSING;
		buf_clear(&comment);
		add_comment(&comment, r, places[i].event);
		pcapng_packet(out, p->wall, p->bytes, p->length, inbound ? PCAPNG_INBOUND : PCAPNG_OUTBOUND,
		              comment.data);
	}
	buf_free(&application);
	buf_free(&comment);
	free(places);
}

/* ---- reports ---- */

static void add_all(struct report_sink *sink, const struct result *result, const char *line, size_t length)
{
	struct buf capture = BUF_INIT;

	(void)line;
	(void)length;
	annotated_capture(&capture, result, sink->run.version);
	if (capture.length)
		report_sink_case_file(sink, result, ".pcapng", &capture);
	buf_free(&capture);
}

static void add_failed(struct report_sink *sink, const struct result *result, const char *line, size_t length)
{
	if (result->verdict != VERDICT_PASS || result->expected)
		add_all(sink, result, line, length);
}

const struct report_kind report_pcapng = {
	.name = "pcapng", .help = "captures of what did not pass, with comments", .folder = true, .add = add_failed,
};

const struct report_kind report_pcapng_all = {
	.name = "pcapng-all", .help = "captures of all cases, with comments", .folder = true, .add = add_all,
};
