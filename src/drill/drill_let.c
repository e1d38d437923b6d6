/* SPDX-License-Identifier: MIT
 *
 * drill_let.c - lines that give a name a value: `let $x = EXPRESSION`
 *
 * Such a line happens at its time, like any other: values that it asks of the target (the variables of TCP_INFO) are
 * those of that moment. Names in it have the values that earlier lines gave them.
 */
#include <inttypes.h>
#include <string.h>

#include "drill/values.h"
#include "script/names.h"
#include "script/print.h"
#include "script/resolve.h"

/* Who asks for a value at a moment. */
struct asking {
	struct play *p;
	const struct tcp_state_info *info;                   /* NULL: there is none, and .problem says why */
	const char *problem;
};

static bool observed_now(const void *user, const char *name, int64_t *number)
{
	const struct asking *a = user;

	if (values_observed(a->p, name, number))
		return true;
	for (size_t i = 0; a->info && names_is_variable(name) && i < TCPI_FIELDS; i++) {
		if (strcmp(tcp_info_field_name[i], name + strlen("tcpi_")) != 0)
			continue;
		*number = (int64_t)a->info->tcpi[i];
		return true;
	}
	return false;
}

static void take(struct play *p, struct entry *e, const struct let_spec *let, int64_t number)
{
	struct buf text = BUF_INIT;

	values_give(p, let->name, number, event_line(e->event, &let->loc));
	buf_printf(&text, "$%s = ", let->name);
	expr_print(&text, let->value);
	if (let->value->kind != EXPR_INTEGER)
		buf_printf(&text, " = %" PRId64, number);
	e->call_text = arena_strdup(p->record->arena, text.data);
	buf_free(&text);
}

bool play_let(struct play *p, const struct event *event, const struct due *due)
{
	struct entry *e = record_append(p->record, ENTRY_COMMAND, event);
	struct flow *flow = p->flows.under_test;
	struct tcp_state_info info;
	struct diags diags;
	int64_t number;

	if (!play_wait_for(p, e, due, "let"))
		return false;
	struct asking a = { .p = p, .problem = "no socket to ask" };
	if (event->names && flow)
		a.problem = p->target->ops->info(p->target, flow->live_fd, &info);
	if (event->names && !a.problem)
		a.info = &info;
	diags_init(&diags);
	struct resolver r = {
		.config = p->config, .observed = observed_now, .user = &a, .arena = p->record->arena, .diags = &diags,
	};
	bool good = resolve_number(&r, event->let->value, &number);
	if (good)
		take(p, e, event->let, number);
	else if (!a.problem || !play_skip(p, e, "variables of a connection"))
		play_fail(p, e, MISMATCH_BASIS, "let $%s: %s%s%s", event->let->name, diags.first->headline,
		          a.problem ? ": " : "", a.problem ? a.problem : "");
	diags_free(&diags);
	p->reached = play_now(p);
	return good;
}
