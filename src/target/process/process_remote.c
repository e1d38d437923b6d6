/* SPDX-License-Identifier: MIT
 *
 * process_remote.c - a stack on another machine: packets by a network card, calls by an adapter there
 *
 * The time of everything is ours: packets are stamped by our card, calls when their answers come. So the other
 * machine's clock may stand where it likes, and how long a question and its answer take is the error of every call.
 * Both are measured and told. How long the slowest answer took, of a call or by the card, is a disturbance, as a late
 * sleep is, and as it is when a thread of the device that waits in a call wakes late, which is asked there. When the
 * distance of the two clocks changes while a case is played, one of them was set, and nothing that was measured means
 * anything.
 */
#include <stdlib.h>
#include <string.h>

#include "target/process/process_internal.h"
#include "util/little_endian.h"
#include "wire/membership.h"

enum { NAP_MS = 500, STEP_US = 300, MEASUREMENTS = 3, REPEATS_MS = 1100, MOST_REPEATS = 4 };

bool process_remote_open(struct process *p, const struct process_options *options, struct buf *problem)
{
	if (!options->interface)
		return true;
	p->device.mtu = options->mtu;
	p->wire = wire_open(options->interface, &options->local_ip, problem);
	p->device.slowest = p->wire ? wire_round_trip(p->wire) : VTIME_ZERO;
	return p->wire;
}

/* A player that is not punctual makes a burst of packets longer than stacks' timers are, and sleeps too long. What the
 * adapter inherits must not be ours, so it has been started before. */
void process_remote_begin(struct process *p)
{
	punctual_begin(&p->tester.punctual);
	stalls_open(&p->tester.stalls);
	p->tester.begun = true;
}

void process_remote_close(struct process *p)
{
	if (p->tester.begun) {
		stalls_close(&p->tester.stalls);
		punctual_end(&p->tester.punctual);
	}
	wire_close(p->wire);
}

/* A host remembers for minutes that a router has an older version (RFC 3376, 7.2.1; RFC 3810, 8.2.1), and nothing makes
 * it forget: the cases that follow would be answered in that version. */
static bool asks_in_older_version(const void *bytes, size_t length)
{
	const uint8_t *packet = bytes;
	size_t at;
	const char *why;

	if (!membership_find(packet, length, &at))
		return false;
	const struct membership_kind *k = membership_kind(packet[0] >> 4, packet + at, length - at, &why);
	return k && !strcmp(k->word, "query") && !membership_asks_for_sources(k);
}

static bool is_of_groups(const struct wire_packet *packet)
{
	size_t at;

	return membership_find(packet->bytes, packet->length, &at);
}

/* A host says of each change of a group twice, with up to a second between (RFC 3376, 8.11; RFC 3810, 9.11), and also
 * that its sockets have been closed. The next case must not hear it. */
void process_remote_let_groups_rest(struct process *p)
{
	struct wire_packet packet;

	for (int i = 0; i < MOST_REPEATS && p->device.reports; i++) {
		const vtime_t limit = vtime_add(wire_now(), vtime_ms(REPEATS_MS));

		p->device.reports = false;
		while (!p->device.reports && wire_receive(p->wire, limit, &packet))
			p->device.reports = is_of_groups(&packet);
	}
}

/* Something planned to end at @planned has ended only now. */
static void note_late(struct process *p, vtime_t planned)
{
	p->device.late = vtime_max(p->device.late, vtime_sub(wire_now(), planned));
}

int process_remote_send(struct process *p, const void *bytes, size_t length, uint16_t segment)
{
	if (segment)
		return process_cannot(p, "a network card takes no packets of several segments");
	if (asks_in_older_version(bytes, length))
		return process_cannot(p, "the other machine would remember a router of that version for minutes");
	if (p->device.mtu && length > (size_t)p->device.mtu)
		return process_cannot(p, "a card with an MTU of %d need not take a packet of %zu bytes",
		                      p->device.mtu, length);
	const vtime_t began = wire_now();
	int error = wire_send(p->wire, bytes, length);
	note_late(p, began);
	stalls_note_delay(&p->tester.stalls);
	return error ? process_cannot(p, "the network card does not take a packet of %zu bytes: %s", length,
	                              strerror(error)) : 0;
}

/* Ask which of the waiting calls has ended; an ADVANCE to a time that has passed is answered at once. */
static void ask_for_the_end(struct process *p)
{
	const vtime_t began = wire_now();
	const uint8_t *body;
	size_t length;

	buf_clear(&p->question);
	little_endian_add(&p->question, 0, 8);
	little_endian_add(&p->question, PROTODRILL_WANT_RETURN, 4);
	if (!adapter_ask(p->adapter, PROTODRILL_ADVANCE, &p->question, &body, &length))
		return;
	process_remote_note_call(p, began);
	if (length < ADVANCE_HEAD)
		adapter_break(p->adapter, "answered ADVANCE with %zu bytes; at least %d are needed", length,
		              ADVANCE_HEAD);
	else if (little_endian_get(body + 8, 4) == PROTODRILL_RETURNED)
		process_pending_end(p, body + ADVANCE_HEAD, length - ADVANCE_HEAD);
}

/* Whoever waits for a call asks for it again after each step, which is too short to be noticed. */
vtime_t process_remote_advance(struct process *p, vtime_t until, bool step)
{
	const vtime_t began = wire_now();
	vtime_t limit = vtime_min(until, vtime_add(began, step ? vtime_us(STEP_US) : vtime_ms(NAP_MS)));
	const vtime_t planned = vtime_max(began, limit);
	struct wire_packet packet;

	while (wire_receive(p->wire, limit, &packet)) {
		p->device.reports |= is_of_groups(&packet);
		library_output(p->lib, packet.bytes, packet.length, packet.at);
		limit = VTIME_ZERO;
	}
	note_late(p, planned);
	stalls_note_delay(&p->tester.stalls);
	if (step && process_pending_any(p))
		ask_for_the_end(p);
	return wire_now();
}

void process_remote_note_call(struct process *p, vtime_t began)
{
	p->device.slowest = vtime_max(p->device.slowest, vtime_sub(wire_now(), began));
}

/* An ADVANCE to a time that has passed only asks what time it is. Of a few answers the fastest is the most precise. */
void process_remote_compare_clocks(struct process *p)
{
	struct device_clock *d = &p->device;
	vtime_t fastest = VTIME_NEVER, offset = VTIME_ZERO;

	for (int i = 0; i < MEASUREMENTS && !adapter_problem(p->adapter); i++) {
		const vtime_t began = wire_now();
		const uint8_t *body;
		size_t length;

		buf_clear(&p->question);
		little_endian_add(&p->question, 0, 8);
		little_endian_add(&p->question, 0, 4);
		if (!adapter_ask(p->adapter, PROTODRILL_ADVANCE, &p->question, &body, &length) ||
		    length < ADVANCE_HEAD)
			return;
		const vtime_t took = vtime_sub(wire_now(), began);
		if (!vtime_before(took, fastest))
			continue;
		fastest = took;
		offset = vtime_sub(vtime_ns((int64_t)little_endian_get(body, 8)),
		                   vtime_add(began, vtime_ns(took.ns / 2)));
	}
	if (vtime_is_never(fastest))
		return;
	/* A change within the uncertainty of the two measurements is no step. */
	const vtime_t change = d->known ? vtime_sub(offset, d->offset) : VTIME_ZERO;
	const int64_t sure = (change.ns < 0 ? -change.ns : change.ns) - (fastest.ns + d->fastest.ns) / 2;
	d->step = vtime_max(d->step, vtime_ns(d->known && sure > 0 ? sure : 0));
	d->slowest = vtime_max(d->slowest, fastest);
	if (!d->known || vtime_before(fastest, d->fastest)) {
		d->fastest = fastest;
		d->offset = d->known ? d->offset : offset;
	}
	d->known = true;
}

/* A call that waits there ends when its thread runs, and only the device knows how late that was. */
static void ask_lateness(struct process *p)
{
	struct buf text = BUF_INIT;

	if (process_ask_setting(p, PROTODRILL_GET, "lateness", NULL, &text) == 0)
		p->device.late = vtime_max(p->device.late, vtime_ns(strtoll(text.data, NULL, 10)));
	buf_free(&text);
}

void process_remote_note_device(struct process *p)
{
	process_remote_compare_clocks(p);
	ask_lateness(p);
}

void process_remote_disturbance(struct stack_driver *driver, struct disturbance *out)
{
	struct process *p = process_of(driver);

	if (!p->wire)
		return;
	if (!p->ended)
		process_remote_note_device(p);
	const vtime_t overslept = vtime_max(out->worst_wake, p->device.late);
	if (p->tester.begun)
		stalls_report(&p->tester.stalls, out);
	out->worst_wake = vtime_max(out->worst_wake, overslept);
	out->round_trip = p->device.slowest;
	out->clock_offset = p->device.offset;
	out->clock_step = vtime_max(out->clock_step, p->device.step);
}
