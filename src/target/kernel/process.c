/* SPDX-License-Identifier: MIT
 *
 * process.c - the process that plays: punctual, not ended by SIGPIPE, and the parent of daemons that commands leave
 */
#include "target/kernel/internal.h"
#include "util/strays.h"

void kernel_process_prepare(struct process_state *p)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGPIPE, &ignore, &p->on_pipe);
	punctual_begin(&p->punctual);
	p->adopts = strays_adopt();
	p->changed = true;
}

void kernel_process_restore(struct process_state *p)
{
	if (!p->changed)
		return;
	if (p->adopts)
		strays_adopt_no_more();
	punctual_end(&p->punctual);
	sigaction(SIGPIPE, &p->on_pipe, NULL);
	p->changed = false;
}
