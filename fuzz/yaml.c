/* SPDX-License-Identifier: MIT
 *
 * yaml.c - fuzz target: any text as a plan, and as a profile
 *
 * Only the text itself is read: files that a plan includes are opened when it is made, which is not done here.
 */
#include "fuzz.h"
#include "suite/plan_spec.h"
#include "target/builtin/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char *const profiles[] = { "rfc", "linux", NULL }, *const defects[] = { "udp-no-checksum", NULL };
	static const struct plan_target targets[] = {
		{ .name = "builtin", .virtual_time = true },
		{ .name = "kernel" },
		{ 0 },
	};
	static const struct plan_surroundings around = {
		.targets = targets, .profiles = profiles, .defects = defects, .release = "6.1.7-amd64",
	};
	struct arena *arena = arena_new();
	struct diags diags;
	struct stack_config config;

	diags_init(&diags);
	plan_read_text("fuzz.yaml", (const char *)bytes, length, &around, arena, &diags);
	stack_config_init(&config);
	profile_parse("fuzz.yaml", (const char *)bytes, length, &config, arena, &diags);
	diags_free(&diags);
	arena_free(arena);
	return 0;
}
