/* SPDX-License-Identifier: MIT
 *
 * print.c - a script as canonical text: one event a line, blanks and numbers in one way
 *
 * Parsing the text again gives the same tree. Comments stay, as do single blank lines. Definitions are
 * already in the tree, so what is printed no longer depends on them.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "script/print.h"
#include "script/statement.h"

/* ---- times ---- */

static vtime_t read_back(const char *text)
{
	return vtime_us((int64_t)(strtod(text, NULL) * 1e6));
}

/* Reading truncates, so that the shortest text may come back a microsecond early: half of one is added. */
void seconds_print(struct buf *out, vtime_t t)
{
	char text[48];
	int64_t us = t.ns / 1000;
	int length = snprintf(text, sizeof(text), "%" PRId64 ".%06" PRId64, us / 1000000, us % 1000000);

	if (read_back(text).ns != t.ns) {
		snprintf(text, sizeof(text), "%" PRId64 ".%06" PRId64 "5", us / 1000000, us % 1000000);
		buf_puts(out, text);
		return;
	}
	while (text[length - 1] == '0')
		length--;
	if (text[length - 1] == '.')
		length--;
	buf_add(out, text, (size_t)length);
}

static void print_instant(struct buf *out, vtime_t at, const struct expr *value)
{
	if (value)
		expr_print(out, value);
	else
		seconds_print(out, at);
}

void time_spec_print(struct buf *out, const struct time_spec *t)
{
	bool relative = t->kind == TIME_RELATIVE || t->kind == TIME_RELATIVE_RANGE;

	if (t->kind == TIME_ANY) {
		buf_add_byte(out, '*');
		return;
	}
	if (relative)
		buf_add_byte(out, '+');
	print_instant(out, t->start, t->start_value);
	if (t->kind != TIME_ABSOLUTE_RANGE && t->kind != TIME_RELATIVE_RANGE)
		return;
	buf_puts(out, relative ? "~+" : "~");
	print_instant(out, t->end, t->end_value);
}

/* ---- expressions ---- */

/* Escapes stay as they are; a bare quote, which only a definition can bring, is escaped. */
static void print_string(struct buf *out, const char *text, size_t length)
{
	buf_add_byte(out, '"');
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\\' && i + 1 < length)
			buf_add_byte(out, text[i++]);
		else if (text[i] == '"' || text[i] == '\\')
			buf_add_byte(out, '\\');
		buf_add_byte(out, text[i]);
	}
	buf_add_byte(out, '"');
}

static void print_integer(struct buf *out, int64_t value, bool hex)
{
	if (hex && value >= 0)
		buf_printf(out, "0x%" PRIx64, (uint64_t)value);
	else
		buf_printf(out, "%" PRId64, value);
}

static void print_expressions(struct buf *out, const struct expr *first)
{
	for (const struct expr *e = first; e; e = e->next) {
		expr_print(out, e);
		if (e->next)
			buf_puts(out, ", ");
	}
}

static void print_member(struct buf *out, const char *name, const struct expr *value)
{
	buf_puts(out, name);
	expr_print(out, value);
}

static void print_leaf_ellipsis(struct buf *out, const struct expr *e)
{
	(void)e;
	buf_puts(out, "...");
}

static void print_leaf_integer(struct buf *out, const struct expr *e)
{
	print_integer(out, e->integer.value, e->integer.hex);
}

static void print_leaf_word(struct buf *out, const struct expr *e)
{
	buf_puts(out, e->word);
}

static void print_leaf_string(struct buf *out, const struct expr *e)
{
	static const char *const words[] = {
		[CONTENTS_HEX] = "hex(", [CONTENTS_PATTERN] = "pattern(", [CONTENTS_FILE] = "file(",
	};

	if (e->string.contents)
		buf_puts(out, words[e->string.contents]);
	print_string(out, e->string.text, e->string.length);
	if (e->string.contents)
		buf_add_byte(out, ')');
}

static void print_or(struct buf *out, const struct expr *e)
{
	expr_print(out, e->pair.left);
	print_member(out, "|", e->pair.right);
}

static void print_list(struct buf *out, const struct expr *e)
{
	buf_add_byte(out, e->list.braces ? '{' : '[');
	print_expressions(out, e->list.first);
	buf_add_byte(out, e->list.braces ? '}' : ']');
}

static void print_assign(struct buf *out, const struct expr *e)
{
	buf_puts(out, e->assign.name);
	print_member(out, "=", e->assign.value);
}

static void print_in6_addr(struct buf *out, const struct expr *e)
{
	char text[IP_ADDRESS_TEXT];

	buf_printf(out, "inet6_addr(\"%s\")", ip_address_print(&e->in6_addr, text));
}

static void print_sockaddr(struct buf *out, const struct expr *e)
{
	char text[IP_ADDRESS_TEXT];

	buf_printf(out, "{sa_family=%s, ", e->sockaddr.family);
	if (e->sockaddr.port == PORT_ANY)
		buf_puts(out, "sin_port=..., ");
	else
		buf_printf(out, "sin_port=htons(%" PRId64 "), ", e->sockaddr.port);
	if (e->sockaddr.address.version)
		buf_printf(out, "sin_addr=inet_addr(\"%s\")}", ip_address_print(&e->sockaddr.address, text));
	else
		buf_puts(out, "sin_addr=...}");
}

static void print_msghdr(struct buf *out, const struct expr *e)
{
	buf_puts(out, "{msg_name(...)=");
	if (e->msghdr.name)
		expr_print(out, e->msghdr.name);
	else
		buf_puts(out, "...");
	buf_printf(out, ", msg_iov(%" PRId64 ")=", e->msghdr.iov_count);
	expr_print(out, e->msghdr.iov);
	print_member(out, ", msg_flags=", e->msghdr.flags);
	if (e->msghdr.control && e->msghdr.control->kind == EXPR_ELLIPSIS)
		buf_puts(out, ", msg_control(...)=...");
	else if (e->msghdr.control)
		print_member(out, ", msg_control=", e->msghdr.control);
	buf_add_byte(out, '}');
}

static void print_mmsghdr(struct buf *out, const struct expr *e)
{
	print_member(out, "{msg_hdr=", e->mmsghdr.header);
	if (e->mmsghdr.length)
		print_member(out, ", msg_len=", e->mmsghdr.length);
	buf_add_byte(out, '}');
}

static void print_timespec(struct buf *out, const struct expr *e)
{
	print_member(out, "{tv_sec=", e->timespec.sec);
	print_member(out, ", tv_nsec=", e->timespec.nsec);
	buf_add_byte(out, '}');
}

static void print_timeval(struct buf *out, const struct expr *e)
{
	print_member(out, "{tv_sec=", e->timeval.sec);
	print_member(out, ", tv_usec=", e->timeval.usec);
	buf_add_byte(out, '}');
}

static void print_cmsg(struct buf *out, const struct expr *e)
{
	if (e->cmsg.length)
		print_member(out, "{cmsg_len=", e->cmsg.length);
	print_member(out, e->cmsg.length ? ", cmsg_level=" : "{cmsg_level=", e->cmsg.level);
	print_member(out, ", cmsg_type=", e->cmsg.type);
	print_member(out, ", cmsg_data=", e->cmsg.data);
	buf_add_byte(out, '}');
}

static void print_scm(struct buf *out, const struct expr *e)
{
	buf_printf(out, "{scm_sec=%" PRId64 ", scm_nsec=%" PRId64 "}", e->scm.sec, e->scm.nsec);
}

static void print_extended_err(struct buf *out, const struct expr *e)
{
	static const char *const names[EXTENDED_ERR_FIELDS] = {
		"{ee_errno=", ", ee_origin=", ", ee_type=", ", ee_code=", ", ee_info=", ", ee_data=",
	};

	for (size_t i = 0; i < EXTENDED_ERR_FIELDS; i++)
		print_member(out, names[i], e->extended_err[i]);
	buf_add_byte(out, '}');
}

static void print_iovec(struct buf *out, const struct expr *e)
{
	buf_add_byte(out, '{');
	if (e->iovec.base)
		expr_print(out, e->iovec.base);
	else
		buf_puts(out, "...");
	buf_printf(out, ", %" PRId64 "}", e->iovec.length);
}

static void print_pollfd(struct buf *out, const struct expr *e)
{
	print_member(out, "{fd=", e->pollfd.fd);
	print_member(out, ", events=", e->pollfd.events);
	if (e->pollfd.revents)
		print_member(out, ", revents=", e->pollfd.revents);
	buf_add_byte(out, '}');
}

static void print_epoll_event(struct buf *out, const struct expr *e)
{
	static const char *const members[] = {
		[EPOLL_MEMBER_FD] = ", fd=", [EPOLL_MEMBER_PTR] = ", ptr=", [EPOLL_MEMBER_U32] = ", u32=",
		[EPOLL_MEMBER_U64] = ", u64=",
	};

	print_member(out, "{events=", e->epoll.events);
	print_member(out, members[e->epoll.member], e->epoll.data);
	buf_add_byte(out, '}');
}

static void print_linger_member(struct buf *out, const char *name, int64_t value)
{
	buf_puts(out, name);
	if (value == LINGER_ANY)
		buf_puts(out, "...");
	else
		buf_printf(out, "%" PRId64, value);
}

static void print_linger(struct buf *out, const struct expr *e)
{
	print_linger_member(out, "{onoff=", e->linger.onoff);
	print_linger_member(out, ", linger=", e->linger.linger);
	buf_add_byte(out, '}');
}

static void print_mpls_stack(struct buf *out, const struct expr *e)
{
	buf_add_byte(out, '{');
	mpls_print(out, &e->mpls);
	buf_add_byte(out, '}');
}

static void print_gre_expr(struct buf *out, const struct expr *e)
{
	buf_add_byte(out, '{');
	gre_print(out, &e->gre);
	buf_add_byte(out, '}');
}

/* ---- names and arithmetic ---- */

struct operation_row {
	const char *sign;
	int level;                                           /* the higher, the tighter it binds */
};

static const struct operation_row operations[] = {
	[ARITHMETIC_OR] = { " || ", 1 }, [ARITHMETIC_AND] = { " && ", 2 }, [ARITHMETIC_EQUAL] = { " == ", 3 },
	[ARITHMETIC_NOT_EQUAL] = { " != ", 3 }, [ARITHMETIC_LESS] = { " < ", 3 }, [ARITHMETIC_AT_MOST] = { " <= ", 3 },
	[ARITHMETIC_MORE] = { " > ", 3 }, [ARITHMETIC_AT_LEAST] = { " >= ", 3 }, [ARITHMETIC_ADD] = { "+", 4 },
	[ARITHMETIC_SUBTRACT] = { "-", 4 }, [ARITHMETIC_MULTIPLY] = { "*", 5 }, [ARITHMETIC_DIVIDE] = { "/", 5 },
	[ARITHMETIC_REMAINDER] = { "%", 5 }, [ARITHMETIC_NEGATE] = { "-", 6 }, [ARITHMETIC_NOT] = { "!", 6 },
};

/* @level: what stands around it binds no looser. Parentheses where the text would mean something else without. */
static void print_operand(struct buf *out, const struct expr *e, int level)
{
	if (e->kind == EXPR_NAME) {
		buf_puts(out, e->name.text);
		return;
	}
	if (e->kind == EXPR_INTEGER && e->integer.value < 0 && level > 1) {
		buf_printf(out, "(%" PRId64 ")", e->integer.value);
		return;
	}
	if (e->kind != EXPR_ARITHMETIC) {
		expr_print(out, e);
		return;
	}
	const struct operation_row *o = &operations[e->arithmetic.operation];
	bool unary = !e->arithmetic.right, chain = o->level != 3;
	buf_puts(out, o->level < level ? "(" : "");
	if (!unary)
		print_operand(out, e->arithmetic.left, chain ? o->level : o->level + 1);
	buf_puts(out, o->sign);
	print_operand(out, unary ? e->arithmetic.left : e->arithmetic.right, unary ? o->level : o->level + 1);
	buf_puts(out, o->level < level ? ")" : "");
}

void condition_print(struct buf *out, const struct expr *e)
{
	print_operand(out, e, 1);
}

static void print_name(struct buf *out, const struct expr *e)
{
	buf_printf(out, e->name.dollar ? "$%s" : "$(%s)", e->name.text);
}

static void print_arithmetic(struct buf *out, const struct expr *e)
{
	buf_puts(out, "$(");
	print_operand(out, e, 1);
	buf_puts(out, ")");
}

static void (*const printers[EXPR_KINDS])(struct buf *out, const struct expr *e) = {
	[EXPR_ELLIPSIS] = print_leaf_ellipsis, [EXPR_INTEGER] = print_leaf_integer, [EXPR_WORD] = print_leaf_word,
	[EXPR_STRING] = print_leaf_string, [EXPR_OR] = print_or, [EXPR_LIST] = print_list, [EXPR_ASSIGN] = print_assign,
	[EXPR_IN6_ADDR] = print_in6_addr, [EXPR_SOCKADDR] = print_sockaddr, [EXPR_MSGHDR] = print_msghdr,
	[EXPR_MMSGHDR] = print_mmsghdr, [EXPR_TIMESPEC] = print_timespec, [EXPR_TIMEVAL] = print_timeval,
	[EXPR_CMSG] = print_cmsg, [EXPR_SCM_TIMESTAMP] = print_scm, [EXPR_EXTENDED_ERR] = print_extended_err,
	[EXPR_IOVEC] = print_iovec, [EXPR_NAME] = print_name, [EXPR_ARITHMETIC] = print_arithmetic,
	[EXPR_POLLFD] = print_pollfd, [EXPR_EPOLL_EVENT] = print_epoll_event,
	[EXPR_LINGER] = print_linger, [EXPR_MPLS_STACK] = print_mpls_stack, [EXPR_GRE] = print_gre_expr,
};

void expr_print(struct buf *out, const struct expr *e)
{
	printers[e->kind](out, e);
}

/* ---- events ---- */

void call_spec_print(struct buf *out, const struct call_spec *c)
{
	buf_puts(out, c->name);
	buf_add_byte(out, '(');
	print_expressions(out, c->arguments);
	print_member(out, ") = ", c->result);
	if (c->errno_word)
		buf_printf(out, " %s", c->errno_word);
	if (c->note)
		buf_printf(out, " (%s)", c->note);
}

static void print_code(struct buf *out, const char *text)
{
	size_t length = strlen(text);

	buf_puts(out, " %{");
	if (length && *text != '\n')
		buf_add_byte(out, ' ');
	buf_puts(out, text);
	buf_puts(out, length && text[length - 1] == '\n' ? "}%" : " }%");
}

void event_print(struct buf *out, const struct event *e)
{
	time_spec_print(out, &e->time);
	switch (e->kind) {
	case EVENT_PACKET:
		buf_add_byte(out, ' ');
		packet_spec_print(out, e->packet);
		break;
	case EVENT_CALL:
		if (e->call->blocking) {
			buf_puts(out, "...");
			print_instant(out, e->call->end, e->call->end_value);
		}
		buf_add_byte(out, ' ');
		call_spec_print(out, e->call);
		break;
	case EVENT_COMMAND:
		buf_printf(out, " `%s`", e->command->text);
		break;
	case EVENT_LET:
		buf_printf(out, " let $%s = ", e->let->name);
		expr_print(out, e->let->value);
		break;
	case EVENT_CODE:
		print_code(out, e->code->text);
		break;
	}
}

/* ---- lines, with the comments and single blank lines of the source between them ---- */

struct printer {
	struct buf *out;
	const struct comment *comment;                       /* the next to be printed */
	int last_line;                                       /* of the source, where what was printed ended */
	bool started, after_line_comment;
};

static void begin_line(struct printer *pr, const struct loc *loc)
{
	if (pr->started)
		buf_puts(pr->out, loc->line > pr->last_line + 1 ? "\n\n" : "\n");
	pr->started = true;
	pr->after_line_comment = false;
	pr->last_line = loc->end_line;
}

static bool is_before(const struct loc *a, const struct loc *b)
{
	return a->line < b->line || (a->line == b->line && a->column < b->column);
}

/* Comments before @place, NULL: all. One in or behind a line of the script ends up behind it. */
static void print_comments(struct printer *pr, const struct loc *place)
{
	for (; pr->comment && (!place || is_before(&pr->comment->loc, place)); pr->comment = pr->comment->next) {
		const struct comment *c = pr->comment;

		if (c->own_line || !pr->started || pr->after_line_comment)
			begin_line(pr, &c->loc);
		else
			buf_add_byte(pr->out, ' ');
		buf_puts(pr->out, c->text);
		pr->after_line_comment = c->text[1] == '/' || *c->text == '#';
		pr->last_line = c->loc.end_line;
	}
}

/* Is there a directive among the tokens of @loc? Then its place matters, and the text stays as it is. */
static bool has_directive(const struct printer *pr, const struct loc *loc)
{
	const struct loc end = { .line = loc->end_line, .column = loc->end_column };

	for (const struct comment *c = pr->comment; c && is_before(&c->loc, &end); c = c->next)
		if (*c->text == '#')
			return true;
	return false;
}

/* An event as the author wrote it, with the comments in it. */
static void print_as_written(struct printer *pr, const struct loc *loc)
{
	const struct loc behind = { .line = loc->end_line, .column = loc->end_column };
	const char *text = loc->source->text, *end;
	int line = 1;

	for (; line < loc->line; line++)
		text = strchr(text, '\n') + 1;
	end = text;
	for (; line < loc->end_line; line++)
		end = strchr(end, '\n') + 1;
	buf_add(pr->out, text + loc->column - 1, (size_t)(end + loc->end_column - (text + loc->column)));
	while (pr->comment && is_before(&pr->comment->loc, &behind))
		pr->comment = pr->comment->next;
}

static void print_item(struct printer *pr, const struct event *e)
{
	if (has_directive(pr, &e->loc))
		print_as_written(pr, &e->loc);
	else
		event_print(pr->out, e);
}

static void print_statements(struct printer *pr, const struct statement *first);

static void begin_item(struct printer *pr, const struct loc *loc)
{
	print_comments(pr, loc);
	begin_line(pr, loc);
}

/* ---- statements ---- */

static void print_arguments(struct buf *out, const struct expr *first)
{
	buf_add_byte(out, '(');
	for (const struct expr *e = first; e; e = e->next) {
		buf_puts(out, e->assign.name);
		if (e->assign.value->kind != EXPR_ELLIPSIS)
			print_member(out, "=", e->assign.value);
		buf_puts(out, e->next ? ", " : "");
	}
	buf_add_byte(out, ')');
}

static void print_block(struct printer *pr, const struct statement *block)
{
	const struct loc end = block->is->end;

	buf_puts(pr->out, " {");
	pr->last_line = block->is->loc.line;
	print_statements(pr, block->is->first);
	begin_item(pr, &end);
	buf_add_byte(pr->out, '}');
}

static void print_loop(struct printer *pr, const struct statement *s)
{
	if (s->is->loop.name) {
		buf_printf(pr->out, "for $%s in ", s->is->loop.name);
		expr_print(pr->out, s->is->loop.first);
		buf_puts(pr->out, "..");
	} else {
		buf_puts(pr->out, "repeat ");
	}
	expr_print(pr->out, s->is->loop.last);
	print_block(pr, s->is->loop.block);
}

static void print_choice(struct printer *pr, const struct statement *s)
{
	const struct statement *other = s->is->choice.other;

	buf_puts(pr->out, "if ");
	condition_print(pr->out, s->is->choice.condition);
	print_block(pr, s->is->choice.block);
	if (!other)
		return;
	buf_puts(pr->out, " else");
	if (other->kind == STATEMENT_BLOCK) {
		print_block(pr, other);
	} else {
		buf_add_byte(pr->out, ' ');
		print_choice(pr, other);
	}
}

static void print_statements(struct printer *pr, const struct statement *first)
{
	for (const struct statement *s = first; s; s = s->next) {
		begin_item(pr, s->kind == STATEMENT_EVENT ? &s->event->loc : &s->is->loc);
		switch (s->kind) {
		case STATEMENT_EVENT:
			print_item(pr, s->event);
			break;
		case STATEMENT_INCLUDE:
			buf_printf(pr->out, "include \"%s\"", s->is->include.path);
			break;
		case STATEMENT_MACRO:
			buf_printf(pr->out, "macro %s", s->is->macro->name);
			print_arguments(pr->out, s->is->macro->parameters);
			print_block(pr, s->is->macro->body);
			break;
		case STATEMENT_USE:
			buf_puts(pr->out, s->is->use.macro->name);
			print_arguments(pr->out, s->is->use.arguments);
			break;
		case STATEMENT_REPEAT:
		case STATEMENT_FOR:
			print_loop(pr, s);
			break;
		default:
			print_choice(pr, s);
			break;
		}
	}
}

void script_print(struct buf *out, const struct script *s)
{
	struct printer pr = { .out = out, .comment = s->comments };

	for (const struct option_line *o = s->options; o; o = o->next) {
		begin_item(&pr, &o->loc);
		buf_printf(out, "--%s%s%s", o->name, o->value ? "=" : "", o->value ? o->spelling : "");
	}
	if (s->init) {
		begin_item(&pr, &s->init->loc);
		buf_printf(out, "`%s`", s->init->text);
	}
	print_statements(&pr, s->statements);
	if (s->cleanup) {
		begin_item(&pr, &s->cleanup->loc);
		buf_printf(out, "`%s`", s->cleanup->text);
	}
	print_comments(&pr, NULL);
	if (pr.started)
		buf_add_byte(out, '\n');
}
