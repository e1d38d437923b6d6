/* SPDX-License-Identifier: MIT
 *
 * script_text.c - fuzz target: any text as a script
 *
 * What check accepts must print in canonical form, that form must be accepted, too, and print as itself.
 */
#include <string.h>

#include "fuzz.h"
#include "script/ast.h"

/* The canonical form of an accepted script; false: it is not accepted. */
static bool canonical(const char *text, size_t length, struct buf *out)
{
	struct diags diags;

	diags_init(&diags);
	struct script *script = script_parse("fuzz.pkt", text, length, NULL, NULL, &diags);
	bool accepted = script && script_check(script, &diags) && !diags.errors;
	if (accepted)
		script_print(out, script);
	script_free(script);
	diags_free(&diags);
	return accepted;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct buf once = BUF_INIT, twice = BUF_INIT;

	if (canonical((const char *)bytes, length, &once)) {
		FUZZ_ASSERT(canonical(once.data, once.length, &twice));
		FUZZ_ASSERT(once.length == twice.length && memcmp(once.data, twice.data, once.length) == 0);
	}
	buf_free(&once);
	buf_free(&twice);
	return 0;
}
