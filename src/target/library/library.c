/* SPDX-License-Identifier: MIT
 *
 * library.c - a stack behind the operations of target.h: clock, packets, pending call
 *
 * Time moves in advance() alone, never past the stack's next deadline at once, so that what a deadline
 * brings about (a packet, a call that can go on) has the time at which it happened.
 */
#include "target/library/library.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "target/library/library_internal.h"
#include "util/checked.h"
#include "util/interrupt.h"

enum { PORT_FIRST = 32768, PORT_COUNT = 16384 };

/* A script starts between two ticks of a clock of 10 ms, as on a real machine. */
static const vtime_t TICK = { 10000000 }, AFTER_TICK = { 250000 };

struct queued_packet {
	struct queued_packet *next;
	vtime_t at;
	size_t length;
	uint8_t bytes[];
};

static struct library *self(struct target *t)
{
	return (struct library *)t;
}

/* ---- packets that the stack sends ---- */

void library_output(struct library *lib, const void *bytes, size_t length, vtime_t now)
{
	struct queued_packet *packet;

	if (lib->broken)
		return;
	if (lib->queued_bytes + length > LIBRARY_QUEUE_BYTES) {
		lib->broken = "the stack sent more packets that no line looked at than there is room for";
		return;
	}
	packet = checked_memory(malloc(sizeof(*packet) + length));
	*packet = (struct queued_packet){ .at = now, .length = length };
	memcpy(packet->bytes, bytes, length);
	*lib->last = packet;
	lib->last = &packet->next;
	lib->queued_bytes += length;
}

static void take_packet(struct library *lib, struct observation *out)
{
	free(lib->current);
	lib->current = lib->first;
	lib->first = lib->current->next;
	if (!lib->first)
		lib->last = &lib->first;
	lib->queued_bytes -= lib->current->length;
	*out = (struct observation){
		.at = lib->current->at, .bytes = lib->current->bytes, .length = lib->current->length,
	};
}

/* ---- calls ---- */

/* A real clock goes on by itself, but never back. */
static void look_at_clock(struct library *lib)
{
	if (lib->driver->ops->clock)
		lib->now = vtime_max(lib->now, lib->driver->ops->clock(lib->driver));
}

/* What the last call would have needed that is lacking, or NULL. */
static const char *ask_cannot(const struct library *lib)
{
	if (lib->unable)
		return lib->unable;
	return lib->driver->ops->cannot ? lib->driver->ops->cannot(lib->driver) : NULL;
}

int64_t library_cannot(struct library *lib, const char *what)
{
	lib->unable = what;
	return DRIVER_CANNOT;
}

static struct call_result result_of(const struct library *lib, int64_t value)
{
	if (value < 0)
		return (struct call_result){
			.value = -1, .error = value == DRIVER_CANNOT ? ENOSYS : (int)-value, .returned = lib->now,
		};
	return (struct call_result){ .value = value, .returned = lib->now };
}

/* The result, minus an errno, or WOULD_BLOCK while there is still time. */
static int64_t try_operation(struct library *lib, struct operation *op)
{
	lib->unable = NULL;
	int64_t value = library_step(lib, op);

	return value == WOULD_BLOCK && !vtime_before(lib->now, op->deadline) ? op->give_up : value;
}

static void retry_pending(struct library *lib)
{
	int64_t value;

	if (!lib->pending || lib->returned)
		return;
	value = try_operation(lib, &lib->operation);
	if (value == WOULD_BLOCK)
		return;
	lib->result = result_of(lib, value);
	lib->refused = value == DRIVER_CANNOT ? ask_cannot(lib) : NULL;
	lib->returned = true;
}

/* ---- the clock ---- */

static void look_for_trouble(struct library *lib)
{
	const char *problem = lib->driver->ops->problem ? lib->driver->ops->problem(lib->driver) : NULL;

	if (!lib->broken)
		lib->broken = problem;
	if (!lib->broken && ++lib->steps > LIBRARY_STEPS)
		lib->broken = "the stack has something to do again and again, and time does not go on";
}

/* Go to what happens next in the stack, or with the pending call, and to @until at most. False: nothing can happen any
 * more, or, where time is real, somebody has asked us to end. */
static bool advance(struct library *lib, vtime_t until)
{
	const bool waits = lib->pending && !lib->returned;
	const vtime_t limit = waits ? vtime_min(until, lib->operation.deadline) : until;
	vtime_t reached = STACK_CALL(lib, advance, limit, waits || lib->running);

	if (!vtime_is_never(reached) && vtime_before(lib->now, reached)) {
		lib->now = reached;
		lib->steps = 0;
		lib->overslept = vtime_max(lib->overslept, vtime_sub(reached, limit));
	}
	look_for_trouble(lib);
	retry_pending(lib);
	if (waits && lib->driver->ops->fetch)
		lib->driver->ops->fetch(lib->driver);
	return !vtime_is_never(reached) && !interrupt_asked();
}

void library_sleep(void *library, vtime_t duration)
{
	struct library *lib = library;
	const vtime_t until = vtime_add(lib->now, duration);

	while (advance(lib, until) && vtime_before(lib->now, until) && !lib->broken)
		;
}

vtime_t library_now(const struct library *lib)
{
	return lib->now;
}

struct files *library_files(struct library *lib)
{
	return lib->files;
}

static vtime_t now_op(struct target *t)
{
	look_at_clock(self(t));
	return self(t)->now;
}

static vtime_t start_time_op(struct target *t)
{
	int64_t ticks = vtime_add(now_op(t), vtime_ns(TICK.ns - 1)).ns / TICK.ns;

	return vtime_add(vtime_units(ticks, TICK.ns), AFTER_TICK);
}

/* ---- waiting ---- */

static bool take(struct library *lib, unsigned interest, struct observation *out, enum target_event *event)
{
	bool returned = (interest & TARGET_WANT_RETURN) && lib->returned;
	bool packet = (interest & TARGET_WANT_PACKET) && lib->first;

	if (packet && (!returned || !vtime_before(lib->result.returned, lib->first->at))) {
		take_packet(lib, out);
		*event = TARGET_PACKET;
	} else if (returned) {
		*out = (struct observation){ .at = lib->result.returned, .result = lib->result };
		lib->pending = lib->returned = false;
		lib->cannot = lib->refused;
		*event = TARGET_RETURN;
	} else if (lib->broken) {
		*out = (struct observation){ .at = lib->now, .problem = lib->broken };
		*event = TARGET_FAILED;
	} else {
		return false;
	}
	return true;
}

static enum target_event wait_op(struct target *t, vtime_t until, unsigned interest, struct observation *out)
{
	struct library *lib = self(t);
	const vtime_t patience = vtime_add(lib->now, vtime_s(LIBRARY_PATIENCE_S));
	enum target_event event = TARGET_TIME;
	bool ended = false;

	lib->cannot = NULL;
	while (!take(lib, interest, out, &event)) {
		if (ended || (vtime_is_never(until) && vtime_before(patience, lib->now))) {
			*out = (struct observation){ .at = lib->now };
			break;
		}
		ended = !advance(lib, until) || !vtime_before(lib->now, until);
	}
	out->seen = lib->now;
	return event;
}

/* ---- packets in ---- */

static int inject_op(struct target *t, const struct injection *injection)
{
	struct library *lib = self(t);

	lib->cannot = NULL;
	look_at_clock(lib);
	if (injection->length == 0)
		return EINVAL;
	int taken = STACK_CALL(lib, input, injection->bytes, injection->length, injection->gso_size, lib->now);
	if (taken == DRIVER_CANNOT) {
		lib->cannot = ask_cannot(lib);
		return EOPNOTSUPP;
	}
	advance(lib, lib->now);
	return 0;
}

/* ---- calls ---- */

/* The result of a call that is broken off while it waits: what it had done, or minus @error: EINTR, as after a signal,
 * or EDEADLK: nothing can end it. */
static int64_t broken_off(const struct operation *op, int error)
{
	/* Nobody knows yet what becomes of the text in a SYN. */
	int64_t done = op->messages ? (int64_t)op->messages : op->connecting ? 0 : op->done;

	return done ? done : -error;
}

/* A call blocks that nobody expected to: let time pass until it returns, or up to its limit. One without a limit waits
 * until nothing is left to happen; for a stack whose timers never rest, that is assumed after a day, or
 * LIBRARY_CALL_STEPS. WOULD_BLOCK: it has not returned. */
static int64_t run_forward(struct library *lib, struct operation *op)
{
	const bool limited = op->call.limit.ns != 0;
	const vtime_t limit = limited ? op->call.limit : vtime_add(lib->now, vtime_s(LIBRARY_PATIENCE_S));
	int64_t value = WOULD_BLOCK;

	lib->running = true;
	for (int i = 0; value == WOULD_BLOCK && (limited || i < LIBRARY_CALL_STEPS) && !lib->broken &&
	                vtime_before(lib->now, limit) && advance(lib, vtime_min(limit, op->deadline)); i++)
		value = try_operation(lib, op);
	lib->running = false;
	return value;
}

static void call_op(struct target *t, const struct call *call, struct call_result *out)
{
	struct library *lib = self(t);
	struct operation op = { .call = *call, .started = now_op(t), .deadline = VTIME_NEVER };

	duplicates_resolve(&self(t)->duplicates, &op.call);
	int64_t value = call->blocking && lib->pending ? -EBUSY : try_operation(lib, &op);

	lib->cannot = NULL;
	if (value == WOULD_BLOCK && call->blocking) {
		lib->operation = op;
		lib->pending = true;
		*out = (struct call_result){ .pending = true };
		return;
	}
	if (value == WOULD_BLOCK)
		value = run_forward(lib, &op);
	if (value == DRIVER_CANNOT)
		lib->cannot = ask_cannot(lib);
	look_at_clock(lib);
	*out = result_of(lib, value == WOULD_BLOCK ? broken_off(&op, call->limit.ns ? EINTR : EDEADLK) : value);
	out->broken_off = value == WOULD_BLOCK && call->limit.ns;
	advance(lib, lib->now);
}

static const char *info_op(struct target *t, int fd, struct tcp_state_info *out)
{
	struct library *lib = self(t);
	const char *problem = STACK_CALL(lib, info, fd, out);

	lib->cannot = problem ? ask_cannot(lib) : NULL;
	return problem;
}

static int command_op(struct target *t, const char *shell_text, struct buf *why)
{
	return STACK_CALL(self(t), command, shell_text, why);
}

static void command_output_op(struct target *t, struct buf *out)
{
	const struct library *lib = self(t);

	if (lib->driver->ops->command_output)
		lib->driver->ops->command_output(lib->driver, out);
}

/* In virtual time a timer fires when it is due. */
static vtime_t timer_resolution_op(struct target *t)
{
	return self(t)->resolution;
}

static uint16_t remote_port_op(struct target *t)
{
	struct library *lib = self(t);

	lib->next_port = (uint16_t)((lib->next_port + 1) % PORT_COUNT);
	return (uint16_t)(PORT_FIRST + lib->next_port);
}

static void disturbance_op(struct target *t, struct disturbance *out)
{
	struct library *lib = self(t);

	*out = (struct disturbance){ .worst_wake = lib->overslept };
	lib->overslept = VTIME_ZERO;
	if (lib->driver->ops->disturbance)
		lib->driver->ops->disturbance(lib->driver, out);
}

static bool trace_op(struct target *t, vtime_t *at, const char **text)
{
	const struct stack_driver *d = self(t)->driver;

	return d->ops->trace && STACK_CALL(self(t), trace, at, text);
}

/* Whatever was done last on a broken target says nothing about the stack. */
static const char *lacking_op(struct target *t)
{
	return self(t)->broken;
}

static const char *cannot_op(struct target *t)
{
	return self(t)->cannot;
}

static const char *end_op(struct target *t)
{
	struct library *lib = self(t);

	if (lib->driver->ops->end && !lib->broken)
		lib->driver->ops->end(lib->driver);
	look_for_trouble(lib);
	return lib->broken;
}

static void close_op(struct target *t)
{
	struct library *lib = self(t);

	if (lib->driver)
		lib->driver->ops->free(lib->driver);
	files_free(lib->files);
	while (lib->first) {
		struct queued_packet *next = lib->first->next;

		free(lib->first);
		lib->first = next;
	}
	free(lib->current);
	free(lib);
}

/* How a target is played and judged depends on whose clock it has. */
#define OPERATIONS \
	.now = now_op, .start_time = start_time_op, .wait = wait_op, .inject = inject_op, .call = call_op, \
	.info = info_op, .command = command_op, .command_output = command_output_op, \
	.timer_resolution = timer_resolution_op, .remote_port = remote_port_op, \
	.disturbance = disturbance_op, .lacking = lacking_op, .cannot = cannot_op, .trace = trace_op, \
	.end = end_op, .close = close_op

static const struct target_ops ops = { .name = "library", .virtual_time = true, .knows_deadlock = true, OPERATIONS };
static const struct target_ops real_ops = { .name = "library", OPERATIONS };

struct library *library_new(uint64_t ports)
{
	struct library *lib = checked_memory(calloc(1, sizeof(*lib)));

	lib->base.ops = &ops;
	lib->last = &lib->first;
	lib->now = vtime_s(LIBRARY_EPOCH_S);
	lib->next_port = (uint16_t)(ports % PORT_COUNT);
	lib->files = files_new();
	return lib;
}

void library_set_driver(struct library *lib, struct stack_driver *driver)
{
	lib->driver = driver;
}

void library_set_real(struct library *lib, vtime_t resolution)
{
	lib->base.ops = &real_ops;
	lib->resolution = resolution;
	lib->now = VTIME_ZERO;
}

void library_note_late(struct library *lib, vtime_t late)
{
	lib->overslept = vtime_max(lib->overslept, late);
}

struct target *library_target(struct library *lib)
{
	return &lib->base;
}
