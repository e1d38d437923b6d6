/* SPDX-License-Identifier: MIT
 *
 * check_value.c - values that arguments of calls must have: numbers, kinds of expressions, descriptors
 *
 * Each function judges one expression, reports what is wrong with it, how it is written where that is known, and
 * returns whether it is right. What is right is said by the table of signatures; check_call.c goes by that.
 */
#include "script/check_value.h"
#include "script/foreign.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "util/buf.h"

/* Always false. */
bool check_report(struct call_checker *c, const struct evaluation_error *error)
{
	return diag_error(c->diags, DIAG_SEMANTIC, error->loc, error->text, NULL);
}

/* How a value of kind @wanted is written, for somebody who wrote @seen; NULL: there is nothing to add. */
static const char *way_to_write(enum expr_kind wanted, enum expr_kind seen)
{
	static const struct {
		enum expr_kind wanted, seen;
		const char *text;
	} ways[] = {
		{ EXPR_INTEGER, EXPR_STRING, "write the number without quotation marks" },
		{ EXPR_INTEGER, EXPR_ELLIPSIS, "write a number; only buffers and addresses are '...'" },
		{ EXPR_INTEGER, EXPR_LIST, "write the number without brackets" },
		{ EXPR_ELLIPSIS, EXPR_INTEGER, "addresses and their lengths are written '...'" },
		{ EXPR_ELLIPSIS, EXPR_WORD, "addresses and their lengths are written '...'" },
		{ EXPR_ELLIPSIS, EXPR_LIST, "addresses and their lengths are written '...'" },
		{ EXPR_LIST, EXPR_INTEGER, "what a call reads or writes through a pointer stands in brackets, [n], and "
		  "what poll() waits for as [{fd=4, events=POLLIN}]" },
		{ EXPR_LIST, EXPR_WORD, "what a call reads or writes through a pointer stands in brackets, [n]" },
		{ EXPR_LIST, EXPR_POLLFD, "what a call reads or writes through a pointer stands in brackets: "
		  "[{fd=4, events=POLLIN}]" },
		{ EXPR_LIST, EXPR_MMSGHDR, "what a call reads or writes through a pointer stands in brackets: "
		  "[{msg_hdr={...}}, {msg_hdr={...}}]" },
		{ EXPR_LIST, EXPR_IOVEC, "what a call reads or writes through a pointer stands in brackets: "
		  "[{..., 10}, {..., 10}]" },
		{ EXPR_EPOLL_EVENT, EXPR_LIST, "the first of the events is compared: {events=EPOLLIN, fd=4}" },
		{ EXPR_STRING, EXPR_WORD, "a string stands between quotation marks: \"text\"" },
	};

	/* Structures have one form, whatever was written instead. */
	static const char *const forms[EXPR_KINDS] = {
		[EXPR_MSGHDR] = "a message is a structure: {msg_name(...)=..., msg_iov(1)=[{..., 10}], msg_flags=0}",
		[EXPR_MMSGHDR] = "a message of several is {msg_hdr={...}, msg_len=10}",
		[EXPR_IOVEC] = "a buffer and its length stand in braces: [{..., 10}, {..., 10}]",
		[EXPR_POLLFD] = "what is polled stands in braces: [{fd=4, events=POLLIN, revents=POLLIN}]",
		[EXPR_EPOLL_EVENT] = "what is waited for, and what names it: {events=EPOLLIN, fd=4}",
	};

	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (ways[i].wanted == wanted && ways[i].seen == seen)
			return ways[i].text;
	return forms[wanted];
}

/* An error about @e, where a value of the kind @wanted was needed. Always false. */
static bool report_value(struct call_checker *c, const struct evaluation_error *error, enum expr_kind wanted,
                         const struct expr *e)
{
	const char *way = way_to_write(wanted, e->kind);
	int64_t known;

	if (wanted == EXPR_INTEGER && e->kind == EXPR_STRING && constant_value(e->string.text, &known))
		return diag_error(c->diags, DIAG_SEMANTIC, error->loc, error->text,
		                  "write %s without quotation marks", e->string.text);
	return diag_error(c->diags, DIAG_SEMANTIC, error->loc, error->text, way ? "%s" : NULL, way);
}

/* The same where a number between two limits was needed. */
static bool report_number(struct call_checker *c, const struct evaluation_error *error, const struct expr *e,
                          int64_t least, int64_t most)
{
	int64_t value;
	struct evaluation_error unused;

	if (!expr_int64(e, &value, &unused))
		return report_value(c, error, EXPR_INTEGER, e);
	return diag_error(c->diags, DIAG_SEMANTIC, error->loc, error->text,
	                  "%" PRId64 " to %" PRId64 " is allowed", least, most);
}

/* ---- integers ---- */

/* @name, a constant or a call, exists only on another system, which @where names. That makes the case SKIP, so it is
 * worth a warning. The first such name becomes the reason. */
void check_foreign(struct call_checker *c, struct loc at, const char *name, struct buf *where)
{
	struct script *s = c->script;

	diag_warning(c->diags, at, "not on this system", "'%s' is known on %s; the case will be SKIP", name,
	             where->data);
	if (!s->foreign)
		s->foreign = arena_printf(s->arena, "line %d: %s is not on this system (but on %s)", at.line, name,
		                          where->data);
}

/* Likewise for what belongs to a protocol that only another dialect of the language plays. */
void check_dialect(struct call_checker *c, struct loc at, const char *name, const char *protocol)
{
	struct script *s = c->script;

	diag_warning(c->diags, at, "not played here", "'%s' belongs to %s; the case will be SKIP", name, protocol);
	if (!s->foreign)
		s->foreign = arena_printf(s->arena, "line %d: %s belongs to %s, which protodrill does not play",
		                          at.line, name, protocol);
}

/* How to write here what other languages have a word for; NULL: nothing to suggest. */
static const char *plain_value(const char *word)
{
	static const struct {
		const char *word, *value;
	} words[] = {
		{ "on", "1" }, { "true", "1" }, { "yes", "1" }, { "enable", "1" }, { "enabled", "1" },
		{ "off", "0" }, { "false", "0" }, { "no", "0" }, { "disable", "0" }, { "disabled", "0" },
		{ "SHUTDOWN_WR", "SHUT_WR" }, { "SHUTDOWN_RD", "SHUT_RD" }, { "SHUTDOWN_RDWR", "SHUT_RDWR" },
		{ "SD_SEND", "SHUT_WR" }, { "SD_RECEIVE", "SHUT_RD" }, { "SD_BOTH", "SHUT_RDWR" },
		{ "reno", "\"reno\", between quotation marks" }, { "cubic", "\"cubic\", between quotation marks" },
		{ "bbr", "\"bbr\", between quotation marks" }, { "dctcp", "\"dctcp\", between quotation marks" },
		{ "nullptr", "NULL" }, { "None", "NULL" }, { "null", "NULL" },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strcasecmp(words[i].word, word))
			return words[i].value;
	return NULL;
}

bool check_symbol(struct call_checker *c, struct loc at, const char *word)
{
	struct evaluation_error error = { .loc = at };
	struct buf where = BUF_INIT;
	bool foreign = foreign_symbol(word, &where);

	if (foreign)
		check_foreign(c, at, word, &where);
	buf_free(&where);
	if (foreign)
		return false;
	if (signature_dialect(word)) {
		check_dialect(c, at, word, signature_dialect(word));
		return false;
	}
	snprintf(error.text, sizeof(error.text), "unknown symbol: '%s'", word);
	const char *nearest = constant_guess(word);
	if (nearest)
		return diag_error(c->diags, DIAG_SEMANTIC, at, error.text, "did you mean '%s'?", nearest);
	if (!strncmp(word, "0X", 2) && word[2] && !word[2 + strspn(word + 2, "0123456789abcdefABCDEF")])
		return diag_error(c->diags, DIAG_SEMANTIC, at, error.text,
		                  "the x of a hexadecimal number is small: write 0x%s", word + 2);
	if (!strncmp(word, "0x", 2))
		return diag_error(c->diags, DIAG_SEMANTIC, at, error.text,
		                  "digits of a hexadecimal number are 0 to 9 and a to f");
	if (isdigit((unsigned char)*word))
		return diag_error(c->diags, DIAG_SEMANTIC, at, error.text, "a number has digits alone: 1000");
	const char *plain = plain_value(word);
	if (plain)
		return diag_error(c->diags, DIAG_SEMANTIC, at, error.text, "write %s", plain);
	return diag_error(c->diags, DIAG_SEMANTIC, at, error.text, "a symbol gets its value with -D %s=VALUE", word);
}

/* False after reporting: every unknown symbol of an integer expression, with a suggestion. */
bool check_symbols(struct call_checker *c, const struct expr *e)
{
	bool ok = true;
	int64_t value;

	for (; e->kind == EXPR_OR; e = e->pair.left)
		ok &= check_symbols(c, e->pair.right);
	if (e->kind == EXPR_WORD && !constant_value(e->word, &value))
		ok = check_symbol(c, e->loc, e->word);
	return ok;
}

bool want_int64(struct call_checker *c, const struct expr *e, int64_t *value)
{
	struct evaluation_error error;

	return check_symbols(c, e) && (expr_int64(e, value, &error) || report_value(c, &error, EXPR_INTEGER, e));
}

bool want_int(struct call_checker *c, const struct expr *e, int32_t *value)
{
	struct evaluation_error error;

	return check_symbols(c, e) && (expr_int32(e, value, &error) ||
	                               report_number(c, &error, e, INT32_MIN, UINT32_MAX));
}

bool want_byte(struct call_checker *c, const struct expr *e)
{
	struct evaluation_error error;
	uint8_t value;

	return check_symbols(c, e) && (expr_uint8(e, &value, &error) ||
	                               report_number(c, &error, e, INT8_MIN, UINT8_MAX));
}

/* ---- kinds ---- */

bool want_kind(struct call_checker *c, const struct expr *e, enum expr_kind kind)
{
	struct evaluation_error error;

	if (e->kind == kind)
		return true;
	expr_bad_type(e, expr_kind_name[kind], &error);
	return report_value(c, &error, kind, e);
}

bool check_address(struct call_checker *c, const struct expr *e)
{
	if (e->kind != EXPR_SOCKADDR)
		return want_kind(c, e, EXPR_ELLIPSIS);
	if (e->sockaddr.port == PORT_ANY || (e->sockaddr.port >= 0 && e->sockaddr.port <= UINT16_MAX))
		return true;
	return diag_error(c->diags, DIAG_SEMANTIC, e->loc, "port out of range",
	                  "htons(%" PRId64 ") is written, 0 to %d is allowed", e->sockaddr.port, UINT16_MAX);
}

bool want_peer(struct call_checker *c, const struct expr *e)
{
	struct evaluation_error error;

	if (e->kind != EXPR_STRING)
		return want_ellipsis_or_int(c, e);
	expr_bad_type(e, expr_kind_name[EXPR_INTEGER], &error);
	return diag_error(c->diags, DIAG_SEMANTIC, e->loc, error.text,
	                  "an address is '...', or {sa_family = AF_INET, sin_port = htons(80), "
	                  "sin_addr = inet_addr(\"192.0.2.1\")}");
}

bool want_ellipsis_or_int(struct call_checker *c, const struct expr *e)
{
	int32_t value;

	return e->kind == EXPR_ELLIPSIS || want_int(c, e, &value);
}

/* [n] or [text] ...: the one element, or NULL after reporting. */
const struct expr *want_single(struct call_checker *c, const struct expr *e)
{
	if (!want_kind(c, e, EXPR_LIST))
		return NULL;
	if (e->list.count == 1)
		return e->list.first;
	diag_error(c->diags, DIAG_SEMANTIC, e->loc, "Expected [<element>] but got multiple elements", "the list has %d",
	           e->list.count);
	return NULL;
}

bool want_int_list(struct call_checker *c, const struct expr *e)
{
	const struct expr *element = want_single(c, e);
	int32_t value;

	return element && want_int(c, element, &value);
}

/* The same, where an ellipsis leaves the number open. */
bool want_open_int_list(struct call_checker *c, const struct expr *e)
{
	const struct expr *element = e->kind == EXPR_ELLIPSIS ? e : want_single(c, e);

	return element && want_ellipsis_or_int(c, element);
}

bool want_string(struct call_checker *c, const struct expr *e)
{
	struct arena *arena = arena_new();
	struct evaluation_error error;
	uint8_t *bytes;
	size_t length;
	bool ok = expr_string(e, arena, &bytes, &length, &error) || check_report(c, &error);

	arena_free(arena);
	return ok;
}

bool want_contents(struct call_checker *c, const struct expr *e, int64_t length)
{
	struct arena *arena = arena_new();
	struct evaluation_error error;
	uint8_t *bytes;
	bool ok = expr_contents(e, arena, (size_t)length, &bytes, &error) ||
	          diag_error(c->diags, DIAG_SEMANTIC, error.loc, error.text,
	                     "the number behind the string counts; pattern(\"ab\") fills it");

	arena_free(arena);
	return ok;
}

/* Does the argument after @list say how many elements it has? */
bool want_count(struct call_checker *c, const struct expr *list, const char *what, const char *array)
{
	const struct expr *number = list->next;
	struct evaluation_error error;
	int64_t count;

	if (!number || !expr_int64(number, &count, &error) || count == list->list.count)
		return true;                             /* a bad number is reported as an argument of its own */
	snprintf(error.text, sizeof(error.text), "%s %" PRId64 " does not match %d-element %s array", what, count,
	         list->list.count, array);
	error.loc = number->loc;
	return check_report(c, &error);
}

/* ---- descriptors ---- */

static int descriptor_index(const struct call_checker *c, int64_t fd)
{
	int i = c->count - 1;

	while (i >= 0 && c->descriptors[i] != fd)
		i--;
	return i;
}

/* A variable in place of a descriptor, as a program would have it. Always false. */
static bool report_descriptor(struct call_checker *c, const struct expr *e)
{
	struct evaluation_error error = { .loc = e->loc };

	snprintf(error.text, sizeof(error.text), "unknown symbol: '%s'", e->word);
	return diag_error(c->diags, DIAG_SEMANTIC, e->loc, error.text,
	                  "a descriptor is a number, the one that the script gave it: socket(...) = 3, close(3) = 0");
}

bool want_fd(struct call_checker *c, const struct expr *e)
{
	struct evaluation_error error = { .loc = e->loc };
	int64_t known;
	int32_t fd;

	if (e->kind == EXPR_WORD && !constant_value(e->word, &known))
		return report_descriptor(c, e);
	if (!want_int(c, e, &fd))
		return false;
	if (c->unsure || descriptor_index(c, fd) >= 0)
		return true;
	snprintf(error.text, sizeof(error.text), "unable to find fd with script fd %d", fd);
	return diag_error(c->diags, DIAG_SEMANTIC, e->loc, error.text,
	                  "no call before this one opens it, or it is closed");
}

static void make_room(struct call_checker *c)
{
	const int room = c->room ? 2 * c->room : DESCRIPTORS_FIRST;
	int64_t *more = arena_new_array(c->script->arena, int64_t, (size_t)room);

	for (int i = 0; i < c->count; i++)
		more[i] = c->descriptors[i];
	c->descriptors = more;
	c->room = room;
}

/* @replaces: the call may take a number that is in use. */
void check_open_fd(struct call_checker *c, struct loc at, int64_t fd, bool replaces)
{
	char headline[64];

	if (replaces && descriptor_index(c, fd) >= 0)
		return;
	if (descriptor_index(c, fd) >= 0) {
		snprintf(headline, sizeof(headline), "duplicate fd %" PRId64 " in script", fd);
		diag_error(c->diags, DIAG_SEMANTIC, at, headline,
		           "it is still open; another number would name the new one");
	} else if (c->count < DESCRIPTORS_MAX) {
		if (c->count == c->room)
			make_room(c);
		c->descriptors[c->count++] = fd;
	} else {
		c->unsure = true;
	}
}

void check_close_fd(struct call_checker *c, int64_t fd)
{
	int i = descriptor_index(c, fd);

	if (i >= 0)
		c->descriptors[i] = c->descriptors[--c->count];
}
