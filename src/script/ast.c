/* SPDX-License-Identifier: MIT
 *
 * ast.c - names of the kinds of expressions
 */
#include "script/ast.h"

#include <assert.h>

const char *const expr_kind_name[] = {
	[EXPR_ELLIPSIS] = "ellipsis",
	[EXPR_INTEGER] = "integer",
	[EXPR_WORD] = "word",
	[EXPR_STRING] = "string",
	[EXPR_OR] = "binary_expression",
	[EXPR_LIST] = "list",
	[EXPR_ASSIGN] = "assignment",
	[EXPR_IN6_ADDR] = "in6_addr",
	[EXPR_SOCKADDR] = "sockaddr_in",
	[EXPR_MSGHDR] = "msghdr",
	[EXPR_MMSGHDR] = "mmsghdr",
	[EXPR_CMSG] = "cmsg",
	[EXPR_SCM_TIMESTAMP] = "scm_timestamping",
	[EXPR_EXTENDED_ERR] = "sock_extended_err",
	[EXPR_IOVEC] = "iovec",
	[EXPR_POLLFD] = "pollfd",
	[EXPR_EPOLL_EVENT] = "epollev",
	[EXPR_LINGER] = "linger",
	[EXPR_TIMESPEC] = "timespec",
	[EXPR_TIMEVAL] = "timeval",
	[EXPR_MPLS_STACK] = "mpls_stack",
	[EXPR_GRE] = "gre",
	[EXPR_NAME] = "name",
	[EXPR_ARITHMETIC] = "arithmetic",
	[EXPR_ELEMENT] = "element",
};
static_assert(ARRAY_LEN(expr_kind_name) == EXPR_KINDS, "a kind of expression has no name");

static const struct via *outermost(const struct event *event)
{
	const struct via *via = event->via;

	while (via && via->outer)
		via = via->outer;
	return via;
}

int event_line(const struct event *event, const struct loc *loc)
{
	const struct via *via = outermost(event);

	return via && via->loc.source != loc->source ? via->loc.line : loc->line;
}

static void print_line(struct buf *out, const struct loc *loc, const struct source *script)
{
	if (loc->source == script)
		buf_printf(out, "line %d", loc->line);
	else
		buf_printf(out, "%s:%d", loc->source->name, loc->line);
}

void event_way_print(struct buf *out, const struct event *event)
{
	const struct source *script = event->via ? outermost(event)->loc.source : NULL;
	const char *separator = "";

	if (script && event->time.loc.source != script) {
		print_line(out, &event->time.loc, script);
		separator = ", ";
	}
	for (const struct via *via = event->via; via; via = via->outer) {
		buf_printf(out, "%s%s of ", separator, via->text);
		print_line(out, &via->loc, script);
		separator = ", ";
	}
}
