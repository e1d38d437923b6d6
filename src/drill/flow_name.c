/* SPDX-License-Identifier: MIT
 *
 * flow_name.c - connections by their names: which there are, and where their peers are
 */
#include "drill/flow.h"

#include <string.h>

struct named_end {
	struct named_end *next;
	const char *name;
	struct flow_end end;
};

struct flow *flow_named(const struct flows *flows, const char *name)
{
	for (struct flow *f = flows->newest; f; f = f->next)
		if (f->name && !strcmp(f->name, name))
			return f;
	return NULL;
}

static const struct peer *find_peer(const struct flows *flows, const char *name)
{
	const struct peer *p = flows->peers;

	while (p && strcmp(p->name, name))
		p = p->next;
	return p;
}

/* The first time that somebody asks. */
static struct flow_end choose_end(struct flows *flows, const char *name)
{
	const struct peer *peer = find_peer(flows, name);
	struct flow_end end = { flows->config->remote_ip, 0 };

	if (peer && peer->address.version)
		end.address = peer->address;
	end.port = peer && peer->port ? peer->port : flows->remote_port(flows->user);
	return end;
}

struct flow_end flow_peer_end(struct flows *flows, const char *name)
{
	const struct flow *flow = flow_named(flows, name);

	if (flow && flow->live_remote.address.version)
		return flow->live_remote;
	for (struct named_end *e = flows->ends; e; e = e->next)
		if (!strcmp(e->name, name))
			return e->end;
	const struct named_end chosen = { flows->ends, name, choose_end(flows, name) };
	flows->ends = arena_copy(flows->arena, &chosen, sizeof(chosen));
	return chosen.end;
}

const char *flow_name_of_end(const struct flows *flows, const struct flow_end *end)
{
	for (const struct flow *f = flows->newest; f; f = f->next)
		if (f->name && f->live_remote.port == end->port &&
		    ip_address_equal(&f->live_remote.address, &end->address))
			return f->name;
	return NULL;
}
