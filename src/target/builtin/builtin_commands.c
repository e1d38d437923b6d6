/* SPDX-License-Identifier: MIT
 *
 * builtin_commands.c - the environment that the reference stack gives to commands
 */
#include "target/builtin/builtin_commands.h"

#include "target/builtin/settings.h"

static struct stack_config *config_of(struct commands *c)
{
	return stack_settings(((struct builtin_commands *)c)->stack);
}

static enum setting_result assign(struct commands *c, const char *name, const char *value, struct buf *lacking)
{
	enum setting_result result = settings_assign(config_of(c), name, value);

	if (result == SETTING_ABSENT)
		buf_puts(lacking, settings_absent(name));
	else if (result == SETTING_INVALID || result == SETTING_UNSUPPORTED)
		settings_choices(name, lacking);
	return result;
}

static enum setting_result show(struct commands *c, const char *name, struct buf *value)
{
	return settings_read(config_of(c), name, value);
}

static const struct shell_tool *const tools[] = {
	shell_own_tools, shell_text_tools, shell_filter_tools, setting_tools, nstat_tools, network_tools, file_tools,
	system_tools, NULL,
};

const struct commands_world builtin_world = {
	.tools = tools, .assign = assign, .show = show, .know_below = settings_know_below, .guess = settings_guess,
	.proc_net = proc_net_show,
};

void builtin_commands_open(struct builtin_commands *c, struct stack *stack, struct files *files,
                           void (*sleep)(void *context, vtime_t duration), void *context)
{
	*c = (struct builtin_commands){ .stack = stack };
	commands_open(&c->base, &builtin_world, files, sleep, context);
}
