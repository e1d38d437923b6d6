/* SPDX-License-Identifier: MIT
 *
 * shell.c - fuzz target: any text as the commands of a script
 *
 * Whatever it says, it ends, nothing is run, no file of the machine is made or read beyond the (empty) suite, and what
 * is not done has a reason.
 */
#include <string.h>

#include "fuzz.h"
#include "stack/stack.h"
#include "target/builtin/commands.h"

static void no_sleep(void *context, vtime_t duration)
{
	(void)context;
	(void)duration;
}

static void no_output(void *context, const uint8_t *bytes, size_t length, vtime_t now)
{
	(void)context;
	(void)bytes;
	(void)length;
	(void)now;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const struct stack_hooks hooks = { .output = no_output };
	struct stack_config config;
	struct commands commands;
	struct buf why = BUF_INIT, text = BUF_INIT, output = BUF_INIT;

	stack_config_init(&config);
	struct stack *stack = stack_new(&config, &hooks);
	struct files *files = files_new();
	FUZZ_ASSERT(stack && files);
	commands_open(&commands, stack, files, no_sleep, NULL);
	commands.folder = "/proc/self/fdinfo";                  /* a suite without any script */
	commands.shell.output = &output;
	buf_add(&text, bytes, strnlen((const char *)bytes, length));
	int status = commands_read(&commands, text.data, &why);
	FUZZ_ASSERT(status >= -1 && status <= 1);
	FUZZ_ASSERT(status == 0 || why.length);
	commands_close(&commands);
	stack_free(stack);
	files_free(files);
	buf_free(&why);
	buf_free(&text);
	buf_free(&output);
	return 0;
}
