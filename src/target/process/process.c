/* SPDX-License-Identifier: MIT
 *
 * process.c - a stack in a process of its own as a driver of the target that plays against libraries
 *
 * The beginning (HELLO), packets and time. All packets that wait in the adapter are fetched before its clock may move
 * on, so each has the time at which it was sent.
 */
#include "target/process/process.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "target/process/check_packet.h"
#include "target/process/declared.h"
#include "target/process/process_internal.h"
#include "util/checked.h"
#include "util/little_endian.h"
#include "wire/packet.h"

enum { NAP_MS = 500 };

/* ---- packets and time ---- */

static int input_op(struct stack_driver *d, const void *bytes, size_t length, uint16_t segment, vtime_t now)
{
	struct process *p = process_of(d);
	const uint8_t *body;
	size_t answered;

	(void)now;
	if (p->unfit)
		return process_cannot(p, "%s", p->unfit);
	if (p->wire)
		return process_remote_send(p, bytes, length, segment);
	buf_clear(&p->question);
	if (segment)
		little_endian_add(&p->question, segment, 2);
	buf_add(&p->question, bytes, length);
	if (length > PROTODRILL_BODY - 2)
		return process_cannot(p, "a packet of %zu bytes is more than an adapter can be given", length);
	if (adapter_ask(p->adapter, segment ? PROTODRILL_MERGED : PROTODRILL_PACKET, &p->question, &body, &answered)) {
		if (answered)
			adapter_break(p->adapter, "answered %s with %zu byte%s, and there is nothing to say",
			              segment ? "MERGED" : "PACKET", answered, answered == 1 ? "" : "s");
		return 0;
	}
	if (adapter_problem(p->adapter))
		return 0;
	if (answered)
		return process_cannot(p, "%s cannot be given this packet: %.*s", p->name, (int)answered,
		                      (const char *)body);
	if (segment)
		return process_cannot(p, "%s takes no packets of several segments", p->name);
	adapter_break(p->adapter, "does not know the question PACKET");
	return 0;
}

struct advance {
	vtime_t until;
	unsigned want;
	vtime_t now;                                         /* of the adapter: when it was asked, then when it
	                                                        answered */
	unsigned kind;
};

/* Check the answer to ADVANCE of an adapter whose clock stood at @before. A real clock may be late, and a packet tells
 * when it left, which may be a while ago. */
static void judge_advance(struct process *p, vtime_t before, const struct advance *a)
{
	const bool held = !p->real, returned = a->kind == PROTODRILL_RETURNED && a->want & PROTODRILL_WANT_RETURN;

	if (a->kind > (held ? PROTODRILL_IDLE : PROTODRILL_STEPPED) && !returned)
		adapter_break(p->adapter, "answered ADVANCE with the kind %u; there are 0 to %d", a->kind,
		              held ? PROTODRILL_IDLE : PROTODRILL_STEPPED);
	else if (vtime_before(a->now, before) && (held || a->kind != PROTODRILL_SENT))
		adapter_break(p->adapter, "set its clock back by %.9f s", vtime_to_s(vtime_sub(before, a->now)));
	else if (held && vtime_before(a->until, a->now))
		adapter_break(p->adapter, "went %.9f s further than it was told to",
		              vtime_to_s(vtime_sub(a->now, a->until)));
	else if (a->kind == PROTODRILL_IDLE && !vtime_is_never(a->until))
		adapter_break(p->adapter, "says that it has nothing to do, and was told to wait for a time");
	else if (a->kind == PROTODRILL_REACHED && vtime_before(a->now, a->until))
		adapter_break(p->adapter, "says that the time is reached, and its clock is %.9f s before it",
		              vtime_to_s(vtime_sub(a->until, a->now)));
	else if (held && a->kind == PROTODRILL_SENT && a->want & PROTODRILL_WANT_STEP && vtime_before(before, a->now))
		adapter_break(p->adapter, "let %.9f s pass while a packet waited",
		              vtime_to_s(vtime_sub(a->now, before)));
}

/* Right or wrong, a header is what the stack sends; without one the bytes are none of the stack's. */
static void judge_packet(struct process *p, const uint8_t *bytes, size_t length)
{
	const char *fault = check_packet_fault(bytes, length);

	if (fault)
		adapter_break(p->adapter, "sent %zu bytes that are no IP packet: %s", length, fault);
}

/* The last answer told whether something is due, and nothing is. */
static bool tells_that_all_is_done(const struct process *p)
{
	return p->flags & PROTODRILL_TELLS && adapter_last_due(p->adapter) != adapter_count(p->adapter);
}

/* A stack that has done all that was to be done by @until, and was asked nothing since, has no other answer: it never
 * does anything by itself. Nor has one that told after each question that nothing came of it. */
static bool is_settled(struct process *p, vtime_t until)
{
	const bool quiet = p->settled_by == adapter_count(p->adapter) ||
	                   (p->flags & PROTODRILL_TELLS && adapter_last_due(p->adapter) <= p->settled_by);

	return p->settled && quiet && p->settled_at.ns == until.ns && !process_pending_any(p) &&
	       !adapter_problem(p->adapter);
}

/* One answer to ADVANCE, with its packet if there is one. False: the adapter is broken. */
static bool ask_advance(struct process *p, struct advance *a)
{
	const vtime_t before = a->now;
	const bool settled = is_settled(p, before);
	const uint8_t *body;
	size_t length;

	buf_clear(&p->question);
	a->want = (a->want & ~(unsigned)PROTODRILL_WANT_RETURN) | (process_pending_any(p) ? PROTODRILL_WANT_RETURN : 0);
	little_endian_add(&p->question, (uint64_t)a->until.ns, 8);
	little_endian_add(&p->question, a->want, 4);
	if (!adapter_ask(p->adapter, PROTODRILL_ADVANCE, &p->question, &body, &length)) {
		adapter_break(p->adapter, "does not know the question ADVANCE");
		return false;
	}
	if (length < ADVANCE_HEAD) {
		adapter_break(p->adapter, "answered ADVANCE with %zu bytes; at least %d are needed", length,
		              ADVANCE_HEAD);
		return false;
	}
	a->now = vtime_ns((int64_t)little_endian_get(body, 8));
	a->kind = (unsigned)little_endian_get(body + 8, 4);
	if (a->kind == PROTODRILL_SENT && length > ADVANCE_HEAD)
		judge_packet(p, body + ADVANCE_HEAD, length - ADVANCE_HEAD);
	judge_advance(p, before, a);
	if (settled && a->kind == PROTODRILL_SENT && a->now.ns == before.ns)
		adapter_break(p->adapter, p->flags & PROTODRILL_TELLS
		              ? "has a packet of which no answer told, and its flag is TELLS"
		              : "has a packet that it did not have a moment ago, and nothing was asked since");
	p->settled = !p->real && (a->kind == PROTODRILL_REACHED || (tells_that_all_is_done(p) &&
	                          (a->kind == PROTODRILL_SENT || a->kind == PROTODRILL_STEPPED)));
	p->settled_by = adapter_count(p->adapter);
	p->settled_at = a->now;
	if (a->kind != PROTODRILL_SENT && a->kind != PROTODRILL_RETURNED && length > ADVANCE_HEAD)
		adapter_break(p->adapter, "answered ADVANCE with the kind %u and %zu bytes, and of that kind it has %d",
		              a->kind, length, ADVANCE_HEAD);
	else if (a->kind == PROTODRILL_SENT && length == ADVANCE_HEAD)
		adapter_break(p->adapter, "sent a packet without a byte");
	else if (a->kind == PROTODRILL_SENT && !adapter_problem(p->adapter))
		library_output(p->lib, body + ADVANCE_HEAD, length - ADVANCE_HEAD, a->now);
	else if (a->kind == PROTODRILL_RETURNED && !adapter_problem(p->adapter))
		process_pending_end(p, body + ADVANCE_HEAD, length - ADVANCE_HEAD);
	return !adapter_problem(p->adapter);
}


/* Once something has come or been done, time stands still until nothing more comes. */
static vtime_t advance_op(struct stack_driver *d, vtime_t until, bool step)
{
	struct process *p = process_of(d);
	struct advance a = { .now = library_now(p->lib), .want = PROTODRILL_WANT_PACKET };

	if (p->unfit)
		return until;
	if (p->wire)
		return process_remote_advance(p, until, step);
	/* A stack whose timers never rest would go on for ever if there were no limit; and a real sleep must not look
	 * like silence. */
	a.until = vtime_min(vtime_max(until, a.now), vtime_add(a.now, p->real ? vtime_ms(NAP_MS)
	                                                                      : vtime_s(LIBRARY_PATIENCE_S)));
	a.want |= step ? PROTODRILL_WANT_STEP : 0;
	for (int i = 0; i < LIBRARY_STEPS; i++) {
		if (is_settled(p, a.until) || !ask_advance(p, &a))
			return a.until;
		if (a.kind == PROTODRILL_REACHED || a.kind == PROTODRILL_IDLE)
			return a.kind == PROTODRILL_IDLE ? VTIME_NEVER : a.now;
		a.now = vtime_max(a.now, library_now(p->lib));
		a.until = a.now;
	}
	adapter_break(p->adapter, "has something to do again and again, and time does not go on");
	return a.until;
}

static vtime_t clock_op(struct stack_driver *d)
{
	struct process *p = process_of(d);
	struct advance a = { .now = library_now(p->lib), .until = library_now(p->lib) };

	if (p->wire)
		return wire_now();
	if (!p->real || !ask_advance(p, &a))
		return library_now(p->lib);
	return a.now;
}

/* What a call has brought about. */
static void fetch_op(struct stack_driver *d)
{
	advance_op(d, library_now(process_of(d)->lib), false);
}

/* ---- calls ---- */

static int bind_op(struct stack_driver *d, int fd, const struct sockaddr *address, socklen_t length)
{
	struct process_call call = {
		.op = PROTODRILL_OP_BIND, .a = { fd }, .address = address, .address_length = length,
	};
	int error = process_judge_address(address, length);

	return error ? error : (int)process_call(process_of(d), &call);
}

static int listen_op(struct stack_driver *d, int fd, int backlog)
{
	return (int)process_plain(process_of(d), PROTODRILL_OP_LISTEN, fd, backlog, 0);
}

static int connect_op(struct stack_driver *d, int fd, const struct sockaddr *address, socklen_t length)
{
	struct process_call call = {
		.op = PROTODRILL_OP_CONNECT, .a = { fd, !process_is_blocking(d, fd) },
		.address = address, .address_length = length,
	};
	int error = process_judge_address(address, length);
	struct process *p = process_of(d);
	const bool joins = process_pending_is(p, PROTODRILL_OP_CONNECT, fd);
	const int result = error ? error : (int)process_call(p, &call);

	return joins && result == -EINPROGRESS ? -EALREADY : result;
}

static int close_op(struct stack_driver *d, int fd)
{
	struct process *p = process_of(d);

	return watch_sets_close(&p->epolls, fd) ? 0 : process_socket_close(p, fd);
}

static bool is_under_way(struct stack_driver *d, int fd)
{
	return !(process_poll(d, fd, POLLOUT) & (POLLOUT | POLLERR | POLLHUP | POLLNVAL));
}

/* connect() has ended when the socket is writable or has an error; SO_ERROR is the result if the stack tells no
 * other. */
static int connect_result_op(struct stack_driver *d, int fd)
{
	struct process *p = process_of(d);
	struct process_call connect = { .op = PROTODRILL_OP_CONNECT, .a = { fd } };
	int error = 0, result;
	socklen_t length = sizeof(error);

	if (process_pending_is(p, PROTODRILL_OP_CONNECT, fd))
		return (int)process_call(p, &connect);
	if (!p->no_connect_result) {
		result = (int)process_plain(p, PROTODRILL_OP_CONNECT_RESULT, fd, 0, 0);
		if (result != DRIVER_CANNOT)
			return result;
		p->no_connect_result = true;
	}
	if (is_under_way(d, fd))
		return -EINPROGRESS;
	result = process_getsockopt(d, fd, SOL_SOCKET, SO_ERROR, &error, &length);
	return result < 0 ? result : -error;
}

static bool is_opening_op(struct stack_driver *d, int fd)
{
	struct process_socket *s = process_socket_find(process_of(d), fd);

	if (s && s->opening)
		s->opening = is_under_way(d, fd);
	return s && s->opening;
}

static int shutdown_op(struct stack_driver *d, int fd, int how)
{
	return (int)process_plain(process_of(d), PROTODRILL_OP_SHUTDOWN, fd, how, 0);
}

static bool lingering_op(struct stack_driver *d, int ticket)
{
	return process_plain(process_of(d), PROTODRILL_OP_LINGERING, ticket, 0, 0) > 0;
}

static int name_of(struct process *p, unsigned op, int fd, struct sockaddr *address, socklen_t *length)
{
	struct process_call call = { .op = op, .a = { fd } };
	int result = (int)process_call(p, &call);

	if (result >= 0)
		process_give_address(&call, address, length);
	return result;
}

static int getsockname_op(struct stack_driver *d, int fd, struct sockaddr *address, socklen_t *length)
{
	return name_of(process_of(d), PROTODRILL_OP_GETSOCKNAME, fd, address, length);
}

static int getpeername_op(struct stack_driver *d, int fd, struct sockaddr *address, socklen_t *length)
{
	return name_of(process_of(d), PROTODRILL_OP_GETPEERNAME, fd, address, length);
}

static const char *info_op(struct stack_driver *d, int fd, struct tcp_state_info *out)
{
	struct process *p = process_of(d);
	socklen_t length = sizeof(out->meminfo);
	const uint8_t *body;
	size_t answered;

	memset(out, 0, sizeof(*out));
	buf_clear(&p->cannot);
	buf_clear(&p->question);
	little_endian_add(&p->question, (uint32_t)fd, 4);
	if (p->unfit || !adapter_ask(p->adapter, PROTODRILL_INFO, &p->question, &body, &answered) || !answered) {
		process_cannot(p, "%s does not tell the variables of a connection", p->name);
		return "can't find getsockopt to get TCP info";
	}
	tcp_state_info_decode(out, body, answered);
	process_getsockopt(&p->base, fd, SOL_SOCKET, SO_MEMINFO, out->meminfo, &length);
	buf_clear(&p->cannot);
	return NULL;
}

static int command_op(struct stack_driver *d, const char *shell_text, struct buf *why)
{
	struct process *p = process_of(d);

	if (!p->unfit)
		return commands_read(&p->commands.base, shell_text, why);
	buf_puts(why, p->unfit);
	return -1;
}

static void command_output_op(struct stack_driver *d, struct buf *out)
{
	const struct buf *written = &process_of(d)->commands.base.written;

	buf_add(out, written->data, written->length);
}

static const char *cannot_op(struct stack_driver *d)
{
	const struct process *p = process_of(d);

	return p->cannot.length ? p->cannot.data : NULL;
}

static const char *problem_op(struct stack_driver *d)
{
	return adapter_problem(process_of(d)->adapter);
}

static void end_op(struct stack_driver *d)
{
	struct process *p = process_of(d);

	if (p->unfit || adapter_problem(p->adapter))
		return;
	if (p->wire)
		process_remote_note_device(p);
	p->ended = true;
	if (p->shelf && p->flags & PROTODRILL_CAN_RESET)
		adapter_is_there(p->adapter);
	else
		adapter_end(p->adapter);
	if (p->wire)
		process_remote_let_groups_rest(p);
}

static void free_op(struct stack_driver *d)
{
	struct process *p = process_of(d);

	watch_sets_free(&p->epolls);
	process_pending_forget(p, -1);
	buf_free(&p->ended_call);
	commands_close(&p->commands.base);
	if (p->ended && p->shelf && p->flags & PROTODRILL_CAN_RESET && !adapter_problem(p->adapter))
		adapter_shelf_put(p->shelf, p->adapter);
	else
		adapter_free(p->adapter);
	buf_free(&p->question);
	buf_free(&p->cannot);
	free(p->sockets);
	process_remote_close(p);
	free(p->name);
	free(p->unfit);
	free(p);
}

static const struct stack_driver_ops ops = {
	.input = input_op,
	.advance = advance_op,
	.clock = clock_op,
	.fetch = fetch_op,
	.socket = process_socket_op,
	.bind = bind_op,
	.listen = listen_op,
	.accept4 = process_accept4,
	.connect = connect_op,
	.connect_result = connect_result_op,
	.is_opening = is_opening_op,
	.shutdown = shutdown_op,
	.close = close_op,
	.lingering = lingering_op,
	.getsockname = getsockname_op,
	.getpeername = getpeername_op,
	.sendmsg = process_sendmsg,
	.recvmsg = process_recvmsg,
	.take_error = process_take_error,
	.return_error = process_return_error,
	.poll = process_poll,
	.setsockopt = process_setsockopt,
	.getsockopt = process_getsockopt,
	.ioctl = process_ioctl,
	.fcntl = process_fcntl,
	.epoll_create = process_epoll_create,
	.epoll_ctl = process_epoll_ctl,
	.epoll_wait = process_epoll_wait,
	.is_blocking = process_is_blocking,
	.receive_timeout = process_receive_timeout,
	.send_timeout = process_send_timeout,
	.info = info_op,
	.command = command_op,
	.command_output = command_output_op,
	.disturbance = process_remote_disturbance,
	.cannot = cannot_op,
	.problem = problem_op,
	.end = end_op,
	.free = free_op,
};

/* ---- the beginning ---- */

static void write_hello(struct buf *question, const struct process_options *o, vtime_t now)
{
	char local[IP_ADDRESS_TEXT], remote[IP_ADDRESS_TEXT];

	ip_address_print(&o->local_ip, local);
	ip_address_print(&o->remote_ip, remote);
	little_endian_add(question, PROTODRILL_PROTOCOL, 4);
	buf_printf(question, "local=%s/%d\nremote=%s\nremote-prefix=%d\nmtu=%d\nnow=%" PRId64 "\nseed=%" PRId64
	           "\ntells=1\n", local, o->local_prefix, remote, o->remote_prefix, o->mtu, now.ns, o->seed);
	if (o->option)
		buf_printf(question, "option=%.*s\n", (int)strcspn(o->option, "\n"), o->option);
}

/* The value of @key among the lines of an answer, or "". */
static char *value_of(const char *text, size_t length, const char *key)
{
	const char *end = text + length, *line = text;
	size_t n = strlen(key);

	while (line < end) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		stop = stop ? stop : end;
		if ((size_t)(stop - line) > n && !memcmp(line, key, n) && line[n] == '=')
			return checked_memory(strndup(line + n + 1, (size_t)(stop - line) - n - 1));
		line = stop + 1;
	}
	return checked_memory(strdup(""));
}

static char *name_of_stack(const char *text, size_t length)
{
	struct buf name = BUF_INIT;
	char *value = value_of(text, length, "name");

	buf_puts(&name, value);
	process_make_readable(&name);
	free(value);
	value = checked_memory(strdup(name.length ? name.data : ""));
	buf_free(&name);
	return value;
}

/* Compare what the stack says that it has with what the case needs. If the case cannot be played, the adapter ends
 * here. */
static void judge_needs(struct process *p, const struct process_options *o, const char *text, size_t length)
{
	struct buf words = BUF_INIT;

	if (adapter_problem(p->adapter))
		return;
	if (!declared_check(text, length, &words))
		adapter_break(p->adapter, "says what there is not: %s", words.data);
	for (size_t i = 0; i < o->need_count && !words.length; i++) {
		struct buf reason = BUF_INIT;
		buf_printf(&reason, "it needs %s: ", o->needs[i].text);
		if (!declared_meets(text, length, &o->needs[i], p->name, &words)) {
			buf_puts(&reason, words.data);
			p->unfit = checked_memory(strdup(reason.data));
			adapter_end(p->adapter);
		}
		buf_free(&reason);
	}
	buf_free(&words);
}

static void take_hello(struct process *p, const struct process_options *o, const uint8_t *body, size_t length,
                       vtime_t now)
{
	uint32_t version = length >= HELLO_HEAD ? (uint32_t)little_endian_get(body, 4) : 0;
	const char *text = (const char *)body + HELLO_HEAD;

	if (length < HELLO_HEAD) {
		adapter_break(p->adapter, "answered HELLO with %zu bytes; at least %d are needed", length, HELLO_HEAD);
		return;
	}
	p->flags = (unsigned)little_endian_get(body + 4, 4);
	int64_t told = (int64_t)little_endian_get(body + 8, 8);
	free(p->name);
	p->name = name_of_stack(text, length - HELLO_HEAD);
	if (version != PROTODRILL_PROTOCOL)
		adapter_break(p->adapter, "speaks version %u of the protocol, and here is version %d", version,
		              PROTODRILL_PROTOCOL);
	else if (!(p->flags & PROTODRILL_PACKETS) && !p->wire)
		adapter_break(p->adapter, "has packets on a network card; they are played with -t remote:INTERFACE");
	else if (p->flags & (PROTODRILL_PACKETS | PROTODRILL_VIRTUAL) && p->wire)
		adapter_break(p->adapter, "has packets in its stream, or a clock that is not real: that is none for "
		              "-t remote");
	else if (p->flags & PROTODRILL_VIRTUAL && told != now.ns)
		adapter_break(p->adapter, "was told what time it is, and says that it is another");
	else if ((int64_t)little_endian_get(body + 16, 8) < 0)
		adapter_break(p->adapter, "says that the resolution of its timers is negative");
	else if (!*p->name)
		adapter_break(p->adapter, "does not say what the stack is called: name=");
	p->real = !(p->flags & PROTODRILL_VIRTUAL);
	if (p->real && p->flags & PROTODRILL_TELLS)
		adapter_break(p->adapter, "has the flag TELLS, and a clock that is real");
	adapter_tells(p->adapter, p->flags & PROTODRILL_TELLS);
	if (p->real) {
		library_set_real(p->lib, vtime_ns((int64_t)little_endian_get(body + 16, 8)));
		adapter_works_alone(p->adapter);
	}
	judge_needs(p, o, text, length - HELLO_HEAD);
	/* From here on the answer is that of another question. */
	if (p->wire && !p->unfit && !adapter_problem(p->adapter))
		process_remote_compare_clocks(p);
}

/* Take over the process that played the case before, reset to its beginning. False: there is none, or it cannot be
 * reset. */
static bool start_afresh(struct process *p, const struct process_options *options, vtime_t now)
{
	const uint8_t *body;
	size_t length;

	p->adapter = options->shelf ? adapter_shelf_take(options->shelf, options->source.command) : NULL;
	if (!p->adapter)
		return false;
	adapter_hurry(p->adapter, options->duration.ns ? options->duration : VTIME_NEVER);
	buf_clear(&p->question);
	write_hello(&p->question, options, now);
	if (adapter_ask(p->adapter, PROTODRILL_RESET, &p->question, &body, &length))
		take_hello(p, options, body, length, now);
	else if (!adapter_problem(p->adapter)) {
		adapter_free(p->adapter);
		return false;
	}
	return true;
}

static void note_unfit(struct process *p, const char *text, size_t length)
{
	struct buf why = BUF_INIT;

	buf_add(&why, text, length);
	process_make_readable(&why);
	p->unfit = checked_memory(strdup(*why.data ? why.data :
	                                 "the stack does not work like this, and does not say why"));
	buf_free(&why);
}

static void say_hello(struct process *p, const struct process_options *options, vtime_t now)
{
	const uint8_t *body;
	size_t length;

	buf_clear(&p->question);
	write_hello(&p->question, options, now);
	if (adapter_ask(p->adapter, PROTODRILL_HELLO, &p->question, &body, &length))
		take_hello(p, options, body, length, now);
	else if (length && !adapter_problem(p->adapter))
		note_unfit(p, (const char *)body, length);
	else
		adapter_break(p->adapter, "does not know the question HELLO");
}

struct target *process_target_open(const struct process_options *options, struct buf *problem)
{
	struct process *p = checked_memory(calloc(1, sizeof(*p)));
	struct library *lib = library_new((uint64_t)options->seed);
	struct target *t = library_target(lib);

	*p = (struct process){ .base.ops = &ops, .lib = lib, .question = BUF_INIT, .cannot = BUF_INIT };
	process_epolls_begin(p);
	p->name = checked_memory(strdup(""));
	p->commands.process = p;
	commands_open(&p->commands.base, &process_world, library_files(lib), library_sleep, lib);
	p->commands.base.folder = options->folder;
	library_set_driver(lib, &p->base);
	p->shelf = options->shelf;
	if (!process_remote_open(p, options, problem)) {
		t->ops->close(t);
		return NULL;
	}
	if (!start_afresh(p, options, library_now(lib))) {
		p->adapter = adapter_start(&options->source, options->patience_s, problem);
		if (p->adapter) {
			adapter_hurry(p->adapter, options->duration.ns ? options->duration : VTIME_NEVER);
			say_hello(p, options, library_now(lib));
		}
	}
	if (p->adapter && !adapter_problem(p->adapter)) {
		if (p->wire)
			process_remote_begin(p);
		return t;
	}
	if (p->adapter)
		buf_puts(problem, adapter_problem(p->adapter));
	t->ops->close(t);
	return NULL;
}

bool process_target_has(const struct need *need, struct buf *why)
{
	bool there = true;

	if (need->kind == NEED_PYTHON3)
		there = need_finds_command("python3");
	else if (need->kind == NEED_COMMAND)
		there = commands_know(&process_world, need->argument);
	buf_puts(why, there ? "" : "there is no such command");
	return there;
}
