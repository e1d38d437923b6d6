/* SPDX-License-Identifier: MIT
 *
 * capture.c - fuzz target: a capture file that is told as scripts
 *
 * Whatever a capture holds, what is told of its conversations, from either end, is a script that can be read without an
 * error.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "capture/transcript.h"
#include "fuzz.h"
#include "script/ast.h"
#include "util/common.h"

static void tell(const struct conversation *c, enum side_kind side, size_t number)
{
	const struct transcript_options options = {
		.side = { .kind = side }, .windows = number % 2, .name = "fuzz.pcap", .number = number
	};
	struct buf text = BUF_INIT, problem = BUF_INIT;
	struct diags diags;

	diags_init(&diags);
	if (transcript_write(&text, c, &options, &problem)) {
		struct script *script = script_parse("fuzz.pkt", text.data, text.length, NULL, NULL, &diags);
		if (diags.errors || !script_check(script, &diags)) {
			fputs(text.data, stderr);
			diags_print(&diags, stderr, false);
		}
		FUZZ_ASSERT(!diags.errors);
		script_free(script);
	} else {
		FUZZ_ASSERT(problem.length > 0);
	}
	diags_free(&diags);
	buf_free(&text);
	buf_free(&problem);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const enum side_kind sides[] = { SIDE_SERVER, SIDE_CLIENT };
	const int file = memfd_create("fuzz", MFD_CLOEXEC);
	struct arena *arena = arena_new();
	struct buf problem = BUF_INIT;
	struct capture capture;
	size_t count, left_out, number = 0;
	char path[40];

	FUZZ_ASSERT(file >= 0 && write(file, bytes, length) == (ssize_t)length);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	const bool good = capture_read(&capture, path, arena, &problem);
	FUZZ_ASSERT(good || problem.length > 0);
	if (good)
		for (struct conversation *c = conversations_of(&capture, arena, &count, &left_out); c; c = c->next)
			for (size_t i = 0; i < ARRAY_LEN(sides); i++)
				tell(c, sides[i], ++number);
	close(file);
	buf_free(&problem);
	arena_free(arena);
	return 0;
}
