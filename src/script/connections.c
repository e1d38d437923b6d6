/* SPDX-License-Identifier: MIT
 *
 * connections.c - are names of connections used as they can be?
 */
#include "script/connections.h"

#include <string.h>

#include "script/signature.h"
#include "util/table.h"

const char *connection_name(const struct expr *e)
{
	int64_t value;

	return e->kind == EXPR_WORD && !constant_value(e->word, &value) ? e->word : NULL;
}

static enum shape shape_of(const struct call_spec *call, int index)
{
	return call->signature && index < CALL_ARGUMENTS ? call->signature->shapes[index] : SHAPE_NONE;
}

static const struct expr *argument_of(const struct call_spec *call, int index)
{
	const struct expr *e = call->arguments;

	while (e && index--)
		e = e->next;
	return e;
}

/* Where in an argument the name of a connection may stand; NULL: nowhere. */
static const struct expr *place_of_name(const struct expr *e, enum shape shape)
{
	switch (shape) {
	case SHAPE_REMOTE_ADDRESS:
	case SHAPE_ADDRESS_OUT:
		return e;
	case SHAPE_SEND_MSGHDR:
	case SHAPE_RECEIVE_MSGHDR:
		return e->kind == EXPR_MSGHDR ? e->msghdr.name : NULL;
	default:
		return NULL;
	}
}

const char *connection_argument(const struct call_spec *call, int index)
{
	const struct expr *e = argument_of(call, index), *place = e ? place_of_name(e, shape_of(call, index)) : NULL;

	return place ? connection_name(place) : NULL;
}

struct known_connection {
	const struct known_connection *older;
	const char *name;
};

struct connection_checker {
	struct diags *diags;
	struct arena *arena;
	const struct known_connection *known;
};

static bool is_known(const struct connection_checker *c, const char *name)
{
	const struct known_connection *k = c->known;

	while (k && strcmp(k->name, name))
		k = k->older;
	return k;
}

static void learn(struct connection_checker *c, const char *name)
{
	const struct known_connection known = { c->known, name };

	if (!is_known(c, name))
		c->known = arena_copy(c->arena, &known, sizeof(known));
}

static bool is_one_of_all(const char *name)
{
	return !strcmp(name, CONNECTION_FOREIGN) || !strcmp(name, CONNECTION_ANY);
}

static void want_known(const struct connection_checker *c, struct loc loc, const char *name)
{
	struct guess guess = { .wanted = name };

	if (is_known(c, name))
		return;
	for (const struct known_connection *k = c->known; k; k = k->older)
		guess_offer(&guess, k->name);
	if (guess.nearest)
		diag_error(c->diags, DIAG_SEMANTIC, loc, "a connection that has not begun",
		           "'%s'; did you mean '%s'?", name, guess.nearest);
	else
		diag_error(c->diags, DIAG_SEMANTIC, loc, "a connection that has not begun",
		           "'%s': it begins with a packet that is injected, < %s: ..., or with connect(FD, %s, ...) or "
		           "the like", name, name, name);
}

static void check_packet(struct connection_checker *c, const struct packet_spec *p)
{
	const char *name = p->connection->word;
	int64_t value;

	if (is_one_of_all(name)) {
		if (!p->nothing)
			diag_error(c->diags, DIAG_SEMANTIC, p->connection->loc, "a packet of no connection",
			           "of '%s' one can only say: > %s: nothing", name, name);
		return;
	}
	if (constant_value(name, &value))
		diag_error(c->diags, DIAG_SEMANTIC, p->connection->loc, "a name that is taken",
		           "'%s' is a constant", name);
	else if (p->direction == DIRECTION_INBOUND)
		learn(c, name);
	else
		want_known(c, p->connection->loc, name);
}

static void check_argument(struct connection_checker *c, const struct expr *e, enum shape shape)
{
	const struct expr *place = place_of_name(e, shape);
	const char *name = place ? connection_name(place) : NULL;

	if (!name)
		return;
	if (!strcmp(name, CONNECTION_NEW) || is_one_of_all(name))
		diag_error(c->diags, DIAG_SEMANTIC, place->loc, "no name of a connection",
		           "'%s' has a meaning of its own in packets, and none in calls", name);
	else if (shape == SHAPE_ADDRESS_OUT || shape == SHAPE_RECEIVE_MSGHDR)
		want_known(c, place->loc, name);
	else
		learn(c, name);
}

static void check_peers(struct connection_checker *c, const struct script *s)
{
	const int version = s->config.remote_ip.version;

	for (const struct peer *p = s->peers; p; p = p->next) {
		if (!is_known(c, p->name))
			diag_error(c->diags, DIAG_SEMANTIC, p->loc, "a peer that nobody speaks of",
			           "no packet and no call names '%s'", p->name);
		if (p->address.version && p->address.version != version)
			diag_error(c->diags, DIAG_SEMANTIC, p->loc, "a peer of another family",
			           "its address is one of IPv%d, and packets are IPv%d", p->address.version, version);
	}
}

void connections_check(const struct script *s, struct diags *diags)
{
	struct connection_checker c = { .diags = diags, .arena = s->arena };

	for (const struct event *e = s->events; e; e = e->next) {
		diags->via = e->via;
		if (e->kind == EVENT_PACKET && e->packet->connection)
			check_packet(&c, e->packet);
		if (e->kind != EVENT_CALL)
			continue;
		int index = 0;
		for (const struct expr *a = e->call->arguments; a; a = a->next, index++)
			check_argument(&c, a, shape_of(e->call, index));
	}
	diags->via = NULL;
	check_peers(&c, s);
}
