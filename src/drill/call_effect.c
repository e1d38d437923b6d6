/* SPDX-License-Identifier: MIT
 *
 * call_effect.c - what calls do to the sockets and descriptors that a script knows
 *
 * The drill keeps its own account of sockets: which descriptors there are, which of them listen or connect, where they
 * are bound, which keys they have. Not every stack can be asked for these, so they follow from the calls: each row of
 * effects[] is what one call changes in that account.
 *
 * The rules:
 *
 * - An effect takes place after the call has returned and was compared. Only a connect(), or a send that acts like one,
 *   is noted before the call runs, because its first packet may leave before it returns.
 * - The result decides. A call that failed changes nothing, unless a script can rely on the change all the same: a
 *   second listen() fails, and the socket listens.
 * - Descriptors are bound to the numbers that the script gives them. A number that is taken is a mistake of the script,
 *   and the call fails with it.
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>

#include "drill/call_shape.h"
#include "drill/signing.h"
#include "script/connections.h"

enum { LONGEST_TIMEOUT_S = 3600 };                       /* longer times are not waited for */

static const struct expr *destination(const struct running_call *r)
{
	for (int i = 0; i < r->call.argument_count; i++)
		if (r->signature->shapes[i] == SHAPE_REMOTE_ADDRESS || r->signature->shapes[i] == SHAPE_SEND_MSGHDR ||
		    r->signature->shapes[i] == SHAPE_SEND_MMSGHDRS)
			return r->arguments[i];
	return NULL;
}

/* The flow of the first argument, if that is a descriptor of a socket that is still open. Calls on
 * files and pipes have none. */
static struct flow *flow_argument(struct call_context *context, const struct running_call *r)
{
	struct evaluation_error error;
	int32_t script_fd;

	if (!expr_int32(r->arguments[0], &script_fd, &error))
		return NULL;
	return flow_of_fd(context->flows, script_fd);
}

/* The address and port that an argument names, by itself or in a message. NULL: the configured ones. */
static const struct flow_end *named_end(const struct call_context *context, const struct expr *e, bool local,
                                        struct flow_end *end)
{
	if (e->kind == EXPR_LIST)
		e = e->list.first && e->list.first->kind == EXPR_MMSGHDR ? e->list.first->mmsghdr.header : e;
	if (e->kind == EXPR_MSGHDR && e->msghdr.name)
		e = e->msghdr.name;
	if (!is_written_address(e))
		return NULL;
	*end = written_end(context, e, local);
	return end;
}

/* The name of a connection in an argument that names an end; NULL: there is none. */
static const char *name_of_connection(const struct expr *e)
{
	if (e->kind == EXPR_MSGHDR && e->msghdr.name)
		e = e->msghdr.name;
	return connection_name(e);
}

/* The first packet of a connection may leave before the call returns, and a line for it is then looked
 * up by the peer that the flow expects. */
void call_effect_before(struct call_context *context, const struct running_call *r)
{
	const struct expr *to = destination(r);
	struct flow *flow = to ? flow_argument(context, r) : NULL;
	const char *name = to ? name_of_connection(to) : NULL;
	struct flow_end end;

	if (flow && name)
		flow = flow_of_call(context->flows, flow, name);
	if (flow && (name || to->kind == EXPR_ELLIPSIS || to->kind == EXPR_MSGHDR || to->kind == EXPR_LIST ||
	             to->kind == EXPR_SOCKADDR))
		flow_connect(context->flows, flow, named_end(context, to, false, &end));
}

static bool bind_descriptor(struct slot *s, int script_fd, int live_fd)
{
	const char *problem = descriptors_bind(&s->context->descriptors, s->context->record->arena, script_fd, live_fd);

	return !problem || slot_fail(s, "fd", "%s", problem);
}

/* A script that expects an error gets no socket, and one that unexpectedly gets a socket has failed before this. */
static bool after_socket(struct slot *s, const struct call_result *result)
{
	int script_fd = (int)s->r->expected_result;

	if (result->value < 0)
		return true;
	flow_open(s->context->flows, (int)s->r->call.arguments[2].number, script_fd, (int)result->value);
	return bind_descriptor(s, script_fd, (int)result->value);
}

/* The connection exists already: it was made by the packet that came in. Now it gets a name. */
static bool after_accept(struct slot *s, const struct call_result *result)
{
	int script_fd = (int)s->r->expected_result;
	struct flow_end peer;

	if (result->value < 0)
		return true;
	slot_endpoint(&s->r->peer, &peer);
	struct flow *flow = flow_accepted(s->context->flows, &peer);
	if (!flow)
		flow = flow_accepted_from_oneself(s->context->flows, &peer);
	if (!flow) {
		s->entry->mismatch_kind = MISMATCH_BASIS;
		return slot_fail(s, "fd", "unable to find socket matching accept() call");
	}
	flow->script_fd = script_fd;
	flow->live_fd = (int)result->value;
	/* A script may accept connection after connection under one name: the newest has it. */
	descriptors_release(&s->context->descriptors, script_fd);
	return bind_descriptor(s, script_fd, (int)result->value);
}

/* Is a connection under way, or there, after a connect() that returned @result? */
static bool is_connected(const struct call_result *result)
{
	return result->value >= 0 || result->error == EINPROGRESS || result->error == EALREADY ||
	       result->error == EISCONN || result->error == EINTR || result->error == EAGAIN;
}

/* A connect() that failed leaves a socket that can connect again, and so does AF_UNSPEC where it
 * succeeded. */
static bool after_connect(struct slot *s, const struct call_result *result)
{
	struct flow *flow = flow_argument(s->context, s->r);
	const struct expr *to = s->r->arguments[1];
	bool dissolves = to->kind != EXPR_ELLIPSIS && !is_written_address(to);
	struct flow_end end;

	if (!flow)
		return true;
	/* A connect() that is under way answers EALREADY: EINPROGRESS means that a new attempt began, after one
	 * that failed. */
	bool again = !dissolves && result->error == EINPROGRESS && flow->state != FLOW_CONNECTING;
	if (again || (dissolves ? result->value >= 0 : !is_connected(result)))
		flow_disconnect(flow);
	if (again)
		flow_connect(s->context->flows, flow, named_end(s->context, to, false, &end));
	return true;
}

/* Where packets for the socket go from now on. */
static bool after_bind(struct slot *s, const struct call_result *result)
{
	struct flow *flow = flow_argument(s->context, s->r);

	if (flow && result->value >= 0)
		named_end(s->context, s->r->arguments[1], true, &flow->bound);
	return true;
}

/* A listening socket that is shut down for reading listens no more, and may connect. */
static bool after_shutdown(struct slot *s, const struct call_result *result)
{
	struct flow *flow = flow_argument(s->context, s->r);

	if (flow && flow->state == FLOW_LISTENING && result->value >= 0 && s->r->call.arguments[1].number != SHUT_WR)
		flow_disconnect(flow);
	return true;
}

/* Of a new socket whatever the call returned: a script may expect an error, and go on with the socket. A connection
 * that listen() refuses to touch is what it was. */
static bool after_listen(struct slot *s, const struct call_result *result)
{
	struct flow *flow = flow_argument(s->context, s->r);

	if (flow && (result->value >= 0 || flow->state == FLOW_NEW))
		flow->state = FLOW_LISTENING;
	return true;
}

/* The name is free for the next descriptor. The flow stays: FIN and what follows it are still to come. */
static bool after_close(struct slot *s, const struct call_result *result)
{
	struct flow *flow = flow_argument(s->context, s->r);
	int32_t script_fd;

	if (result->value < 0 || !slot_int32(s, s->r->arguments[0], &script_fd))
		return true;
	if (flow)
		flow_close_fd(flow, script_fd);
	descriptors_release(&s->context->descriptors, script_fd);
	return true;
}

/* The socket gets one more name, and dup2() or dup3() may take that of another socket away. */
static bool after_dup(struct slot *s, const struct call_result *result)
{
	struct flow *flow = flow_argument(s->context, s->r);
	int script_fd = (int)s->r->expected_result;
	int32_t old;

	if (result->value < 0 || !slot_int32(s, s->r->arguments[0], &old) || old == script_fd)
		return true;
	struct flow *other = flow_of_fd(s->context->flows, script_fd);
	if (other && s->r->call.id != CALL_DUP)
		flow_close_fd(other, script_fd);
	if (s->r->call.id != CALL_DUP)
		descriptors_release(&s->context->descriptors, script_fd);
	if (flow)
		flow_add_fd(s->context->flows, flow, script_fd, (int)result->value);
	return bind_descriptor(s, script_fd, (int)result->value);
}

static bool after_open(struct slot *s, const struct call_result *result)
{
	return result->value < 0 || bind_descriptor(s, (int)s->r->expected_result, (int)result->value);
}

static bool after_pipe(struct slot *s, const struct call_result *result)
{
	const struct expr *first = s->r->arguments[s->r->call.argument_count - 1]->list.first;
	int32_t names[2];

	if (s->r->call.id == CALL_PIPE2)
		first = s->r->arguments[0]->list.first;
	if (result->value < 0 || !slot_int32(s, first, &names[0]) || !slot_int32(s, first->next, &names[1]))
		return true;
	return bind_descriptor(s, names[0], s->r->pair[0]) && bind_descriptor(s, names[1], s->r->pair[1]);
}

/* Two kinds of options matter to the drill: time-outs, because calls may then wait that long, and keys. */
static bool after_setsockopt(struct slot *s, const struct call_result *result)
{
	const union call_argument *a = s->r->call.arguments;
	struct timeval time;

	if (result->value >= 0 && a[1].number == IPPROTO_TCP && a[4].number > 0)
		signing_learn(s->context->flows, (int)a[2].number, a[3].pointer, (size_t)a[4].number);
	if (result->value < 0 || a[1].number != SOL_SOCKET || a[4].number < (int64_t)sizeof(time) || !a[3].pointer ||
	    (a[2].number != SO_RCVTIMEO && a[2].number != SO_SNDTIMEO))
		return true;
	memcpy(&time, a[3].pointer, sizeof(time));
	if (time.tv_sec >= 0 && time.tv_sec < LONGEST_TIMEOUT_S)
		s->context->longest_timeout = vtime_max(s->context->longest_timeout, vtime_s(time.tv_sec + 1));
	return true;
}

static bool (*const effects[CALL_IDS_END])(struct slot *s, const struct call_result *result) = {
	[CALL_SOCKET] = after_socket, [CALL_ACCEPT] = after_accept,     [CALL_ACCEPT4] = after_accept,
	[CALL_LISTEN] = after_listen, [CALL_CLOSE] = after_close,       [CALL_OPEN] = after_open,
	[CALL_PIPE] = after_pipe,     [CALL_EPOLL_CREATE] = after_open, [CALL_CONNECT] = after_connect,
	[CALL_EPOLL_CREATE1] = after_open,
	[CALL_SHUTDOWN] = after_shutdown, [CALL_SETSOCKOPT] = after_setsockopt,
	[CALL_BIND] = after_bind, [CALL_DUP] = after_dup, [CALL_DUP2] = after_dup,
	[CALL_DUP3] = after_dup, [CALL_PIPE2] = after_pipe, [CALL_SOCKETPAIR] = after_pipe,
};

bool call_effect_after(struct call_context *context, const struct running_call *r, const struct call_result *result,
                       struct entry *entry)
{
	struct slot s = { .context = context, .r = (struct running_call *)r, .entry = entry };

	if (!effects[r->call.id] || effects[r->call.id](&s, result))
		return true;
	if (entry->mismatch_kind == MISMATCH_NONE)
		entry->mismatch_kind = MISMATCH_OTHER;
	return false;
}
