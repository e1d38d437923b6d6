/* SPDX-License-Identifier: MIT
 *
 * drill_inbound.c - packets that go to the stack: lines of inbound packets, and the resets at the
 * end of a run
 *
 * A line is complete: whatever it leaves out has a default, and what it says is sent, right or wrong, because a tester
 * must be able to send illegal packets. Only numbers and addresses are translated for this connection, and checksums
 * are computed. Before that can be done, the packets that teach those numbers must have been seen; the order of the
 * lines takes care of it.
 */
#include <errno.h>
#include <string.h>

#include "drill/fields.h"
#include "drill/play.h"
#include "drill/signing.h"
#include "wire/fragment.h"

/* A close() that lingers at the end of a run is not waited for, because nobody answers any more. */
static const vtime_t CLOSE_PATIENCE = { 100000000 };

/* Which pieces a line wants: all, or those that it lists. */
static size_t piece_of(const struct fragment_spec *spec, size_t place)
{
	return spec->pieces ? (size_t)spec->pieces->values[place] - 1 : place;
}

/* Send the bytes of @e->live in fragments, as @spec says, which take its place. 0 or an errno. */
static int inject_fragments(struct play *p, struct entry *e, const struct fragment_spec *spec)
{
	struct live_packet *whole = e->live;
	const size_t size = (size_t)spec->size.value;
	const size_t all = fragment_count(whole->bytes, whole->length, size);
	const size_t count = spec->pieces ? (size_t)spec->pieces->count : all;
	const uint32_t id = spec->id ? (uint32_t)spec->id : ++p->fragmented;
	struct live_packet **last = &e->live;
	int error = 0;

	*last = NULL;
	for (size_t i = 0; i < count && !error; i++) {
		uint8_t *bytes = arena_alloc(p->record->arena, whole->length + FRAGMENT_HEADER_BYTES);
		struct injection injection = { .bytes = bytes };
		injection.length = fragment_cut(whole->bytes, whole->length, size, id, piece_of(spec, i), bytes);
		if (!injection.length) {
			error = ERANGE;
			break;
		}
		vtime_t leaves = p->target->ops->now(p->target);
		error = p->target->ops->inject(p->target, &injection);
		*last = play_keep_packet(p, bytes, injection.length, leaves);
		last = &(*last)->next;
	}
	if (!e->live) {                                      /* not one of them was cut: it stays in one piece */
		e->live = whole;
		return error ? error : ERANGE;
	}
	e->live->packet = whole->packet;
	e->actual = e->live->at;
	return error;
}

/* Send @packet to the stack, with the fields that @scripted (may be NULL) names, and keep it as what @e did. 0 or an
 * errno. */
static int inject(struct play *p, struct entry *e, const struct scripted_packet *scripted, struct packet *packet,
                  bool segment)
{
	static const size_t room = PACKET_BYTES;
	uint8_t *bytes = arena_alloc(p->record->arena, packet->payload_length + PACKET_HEADERS * 128);
	struct injection injection = { .bytes = bytes, .gso_size = segment ? p->config->mss : 0 };

	injection.length = packet_build_with_checksums(packet, bytes, room);
	if (scripted)
		fields_put(scripted, packet, bytes, injection.length);
	/* The stamp comes first: the stack may answer before inject() returns, and an answer is never older than
	 * its cause. */
	vtime_t leaves = p->target->ops->now(p->target);
	const struct fragment_spec *fragment = scripted ? scripted->fragment : NULL;
	int error = fragment ? 0 : p->target->ops->inject(p->target, &injection);
	e->live = play_keep_packet(p, bytes, injection.length, leaves);
	e->live->packet = *packet;
	e->actual = e->live->at;
	return fragment ? inject_fragments(p, e, fragment) : error;
}

static bool is_icmp(const struct packet *packet)
{
	const enum header_type type = packet_transport(packet)->type;

	return type == HEADER_ICMPV4 || type == HEADER_ICMPV6;
}

/* Addresses that the line gives replace those of the connection. */
static void put_addresses(const struct scripted_packet *scripted, struct packet *packet)
{
	for (size_t i = 0; i < packet->header_count; i++) {
		const struct ip_address *const *addresses = scripted->ip_checks[i].addresses;
		struct header *h = &packet->headers[i];
		bool v4 = h->type == HEADER_IPV4;
		if (addresses[0])
			*(v4 ? &h->ipv4.source : &h->ipv6.source) = *addresses[0];
		if (addresses[1])
			*(v4 ? &h->ipv4.destination : &h->ipv6.destination) = *addresses[1];
	}
}

bool play_inbound(struct play *p, const struct event *event, const struct due *due)
{
	struct entry *e = record_append(p->record, ENTRY_INBOUND, event);
	const struct scripted_packet *scripted = event->scripted;
	struct packet *packet = arena_copy(p->record->arena, &scripted->packet, sizeof(*packet));
	struct flow *flow = flow_for_line(&p->flows, scripted);
	uint8_t *quoted = NULL;
	const char *why;

	e->line = event_line(event, &scripted->loc);
	e->expected = &scripted->packet;
	if (!flow)
		return play_fail_without_socket(p, e);
	if (!play_wait_for(p, e, due, "inbound packet"))
		return false;
	if (packet->payload)
		packet->payload = arena_copy(p->record->arena, packet->payload, packet->payload_length);
	if (is_icmp(packet) && scripted->echo != ECHO_RAW)
		quoted = (uint8_t *)packet->payload;
	if (!flow_to_live(&p->flows, flow, scripted, packet, quoted, &why)) {
		e->explanation = p->flows.advice;
		return play_fail(p, e, MISMATCH_BASIS, "error handling packet: %s", why);
	}
	put_addresses(scripted, packet);
	if (!signing_sign(&p->flows, flow, scripted, packet, &why))
		return play_fail(p, e, MISMATCH_OTHER, "error handling packet: %s", why);
	flow_injected(flow, packet);
	int error = inject(p, e, scripted, packet, packet_transport(packet)->type == HEADER_TCP);
	play_left_later(p, e);
	p->reached = play_now(p);
	if (error && play_skip(p, e, "this packet"))
		return false;
	return !error || play_fail(p, e, MISMATCH_OTHER, "error handling packet: cannot inject: %s",
	                           error == ERANGE ? "the packet has no such fragment" : strerror(error));
}

/* ---- the end ---- */

static void close_descriptor(struct play *p, int live_fd)
{
	struct call call = {
		.id = CALL_CLOSE, .limit = vtime_add(p->target->ops->now(p->target), CLOSE_PATIENCE),
		.argument_count = 1, .arguments[0].number = live_fd,
	};
	struct call_result result;

	p->target->ops->call(p->target, &call, &result);
}

void play_reset_flows(struct play *p)
{
	for (struct flow *flow = p->flows.newest; flow; flow = flow->next) {
		struct packet reset;
		if (flow->live_fd >= 0 && !flow->closed)
			close_descriptor(p, flow->live_fd);
		if (p->config->no_cleanup || !flow_reset_packet(flow, &reset))
			continue;
		signing_sign_reset(&p->flows, flow, &reset);
		struct entry *e = record_append(p->record, ENTRY_CLOSING, NULL);
		/* Whether the stack takes it changes no verdict any more. */
		inject(p, e, NULL, &reset, false);
		flow_reset_to_script(flow, &reset);
		e->observed = arena_copy(p->record->arena, &reset, sizeof(reset));
	}
}
