/* SPDX-License-Identifier: MIT
 *
 * played_script.c - fuzz target: a script that the reference stack plays
 *
 * Whatever an accepted script does, its run ends in a verdict that the reports can tell, and the result can be written
 * as a line and read back. No text of a script starts a program here, so none is named in what the target is given.
 */
#include <string.h>

#include "drill/drill.h"
#include "fuzz.h"
#include "report/result.h"
#include "report/text.h"
#include "target/builtin/script_bench.h"

static void tell(const struct record *record)
{
	struct buf text = BUF_INIT, problem = BUF_INIT;
	struct arena *arena = arena_new();
	struct result result;
	struct result_line line;

	text_report(&text, record, &(struct text_style){ .verbose = true, .trace = true });
	buf_clear(&text);
	result_of_record(&result, record);
	result.number = 1;
	result.id = result.path = "fuzz.pkt";
	result_write(&text, &result);
	FUZZ_ASSERT(result_line_read(text.data, text.length, arena, &line, &problem));
	buf_free(&text);
	buf_free(&problem);
	arena_free(arena);
}

static void play(const struct script *script)
{
	struct target *target = bench_target(script, BUILTIN_TRACE_ALL);

	if (target) {
		struct record *record = record_new(script, "builtin", true);
		drill_play(script, target, &(struct drill_options){ .sample = true }, record);
		target->ops->close(target);
		tell(record);
		record_free(record);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct diags diags;

	diags_init(&diags);
	struct script *script = script_parse("fuzz.pkt", (const char *)bytes, length, NULL, NULL, &diags);
	if (script && script_prepare(script, &diags) && !diags.errors)
		play(script);
	script_free(script);
	diags_free(&diags);
	return 0;
}
