/* SPDX-License-Identifier: MIT
 *
 * build_expr.c - builders of the expressions of system calls
 */
#include <inttypes.h>
#include <string.h>

#include "script/parse.h"

static int deeper(int depth, const struct expr *child)
{
	return child && child->depth + 1 > depth ? child->depth + 1 : depth;
}

/* A node above its children. One that would be too deep becomes a leaf, so that the error is reported only once. */
static struct expr *new_expr(struct parse *p, struct loc loc, enum expr_kind kind, int depth)
{
	struct expr *e = arena_new_object(p->arena, struct expr);

	if (depth > EXPRESSION_DEPTH) {
		diag_error(p->diags, DIAG_SEMANTIC, loc, "expression nested too deeply", "at most %d levels",
		           EXPRESSION_DEPTH);
		depth = 0;
	}
	e->kind = kind;
	e->loc = loc;
	e->depth = depth;
	return e;
}

/* False: it would be too deep; the node stays an ellipsis without children. */
static bool fits(struct expr *e, int depth)
{
	if (depth <= EXPRESSION_DEPTH)
		return true;
	e->kind = EXPR_ELLIPSIS;
	return false;
}

struct expr_list build_list_start(struct expr *first)
{
	return (struct expr_list){ first, first, 1, first->depth };
}

struct expr_list build_list_add(struct expr_list list, struct expr *next)
{
	list.last->next = next;
	list.last = next;
	list.count++;
	if (next->depth > list.depth)
		list.depth = next->depth;
	return list;
}

struct expr *build_ellipsis(struct parse *p, struct loc loc)
{
	return new_expr(p, loc, EXPR_ELLIPSIS, 0);
}

struct expr *build_integer(struct parse *p, struct loc loc, int64_t value, enum integer_form form)
{
	struct expr *e = new_expr(p, loc, EXPR_INTEGER, 0);

	e->integer.value = value;
	e->integer.form = form;
	return e;
}

struct expr *build_literal(struct parse *p, struct loc loc, const struct lexeme *number, bool hex)
{
	struct buf headline = BUF_INIT;

	if (number->saturated) {
		buf_printf(&headline, "Value out of range for 64-bit integer: %s", number->text);
		diag_error(p->diags, DIAG_SEMANTIC, loc, headline.data, "%" PRId64 " to %" PRId64 " is allowed",
		           INT64_MIN, INT64_MAX);
	}
	buf_free(&headline);
	return build_integer(p, loc, number->saturated ? 0 : number->value,
	                     hex ? INTEGER_HEX : INTEGER_DECIMAL);
}

struct expr *build_word(struct parse *p, struct loc loc, struct lexeme word)
{
	struct expr *e = new_expr(p, loc, EXPR_WORD, 0);

	e->word = word.text;
	return e;
}

struct expr *build_string_piece(struct parse *p, struct loc loc, struct lexeme text)
{
	struct expr *e = new_expr(p, loc, EXPR_STRING, 0);

	e->string.text = text.text;
	e->string.length = text.length;
	return e;
}

struct expr *build_string(struct parse *p, struct loc loc, struct expr_list pieces)
{
	struct expr *e = pieces.first;
	size_t length = 0, at = 0;

	e->loc = loc;
	if (pieces.count == 1)
		return e;
	for (const struct expr *piece = e; piece; piece = piece->next)
		length += piece->string.length;
	char *text = arena_alloc(p->arena, length + 1);
	for (const struct expr *piece = e; piece; piece = piece->next) {
		memcpy(text + at, piece->string.text, piece->string.length);
		at += piece->string.length;
	}
	e->string.text = text;
	e->string.length = length;
	e->next = NULL;
	return e;
}

struct expr *build_contents(struct parse *p, struct loc loc, struct lexeme word, struct expr_list pieces)
{
	struct expr *e = build_string(p, loc, pieces);

	e->loc = loc;
	e->string.contents = *word.text == 'h' ? CONTENTS_HEX : *word.text == 'p' ? CONTENTS_PATTERN : CONTENTS_FILE;
	return e;
}

struct expr *build_or(struct parse *p, struct loc loc, struct expr *left, struct expr *right)
{
	int depth = deeper(deeper(1, left), right);
	struct expr *e = new_expr(p, loc, EXPR_OR, depth);

	if (fits(e, depth)) {
		e->pair.left = left;
		e->pair.right = right;
	}
	return e;
}

struct expr *build_assign(struct parse *p, struct loc loc, struct lexeme name, struct expr *value)
{
	int depth = deeper(1, value);
	struct expr *e = new_expr(p, loc, EXPR_ASSIGN, depth);

	if (fits(e, depth)) {
		e->assign.name = name.text;
		e->assign.value = value;
	}
	return e;
}

static struct expr *new_list(struct parse *p, struct loc loc, struct expr_list list, bool braces)
{
	int depth = list.count ? list.depth + 1 : 1;
	struct expr *e = new_expr(p, loc, EXPR_LIST, depth);

	if (fits(e, depth)) {
		e->list.first = list.first;
		e->list.count = list.count;
		e->list.braces = braces;
	}
	return e;
}

struct expr *build_list(struct parse *p, struct loc loc, struct expr_list list)
{
	return new_list(p, loc, list, false);
}

/* {..., N} is an iovec, any other list in braces just a list. */
struct expr *build_braces(struct parse *p, struct loc loc, struct expr_list list)
{
	bool base = list.first->kind == EXPR_ELLIPSIS || list.first->kind == EXPR_STRING;
	bool iovec = list.count == 2 && base && list.last->kind == EXPR_INTEGER &&
	             list.last->integer.form == INTEGER_DECIMAL;

	if (!iovec)
		return new_list(p, loc, list, true);
	struct expr *e = build_iovec(p, loc, list.last->integer.value);
	e->iovec.base = list.first->kind == EXPR_STRING ? list.first : NULL;
	return e;
}

struct expr *build_iovec(struct parse *p, struct loc loc, int64_t length)
{
	struct expr *e = new_expr(p, loc, EXPR_IOVEC, 0);

	e->iovec.length = length;
	return e;
}

struct expr *build_counted_member(struct parse *p, struct loc loc, struct lexeme name, int64_t count,
                                  struct expr *value)
{
	name.text = arena_printf(p->arena, "%s(%" PRId64 ")", name.text, count);
	return build_assign(p, loc, name, value);
}

struct expr *build_counted(struct parse *p, struct loc loc, struct expr *first, struct expr *second)
{
	return new_list(p, loc, build_list_add(build_list_start(first), second), true);
}

/* ---- addresses ---- */

static struct ip_address parse_address(struct parse *p, struct loc loc, struct lexeme text, int version,
                                       const char *headline)
{
	struct ip_address address = { 0 };

	if (!ip_address_parse(text.text, &address) || address.version != version) {
		diag_error(p->diags, DIAG_SEMANTIC, loc, headline, "'%.64s' is not an IPv%d address", text.text,
		           version);
		address = (struct ip_address){ .version = (uint8_t)version };
	}
	return address;
}

/* The number whose bytes in memory are the address in network order. */
struct expr *build_inet_addr(struct parse *p, struct loc loc, struct lexeme text)
{
	struct ip_address address = parse_address(p, loc, text, 4, "invalid IPv4 address");
	uint32_t image;

	memcpy(&image, address.bytes, sizeof(image));
	return build_integer(p, loc, image, INTEGER_INET_ADDR);
}

struct expr *build_inet6_addr(struct parse *p, struct loc loc, struct lexeme text)
{
	struct expr *e = new_expr(p, loc, EXPR_IN6_ADDR, 0);

	e->in6_addr = parse_address(p, loc, text, 6, "cannot parse in6_addr");
	return e;
}

struct expr *build_network_order(struct parse *p, struct loc loc, int64_t value, int size)
{
	int64_t most = size == 2 ? UINT16_MAX : UINT32_MAX;
	uint8_t bytes[4] = { 0 };
	uint32_t image;

	if (value < 0 || value > most)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "number out of range",
		           "%" PRId64 " is written, 0 to %" PRId64 " is allowed", value, most);
	for (int i = 0; i < size; i++)
		bytes[i] = (uint8_t)(value >> 8 * (size - 1 - i));
	memcpy(&image, bytes, sizeof(image));
	return build_integer(p, loc, image, size == 2 ? INTEGER_HTONS : INTEGER_HTONL);
}

/* INADDR_ANY and its like are numbers in host order. */
static struct ip_address named_address(struct parse *p, const struct expr *name)
{
	struct ip_address address = { .version = 4 };
	int64_t value = 0;

	if (!constant_value(name->word, &value) || value < 0 || value > UINT32_MAX) {
		diag_error(p->diags, DIAG_SEMANTIC, name->loc, "invalid IPv4 address",
		           "'%.64s': write inet_addr(\"192.0.2.1\"), or INADDR_ANY", name->word);
		return address;
	}
	for (int i = 0; i < 4; i++)
		address.bytes[i] = (uint8_t)(value >> (24 - 8 * i));
	return address;
}

struct expr *build_sockaddr(struct parse *p, struct loc loc, struct lexeme family, struct number port,
                            const struct expr *address)
{
	struct expr *e = new_expr(p, loc, EXPR_SOCKADDR, 0);
	bool four = !strcmp(family.text, "AF_INET");

	e->sockaddr.family = family.text;
	e->sockaddr.port = port.range ? PORT_ANY : port.value;
	e->sockaddr.port_value = port.range ? (struct expr *)port.range->expr : NULL;
	if (!four && strcmp(family.text, "AF_INET6"))
		diag_error(p->diags, DIAG_SEMANTIC, address->loc, "invalid address family",
		           "'%.64s'; allowed: AF_INET, AF_INET6", family.text);
	else if (address->kind == EXPR_WORD)
		e->sockaddr.address = named_address(p, address);
	else if (address->kind == EXPR_STRING)
		e->sockaddr.address = parse_address(p, address->loc, (struct lexeme){ .text = address->string.text },
		                                    four ? 4 : 6,
		                                    four ? "invalid IPv4 address" : "invalid IPv6 address");
	return e;
}

/* ---- structures ---- */

struct expr *build_message_head(struct parse *p, struct loc loc, struct expr *name, int64_t iov_count,
                                struct expr *iov)
{
	struct expr *e = new_expr(p, loc, EXPR_MSGHDR, deeper(deeper(1, name), iov));

	if (name && name->kind != EXPR_SOCKADDR && name->kind != EXPR_WORD && name->kind != EXPR_NAME &&
	    name->kind != EXPR_ELEMENT) {
		diag_error(p->diags, DIAG_SEMANTIC, name->loc, "msg_name is an address",
		           "write ..., the name of a connection, or "
		           "{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"192.0.2.1\")}");
		name = NULL;
	}
	e->msghdr.name = name;
	e->msghdr.iov_count = iov_count;
	e->msghdr.iov = iov;
	return e;
}

struct expr *build_msghdr(struct parse *p, struct loc loc, struct expr *head, struct expr *flags,
                          struct expr *control)
{
	int depth = deeper(deeper(head->depth, flags), control);
	struct expr *e = new_expr(p, loc, EXPR_MSGHDR, depth);

	if (fits(e, depth)) {
		e->msghdr = head->msghdr;
		e->msghdr.flags = flags;
		e->msghdr.control = control;
	}
	return e;
}

struct expr *build_mmsghdr(struct parse *p, struct loc loc, struct expr *header, struct expr *length)
{
	int depth = deeper(deeper(1, header), length);
	struct expr *e = new_expr(p, loc, EXPR_MMSGHDR, depth);

	if (fits(e, depth)) {
		e->mmsghdr.header = header;
		e->mmsghdr.length = length;
	}
	return e;
}

struct expr *build_timespec(struct parse *p, struct loc loc, struct expr *sec, struct expr *nsec)
{
	int depth = deeper(deeper(1, sec), nsec);
	struct expr *e = new_expr(p, loc, EXPR_TIMESPEC, depth);

	if (fits(e, depth)) {
		e->timespec.sec = sec;
		e->timespec.nsec = nsec;
	}
	return e;
}

struct expr *build_timeval(struct parse *p, struct loc loc, struct expr *sec, struct expr *usec)
{
	int depth = deeper(deeper(1, sec), usec);
	struct expr *e = new_expr(p, loc, EXPR_TIMEVAL, depth);

	if (fits(e, depth)) {
		e->timeval.sec = sec;
		e->timeval.usec = usec;
	}
	return e;
}

struct expr *build_cmsg(struct parse *p, struct loc loc, struct expr *length, struct expr *const parts[3])
{
	int depth = deeper(deeper(deeper(deeper(1, length), parts[0]), parts[1]), parts[2]);
	struct expr *e = new_expr(p, loc, EXPR_CMSG, depth);

	if (fits(e, depth)) {
		e->cmsg.length = length;
		e->cmsg.level = parts[0];
		e->cmsg.type = parts[1];
		e->cmsg.data = parts[2];
	}
	return e;
}

struct expr *build_scm(struct parse *p, struct loc loc, int64_t sec, int64_t nsec)
{
	struct expr *e = new_expr(p, loc, EXPR_SCM_TIMESTAMP, 0);

	e->scm.sec = sec;
	e->scm.nsec = nsec;
	return e;
}

struct expr *build_extended_err(struct parse *p, struct loc loc, struct expr *const fields[EXTENDED_ERR_FIELDS])
{
	int depth = 1;

	for (int i = 0; i < EXTENDED_ERR_FIELDS; i++)
		depth = deeper(depth, fields[i]);
	struct expr *e = new_expr(p, loc, EXPR_EXTENDED_ERR, depth);
	if (fits(e, depth))
		memcpy(e->extended_err, fields, sizeof(e->extended_err));
	return e;
}

struct expr *build_pollfd(struct parse *p, struct loc loc, struct expr *fd, struct expr *events,
                          struct expr *revents)
{
	int depth = deeper(deeper(deeper(1, fd), events), revents);
	struct expr *e = new_expr(p, loc, EXPR_POLLFD, depth);

	if (fits(e, depth)) {
		e->pollfd.fd = fd;
		e->pollfd.events = events;
		e->pollfd.revents = revents;
	}
	return e;
}

struct expr *build_epoll_event(struct parse *p, struct loc loc, struct expr *events, enum epoll_member member,
                               struct expr *data)
{
	int depth = deeper(deeper(1, events), data);
	struct expr *e = new_expr(p, loc, EXPR_EPOLL_EVENT, depth);

	if (fits(e, depth)) {
		e->epoll.events = events;
		e->epoll.member = member;
		e->epoll.data = data;
	}
	return e;
}

struct expr *build_linger(struct parse *p, struct loc loc, struct expr *onoff, struct expr *linger)
{
	int depth = onoff->depth > linger->depth ? onoff->depth : linger->depth;
	struct expr *e = new_expr(p, loc, EXPR_LINGER, depth);

	if (fits(e, depth)) {
		e->linger.onoff = onoff;
		e->linger.linger = linger;
	}
	return e;
}

/* Headers in the structure of a socket option take plain numbers only. */
static void refuse_outer_names(struct parse *p)
{
	if (p->outer_numbers)
		diag_error(p->diags, DIAG_SEMANTIC, p->outer_numbers->loc, "a name in the header of an option",
		           "only headers of packet lines may have names; write the number");
	p->outer_numbers = NULL;
}

struct expr *build_mpls_stack(struct parse *p, struct loc loc, const struct mpls_header *stack)
{
	struct expr *e = new_expr(p, loc, EXPR_MPLS_STACK, 0);
	refuse_outer_names(p);

	e->mpls = *stack;
	return e;
}

struct expr *build_gre_expr(struct parse *p, struct loc loc, const struct gre_header *gre)
{
	struct expr *e = new_expr(p, loc, EXPR_GRE, 0);
	refuse_outer_names(p);

	e->gre = *gre;
	return e;
}
