/* SPDX-License-Identifier: MIT
 *
 * target_kinds.c - the targets that -t knows, and what a script's configuration means to them
 */
#include "cli/target_kinds.h"

#include <string.h>

#include "cli/builtin_setup.h"
#include "target/builtin/builtin.h"
#include "target/kernel/kernel.h"
#include "util/table.h"

static struct target *open_kernel(const struct attempt_plan *plan, struct buf *problem)
{
	const struct config *c = &plan->script->config;
	const struct kernel_options options = {
		.own_namespace = plan->own_namespace,
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

/* Where the script lies, as seen from the current directory; NULL: in it. From the script's arena. */
static const char *folder_of(const struct attempt_plan *plan)
{
	const char *name = plan->script->source.name, *slash = strrchr(name, '/');

	if (plan->directory || !slash)
		return NULL;
	return arena_strndup(plan->script->arena, name, slash == name ? 1 : (size_t)(slash - name));
}

static struct target *open_builtin(const struct attempt_plan *plan, struct buf *problem)
{
	const struct builtin_setup *setup = plan->target_options;
	const struct config *c = &plan->script->config;
	const struct builtin_options options = {
		.local_ip = c->local_ip,
		.local_prefix = c->local_prefix,
		.mtu = c->mtu,
		.config = &setup->config,
		.trace = setup->trace,
		.folder = folder_of(plan),
	};

	return builtin_target_open(&options, problem);
}

const struct target_kind target_kinds[] = {
	{ "builtin", "the reference stack, in virtual time", open_builtin, true, builtin_target_has },
	{ "kernel", "the kernel of this machine, in real time, in a network namespace of its own", open_kernel, false,
	  kernel_target_has },
	{ 0 },
};

const struct target_kind *target_kind_find(const char *name)
{
	for (const struct target_kind *t = target_kinds; t->name; t++)
		if (!strcmp(t->name, name))
			return t;
	return NULL;
}

void target_kind_unknown(const char *name, struct buf *problem)
{
	struct guess guess = { .wanted = name };

	for (const struct target_kind *t = target_kinds; t->name; t++)
		guess_offer(&guess, t->name);
	buf_printf(problem, "unknown target '%s'", name);
	if (guess.nearest)
		buf_printf(problem, "; did you mean '%s'?", guess.nearest);
	buf_puts(problem, guess.nearest ? " There are:" : "; there are:");
	for (const struct target_kind *t = target_kinds; t->name; t++)
		buf_printf(problem, "%s %s", t == target_kinds ? "" : ",", t->name);
}
