/* SPDX-License-Identifier: MIT
 *
 * original_text.c - the wording of the original tool
 */
#include "report/original_text.h"

#include "report/event.h"
#include "util/printable.h"

void original_text_diag(const struct diags *d, struct buf *err)
{
	const struct diag *g = d->first;

	while (g && g->kind == DIAG_WARNING)
		g = g->next;
	if (!g)
		return;
	struct buf name = BUF_INIT;
	printable_add(&name, g->loc.source ? g->loc.source->name : "Command Line", "");
	switch (g->kind) {
	case DIAG_SYNTAX:
		buf_printf(err, "%s:%d: parse error at '%s': %s\n", name.data, g->token_line, g->token, g->headline);
		break;
	case DIAG_SEMANTIC:
		buf_printf(err, "%s:%d: semantic error: %s\n", name.data, g->loc.line, g->headline);
		break;
	case DIAG_FILE:
		printable_add(err, g->headline, "");
		buf_puts(err, "\n");
		break;
	default:
		buf_printf(err, "%s: %s\n", name.data, g->headline);
	}
	buf_free(&name);
	printable_buf(err, "\n\t");
}

/* Cut to whole microseconds like the times in messages, so that one instant shows the same digits everywhere. */
static double seconds(vtime_t t)
{
	return (double)vtime_to_us(t) / 1e6;
}

/* The original prints any name as it is. A name that could pass for one of our messages is escaped. */
static const char *name_of(const struct record *r)
{
	return printable(r->arena, r->script->source.name);
}

static void print_entry(const struct record *r, const struct entry *e, struct buf *err)
{
	if (!e->message)
		return;
	buf_printf(err, "%s:%d: %s\n", name_of(r), e->line, e->message);
	if (!e->show_packets || !e->expected || !e->observed)
		return;
	struct dump_notes notes = event_dump_notes(e->event);
	notes.old_words = true;
	buf_printf(err, "script packet: %9.6f ", seconds(e->planned));
	packet_dump(err, e->expected, &notes);
	buf_printf(err, "\nactual packet: %9.6f ", seconds(e->actual));
	packet_dump(err, e->observed, NULL);
	buf_puts(err, "\n");
}

static void trace_packets(const struct entry *e, const char *what, struct buf *out)
{
	for (const struct live_packet *live = e->live; live; live = live->next) {
		buf_printf(out, "%s packet: %9.6f ", what, seconds(live->at));
		packet_dump(out, &live->packet, NULL);
		buf_puts(out, "\n");
	}
}

static void debug(const struct record *r, const struct entry *e, struct buf *out)
{
	if (!e->event)
		return;
	buf_printf(out, "%s:%d: ", name_of(r), e->line);
	event_text(out, e->event);
	if (e->timed)
		buf_printf(out, ", planned at %.6f", seconds(e->planned));
	buf_printf(out, ", at %.6f, our lateness %.6f\n", seconds(e->actual), seconds(e->lateness));
}

void original_text_trace(const struct record *r, const struct entry *e, struct buf *out)
{
	if (r->attempts > 1 && e == r->first)
		buf_printf(out, "%s: attempt %d\n", name_of(r), r->attempts);
	if (r->script->config.debug)
		debug(r, e, out);
	if (!r->script->config.verbose)
		return;
	if (e->kind == ENTRY_INBOUND || e->kind == ENTRY_CLOSING)
		trace_packets(e, "inbound injected", out);
	else if (e->kind == ENTRY_OUTBOUND || e->kind == ENTRY_FOREIGN || e->kind == ENTRY_UNEXPECTED)
		trace_packets(e, "outbound sniffed", out);
	else if (e->kind == ENTRY_CALL && e->event)
		buf_printf(out, "%s syscall: %9.6f\n", e->event->call->name,
		           seconds(vtime_add(r->start, e->actual)));
}

static void print_verdict(const struct record *r, struct buf *err)
{
	const char *name = name_of(r), *reason = r->verdict_reason ? r->verdict_reason : "";

	if (r->verdict == VERDICT_PASS)
		return;
	if (r->verdict == VERDICT_INCONCLUSIVE)
		buf_printf(err, "%s: inconclusive: %s, %d attempt%s\n", name, reason, r->attempts,
		           r->attempts == 1 ? "" : "s");
	else if (r->verdict == VERDICT_SKIP)
		buf_printf(err, "%s: skipped: %s\n", name, reason);
	else if (r->old_message)
		buf_printf(err, "%s\n", r->old_message);
	else if (r->verdict == VERDICT_ERROR && !r->unplayable)
		buf_printf(err, "error: %s\n", reason);
	else if (r->failure && r->failure->message)
		print_entry(r, r->failure, err);
	else
		buf_printf(err, "%s: %s\n", name, reason);
}

void original_text_report(const struct record *r, struct buf *out, struct buf *err)
{
	for (const struct entry *e = r->first; e; e = e->next) {
		if (e->status == ENTRY_WARNED)
			print_entry(r, e, err);
	}
	if (r->code_output)
		buf_puts(out, r->code_output);
	if (r->code_errors)
		buf_puts(err, r->code_errors);
	print_verdict(r, err);
	if (r->cleanup_message)
		buf_printf(err, "%s\n", r->cleanup_message);
	printable_buf(out, "\n\t");
	printable_buf(err, "\n\t");
}
