/* SPDX-License-Identifier: MIT
 *
 * result_line.c - fuzz target: any text as a line of results
 *
 * A line that is read and written again must be read back, and then written in the same bytes: who merges results that
 * several machines sent relies on it.
 */
#include <string.h>

#include "fuzz.h"
#include "report/result.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct buf once = BUF_INIT, twice = BUF_INIT, problem = BUF_INIT;
	struct arena *arena = arena_new();
	struct result_line line;

	if (result_line_read((const char *)bytes, length, arena, &line, &problem)) {
		result_line_write(&once, &line);
		FUZZ_ASSERT(result_line_read(once.data, once.length, arena, &line, &problem));
		result_line_write(&twice, &line);
		FUZZ_ASSERT(once.length == twice.length && memcmp(once.data, twice.data, once.length) == 0);
	}
	buf_free(&once);
	buf_free(&twice);
	buf_free(&problem);
	arena_free(arena);
	return 0;
}
