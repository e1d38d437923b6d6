/* SPDX-License-Identifier: MIT
 *
 * commands_bench.h - for tests and fuzz targets: commands of scripts on a stack whose packets are ignored
 */
#ifndef TARGET_BUILTIN_COMMANDS_BENCH_H
#define TARGET_BUILTIN_COMMANDS_BENCH_H

#include "target/builtin/builtin_commands.h"

struct commands_bench {
	struct builtin_commands commands;
	struct stack *stack;
	struct files *files;
	vtime_t slept;                                       /* how long the commands wanted to sleep, in all */
	struct buf why;
};

static void bench_sleep(void *context, vtime_t duration)
{
	struct commands_bench *b = context;

	b->slept = vtime_add(b->slept, duration);
}

static void bench_output(void *context, const uint8_t *bytes, size_t length, vtime_t now)
{
	(void)context;
	(void)bytes;
	(void)length;
	(void)now;
}

static void bench_start(struct commands_bench *b)
{
	const struct stack_hooks hooks = { .output = bench_output };
	struct stack_config config;

	stack_config_init(&config);
	*b = (struct commands_bench){ .stack = stack_new(&config, &hooks), .files = files_new(), .why = BUF_INIT };
	builtin_commands_open(&b->commands, b->stack, b->files, bench_sleep, b);
}

static void bench_end(struct commands_bench *b)
{
	commands_close(&b->commands.base);
	stack_free(b->stack);
	files_free(b->files);
	buf_free(&b->why);
}

#endif
