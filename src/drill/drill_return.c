/* SPDX-License-Identifier: MIT
 *
 * drill_return.c - what came back from a call, or did not
 *
 * A call that returned is compared with its line, takes effect, and, if it was to wait, must have
 * come back at the time that the script says. The return of such a call is an entry of its own in
 * the record, behind the packets that were exchanged while it waited.
 *
 * One that does not return fails, too. Then everything known is collected: since when it has waited, how much it had
 * done when it was broken off, how many bytes are in the queue of its socket, and every packet that the stack sent
 * meanwhile. A blocked call is usually a symptom, and the packets show the cause: a window that is shut, an
 * acknowledgement that never came.
 */
#include <inttypes.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>

#include "drill/play.h"
#include "drill/values.h"

/* How much longer than it should take we wait for a call; after that it counts as blocked. */
static const vtime_t CALL_PATIENCE = { 2000000000 };

/* The first mismatch in the old wording. */
bool play_fail_call(struct play *p, struct entry *e, const char *name)
{
	const char *text = e->mismatches ? e->mismatches->text : "failed";
	enum mismatch_kind kind = e->mismatch_kind ? e->mismatch_kind : MISMATCH_OTHER;

	return play_fail(p, e, kind, "runtime error in %s call: %s", name, text);
}

/* Live arguments and result, as a trace shows them. */
static const char *call_trace(struct play *p, const struct running_call *r, const struct call_result *result)
{
	struct buf b = BUF_INIT;

	call_spec_print(&b, r->spec);
	if (result->value < 0)
		buf_printf(&b, " -> %" PRId64 " %s", result->value, constant_errno_name(result->error));
	else
		buf_printf(&b, " -> %" PRId64, result->value);
	const char *text = arena_strdup(p->record->arena, b.data);
	buf_free(&b);
	return text;
}

/* Judge what came back, and let it take effect. */
bool play_settle(struct play *p, struct running_call *r, const struct call_result *result, struct entry *e)
{
	e->result = *result;
	e->call_text = call_trace(p, r, result);
	struct buf line = BUF_INIT;
	call_spec_print(&line, r->spec);
	bool skipped = play_skip(p, e, line.data);
	buf_free(&line);
	if (skipped)
		return false;
	if (!running_call_compare(&p->calls, r, result, e) || !call_effect_after(&p->calls, r, result, e))
		return play_fail_call(p, e, r->spec->name);
	values_of_call(p, e->event, r, result);
	return true;
}

/* A blocking call must return when the script says, on the scale of its own duration. */
static bool judge_return(struct play *p, struct entry *e, const struct running_call *r)
{
	struct due due = p->pending_due;

	due.tolerance = timeline_tolerance(p->config, vtime_sub(due.call_end, due.start));
	due.start = due.end = due.call_end;
	e->planned = e->planned_end = due.call_end;
	e->timed = true;
	e->line = event_line(e->event, &r->spec->loc);
	enum mismatch_kind kind = play_judge_time(p, e, &due, "system call return");
	return !kind || play_fail(p, e, kind, "%s", e->mismatches->text);
}

bool play_returned(struct play *p, const struct call_result *result)
{
	struct running_call *r = p->pending;
	struct entry *e = record_append(p->record, ENTRY_RETURN, p->pending_entry->event);

	e->line = event_line(e->event, &r->spec->loc);
	e->actual = vtime_sub(result->returned, p->record->start);
	p->pending = NULL;
	bool good = play_settle(p, r, result, e) && judge_return(p, e, r);
	running_call_free(r);
	return good;
}

/* ---- calls that do not return ---- */

vtime_t play_pending_limit(const struct play *p)
{
	return p->pending ? vtime_add(p->pending_due.call_end, CALL_PATIENCE) : VTIME_NEVER;
}

/* Which way the data of an argument goes: 1 to the stack, -1 from it. */
static const int ways[] = {
	[SHAPE_SEND_BUFFER] = 1, [SHAPE_SEND_IOVEC] = 1, [SHAPE_SEND_MSGHDR] = 1, [SHAPE_SEND_MMSGHDRS] = 1,
	[SHAPE_OFFSET_REF] = 1, [SHAPE_RECEIVE_BUFFER] = -1, [SHAPE_RECEIVE_IOVEC] = -1, [SHAPE_RECEIVE_MSGHDR] = -1,
	[SHAPE_RECEIVE_MMSGHDRS] = -1,
};

static int way_of_data(const struct running_call *r)
{
	int way = 0;

	for (int i = 0; i < r->call.argument_count && !way; i++)
		if ((size_t)r->signature->shapes[i] < ARRAY_LEN(ways))
			way = ways[r->signature->shapes[i]];
	return way;
}

/* What the target says about a queue of the call's socket, in bytes; -1: nothing. */
static int queued_bytes(struct play *p, const struct running_call *r, unsigned long request)
{
	int bytes = -1;
	struct call ask = {
		.id = CALL_IOCTL,
		.limit = vtime_add(p->target->ops->now(p->target), CALL_PATIENCE),
		.argument_count = 3,
		.arguments = { r->call.arguments[0], { .number = (int64_t)request }, { .pointer = &bytes } },
	};
	struct call_result result;

	if (r->signature->shapes[0] != SHAPE_FD)
		return -1;
	p->target->ops->call(p->target, &ask, &result);
	return result.value < 0 ? -1 : bytes;
}

/* How far the call has come: what it had done when it was broken off, and what waits in the queues of its socket. */
static void add_progress(struct buf *out, struct play *p, const struct running_call *r,
                         const struct call_result *result)
{
	int way = way_of_data(r), queued = -1;

	if (result && way && r->expected_result > 0)
		buf_printf(out, "; %" PRId64 " of %" PRId64 " are done", result->value > 0 ? result->value : 0,
			   r->expected_result);
	if (way || r->call.id == CALL_CLOSE)
		queued = queued_bytes(p, r, way < 0 ? SIOCINQ : SIOCOUTQ);
	if (queued >= 0)
		buf_printf(out, "; %d byte%s in the %s queue", queued, queued == 1 ? "" : "s",
		           way < 0 ? "receive" : "send");
}

/* Packets that left and that no line has taken are often the reason: the line of a SYN,ACK is missing, say. */
static void add_unexpected(struct buf *out, const struct record *record)
{
	const struct entry *first = NULL;
	int count = 0;

	for (const struct entry *e = record->first; e; e = e->next) {
		if (e->kind != ENTRY_UNEXPECTED)
			continue;
		first = first ? first : e;
		count++;
	}
	if (count)
		buf_printf(out, "%sNo line expects %s at %.6f s.", out->length ? " " : "",
		           count == 1 ? "the packet that left" : "the packets that left, the first",
		           vtime_to_s(first->actual));
}

/* The first TCP packet injected from @from on that has all of @set and none of @clear among its flags; NULL: there is
 * none. */
static const struct entry *injected(const struct entry *from, uint16_t set, uint16_t clear)
{
	for (const struct entry *e = from; e; e = e->next) {
		const struct header *h = e->kind == ENTRY_INBOUND && e->expected ? packet_transport(e->expected) : NULL;
		if (h && h->type == HEADER_TCP && (h->tcp.flags & set) == set && !(h->tcp.flags & clear))
			return e;
	}
	return NULL;
}

/* Does any line after that of the call inject something? */
static bool injects_later(const struct event *event)
{
	for (event = event ? event->next : NULL; event; event = event->next)
		if (event->kind == EVENT_PACKET && event->packet->direction == DIRECTION_INBOUND)
			return true;
	return false;
}

/* The packet for which the call waits, and which the script, as the peer, has not injected yet. NULL: nothing that can
 * be told. */
static const char *owed_by_peer(const struct play *p, const struct running_call *r)
{
	const struct flow *flow = p->flows.under_test;
	bool tcp = flow && flow->protocol == IPPROTO_TCP;

	if (r->call.id == CALL_CONNECT && tcp && !injected(p->record->first, TCP_SYN | TCP_ACK, 0))
		return "connect() waits for the peer's answer, '< S. 0:0(0) ack 1 win 65535 <mss 1460>'";
	if (r->call.id == CALL_ACCEPT || r->call.id == CALL_ACCEPT4) {
		const struct entry *syn = injected(p->record->first, TCP_SYN, TCP_ACK);
		if (!syn)
			return "No SYN was injected before it: '< S 0:0(0) win 65535 <mss 1460>', the SYN,ACK that "
			       "answers it, and '< . 1:1(0) ack 1 win 65535' make a connection that can be accepted";
		if (!injected(syn->next, TCP_ACK, TCP_SYN | TCP_RST))
			return "The handshake is not complete: '< . 1:1(0) ack 1 win 65535' ends it";
	}
	if (tcp && way_of_data(r) < 0) {
		for (const struct entry *e = p->record->first; e; e = e->next)
			if (e->kind == ENTRY_INBOUND && e->expected && e->expected->payload_length)
				return NULL;
		return "No data was injected before it, as by '< P. 1:1001(1000) ack 1 win 65535'";
	}
	return NULL;
}

/* What may be wrong in the script when a call that is not marked as blocking does not return. */
static void explain_blocked(struct buf *out, const struct play *p, const struct running_call *r,
                            const struct event *event)
{
	const char *owed = r->spec->blocking ? NULL : owed_by_peer(p, r);
	const char *errno_word = r->spec->errno_word;
	bool at_once = errno_word && (!strcmp(errno_word, "EAGAIN") || !strcmp(errno_word, "EWOULDBLOCK"));

	if (owed)
		buf_printf(out, "%s%s. ", owed,
		           injects_later(event) ? "; a line behind the call comes too late for it" : "");
	if (at_once)
		buf_puts(out, "On a descriptor that does not block it would return at once: put fcntl(FD, F_SETFL, "
		              "O_RDWR|O_NONBLOCK) before it.");
	else if (r->signature->can_block && !r->spec->blocking)
		buf_printf(out, "A call that is to wait says when it returns: TIME...END %s(...).", r->spec->name);
	add_unexpected(out, p->record);
}

bool play_fail_blocked(struct play *p, struct running_call *r, const struct event *event, vtime_t since,
                       const struct call_result *result)
{
	struct entry *e = record_append(p->record, ENTRY_RETURN, event);
	struct buf text = BUF_INIT;

	e->line = event_line(e->event, &r->spec->loc);
	e->actual = play_now(p);
	if (r->spec->blocking) {
		e->timed = true;
		e->planned = e->planned_end = p->pending_due.call_end;
		if (vtime_before(e->actual, e->planned))
			e->explanation = arena_printf(p->record->arena,
			                              "It is to return at %.6f s, and the script ends before.",
			                              vtime_to_s(e->planned));
	}
	add_progress(&text, p, r, result);
	play_fail(p, e, MISMATCH_BLOCKED, "%s() has been blocked since %.6f s%s", r->spec->name,
		  (double)vtime_to_us(since) / 1e6, text.data);
	play_drain(p);
	buf_clear(&text);
	explain_blocked(&text, p, r, event);
	if (text.length && !e->explanation)
		e->explanation = arena_strdup(p->record->arena, text.data);
	buf_free(&text);
	return false;
}
