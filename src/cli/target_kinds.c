/* SPDX-License-Identifier: MIT
 *
 * target_kinds.c - the targets that -t knows, and what a script's configuration means to them
 */
#include "cli/target_kinds.h"

#include <string.h>

#include "target/kernel/kernel.h"

static struct target *open_kernel(const struct script *script, bool own_namespace, struct buf *problem)
{
	const struct config *c = &script->config;
	const struct kernel_options options = {
		.own_namespace = own_namespace,
		.local_ip = c->local_ip,
		.remote_ip = c->remote_ip,
		.gateway_ip = c->gateway_ip,
		.local_prefix = c->local_prefix,
		.remote_prefix = c->remote_prefix,
		.is_anyip = c->is_anyip,
		.mtu = c->mtu,
		.speed = c->speed,
	};

	return kernel_target_open(&options, problem);
}

const struct target_kind target_kinds[] = {
	{ "builtin", "the reference stack, in virtual time", NULL },
	{ "kernel", "the kernel of this machine, in real time, in a network namespace of its own", open_kernel },
	{ 0 },
};

const struct target_kind *target_kind_find(const char *name)
{
	for (const struct target_kind *t = target_kinds; t->name; t++)
		if (!strcmp(t->name, name))
			return t;
	return NULL;
}

const struct target_kind *target_kind_default(void)
{
	const struct target_kind *t = target_kinds;

	while (t->name && !t->open)
		t++;
	return t;
}
