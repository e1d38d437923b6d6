/* SPDX-License-Identifier: MIT
 *
 * resolve.c - values in the places of names and arithmetic
 */
#include "script/outer_number.h"
#include "script/resolve.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "script/fold.h"
#include "script/names.h"
#include "script/seconds.h"
#include "script/unknown_name.h"
#include "util/table.h"

static const char no_value[] = "a name without value";

/* ---- names ---- */

/* The value of a definition as the kind of expression that it looks like, just as where it replaces a word. */
static const struct expr *of_definition(struct resolver *r, const struct expr *at, const char *text)
{
	size_t length = strlen(text);
	char *end;

	errno = 0;
	int64_t number = strtoll(text, &end, 0);
	const bool saturated = errno == ERANGE;
	if (length && !*end && !strchr(" \t\n\v\f\r", *text))
		return saturated ? fold_refuse(r, at, "a number of more than 64 bits", text)
		                 : fold_integer(r, at, number);
	if (length < 2 || *text != '"')
		return fold_word(r, at, text);
	struct expr *e = (struct expr *)fold_leaf(r, at, EXPR_STRING);
	e->string.length = length - 2;
	e->string.text = arena_strndup(r->arena, text + 1, length - 2);
	return e;
}

/* Values that only arithmetic can name. */
static const char *surroundings(const struct config *c, const char *name)
{
	static const char newest[] = "9999";

	if (!strcmp(name, "target"))
		return c->target ? c->target : "builtin";
	if (!strcmp(name, "profile"))
		return c->profile ? c->profile : "none";
	if (!strcmp(name, "kernel"))
		return c->kernel ? c->kernel : newest;
	return NULL;
}

static const struct expr *name_value(struct resolver *r, const struct expr *e)
{
	const char *name = e->name.text, *text = config_definition(r->config, name);
	int64_t value;

	for (const struct binding *b = r->bindings; b; b = b->outer)
		if (!strcmp(b->name, name)) {
			struct expr *copy = arena_copy(r->arena, b->value, sizeof(*copy));
			copy->loc = e->loc;
			copy->next = NULL;
			return copy;
		}
	if (text)
		return of_definition(r, e, text);
	if (r->observed && r->observed(r->user, name, &value))
		return fold_integer(r, e, value);
	if ((text = trait_value(r->config->traits, name)))
		return of_definition(r, e, text);
	if (!e->name.dollar && (text = surroundings(r->config, name)))
		return fold_word(r, e, text);
	return e;
}

static void forget_open(struct resolver *r)
{
	r->open = NULL;
	r->last_open = &r->open;
	r->at = (struct open_name){ .place = NAME_OTHER };
}

static void note_open(struct resolver *r, const struct expr *e, bool bare)
{
	if (!e)
		return;
	if (e->kind == EXPR_NAME) {
		struct open_name *o = arena_copy(r->arena, &r->at, sizeof(*o));
		struct guess guess = { .wanted = e->name.text };
		for (const struct binding *b = r->bindings; b; b = b->outer)
			guess_offer(&guess, b->name);
		o->nearest = guess.nearest;
		o->name = e;
		o->bare = bare && e->name.dollar;
		*r->last_open = o;
		r->last_open = &o->next;
	} else if (e->kind == EXPR_ARITHMETIC) {
		note_open(r, e->arithmetic.left, false);
		note_open(r, e->arithmetic.right, false);
	}
}

/* ---- arithmetic ---- */

static bool names_surroundings(const struct resolver *r, const struct expr *e)
{
	return e->kind == EXPR_NAME && !e->name.dollar && surroundings(r->config, e->name.text);
}

static const struct expr *arithmetic_value(struct resolver *r, const struct expr *e);

static const struct expr *operand_value(struct resolver *r, const struct expr *e)
{
	return e->kind == EXPR_NAME ? name_value(r, e) : e->kind == EXPR_ARITHMETIC ? arithmetic_value(r, e) : e;
}

/* Report that @name, which stayed without a value, has none. */
static void refuse_name(struct resolver *r, const struct expr *name, const char *what)
{
	struct resolver alone = *r;

	forget_open(&alone);
	note_open(&alone, name, false);
	unknown_name(r->config, alone.open, what, r->diags);
}

/* A word stands for itself beside a value that is a word: "profile == linux". The value of "kernel" is a version, and
 * beside a version a word is a name that was misspelt, or the wrong one. */
static const struct expr *refuse_word(struct resolver *r, const struct expr *word, const struct expr *version)
{
	struct guess guess = { .wanted = word->name.text };

	unknown_name_offer_surroundings(&guess);
	if (version->kind == EXPR_WORD)
		unknown_name_offer(&guess, r->config, &(struct open_name){ .name = word });
	if (guess.nearest || word->name.dollar || names_is_variable(word->name.text))
		refuse_name(r, word, no_value);
	else
		diag_error(r->diags, DIAG_SEMANTIC, word->loc, no_value,
		           "'%s': versions are compared with 'kernel', as in kernel >= 6.1, and words with 'target' "
		           "and 'profile', as in target == kernel", word->name.text);
	return fold_integer(r, word, 0);
}

static bool is_versioned(const struct resolver *r, const struct expr *written)
{
	return written->kind == EXPR_WORD || (names_surroundings(r, written) && !strcmp(written->name.text, "kernel"));
}

static const struct expr *comparison_value(struct resolver *r, const struct expr *e)
{
	const struct expr *written[] = { e->arithmetic.left, e->arithmetic.right }, *sides[2];

	/* "target == kernel" asks for a word, not for a target that is called like a version. */
	if (names_surroundings(r, written[0]) && names_surroundings(r, written[1])) {
		const int word = !strcmp(written[0]->name.text, "kernel") ? 0 : 1;
		written[word] = fold_word(r, written[word], written[word]->name.text);
		return fold_arithmetic(r, e, operand_value(r, written[0]), operand_value(r, written[1]));
	}
	for (int i = 0; i < 2; i++)
		sides[i] = operand_value(r, written[i]);
	for (int i = 0; i < 2; i++)
		if (sides[i]->kind == EXPR_NAME && is_versioned(r, written[!i]))
			return refuse_word(r, sides[i], written[!i]);
	return fold_arithmetic(r, e, sides[0], sides[1]);
}

static const struct expr *arithmetic_value(struct resolver *r, const struct expr *e)
{
	const struct expr *right = e->arithmetic.right;

	if (fold_is_comparison(e->arithmetic.operation))
		return comparison_value(r, e);
	return fold_arithmetic(r, e, operand_value(r, e->arithmetic.left), right ? operand_value(r, right) : NULL);
}

static const struct expr *value_of(struct resolver *r, const struct expr *e, bool alone)
{
	const struct expr *value = e->kind == EXPR_NAME ? name_value(r, e) : arithmetic_value(r, e);

	note_open(r, value, alone);
	return value;
}

/* ---- expressions of calls ---- */

size_t expr_children(struct expr *e, struct expr **out[EXPR_CHILDREN])
{
	size_t n = 0;

	switch (e->kind) {
	case EXPR_OR:       out[n++] = &e->pair.left;        out[n++] = &e->pair.right; break;
	case EXPR_ASSIGN:   out[n++] = &e->assign.value; break;
	case EXPR_SOCKADDR: out[n++] = &e->sockaddr.port_value; break;
	case EXPR_MSGHDR:   out[n++] = &e->msghdr.name;
	                    out[n++] = &e->msghdr.iov;       out[n++] = &e->msghdr.flags;
	                    out[n++] = &e->msghdr.control; break;
	case EXPR_MMSGHDR:  out[n++] = &e->mmsghdr.header;   out[n++] = &e->mmsghdr.length; break;
	case EXPR_TIMESPEC: out[n++] = &e->timespec.sec;     out[n++] = &e->timespec.nsec; break;
	case EXPR_TIMEVAL:  out[n++] = &e->timeval.sec;      out[n++] = &e->timeval.usec; break;
	case EXPR_CMSG:     out[n++] = &e->cmsg.level;       out[n++] = &e->cmsg.type;
	                    out[n++] = &e->cmsg.data; break;
	case EXPR_LINGER:   out[n++] = &e->linger.onoff;     out[n++] = &e->linger.linger; break;
	case EXPR_POLLFD:   out[n++] = &e->pollfd.fd;        out[n++] = &e->pollfd.events;
	                    out[n++] = &e->pollfd.revents; break;
	case EXPR_EPOLL_EVENT: out[n++] = &e->epoll.events;  out[n++] = &e->epoll.data; break;
	case EXPR_EXTENDED_ERR:
		for (size_t i = 0; i < EXTENDED_ERR_FIELDS; i++)
			out[n++] = &e->extended_err[i];
		break;
	default: break;
	}
	return n;
}

static const struct expr *resolve_below(struct resolver *r, const struct expr *e);

/* word[index] becomes a name once the index is a number. */
static const struct expr *element_name(struct resolver *r, const struct expr *e)
{
	const struct expr *index = resolve_below(r, e->element.index);

	if (index->kind == EXPR_INTEGER)
		return fold_word(r, e,
		                 arena_printf(r->arena, "%s[%" PRId64 "]", e->element.word, index->integer.value));
	return fold_refuse(r, e, "a name of which a part is not known",
	              "what stands in its brackets must be known before the script is played");
}

static struct expr *resolve_list(struct resolver *r, const struct expr *first)
{
	struct expr *list = NULL, **last = &list;

	for (; first; first = first->next) {
		struct expr *copy = arena_copy(r->arena, resolve_below(r, first), sizeof(*copy));
		copy->next = NULL;
		*last = copy;
		last = &copy->next;
	}
	return list;
}

void expr_settle_port(struct expr *e)
{
	const struct expr *port = e->kind == EXPR_SOCKADDR ? e->sockaddr.port_value : NULL;

	if (!port || port->kind != EXPR_INTEGER)
		return;
	e->sockaddr.port = port->integer.value;
	e->sockaddr.port_value = NULL;
}

void expr_settle_braces(struct expr *e)
{
	const struct expr *first = e->list.first;

	if (!e->list.braces || !first || !first->next || first->next->next || first->next->kind != EXPR_INTEGER ||
	    (first->kind != EXPR_ELLIPSIS && first->kind != EXPR_STRING))
		return;
	int64_t length = first->next->integer.value;
	e->kind = EXPR_IOVEC;
	e->iovec.base = first->kind == EXPR_STRING ? first : NULL;
	e->iovec.length = length;
}

static const struct expr *resolve_below(struct resolver *r, const struct expr *e)
{
	struct expr **below[EXPR_CHILDREN];

	if (e->kind == EXPR_NAME || e->kind == EXPR_ARITHMETIC)
		return value_of(r, e, true);
	if (e->kind == EXPR_ELEMENT)
		return element_name(r, e);
	struct expr *copy = arena_copy(r->arena, e, sizeof(*copy));
	if (e->kind == EXPR_LIST) {
		copy->list.first = resolve_list(r, e->list.first);
		expr_settle_braces(copy);
	}
	for (size_t i = 0, n = expr_children(copy, below); i < n; i++)
		if (*below[i])
			*below[i] = (struct expr *)resolve_below(r, *below[i]);
	expr_settle_port(copy);
	return copy;
}

/* The names of what was resolved before are those of somebody else. */
const struct expr *resolve_expr(struct resolver *r, const struct expr *e)
{
	forget_open(r);
	return resolve_below(r, e);
}

bool resolve_number(struct resolver *r, const struct expr *e, int64_t *out)
{
	const struct expr *const asked = e;
	int errors = r->diags->errors;

	forget_open(r);
	e = resolve_below(r, e);
	*out = e->kind == EXPR_INTEGER ? e->integer.value : 0;
	if (e->kind == EXPR_INTEGER)
		return r->diags->errors == errors;
	if (r->open)
		return unknown_name(r->config, r->open, no_value, r->diags);
	if (asked->kind == EXPR_NAME && surroundings(r->config, asked->name.text))
		return diag_error(r->diags, DIAG_SEMANTIC, asked->loc, "a number is wanted here",
		                  "'%s' is compared: target == kernel, profile == linux, kernel >= 6.1",
		                  asked->name.text);
	fold_unfit(r, e, "a number is wanted here");
	return false;
}

/* ---- packets and events ---- */

static bool is_open(const struct expr *e)
{
	return e->kind == EXPR_NAME || e->kind == EXPR_ARITHMETIC;
}

/* The number that @e comes to goes to *out, and @e with it; what is open stays. What is not @alone is a part of a
 * number, in which a name cannot take a value. */
static const struct expr *resolve_plain(struct resolver *r, const struct expr *e, bool alone, int64_t *out)
{
	if (!e)
		return NULL;
	e = !alone && is_open(e) ? value_of(r, e, false) : resolve_below(r, e);
	if (is_open(e))
		return e;
	if (e->kind == EXPR_INTEGER)
		*out = e->integer.value;
	else
		fold_unfit(r, e, "a number is wanted here");
	return NULL;
}

static void resolve_span(struct resolver *r, const struct number_range **range)
{
	if (!(*range)->ends[0] && !(*range)->ends[1])
		return;
	struct number_range *copy = arena_copy(r->arena, *range, sizeof(*copy));
	copy->ends[0] = resolve_plain(r, copy->ends[0], false, &copy->low);
	copy->ends[1] = resolve_plain(r, copy->ends[1], false, &copy->high);
	if (!copy->ends[0] && !copy->ends[1])
		number_range_check(copy, r->diags);
	*range = copy;
}

/* The least of them is stored in *least: where a packet is built, one number stands for all. */
static void resolve_set(struct resolver *r, const struct number_range **range, int64_t *least)
{
	struct number_range *copy = arena_copy(r->arena, *range, sizeof(*copy));
	int64_t *values = arena_new_array(r->arena, int64_t, (size_t)copy->count);
	const struct expr **members = arena_new_array(r->arena, const struct expr *, (size_t)copy->count);
	const struct expr *const *before = copy->members;

	copy->members = NULL;
	for (int i = 0; i < copy->count; i++) {
		values[i] = copy->values[i];
		members[i] = resolve_plain(r, before[i], false, &values[i]);
		if (members[i])
			copy->members = members;
		copy->low = !i || values[i] < copy->low ? values[i] : copy->low;
	}
	copy->values = values;
	*least = copy->low;
	*range = copy;
}

/* A number of a packet: a name that has a value becomes a plain number. */
static void resolve_field(struct resolver *r, enum name_place place, int64_t *value, const struct number_range **range)
{
	r->at.place = place;
	if (*range && (*range)->kind == NUMBER_SPAN)
		resolve_span(r, range);
	if (*range && (*range)->kind == NUMBER_SET && (*range)->members)
		resolve_set(r, range, value);
	if (!*range || (*range)->kind != NUMBER_VALUE)
		return;
	const struct expr *e = resolve_below(r, (*range)->expr);
	if (e->kind == EXPR_INTEGER) {
		*value = e->integer.value;
		*range = NULL;
	} else if (e->kind == EXPR_NAME || e->kind == EXPR_ARITHMETIC) {
		struct number_range *copy = arena_copy(r->arena, *range, sizeof(*copy));
		copy->expr = e;
		*range = copy;
	} else {
		fold_unfit(r, e, "a number is wanted here");
	}
}

static void resolve_plains(struct resolver *r, struct packet_spec *p)
{
	int64_t *const numbers[PLAIN_NUMBERS] = {
		[PLAIN_SOURCE_PORT] = &p->source_port, [PLAIN_DESTINATION_PORT] = &p->destination_port,
		[PLAIN_MTU] = &p->mtu, [PLAIN_ECHO_ID] = &p->echo_id,
		[PLAIN_ECHO_LENGTH] = &p->echo.length,
	};

	r->at.place = NAME_PLAIN;
	for (r->at.index = 0; r->at.index < PLAIN_NUMBERS; r->at.index++)
		p->plain[r->at.index] = resolve_plain(r, p->plain[r->at.index], true, numbers[r->at.index]);
}

/* Which connection a line belongs to must be known before anything is played, as its time must. */
const struct expr *resolve_connection(struct resolver *r, const struct expr *e)
{
	const struct expr *name;

	r->at.place = NAME_OTHER;
	name = resolve_below(r, e);
	if (name->kind == EXPR_WORD)
		return name;
	if (name->kind == EXPR_NAME)
		refuse_name(r, name, "the name of a connection without value");
	else
		fold_unfit(r, name, "the name of a connection is a word");
	return NULL;
}

/* What a line says about IP must be known before the script is played. Where the byte is given as a dscp, its other two
 * bits may be known already. */
static void resolve_info(struct resolver *r, struct ip_info *info)
{
	const bool had_value = info->tos_value;
	int64_t tos = info->tos;

	resolve_field(r, NAME_OTHER, &info->ttl, &info->ttl_range);
	resolve_field(r, NAME_OTHER, &info->flow_label, &info->flow_label_value);
	resolve_field(r, NAME_OTHER, &tos, &info->tos_value);
	if (!had_value || info->tos_value)
		return;
	if (info->tos_is_dscp && (tos < 0 || tos > DSCP_MAX))
		diag_error(r->diags, DIAG_SEMANTIC, info->loc, "dscp out of range for 6 bits",
		           "%" PRId64 " is its value, 0 to %d is allowed", tos, DSCP_MAX);
	info->tos = info->tos_is_dscp ? info->tos | (tos & DSCP_MAX) << 2 : tos;
}

/* Outer headers never change: their numbers must be known before the script is played. */
static void resolve_outer(struct resolver *r, struct encap *e)
{
	for (const struct outer_number *o = e->numbers; o; o = o->next) {
		const struct number_range *range = o->range;
		int64_t value = 0;
		resolve_field(r, NAME_OTHER, &value, &range);
		if (range)
			diag_error(r->diags, DIAG_SEMANTIC, o->loc, "a number of an outer header without value",
			           "it must be known before the script is played: write $NAME of a macro, a loop, "
			           "--define or -D");
		else if (value < 0 || value > outer_rows[o->field].most)
			diag_error(r->diags, DIAG_SEMANTIC, o->loc, outer_rows[o->field].headline,
			           "%" PRId64 "; allowed: 0 to %" PRId64, value, outer_rows[o->field].most);
		else
			outer_number_put(e, o, value);
	}
	e->numbers = NULL;
}

static void resolve_headers(struct resolver *r, struct packet_spec *p)
{
	resolve_info(r, &p->info);
	for (struct encap **e = &p->encaps; *e; e = &(*e)->next) {
		*e = arena_copy(r->arena, *e, sizeof(**e));
		resolve_info(r, &(*e)->info);
		resolve_outer(r, *e);
	}
}

/* The length of segments must be known before the script is played; else any length is right. */
static const struct number_range *resolve_stream(struct resolver *r, const struct number_range *range)
{
	struct number_range *copy = arena_copy(r->arena, range, sizeof(*copy));
	int64_t value = 0;

	if (range->kind == NUMBER_SPAN && (range->ends[0] || range->ends[1])) {
		r->at.place = NAME_OTHER;
		resolve_span(r, &range);
		return range;
	}
	if (range->kind != NUMBER_VALUE)
		return range;
	r->at.place = NAME_OTHER;
	const struct expr *e = resolve_below(r, range->expr);
	if (e->kind == EXPR_INTEGER)
		value = e->integer.value;
	else
		diag_error(r->diags, DIAG_SEMANTIC, range->loc, "a stream of unknown lengths",
		           "the length of its segments must be known before the script is played");
	copy->kind = NUMBER_SPAN;
	copy->low = copy->high = value;
	copy->expr = NULL;
	return copy;
}

static struct packet_spec *resolve_packet(struct resolver *r, const struct packet_spec *spec)
{
	struct packet_spec *p = arena_copy(r->arena, spec, sizeof(*p));
	struct packet_ranges *ranges = &p->ranges;

	p->connection = spec->connection ? resolve_connection(r, spec->connection) : NULL;
	resolve_field(r, NAME_SEQ_START, &p->seq_start, &ranges->seq_start);
	resolve_field(r, NAME_SEQ_END, &p->seq_end, &ranges->seq_end);
	resolve_field(r, NAME_LENGTH, &p->payload_length, &ranges->length);
	resolve_field(r, NAME_ACK, &p->ack, &ranges->ack);
	resolve_field(r, NAME_WINDOW, &p->window, &ranges->window);
	resolve_field(r, NAME_URGENT, &p->urgent, &ranges->urgent);
	if (p->stream)
		p->stream = resolve_stream(r, p->stream);
	resolve_plains(r, p);
	resolve_headers(r, p);
	for (struct field_spec **f = &p->fields; *f; f = &(*f)->next) {
		*f = arena_copy(r->arena, *f, sizeof(**f));
		resolve_field(r, NAME_OTHER, &(*f)->number.value, &(*f)->number.range);
	}
	for (struct tcp_option_spec **o = &p->options; *o; o = &(*o)->next) {
		*o = arena_copy(r->arena, *o, sizeof(**o));
		r->at.kind = (*o)->kind;
		for (r->at.index = 0; r->at.index < (*o)->value_count; r->at.index++)
			resolve_field(r, NAME_OPTION, &(*o)->values[r->at.index], &(*o)->ranges[r->at.index]);
	}
	return p;
}

/* A time must be known before the script is played: an event that waited for one could not be planned. */
static void resolve_time(struct resolver *r, vtime_t *at, const struct expr **value)
{
	if (!*value)
		return;
	const struct expr *e = resolve_below(r, *value);
	const char *text = fold_word_of(r, e);
	if (e->kind == EXPR_NAME || e->kind == EXPR_ARITHMETIC)
		diag_error(r->diags, DIAG_SEMANTIC, (*value)->loc, "a time without value",
		           "times are known before the script is played; '%s' is not",
		           r->open ? r->open->name->name.text : "this");
	else if (!text || !fold_is_version(text + (*text == '-')))
		fold_unfit(r, e, "a time is wanted here");
	else
		*at = seconds_read(text, (*value)->loc, r->diags);
	*value = NULL;
}

static void resolve_times(struct resolver *r, struct time_spec *t)
{
	bool range = t->kind == TIME_ABSOLUTE_RANGE || t->kind == TIME_RELATIVE_RANGE;

	resolve_time(r, &t->start, &t->start_value);
	resolve_time(r, &t->end, &t->end_value);
	if (range)
		seconds_in_order(t->start, t->end, t->loc, r->diags);
	else
		t->end = t->start;
}

static struct call_spec *resolve_call(struct resolver *r, const struct call_spec *spec)
{
	struct call_spec *c = arena_copy(r->arena, spec, sizeof(*c));

	struct expr **last = &c->arguments;

	*last = NULL;
	r->at = (struct open_name){ .place = NAME_ARGUMENT };
	for (const struct expr *e = spec->arguments; e; e = e->next, r->at.index++) {
		*last = arena_copy(r->arena, resolve_below(r, e), sizeof(**last));
		(*last)->next = NULL;
		last = &(*last)->next;
	}
	r->at.place = NAME_RESULT;
	c->result = resolve_list(r, spec->result);
	return c;
}

/* Where the start of a call is relative, so is its end. */
static void resolve_end(struct resolver *r, struct event *e)
{
	struct call_spec *c = arena_copy(r->arena, e->call, sizeof(*c));

	resolve_time(r, &c->end, &c->end_value);
	seconds_of_call(e->time.start, c->end, e->time.loc, r->diags);
	e->call = c;
}

static struct let_spec *resolve_let(struct resolver *r, const struct let_spec *spec)
{
	struct let_spec *let = arena_copy(r->arena, spec, sizeof(*let));

	let->value = resolve_below(r, spec->value);
	return let;
}

/* ---- commands ---- */

/* What replaces $@name in the text of a command; NULL: the name is the shell's. Definitions and traits are not
 * considered, since texts that know nothing of them may happen to use the same names. */
static const char *in_command(struct resolver *r, const struct command_spec *command, const char *name)
{
	int64_t value;

	for (const struct binding *b = r->bindings; b; b = b->outer) {
		if (strcmp(b->name, name))
			continue;
		const char *text = fold_word_of(r, b->value);
		if (!text)
			diag_error(r->diags, DIAG_SEMANTIC, command->loc, "a name without value",
			           "'%s' stands for what is not known before the script is played: give it a name with "
			           "let, which a command may use", name);
		return text ? text : "";
	}
	if (r->observed && r->observed(r->user, name, &value))
		return arena_printf(r->arena, "%" PRId64, value);
	return NULL;
}

static struct command_spec *resolve_command(struct resolver *r, const struct command_spec *spec)
{
	static const char of_names[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	struct command_spec *c = arena_copy(r->arena, spec, sizeof(*c));
	struct buf text = BUF_INIT;

	for (const char *at = spec->text; *at; ) {
		size_t plain = *at == '\\' && at[1] ? 2 : 1, length = strspn(at + 1, of_names);
		const char *name = arena_strndup(r->arena, at + 1, length);
		const char *value = *at == '$' && length ? in_command(r, spec, name) : NULL;
		if (value) {
			buf_puts(&text, value);
			at += 1 + length;
		} else {
			buf_add(&text, at, plain);
			at += plain;
		}
	}
	c->text = arena_strndup(r->arena, text.data, text.length);
	buf_free(&text);
	return c;
}

struct event *resolve_event(struct resolver *r, const struct event *event)
{
	struct event *e = arena_copy(r->arena, event, sizeof(*e));

	forget_open(r);
	resolve_times(r, &e->time);
	if (e->kind == EVENT_CALL && event->call->end_value)
		resolve_end(r, e);
	if (e->kind == EVENT_PACKET)
		e->packet = resolve_packet(r, event->packet);
	else if (e->kind == EVENT_CALL)
		e->call = resolve_call(r, e->call);
	else if (e->kind == EVENT_LET)
		e->let = resolve_let(r, e->let);
	else if (e->kind == EVENT_COMMAND && strchr(e->command->text, '$') && (r->bindings || r->observed))
		e->command = resolve_command(r, e->command);
	e->names = r->open;
	return e;
}
