/* SPDX-License-Identifier: MIT
 *
 * print_expr.c - calls, their arguments, names and arithmetic as canonical text
 *
 * A printer for each kind of expression. Of what may stand in packets and in arguments alike, as headers of MPLS and
 * GRE do, the printers are here, too, so that packets (print_packet.c) stand above expressions, and scripts (print.c)
 * above both.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "script/print.h"
#include "wire/codec.h"

/* ---- headers ---- */

void mpls_print(struct buf *out, const struct mpls_header *h)
{
	for (int i = 0; i < h->depth; i++) {
		const struct mpls_entry *e = &h->stack[i];

		buf_printf(out, "%s(label %" PRIu32 ", tc %u, %sttl %u)", i ? " " : "", e->label, e->traffic_class,
		           e->bottom ? "[S], " : "", e->ttl);
	}
}

void gre_print(struct buf *out, const struct gre_header *h)
{
	buf_printf(out, "flags 0x%04x sum %u off %u key %" PRIu32 " seq %" PRIu32, h->flags, h->checksum, h->offset,
	           h->key, h->sequence);
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

void member_print(struct buf *out, const char *name, const struct expr *value)
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
	const uint32_t image = (uint32_t)e->integer.value;
	const uint16_t short_image = (uint16_t)e->integer.value;
	struct ip_address address = { .version = 4 };
	char text[IP_ADDRESS_TEXT];
	uint8_t *bytes = address.bytes;

	switch (e->integer.form) {
	case INTEGER_DECIMAL:
	case INTEGER_HEX:
		print_integer(out, e->integer.value, e->integer.form == INTEGER_HEX);
		break;
	case INTEGER_HTONS:
		memcpy(bytes, &short_image, sizeof(short_image));
		buf_printf(out, "htons(%u)", get16(bytes));
		break;
	case INTEGER_HTONL:
		memcpy(bytes, &image, sizeof(image));
		buf_printf(out, "htonl(%" PRIu32 ")", get32(bytes));
		break;
	case INTEGER_INET_ADDR:
		memcpy(bytes, &image, sizeof(image));
		ip_address_print(&address, text);
		buf_printf(out, "inet_addr(\"%s\")", text);
		break;
	}
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
	member_print(out, "|", e->pair.right);
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
	member_print(out, "=", e->assign.value);
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
	if (e->sockaddr.port_value) {
		buf_puts(out, "sin_port=htons(");
		expr_print(out, e->sockaddr.port_value);
		buf_puts(out, "), ");
	} else if (e->sockaddr.port == PORT_ANY)
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
	member_print(out, ", msg_flags=", e->msghdr.flags);
	if (e->msghdr.control && e->msghdr.control->kind == EXPR_ELLIPSIS)
		buf_puts(out, ", msg_control(...)=...");
	else if (e->msghdr.control)
		member_print(out, ", msg_control=", e->msghdr.control);
	buf_add_byte(out, '}');
}

static void print_mmsghdr(struct buf *out, const struct expr *e)
{
	member_print(out, "{msg_hdr=", e->mmsghdr.header);
	if (e->mmsghdr.length)
		member_print(out, ", msg_len=", e->mmsghdr.length);
	buf_add_byte(out, '}');
}

static void print_timespec(struct buf *out, const struct expr *e)
{
	member_print(out, "{tv_sec=", e->timespec.sec);
	member_print(out, ", tv_nsec=", e->timespec.nsec);
	buf_add_byte(out, '}');
}

static void print_timeval(struct buf *out, const struct expr *e)
{
	member_print(out, "{tv_sec=", e->timeval.sec);
	member_print(out, ", tv_usec=", e->timeval.usec);
	buf_add_byte(out, '}');
}

static void print_cmsg(struct buf *out, const struct expr *e)
{
	if (e->cmsg.length)
		member_print(out, "{cmsg_len=", e->cmsg.length);
	member_print(out, e->cmsg.length ? ", cmsg_level=" : "{cmsg_level=", e->cmsg.level);
	member_print(out, ", cmsg_type=", e->cmsg.type);
	member_print(out, ", cmsg_data=", e->cmsg.data);
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
		member_print(out, names[i], e->extended_err[i]);
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
	member_print(out, "{fd=", e->pollfd.fd);
	member_print(out, ", events=", e->pollfd.events);
	if (e->pollfd.revents)
		member_print(out, ", revents=", e->pollfd.revents);
	buf_add_byte(out, '}');
}

static void print_epoll_event(struct buf *out, const struct expr *e)
{
	static const char *const members[] = {
		[EPOLL_MEMBER_FD] = ", fd=", [EPOLL_MEMBER_PTR] = ", ptr=", [EPOLL_MEMBER_U32] = ", u32=",
		[EPOLL_MEMBER_U64] = ", u64=",
	};

	member_print(out, "{events=", e->epoll.events);
	member_print(out, members[e->epoll.member], e->epoll.data);
	buf_add_byte(out, '}');
}

static void print_linger(struct buf *out, const struct expr *e)
{
	member_print(out, "{onoff=", e->linger.onoff);
	member_print(out, ", linger=", e->linger.linger);
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

/* @level: that of the operator around it. Parentheses only where the text would mean something else without them. */
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

static void print_element(struct buf *out, const struct expr *e)
{
	buf_printf(out, "%s[", e->element.word);
	expr_print(out, e->element.index);
	buf_add_byte(out, ']');
}

static void (*const printers[EXPR_KINDS])(struct buf *out, const struct expr *e) = {
	[EXPR_ELLIPSIS] = print_leaf_ellipsis, [EXPR_INTEGER] = print_leaf_integer, [EXPR_WORD] = print_leaf_word,
	[EXPR_STRING] = print_leaf_string, [EXPR_OR] = print_or, [EXPR_LIST] = print_list, [EXPR_ASSIGN] = print_assign,
	[EXPR_IN6_ADDR] = print_in6_addr, [EXPR_SOCKADDR] = print_sockaddr, [EXPR_MSGHDR] = print_msghdr,
	[EXPR_MMSGHDR] = print_mmsghdr, [EXPR_TIMESPEC] = print_timespec, [EXPR_TIMEVAL] = print_timeval,
	[EXPR_CMSG] = print_cmsg, [EXPR_SCM_TIMESTAMP] = print_scm, [EXPR_EXTENDED_ERR] = print_extended_err,
	[EXPR_IOVEC] = print_iovec, [EXPR_NAME] = print_name, [EXPR_ARITHMETIC] = print_arithmetic,
	[EXPR_POLLFD] = print_pollfd, [EXPR_EPOLL_EVENT] = print_epoll_event,
	[EXPR_ELEMENT] = print_element,
	[EXPR_LINGER] = print_linger, [EXPR_MPLS_STACK] = print_mpls_stack, [EXPR_GRE] = print_gre_expr,
};

void expr_print(struct buf *out, const struct expr *e)
{
	printers[e->kind](out, e);
}

void call_spec_print(struct buf *out, const struct call_spec *c)
{
	buf_puts(out, c->name);
	buf_add_byte(out, '(');
	print_expressions(out, c->arguments);
	member_print(out, ") = ", c->result);
	if (c->errno_word)
		buf_printf(out, " %s", c->errno_word);
	if (c->note)
		buf_printf(out, " (%s)", c->note);
}
