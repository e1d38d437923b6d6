/* SPDX-License-Identifier: MIT
 *
 * builtin_commands.h - what commands of scripts do to the reference stack
 *
 *	builtin_commands.c     settings, as sysctls know them (settings.h)
 *	command_ip.c           ip, tc, ethtool
 *	command_nstat.c        nstat and the files of /proc/net
 */
#ifndef TARGET_BUILTIN_BUILTIN_COMMANDS_H
#define TARGET_BUILTIN_BUILTIN_COMMANDS_H

#include "stack/stack.h"
#include "target/library/commands_internal.h"

struct builtin_commands {
	struct commands base;
	struct stack *stack;                                 /* borrowed */
	struct stack_route nets[2];                          /* to which the link leads: the host's own, the peer's */
	bool nets_known;                                     /* these are routes of the stack: command_ip.c */
	const char *queue;                                   /* that `tc` has put on the link, or NULL; command_ip.c */
	uint64_t counted[COUNTER_COUNT + ICMP_MESSAGES];     /* what nstat has shown already; command_nstat.c */
};

extern const struct commands_world builtin_world;

/* As commands_open(). */
void builtin_commands_open(struct builtin_commands *c, struct stack *stack, struct files *files,
                           void (*sleep)(void *context, vtime_t duration), void *context);

static inline struct builtin_commands *builtin_commands_of(const struct shell_run *run)
{
	return (struct builtin_commands *)commands_of(run);
}

/* Each table ends with NULL. */
extern const struct shell_tool nstat_tools[], network_tools[];

/* Files of /proc/net that the counters make. False: none of that name. */
bool proc_net_show(struct shell_run *run, const char *name, struct buf *out);

#endif
