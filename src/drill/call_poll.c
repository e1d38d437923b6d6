/* SPDX-License-Identifier: MIT
 *
 * call_poll.c - what poll() and epoll are asked and what they answer
 *
 * Scripts have their own numbers for descriptors, so each that goes into a structure is translated, and translated back
 * if a correction is written. Conditions are compared as sets of bits, and shown by their names (POLL..., EPOLL...).
 * Only the first event that epoll returns is compared, since the language has words for only one.
 */
#include <inttypes.h>
#include <poll.h>
#include <sys/epoll.h>

#include "drill/call_shape.h"

bool prepare_pollfds(struct slot *s)
{
	int32_t count, events;

	if (s->expr->kind != EXPR_LIST)
		return slot_bad_type(s, s->expr, "list");
	if (!slot_int32(s, s->r->arguments[s->index + 1], &count))
		return false;
	if (count != s->expr->list.count)
		return slot_fail(s, "argument", "nfds %d does not match %d-element pollfd array", count,
				 s->expr->list.count);
	struct pollfd *fds = arena_new_array(s->r->arena, struct pollfd, (size_t)count);
	slot_argument(s)->pointer = fds;
	for (const struct expr *e = s->expr->list.first; e; e = e->next, fds++) {
		if (e->kind != EXPR_POLLFD)
			return slot_bad_type(s, e, "pollfd");
		if (!slot_live_descriptor(s, e->pollfd.fd, &fds->fd) || !slot_int32(s, e->pollfd.events, &events))
			return false;
		fds->events = (short)events;
	}
	return true;
}

/* Corrects an entry in which the script wrote no revents. */
static void write_revents(const struct slot *s, const struct expr *e, const char *revents)
{
	struct buf text = BUF_INIT;

	expr_print(&text, e);
	slot_correct(s, e, "%.*s, revents=%s}", (int)text.length - 1, text.data, revents);
	buf_free(&text);
}

/* Each entry is compared by itself: several descriptors may differ in readiness, and all of them are reported. */
bool compare_pollfds(struct slot *s)
{
	struct arena *arena = s->context->record->arena;
	const struct pollfd *fds = slot_argument(s)->pointer;
	bool same = true;
	int index = 0;

	for (const struct expr *e = s->expr->list.first; e; e = e->next, index++) {
		int32_t expected = 0;
		if (e->pollfd.revents && !slot_int32(s, e->pollfd.revents, &expected))
			return false;
		if ((short)expected == fds[index].revents)
			continue;
		const char *want = slot_flags_text(arena, "POLL", (uint16_t)expected);
		const char *got = slot_flags_text(arena, "POLL", (uint16_t)fds[index].revents);
		same = slot_differs(s, "revents", want, got, "Expected revents of %s but got %s for pollfd %d", want,
		                    got, index);
		if (e->pollfd.revents)
			slot_correct(s, e->pollfd.revents, "%s", got);
		else
			write_revents(s, e, got);
	}
	return same;
}

/* An epoll event as the script writes it; descriptors translated. */
static bool epoll_event_of(struct slot *s, struct epoll_event *out)
{
	const struct expr *e = s->expr;
	struct evaluation_error error;
	int32_t number;
	int64_t wide;

	if (e->kind != EXPR_EPOLL_EVENT)
		return slot_bad_type(s, e, "epollev");
	*out = (struct epoll_event){ 0 };
	if (!slot_int32(s, e->epoll.events, &number))
		return false;
	out->events = (uint32_t)number;
	switch (e->epoll.member) {
	case EPOLL_MEMBER_FD:
		if (!slot_live_descriptor(s, e->epoll.data, &number))
			return false;
		out->data.fd = number;
		return true;
	case EPOLL_MEMBER_U32:
		if (!slot_int32(s, e->epoll.data, &number))
			return false;
		out->data.u32 = (uint32_t)number;
		return true;
	default:
		if (!expr_int64(e->epoll.data, &wide, &error))
			return slot_error(s, &error);
		out->data.u64 = (uint64_t)wide;
		return true;
	}
}

bool prepare_epoll_event(struct slot *s)
{
	struct epoll_event *event = arena_new_object(s->r->arena, struct epoll_event);
	int32_t named, given;

	slot_argument(s)->pointer = event;
	if (!epoll_event_of(s, event))
		return false;
	if (s->expr->epoll.member != EPOLL_MEMBER_FD)
		return true;
	if (!slot_int32(s, s->expr->epoll.data, &named) || !slot_int32(s, s->r->arguments[s->index - 1], &given))
		return false;
	return named == given || slot_fail(s, "argument", "wrong fd specified in epoll_event");
}

enum { MOST_EVENTS = 65536 };

bool prepare_epoll_result(struct slot *s)
{
	struct epoll_event expected;
	int32_t room;

	if (!epoll_event_of(s, &expected) || !slot_int32(s, s->r->arguments[s->index + 1], &room))
		return false;
	if (room < 1 || room > MOST_EVENTS)                  /* more than descriptors that could be ready */
		room = room < 1 ? 1 : MOST_EVENTS;
	slot_argument(s)->pointer = arena_new_array(s->r->arena, struct epoll_event, (size_t)room);
	return true;
}

/* Only the first event is compared: the language has words for one. */
bool compare_epoll_result(struct slot *s)
{
	struct arena *arena = s->context->record->arena;
	const struct epoll_event *first = slot_argument(s)->pointer;
	struct epoll_event want;
	bool same = true;

	if (!epoll_event_of(s, &want))
		return false;
	if (want.events != first->events) {
		same = slot_differs(s, "events", slot_flags_text(arena, "EPOLL", want.events),
		                    slot_flags_text(arena, "EPOLL", first->events),
		                    "epoll_event->events does not match script: expected: 0x%x actual: 0x%x",
		                    want.events, first->events);
		slot_correct(s, s->expr->epoll.events, "%s", slot_flags_text(arena, "EPOLL", first->events));
	}
	enum epoll_member member = s->expr->epoll.member;
	bool narrow = member == EPOLL_MEMBER_FD || member == EPOLL_MEMBER_U32;
	uint64_t expected = narrow ? want.data.u32 : want.data.u64, got = narrow ? first->data.u32 : first->data.u64;
	if (expected != got) {
		same = slot_differs(
		        s, "data", arena_printf(arena, "0x%" PRIx64, expected), arena_printf(arena, "0x%" PRIx64, got),
		        "epoll_event->data does not match script: expected: 0x%" PRIx64 " actual: 0x%" PRIx64, expected,
		        got);
		if (member != EPOLL_MEMBER_FD)
			slot_correct(s, s->expr->epoll.data, "0x%" PRIx64, got);
		else if (descriptors_script(&s->context->descriptors, first->data.fd) >= 0)
			slot_correct(s, s->expr->epoll.data, "%d",
				     descriptors_script(&s->context->descriptors, first->data.fd));
	}
	return same;
}
