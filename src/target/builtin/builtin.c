/* SPDX-License-Identifier: MIT
 *
 * builtin.c - the reference stack behind the operations of target.h: clock, packets, pending call
 *
 * Time moves in advance() alone, never past the stack's next deadline at once, so that what a deadline
 * brings about (a packet, a call that can go on) has the time at which it happened.
 */
#include "target/builtin/builtin.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "target/builtin/internal.h"
#include "util/checked.h"
#include "wire/packet.h"

enum { PORT_FIRST = 32768, PORT_COUNT = 16384 };

/* A script starts between two ticks of a clock of 10 ms, as on a real machine. */
enum { LEAST_MTU6 = 1280 };                              /* RFC 8200, 5 */

static const vtime_t TICK = { 10000000 }, AFTER_TICK = { 250000 };

struct queued_packet {
	struct queued_packet *next;
	vtime_t at;
	size_t length;
	uint8_t bytes[];
};

static struct builtin *self(struct target *t)
{
	return (struct builtin *)t;
}

/* ---- packets that the stack sends ---- */

static void output_hook(void *context, const uint8_t *bytes, size_t length, vtime_t now)
{
	struct builtin *b = context;
	struct queued_packet *packet;

	if (b->broken)
		return;
	if (b->queued_bytes + length > BUILTIN_QUEUE_BYTES) {
		b->broken = "the stack sent more packets that no line looked at than there is room for";
		return;
	}
	packet = checked_memory(malloc(sizeof(*packet) + length));
	*packet = (struct queued_packet){ .at = now, .length = length };
	memcpy(packet->bytes, bytes, length);
	*b->last = packet;
	b->last = &packet->next;
	b->queued_bytes += length;
}

static void take_packet(struct builtin *b, struct observation *out)
{
	free(b->current);
	b->current = b->first;
	b->first = b->current->next;
	if (!b->first)
		b->last = &b->first;
	b->queued_bytes -= b->current->length;
	*out = (struct observation){ .at = b->current->at, .bytes = b->current->bytes, .length = b->current->length };
}

static void event_hook(void *context, const struct stack_event *event)
{
	struct builtin *b = context;

	trace_add(&b->trace, event);
}

/* ---- calls ---- */

static struct call_result result_of(const struct builtin *b, int64_t value)
{
	if (value < 0)
		return (struct call_result){ .value = -1, .error = (int)-value, .returned = b->now };
	return (struct call_result){ .value = value, .returned = b->now };
}

/* Result, minus an errno, or WOULD_BLOCK when there is still time. */
static int64_t try_operation(struct builtin *b, struct operation *op)
{
	int64_t value = builtin_step(b, op);

	return value == WOULD_BLOCK && !vtime_before(b->now, op->deadline) ? op->give_up : value;
}

static void retry_pending(struct builtin *b)
{
	int64_t value;

	if (!b->pending || b->returned)
		return;
	value = try_operation(b, &b->operation);
	if (value == WOULD_BLOCK)
		return;
	b->result = result_of(b, value);
	b->returned = true;
}

/* ---- the clock ---- */

static vtime_t next_deadline(const struct builtin *b)
{
	vtime_t next = stack_deadline(b->stack);

	return b->pending && !b->returned ? vtime_min(next, b->operation.deadline) : next;
}

/* Go to @to, or stay: at or before the next deadline. */
static void advance(struct builtin *b, vtime_t to)
{
	b->now = vtime_max(b->now, to);
	stack_tick(b->stack, b->now);
	retry_pending(b);
}

static void sleep_until(struct builtin *b, vtime_t until)
{
	vtime_t next;

	while ((next = next_deadline(b), vtime_before(next, until)))
		advance(b, next);
	advance(b, until);
}

static void sleep_hook(void *context, vtime_t duration)
{
	struct builtin *b = context;

	sleep_until(b, vtime_add(b->now, duration));
}

static vtime_t now_op(struct target *t)
{
	return self(t)->now;
}

static vtime_t start_time_op(struct target *t)
{
	int64_t ticks = vtime_add(self(t)->now, vtime_ns(TICK.ns - 1)).ns / TICK.ns;

	return vtime_add(vtime_units(ticks, TICK.ns), AFTER_TICK);
}

/* ---- waiting ---- */

static bool take(struct builtin *b, unsigned interest, struct observation *out, enum target_event *event)
{
	bool returned = (interest & TARGET_WANT_RETURN) && b->returned;
	bool packet = (interest & TARGET_WANT_PACKET) && b->first;

	if (packet && (!returned || !vtime_before(b->result.returned, b->first->at))) {
		take_packet(b, out);
		*event = TARGET_PACKET;
	} else if (returned) {
		*out = (struct observation){ .at = b->result.returned, .result = b->result };
		b->pending = b->returned = false;
		*event = TARGET_RETURN;
	} else if (b->broken) {
		*out = (struct observation){ .at = b->now, .problem = b->broken };
		*event = TARGET_FAILED;
	} else {
		return false;
	}
	return true;
}

static enum target_event wait_op(struct target *t, vtime_t until, unsigned interest, struct observation *out)
{
	struct builtin *b = self(t);
	const vtime_t patience = vtime_add(b->now, vtime_s(BUILTIN_PATIENCE_S));
	enum target_event event = TARGET_TIME;
	bool ended = false;

	while (!take(b, interest, out, &event)) {
		vtime_t next = vtime_min(next_deadline(b), until);

		if (ended || (vtime_is_never(until) && vtime_before(patience, next))) {
			*out = (struct observation){ .at = b->now };
			break;
		}
		ended = !vtime_before(next, until);
		advance(b, next);
	}
	out->seen = b->now;
	return event;
}

/* ---- packets in ---- */

static int inject_op(struct target *t, const struct injection *injection)
{
	struct builtin *b = self(t);

	if (injection->length == 0)
		return EINVAL;
	stack_input_merged(b->stack, injection->bytes, injection->length, injection->gso_size, b->now);
	advance(b, b->now);
	return 0;
}

/* ---- calls ---- */

/* What a signal would leave of a call that still waits. */
static int64_t broken_off(const struct operation *op)
{
	int64_t done = op->messages ? (int64_t)op->messages : op->done;

	return done ? done : -EINTR;
}

/* A call that nobody expects to block does: let time pass until it returns, or up to its limit (without one, until
 * nothing is left to happen). WOULD_BLOCK: it has not returned. */
static int64_t run_forward(struct builtin *b, struct operation *op)
{
	const bool limited = op->call.limit.ns != 0;
	const vtime_t limit = limited ? op->call.limit : vtime_add(b->now, vtime_s(BUILTIN_PATIENCE_S));
	int64_t value = WOULD_BLOCK;

	while (value == WOULD_BLOCK && !b->broken) {
		vtime_t next = vtime_min(next_deadline(b), op->deadline);

		if (vtime_before(limit, next)) {
			if (limited)
				advance(b, limit);
			break;
		}
		advance(b, next);
		value = try_operation(b, op);
	}
	return value;
}

static void call_op(struct target *t, const struct call *call, struct call_result *out)
{
	struct builtin *b = self(t);
	struct operation op = { .call = *call, .started = b->now, .deadline = VTIME_NEVER };
	int64_t value = call->blocking && b->pending ? -EBUSY : try_operation(b, &op);

	if (value == WOULD_BLOCK && call->blocking) {
		b->operation = op;
		b->pending = true;
		*out = (struct call_result){ .pending = true };
		return;
	}
	if (value == WOULD_BLOCK)
		value = run_forward(b, &op);
	*out = result_of(b, value == WOULD_BLOCK ? broken_off(&op) : value);
	out->broken_off = value == WOULD_BLOCK;
	advance(b, b->now);
}

static const char *info_op(struct target *t, int fd, struct tcp_state_info *out)
{
	return builtin_info(self(t), fd, out);
}

static int command_op(struct target *t, const char *shell_text, struct buf *why)
{
	return commands_read(&self(t)->commands, shell_text, why);
}

/* In virtual time a timer fires when it is due. */
static vtime_t timer_resolution_op(struct target *t)
{
	(void)t;
	return VTIME_ZERO;
}

static uint16_t remote_port_op(struct target *t)
{
	struct builtin *b = self(t);

	b->next_port = (uint16_t)((b->next_port + 1) % PORT_COUNT);
	return (uint16_t)(PORT_FIRST + b->next_port);
}

static void disturbance_op(struct target *t, struct disturbance *out)
{
	(void)t;
	*out = (struct disturbance){ 0 };
}

static bool trace_op(struct target *t, vtime_t *at, const char **text)
{
	return trace_take(&self(t)->trace, at, text);
}

static void close_op(struct target *t)
{
	struct builtin *b = self(t);

	stack_free(b->stack);
	commands_close(&b->commands);
	files_free(b->files);
	while (b->first) {
		struct queued_packet *next = b->first->next;

		free(b->first);
		b->first = next;
	}
	free(b->current);
	trace_free(&b->trace);
	free(b);
}

static const struct target_ops ops = {
	.name = "builtin",
	.virtual_time = true,
	.now = now_op,
	.start_time = start_time_op,
	.wait = wait_op,
	.inject = inject_op,
	.call = call_op,
	.info = info_op,
	.command = command_op,
	.timer_resolution = timer_resolution_op,
	.remote_port = remote_port_op,
	.disturbance = disturbance_op,
	.trace = trace_op,
	.close = close_op,
};

/* The lack of memory is this process's, not the stack's: what a stack makes of it must not become a verdict. */
static void *allocate_hook(void *context, size_t size)
{
	(void)context;
	return checked_memory(malloc(size));
}

static void release_hook(void *context, void *memory)
{
	(void)context;
	free(memory);
}

/* Take over the MTU that was asked for, within what a device lets itself be given. */
static bool mtu_fits(struct stack_config *config, const struct builtin_options *o, struct buf *problem)
{
	const struct stack_parameter *p = stack_parameter_find("mtu");
	int64_t least = o->local_ip.version == 6 ? LEAST_MTU6 : p->field.minimum;

	if (o->mtu >= least && stack_parameter_set(config, p, o->mtu))
		return true;
	buf_printf(problem, "an MTU of %d cannot be: IPv%d needs %" PRId64 " to %" PRId64 " bytes", o->mtu,
	           o->local_ip.version, least, p->field.maximum);
	return false;
}

static bool open_parts(struct builtin *b, const struct builtin_options *o, struct buf *problem)
{
	const struct stack_hooks hooks = {
		.context = b,
		.output = output_hook,
		.event = o->trace ? event_hook : NULL,
		.allocate = allocate_hook,
		.release = release_hook,
	};
	struct stack_config config = *o->config;
	int error = 0;

	if (o->mtu && !mtu_fits(&config, o, problem))
		return false;
	b->files = files_new();
	b->stack = stack_new(&config, &hooks);
	if (b->stack && b->files) {
		stack_tick(b->stack, b->now);
		error = stack_add_address(b->stack, &o->local_ip, o->local_prefix);
	}
	if (b->stack && b->files && !error) {
		commands_open(&b->commands, b->stack, b->files, sleep_hook, b);
		b->commands.folder = o->folder;
		return true;
	}
	buf_printf(problem, "cannot set up the reference stack: %s", strerror(error ? -error : ENOMEM));
	return false;
}

struct target *builtin_target_open(const struct builtin_options *options, struct buf *problem)
{
	struct builtin *b = checked_memory(calloc(1, sizeof(*b)));

	b->base.ops = &ops;
	b->last = &b->first;
	b->now = vtime_s(BUILTIN_EPOCH_S);
	b->trace.level = options->trace;
	b->next_port = (uint16_t)((uint64_t)options->config->seed % PORT_COUNT);
	if (open_parts(b, options, problem))
		return &b->base;
	close_op(&b->base);
	return NULL;
}
