/* SPDX-License-Identifier: MIT
 *
 * result_record.c - the parts of a record that leave its process
 */
#include <stdlib.h>
#include <string.h>

#include "report/event.h"
#include "report/headline.h"
#include "report/result.h"
#include "report/text.h"
#include "script/case_header.h"

static const char *text_in(struct arena *arena, struct buf *text)
{
	const char *copy = text->length ? arena_strndup(arena, text->data, text->length) : NULL;

	buf_free(text);
	return copy;
}

static const char *packet_text(struct arena *arena, const struct packet *packet, struct dump_notes notes)
{
	struct buf text = BUF_INIT;

	if (packet)
		packet_dump(&text, packet, &notes);
	while (text.length && strchr(" \n", text.data[text.length - 1]))
		text.data[--text.length] = '\0';
	return text_in(arena, &text);
}

static void add_mismatches(struct result_event *out, struct arena *arena, const struct entry *e)
{
	struct result_mismatch *list;

	for (const struct mismatch *m = e->mismatches; m; m = m->next)
		out->mismatch_count++;
	out->mismatches = list = arena_new_array(arena, struct result_mismatch, out->mismatch_count);
	for (const struct mismatch *m = e->mismatches; m; m = m->next)
		*list++ = (struct result_mismatch){ m->field, m->expected, m->observed, m->text };
}

static void add_packets(struct result_event *out, struct arena *arena, const struct entry *e)
{
	struct result_packet *list;

	for (const struct live_packet *p = e->live; p; p = p->next)
		out->packet_count++;
	out->packets = list = arena_new_array(arena, struct result_packet, out->packet_count);
	for (const struct live_packet *p = e->live; p; p = p->next)
		*list++ = (struct result_packet){ p->at, p->wall, p->bytes, p->length };
}

static const char *way_of(struct arena *arena, const struct event *event)
{
	struct buf text = BUF_INIT;

	if (event)
		event_way_print(&text, event);
	return text_in(arena, &text);
}

static struct result_event event_of(struct arena *arena, const struct entry *e)
{
	static const enum result_status status[] = {
		[ENTRY_OK] = RESULT_OK, [ENTRY_FAILED] = RESULT_FAILED, [ENTRY_WARNED] = RESULT_WARNED,
	};
	struct result_event out = {
		.kind = e->kind,
		.status = status[e->status],
		.line = e->line,
		.way = way_of(arena, e->event),
		.sign = entry_sign(e),
		.timed = e->timed,
		.planned = e->timed ? e->planned : VTIME_ZERO,
		.planned_end = e->timed ? e->planned_end : VTIME_ZERO,
		.happened = entry_happened(e),
		.lateness = e->lateness,
		.expected = packet_text(arena, e->expected, event_expected_notes(e->event)),
		.observed = packet_text(arena, e->observed, event_dump_notes(e->event)),
		.live = e->kind == ENTRY_CALL || e->kind == ENTRY_RETURN ? e->call_text : NULL,
		.mismatch = e->mismatch_kind,
		.message = e->message,
		.explanation = e->explanation,
	};
	struct buf text = BUF_INIT;

	entry_text(&text, e);
	out.text = text_in(arena, &text);
	if (out.happened)
		out.actual = e->actual;
	add_mismatches(&out, arena, e);
	add_packets(&out, arena, e);
	return out;
}

static struct result_event event_not_reached(struct arena *arena, const struct event *event)
{
	static const enum entry_kind kinds[] = {
		[EVENT_PACKET] = ENTRY_OUTBOUND, [EVENT_CALL] = ENTRY_CALL,
		[EVENT_COMMAND] = ENTRY_COMMAND, [EVENT_CODE] = ENTRY_CODE,
		[EVENT_LET] = ENTRY_COMMAND,
	};
	bool inbound = event->kind == EVENT_PACKET && event->packet->direction == DIRECTION_INBOUND;
	struct buf text = BUF_INIT;

	event_text(&text, event);
	return (struct result_event){
		.kind = inbound ? ENTRY_INBOUND : kinds[event->kind],
		.status = RESULT_NOT_REACHED,
		.line = event_line(event, &event->time.loc),
		.way = way_of(arena, event),
		.sign = event_sign(event),
		.text = text_in(arena, &text),
	};
}

static void add_events(struct result *out, const struct record *r)
{
	size_t count;
	const struct entry *const *entries = entries_in_order(r, &count);
	const struct event *rest = events_not_reached(r);
	size_t room = count;

	for (const struct event *e = rest; e; e = e->next)
		room++;
	struct result_event *list = arena_new_array(r->arena, struct result_event, room);
	out->events = list;
	out->event_count = room;
	for (size_t i = 0; i < count; i++)
		*list++ = event_of(r->arena, entries[i]);
	for (const struct event *e = rest; e; e = e->next)
		*list++ = event_not_reached(r->arena, e);
}

static void add_samples(struct result *out, const struct record *r)
{
	struct result_sample *list;

	for (const struct sample *s = r->samples; s; s = s->next)
		out->sample_count++;
	out->samples = list = arena_new_array(r->arena, struct result_sample, out->sample_count);
	for (const struct sample *s = r->samples; s; s = s->next)
		*list++ = (struct result_sample){ .at = s->at, .fd = s->fd, .values = s->values };
}

static const char *header_text(const struct record *r, const char *name)
{
	const char *text;
	size_t length;

	if (!r->script->source.text || !header_find(&r->script->source, name, &text, &length))
		return NULL;
	return arena_strndup(r->arena, text, length);
}

static const char *plain_text(const struct record *r)
{
	struct buf text = BUF_INIT;

	text_report(&text, r, &(struct text_style){ 0 });
	return text_in(r->arena, &text);
}

void result_of_record(struct result *out, const struct record *r)
{
	static const char *const addresses[] = {
		[IP_VERSION_4] = "ipv4", [IP_VERSION_4_MAPPED] = "ipv4-mapped-ipv6", [IP_VERSION_6] = "ipv6",
	};

	*out = (struct result){
		.path = r->script->source.name,
		.target = r->target_name,
		.address = addresses[r->script->config.ip_version],
		.title = header_text(r, "title"),
		.covers = header_text(r, "covers"),
		.needs = header_text(r, "needs"),
		.verdict = r->verdict,
		.expected = r->expected,
		.observed_verdict = r->expected ? r->observed_verdict : VERDICT_PASS,
		.reason = r->verdict_reason,
		.elsewhere = r->elsewhere,
		.attempts = r->attempts,
		.virtual_time = r->virtual_time,
		.duration = vtime_max(VTIME_ZERO, r->duration),
		.worst_lateness = r->worst_lateness,
		.worst_wake = r->disturbance.worst_wake,
		.stolen = r->disturbance.stolen,
		.round_trip = r->disturbance.round_trip,
		.clock_offset = r->disturbance.clock_offset,
		.cleanup_message = r->cleanup_message,
		.script = r->script->source.text,
		.text = plain_text(r),
		.code_output = r->code_output,
		.code_errors = r->code_errors,
	};
	if (r->failure) {
		struct buf headline = BUF_INIT;
		headline_add(&headline, r->failure);
		out->headline = text_in(r->arena, &headline);
		out->line = r->failure->line;
		out->mismatch = r->failure->mismatch_kind;
		out->message = r->failure->message;
		out->explanation = r->failure->explanation;
	}
	add_events(out, r);
	add_samples(out, r);
}
