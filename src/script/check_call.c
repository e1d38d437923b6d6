/* SPDX-License-Identifier: MIT
 *
 * check_call.c - names, argument counts, shapes, symbols and ranges of calls
 *
 * All of this would fail when the call is reached. Saying it before saves the run, and says it with a place.
 */
#include "script/check_call.h"
#include "script/check_value.h"
#include "script/connections.h"
#include "script/foreign.h"
#include "script/option_structure.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "util/buf.h"
#include "util/newer_names.h"

/* ---- structures ---- */

static bool check_iovecs(struct call_checker *c, const struct expr *e)
{
	bool ok = want_kind(c, e, EXPR_LIST);

	for (const struct expr *i = ok ? e->list.first : NULL; i; i = i->next) {
		if (!want_kind(c, i, EXPR_IOVEC))
			return false;
		ok &= !i->iovec.base || want_string(c, i->iovec.base);
	}
	return ok;
}

static bool check_pollfds(struct call_checker *c, const struct expr *e)
{
	bool ok = want_kind(c, e, EXPR_LIST);
	int32_t value;

	for (const struct expr *i = ok ? e->list.first : NULL; i; i = i->next) {
		if (!want_kind(c, i, EXPR_POLLFD)) {
			ok = false;
			continue;
		}
		ok &= want_fd(c, i->pollfd.fd);
		ok &= want_int(c, i->pollfd.events, &value);
		ok &= !i->pollfd.revents || want_int(c, i->pollfd.revents, &value);
	}
	return ok && want_count(c, e, "nfds", "pollfd");
}

static bool check_epoll_event(struct call_checker *c, const struct expr *e)
{
	int32_t value;
	int64_t wide;

	if (!want_kind(c, e, EXPR_EPOLL_EVENT) || !want_int(c, e->epoll.events, &value))
		return false;
	switch (e->epoll.member) {
	case EPOLL_MEMBER_FD:  return want_fd(c, e->epoll.data);
	case EPOLL_MEMBER_U32: return want_int(c, e->epoll.data, &value);
	default:               return want_int64(c, e->epoll.data, &wide);
	}
}

/* epoll_ctl: a descriptor in the event must be the one that the call is about. */
static bool check_epoll_ctl(struct call_checker *c, const struct call_spec *call)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it has the four arguments of its signature */
	const struct expr *fd = call->arguments->next->next, *event = fd->next;
	struct evaluation_error error = { .text = "wrong fd specified in epoll_event" };
	int64_t wanted, written;

	if (event->kind != EXPR_EPOLL_EVENT || event->epoll.member != EPOLL_MEMBER_FD)
		return true;
	if (!expr_int64(fd, &wanted, &error) || !expr_int64(event->epoll.data, &written, &error) || wanted == written)
		return true;
	return diag_error(c->diags, DIAG_SEMANTIC, event->epoll.data->loc, "wrong fd specified in epoll_event",
	                  "%" PRId64 " is written, the call is about %" PRId64, written, wanted);
}

static bool check_extended_err(struct call_checker *c, const struct expr *e)
{
	bool ok = true;
	int32_t value;

	for (int i = 0; i < EXTENDED_ERR_FIELDS; i++) {
		bool byte = i >= 1 && i <= 3;                    /* origin, type, code */
		ok &= byte ? want_byte(c, e->extended_err[i]) : want_int(c, e->extended_err[i], &value);
	}
	return ok;
}

/* {NAME = value, ...}: netlink attributes. */
static bool check_attributes(struct call_checker *c, const struct expr *list)
{
	bool ok = true;
	int64_t value;

	for (const struct expr *i = list->list.first; i; i = i->next) {
		if (!want_kind(c, i, EXPR_ASSIGN))
			return false;
		if (!constant_value(i->assign.name, &value))
			ok = check_symbol(c, i->loc, i->assign.name);
		if (i->assign.value->kind != EXPR_ELLIPSIS)
			ok &= want_int64(c, i->assign.value, &value);
	}
	return ok;
}

static bool check_packet_info(struct call_checker *c, const struct expr *e)
{
	struct arena *arena = arena_new();
	struct evaluation_error error;
	struct option_value value;
	bool ok = packet_info(e, arena, &value, &error) || check_report(c, &error);

	arena_free(arena);
	return ok;
}

static bool want_number(struct call_checker *c, const struct expr *e)
{
	int32_t value;

	return want_int(c, e, &value);
}

/* Level and type may be left open in what is received. */
static bool check_cmsg(struct call_checker *c, const struct expr *e, bool send)
{
	const struct expr *data = e->kind == EXPR_CMSG ? e->cmsg.data : NULL;
	bool (*want)(struct call_checker *, const struct expr *) = send ? want_number : want_ellipsis_or_int;
	int32_t value;
	bool ok = want_kind(c, e, EXPR_CMSG) && want(c, e->cmsg.level);

	ok &= !data || !e->cmsg.length || want_ellipsis_or_int(c, e->cmsg.length);
	if (!data || !want(c, e->cmsg.type))
		return false;
	switch (data->kind) {
	case EXPR_INTEGER:
	case EXPR_WORD:
	case EXPR_OR:
		return want_int(c, data, &value) && ok;
	case EXPR_SCM_TIMESTAMP:
		return ok;
	case EXPR_EXTENDED_ERR:
		return check_extended_err(c, data) && ok;
	case EXPR_SOCKADDR:
		return check_address(c, data) && ok;
	case EXPR_LIST:
		return (is_packet_info(data) ? check_packet_info(c, data) : check_attributes(c, data)) && ok;
	default:
		return diag_error(c->diags, DIAG_SEMANTIC, data->loc, "Unrecognized type for cmsg_data",
		                  "%s is written", expr_kind_name[data->kind]);
	}
}

static bool check_control(struct call_checker *c, const struct expr *control, bool send)
{
	bool ok = true;

	if (!send && control->kind == EXPR_ELLIPSIS)
		return true;
	if (!want_kind(c, control, EXPR_LIST))
		return false;
	for (const struct expr *i = control->list.first; i; i = i->next)
		ok &= check_cmsg(c, i, send);
	return ok;
}

static bool check_msghdr(struct call_checker *c, const struct expr *e, bool send)
{
	const struct expr *iov, *control;
	int32_t flags = 0;
	bool ok;

	if (!want_kind(c, e, EXPR_MSGHDR))
		return false;
	iov = e->msghdr.iov;
	control = e->msghdr.control;
	ok = check_iovecs(c, iov);
	if (ok && e->msghdr.iov_count != iov->list.count) {
		struct evaluation_error error = { .loc = iov->loc };
		snprintf(error.text, sizeof(error.text), "msg_iovlen %" PRId64 " does not match %d-element iovec array",
		         e->msghdr.iov_count, iov->list.count);
		ok = check_report(c, &error);
	}
	ok &= want_int(c, e->msghdr.flags, &flags);
	if (send && flags)
		ok = diag_error(c->diags, DIAG_SEMANTIC, e->msghdr.flags->loc,
		                "sendmsg ignores msg_flags field in msghdr",
		                "write msg_flags=0; flags of the call are its last argument");
	ok &= !e->msghdr.name || connection_name(e->msghdr.name) || check_address(c, e->msghdr.name);
	return (!control || check_control(c, control, send)) && ok;
}

static bool check_mmsghdrs(struct call_checker *c, const struct expr *e, bool send)
{
	bool ok = want_kind(c, e, EXPR_LIST);
	int32_t value;

	for (const struct expr *i = ok ? e->list.first : NULL; i; i = i->next) {
		if (!want_kind(c, i, EXPR_MMSGHDR)) {
			ok = false;
			continue;
		}
		ok &= check_msghdr(c, i->mmsghdr.header, send);
		ok &= !i->mmsghdr.length || want_int(c, i->mmsghdr.length, &value);
	}
	return ok && want_count(c, e, "vlen", "mmsghdr");
}

static bool check_timeout(struct call_checker *c, const struct expr *e)
{
	struct evaluation_error error;
	int64_t value;

	if (e->kind == EXPR_TIMESPEC)
		return want_int64(c, e->timespec.sec, &value) && want_int64(c, e->timespec.nsec, &value);
	if (check_symbols(c, e) && expr_int64(e, &value, &error) && !value)
		return true;
	return diag_error(c->diags, DIAG_SEMANTIC, e->loc, "Expected NULL or {tv_sec=n, tv_nsec=n} for the time-out",
	                  "%s is written", expr_kind_name[e->kind]);
}

static bool check_timeval(struct call_checker *c, const struct expr *e)
{
	struct evaluation_error error;
	int64_t value;

	if (e->kind == EXPR_TIMEVAL)
		return want_int64(c, e->timeval.sec, &value) && want_int64(c, e->timeval.usec, &value);
	if (check_symbols(c, e) && expr_int64(e, &value, &error) && !value)
		return true;
	return diag_error(c->diags, DIAG_SEMANTIC, e->loc, "Expected NULL or {tv_sec=n, tv_usec=n} for the time-out",
	                  "%s is written", expr_kind_name[e->kind]);
}

static bool check_fd_list(struct call_checker *c, const struct expr *e)
{
	bool ok = want_kind(c, e, EXPR_LIST);

	for (const struct expr *i = ok ? e->list.first : NULL; i; i = i->next)
		ok &= want_fd(c, i);
	return ok;
}

static bool check_fd_set(struct call_checker *c, const struct expr *e)
{
	struct evaluation_error error;
	int64_t value;

	if (e->kind == EXPR_LIST && !e->list.braces)
		return check_fd_list(c, e);
	if (e->kind == EXPR_LIST && e->list.count == 2)
		return check_fd_list(c, e->list.first) && check_fd_list(c, e->list.first->next);
	if (e->kind != EXPR_LIST && check_symbols(c, e) && expr_int64(e, &value, &error) && !value)
		return true;
	return diag_error(c->diags, DIAG_SEMANTIC, e->loc, "Expected a set of descriptors",
	                  "write NULL, [3, 4], or {[3, 4], [3]} for what is asked and what is answered");
}

/* ---- one argument ---- */

static bool check_buffer(struct call_checker *c, const struct expr *e)
{
	struct evaluation_error error;
	int64_t value;

	if (e->kind == EXPR_STRING)
		return want_string(c, e);
	if (e->kind == EXPR_ELLIPSIS || (check_symbols(c, e) && expr_int64(e, &value, &error) && !value))
		return true;
	return diag_error(c->diags, DIAG_SEMANTIC, e->loc, "Expected ... or NULL for buffer",
	                  "write '...' for zeros, and for what is not compared, or a string; "
	                  "the number of bytes is the argument behind it");
}

static bool check_offset(struct call_checker *c, const struct expr *e)
{
	const struct expr *element = want_single(c, e);
	int64_t value;

	return element && want_int64(c, element, &value);
}

/* The two numbers that pipe() binds; see bind_results(). */
static bool check_fd_pair(struct call_checker *c, const struct expr *e)
{
	bool ok = want_kind(c, e, EXPR_LIST);
	int32_t value;

	if (!ok)
		return false;
	if (e->list.count != 2)
		return diag_error(c->diags, DIAG_SEMANTIC, e->loc, "Expected [<fd>, <fd>]", "the list has %d elements",
		                  e->list.count);
	for (const struct expr *i = e->list.first; i; i = i->next)
		ok &= want_int(c, i, &value);
	return ok;
}

/* The length behind a buffer: of '...', which we have to make, and of a text that is sent. A kernel can be asked about
 * any length by NULL. */
static bool check_length(struct call_checker *c, const struct call_spec *call)
{
	const struct expr *buffer = call->arguments ? call->arguments->next : NULL;
	const struct expr *e = buffer ? buffer->next : NULL;
	const enum shape shape = call->signature->shapes[1];
	struct evaluation_error unused;
	int64_t length;

	if ((shape != SHAPE_SEND_BUFFER && shape != SHAPE_RECEIVE_BUFFER) || !e || !expr_int64(e, &length, &unused))
		return true;
	if (shape == SHAPE_SEND_BUFFER && buffer->kind == EXPR_STRING && length >= 0)
		return want_contents(c, buffer, length);
	if (buffer->kind != EXPR_ELLIPSIS || length >= 0)
		return true;
	return diag_error(c->diags, DIAG_SEMANTIC, e->loc, "no buffer has this length",
	                  "%" PRId64 " is written, and '...' is a buffer of that many bytes; NULL is none", length);
}

static bool check_argument(struct call_checker *c, const struct call_spec *call, enum shape shape, const struct expr *e)
{
	int32_t value;
	int64_t wide;

	switch (shape) {
	case SHAPE_NONE:                 return true;
	case SHAPE_FD:                   return want_fd(c, e);
	case SHAPE_INT:
	case SHAPE_OPTIONAL_INT:         return want_int(c, e, &value);
	case SHAPE_INT64:
	case SHAPE_OFFSET_POINTER:       return want_int64(c, e, &wide);
	case SHAPE_REMOTE_ADDRESS:
		return e->kind == EXPR_SOCKADDR ? check_address(c, e)
		                                : connection_name(e) || want_peer(c, e);
	case SHAPE_DOMAIN:
	case SHAPE_ADDRESS_LENGTH:       return want_ellipsis_or_int(c, e);
	case SHAPE_LOCAL_ADDRESS:        return check_address(c, e);
	case SHAPE_ADDRESS_OUT:          return connection_name(e) || check_address(c, e);
	case SHAPE_ADDRESS_LENGTH_OUT:   return want_kind(c, e, EXPR_ELLIPSIS);
	case SHAPE_SEND_BUFFER:
	case SHAPE_RECEIVE_BUFFER:       return check_buffer(c, e);
	case SHAPE_SEND_IOVEC:
	case SHAPE_RECEIVE_IOVEC:        return check_iovecs(c, e) && want_count(c, e, "iov_count", "iovec");
	case SHAPE_SEND_MSGHDR:          return check_msghdr(c, e, true);
	case SHAPE_RECEIVE_MSGHDR:       return check_msghdr(c, e, false);
	case SHAPE_SEND_MMSGHDRS:        return check_mmsghdrs(c, e, true);
	case SHAPE_RECEIVE_MMSGHDRS:     return check_mmsghdrs(c, e, false);
	case SHAPE_TIMEOUT_REF:          return check_timeout(c, e);
	case SHAPE_TIMEVAL_REF:          return check_timeval(c, e);
	case SHAPE_FD_COUNT:             return want_ellipsis_or_int(c, e);
	case SHAPE_FD_SET:               return check_fd_set(c, e);
	case SHAPE_NEW_FD:               return want_int(c, e, &value);
	case SHAPE_OPTION_VALUE:
	case SHAPE_OPTION_RESULT:        return check_option_value(c, call, e);
	case SHAPE_OPTION_LENGTH:        return want_ellipsis_or_int(c, e);
	case SHAPE_OPTION_LENGTH_REF:    return want_open_int_list(c, e);
	case SHAPE_INT_REF_OUT:
	case SHAPE_OPTIONAL_INT_REF_OUT: return want_int_list(c, e);
	case SHAPE_POLLFDS:              return check_pollfds(c, e);
	case SHAPE_EPOLL_EVENT:
	case SHAPE_EPOLL_EVENT_RESULT:   return check_epoll_event(c, e);
	case SHAPE_PATH:                 return want_string(c, e);
	case SHAPE_OFFSET_REF:           return check_offset(c, e);
	case SHAPE_FD_PAIR:              return check_fd_pair(c, e);
	}
	return true;
}

/* ---- one call ---- */

/* Do two arguments seem to be one number, "1,000"? */
static bool has_thousand(const struct call_spec *call)
{
	for (const struct expr *e = call->arguments; e && e->next; e = e->next) {
		const struct loc *a = &e->loc, *b = &e->next->loc;
		if (e->kind == EXPR_INTEGER && e->next->kind == EXPR_INTEGER && a->line == b->line &&
		    b->column == a->end_column + 1 && b->end_column - b->column == 3)
			return true;
	}
	return false;
}

static bool check_count(struct call_checker *c, const struct call_spec *call, const struct signature *s)
{
	struct buf prototype = BUF_INIT;
	char headline[80];
	int least, most;

	signature_arity(s, &least, &most);
	if (call->argument_count >= least && call->argument_count <= most)
		return true;
	if (foreign_form(call->name, call->argument_count, &prototype)) {
		check_foreign(c, call->loc, arena_printf(c->script->arena, "%s() with %d arguments", call->name,
		                                          call->argument_count), &prototype);
		buf_free(&prototype);
		return false;
	}
	if (least == most)
		snprintf(headline, sizeof(headline), "Expected %d args but got %d", least, call->argument_count);
	else
		snprintf(headline, sizeof(headline), "%s expected %d-%d args but got %d", s->name, least, most,
		         call->argument_count);
	signature_print(&prototype, s);
	diag_error(c->diags, DIAG_SEMANTIC, call->loc, headline, "write %s%s", prototype.data,
	           has_thousand(call) ? "; a number has digits alone, and no commas" : "");
	buf_free(&prototype);
	return false;
}

/* How to achieve what this call, which scripts do not have, is for. */
static const char *other_way(const char *name)
{
	static const struct {
		const char *name, *text;
	} ways[] = {
		{ "sleep", "nothing waits but for the time of the next event: +1 is a second later" },
		{ "usleep", "nothing waits but for the time of the next event: +0.001 is a millisecond later" },
		{ "nanosleep", "nothing waits but for the time of the next event: +0.001 is a millisecond later" },
		{ "assert", "an assertion stands in a code block: %{ assert tcpi_snd_cwnd == 10 }%" },
		{ "print", "what is printed stands in a code block: %{ print(tcpi_snd_cwnd) }%" },
		{ "printf", "what is printed stands in a code block: %{ print(tcpi_snd_cwnd) }%" },
		{ "system", "a command of the shell stands between backquotes: `ip route flush cache`" },
	};

	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (!strcmp(ways[i].name, name))
			return ways[i].text;
	return "pkt(5) lists the calls that there are (CALLS)";
}

static void unknown_call(struct call_checker *c, const struct call_spec *call)
{
	struct evaluation_error error = { .loc = call->loc };
	struct buf where = BUF_INIT;
	const char *dialect = signature_dialect(call->name), *nearest = signature_guess(call->name);

	c->unsure = true;
	snprintf(error.text, sizeof(error.text), "Unknown system call: '%s'", call->name);
	if (foreign_call(call->name, &where))
		check_foreign(c, call->loc, call->name, &where);
	else if (dialect)
		check_dialect(c, call->loc, call->name, dialect);
	else if (nearest)
		diag_error(c->diags, DIAG_SEMANTIC, call->loc, error.text, "did you mean '%s'?", nearest);
	else
		diag_error(c->diags, DIAG_SEMANTIC, call->loc, error.text, "%s", other_way(call->name));
	buf_free(&where);
}

/* May the descriptor have the number of one that is still open? dup2() closes that one first; and scripts that run one
 * test after the other do accept a connection under such a name. */
static bool may_take_place(const struct call_spec *call)
{
	const enum call_id id = call->signature->id;

	return id == CALL_DUP2 || id == CALL_DUP3 || id == CALL_ACCEPT || id == CALL_ACCEPT4;
}

/* The descriptors that the call opens or frees when it returns what the script says. */
static void bind_results(struct call_checker *c, const struct call_spec *call, int64_t result)
{
	struct evaluation_error error;
	int64_t fd;

	if (call->signature->result == RESULT_FD && result >= 0)
		check_open_fd(c, call->result->loc, result, may_take_place(call));
	if (result)
		return;
	if (call->signature->id == CALL_CLOSE && expr_int64(call->arguments, &fd, &error))
		check_close_fd(c, fd);
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it has the argument of its signature */
	const struct expr *pair = call->arguments;
	for (int i = 0; pair && i < CALL_ARGUMENTS && call->signature->shapes[i] != SHAPE_FD_PAIR; i++)
		pair = pair->next;
	for (const struct expr *i = pair && pair->kind == EXPR_LIST ? pair->list.first : NULL; i; i = i->next)
		if (expr_int64(i, &fd, &error))
			check_open_fd(c, i->loc, fd, false);
}

static void report_result(struct call_checker *c, const struct expr *result, const struct evaluation_error *error)
{
	bool word = result->kind == EXPR_WORD;
	int64_t number;

	if (word && result->word[0] == 'E' && constant_value(result->word, &number))
		diag_error(c->diags, DIAG_SEMANTIC, error->loc, error->text, "a call that fails is written -1 %s (%s)",
		           result->word, strerror((int)number));
	else if (word && isdigit((unsigned char)*result->word))
		diag_error(c->diags, DIAG_SEMANTIC, error->loc, error->text, "a number has digits alone: 1000");
	else
		diag_error(c->diags, DIAG_SEMANTIC, error->loc, error->text,
		           "a result is a number; a call that fails returns -1 and the name of an errno");
}

static void check_result(struct call_checker *c, const struct call_spec *call, bool arguments_ok)
{
	struct evaluation_error error;
	int64_t result, value;

	if (call->errno_word && !constant_value(call->errno_word, &value))
		check_symbol(c, call->errno_loc, call->errno_word);
	if (!expr_literal(call->result, &result, &error)) {
		report_result(c, call->result, &error);
		c->unsure = c->unsure || call->signature->result == RESULT_FD;
		return;
	}
	if (result < -1)
		diag_warning(c->diags, call->result->loc, "no call returns this",
		             "one that fails is written -1 %s (%s)",
		             constant_errno_name((int)-result) ? constant_errno_name((int)-result) : "ERRNO",
		             strerror((int)-result));
	if (arguments_ok) {
		bind_results(c, call, result);
	} else if (call->signature->result == RESULT_FD) {
		check_open_fd(c, call->result->loc, result, true);
	}
}

/* Is the last socket one of UDP, and does the script make one of UDP-Lite? */
static void note_protocol(struct call_checker *c, const struct call_spec *call)
{
	const struct expr *protocol = call->arguments;
	struct evaluation_error error;
	int64_t value;

	for (int i = 0; protocol && i < 2; i++)
		protocol = protocol->next;
	const bool known = protocol && expr_int64(protocol, &value, &error);
	c->udp = known && value == IPPROTO_UDP;
	c->script->needs_udplite |= known && value == IPPROTO_UDPLITE;
}

void check_call(struct call_checker *c, const struct call_spec *call)
{
	const struct signature *s = call->signature;
	const struct expr *e = call->arguments;
	bool ok = true;

	if (!s) {
		unknown_call(c, call);
		return;
	}
	if (call->nothing)
		return;
	if (call->blocking && !s->can_block)
		diag_error(c->diags, DIAG_SEMANTIC, call->loc, "this call cannot be a blocking one",
		           "write '%s' without ...END", s->name);
	if (check_count(c, call, s)) {
		for (int i = 0; e && i < CALL_ARGUMENTS; i++, e = e->next)
			ok &= check_argument(c, call, s->shapes[i], e);
		ok = ok && check_length(c, call);
		if (s->id == CALL_SOCKET)
			note_protocol(c, call);
		if (ok && s->id == CALL_EPOLL_CTL)
			ok = check_epoll_ctl(c, call);
		if (ok && (s->id == CALL_SETSOCKOPT || s->id == CALL_GETSOCKOPT))
			ok = check_option_call(c, call);
	} else {
		ok = false;
	}
	check_result(c, call, ok);
}
