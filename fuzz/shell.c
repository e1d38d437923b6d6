/* SPDX-License-Identifier: MIT
 *
 * shell.c - fuzz target: any text as the commands of a script
 *
 * Whatever it says, it ends, nothing is run, no file of the machine is made or read beyond the (empty) suite, and what
 * is not done has a reason.
 */
#include <string.h>

#include "fuzz.h"
#include "target/builtin/commands_bench.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct buf text = BUF_INIT, output = BUF_INIT;
	struct commands_bench b;

	bench_start(&b);
	FUZZ_ASSERT(b.stack && b.files);
	b.commands.base.folder = "/proc/self/fdinfo";                /* a suite without any script */
	b.commands.base.shell.output = &output;
	buf_add(&text, bytes, strnlen((const char *)bytes, length));
	int status = commands_read(&b.commands.base, text.data, &b.why);
	FUZZ_ASSERT(status >= -1 && status <= 1);
	FUZZ_ASSERT(status == 0 || b.why.length);
	bench_end(&b);
	buf_free(&text);
	buf_free(&output);
	return 0;
}
