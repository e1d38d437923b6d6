/* SPDX-License-Identifier: MIT
 *
 * options_test.c - command lines: what they set, and what is refused
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "cli/cli.h"
#include "cli/console.h"
#include "cli/options.h"

enum { MOST_WORDS = 8 };

static const struct command_option own[] = {
	{ "target", 't', "NAME", "" },
	{ "help", 'h', NULL, "" },
	{ 0 },
};

static bool set(void *user, const struct command_option *option, const char *value)
{
	const char **seen = user;

	*seen = value ? value : option->name;
	return strcmp(*seen, "refused");
}

static int words(const char *const *list, char **argv)
{
	static char name[] = "run";
	int argc = 0;

	argv[argc++] = name;
	for (; *list; list++)
		argv[argc++] = (char *)*list;
	argv[argc] = NULL;
	return argc;
}

static void accepted(void **state)
{
	static const struct {
		const char *words[MOST_WORDS];
		const char *name, *value, *own, *path;
	} rows[] = {
		{ { "a.pkt" }, NULL, NULL, NULL, "a.pkt" },
		{ { "a.pkt", "--mss=1000" }, "mss", "1000", NULL, "a.pkt" },
		{ { "--mss", "1000", "a.pkt" }, "mss", "1000", NULL, "a.pkt" },
		{ { "-D", "A=B", "a.pkt" }, "define", "A=B", NULL, "a.pkt" },
		{ { "-DA=B", "a.pkt" }, "define", "A=B", NULL, "a.pkt" },
		{ { "-v", "a.pkt" }, "verbose", NULL, NULL, "a.pkt" },
		{ { "--strict_seg", "a.pkt" }, "strict_segments", NULL, NULL, "a.pkt" },
		{ { "a.pkt", "-t", "kernel" }, NULL, NULL, "kernel", "a.pkt" },
		{ { "--targ=kernel", "a.pkt" }, NULL, NULL, "kernel", "a.pkt" },
		{ { "-h" }, NULL, NULL, "help", NULL },
		{ { "--", "-v" }, NULL, NULL, NULL, "-v" },
		{ { "-t", "-", "a.pkt" }, NULL, NULL, "-", "a.pkt" },
		{ { "--target=--help" }, NULL, NULL, "--help", NULL },
		{ { "-t-h" }, NULL, NULL, "-h", NULL },
		{ { "--mss", "-1", "a.pkt" }, "mss", "-1", NULL, "a.pkt" },
		{ { "-D", "A=a.pkt", "a.pkt" }, "define", "A=a.pkt", NULL, "a.pkt" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *seen = NULL;
		struct settings settings = { 0 };
		char *argv[MOST_WORDS + 1];
		int first, argc = words(rows[i].words, argv);
		assert_true(options_parse(
			&(struct command_line){ .options = own, .script_options = true, .set = set, .user = &seen },
			argc, argv, &settings, &first));
		assert_int_equal(settings.count, rows[i].name != NULL);
		if (rows[i].name)
			assert_string_equal(settings.list[0].name, rows[i].name);
		if (rows[i].value)
			assert_string_equal(settings.list[0].value, rows[i].value);
		assert_int_equal(!seen, !rows[i].own);
		if (seen)
			assert_string_equal(seen, rows[i].own);
		assert_int_equal(!argv[first], !rows[i].path);
		if (rows[i].path)
			assert_string_equal(argv[first], rows[i].path);
		settings_free(&settings);
	}
}

static void refused(void **state)
{
	static const char *const rows[][MOST_WORDS] = {
		{ "--no_such" }, { "-q" },         { "--mss" },  { "--dry_run=1" },
		{ "-t" },        { "-t", "refused" }, { "--tcp_ts" },
		{ "-t", "a.pkt" }, { "-ta.pkt" }, { "--target", "a.pkt" }, { "--target=a.pkt", "a.pkt" },
		{ "-t", "-h" }, { "-t", "--help" }, { "-t", "--mss=9" }, { "--mss", "-v" }, { "--mss", "a.pkt" },
		{ "-D", "-v" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *seen = NULL;
		struct settings settings = { 0 };
		char *argv[MOST_WORDS + 1];
		int first, argc = words(rows[i], argv);
		assert_false(options_parse(
			&(struct command_line){ .options = own, .script_options = true, .set = set, .user = &seen },
			argc, argv, &settings, &first));
		settings_free(&settings);
	}
}

/* The original takes whatever comes next, so its face does. */
static void old_values(void **state)
{
	static const char *const rows[][MOST_WORDS] = { { "-t", "a.pkt" }, { "-t", "--mss" }, { "-t", "-h" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *seen = NULL;
		struct settings settings = { 0 };
		char *argv[MOST_WORDS + 1];
		int first, argc = words(rows[i], argv);
		assert_true(options_parse(&(struct command_line){ .options = own, .script_options = true,
		                                                  .old_messages = true, .set = set, .user = &seen },
		                          argc, argv, &settings, &first));
		assert_string_equal(seen, rows[i][1]);
		settings_free(&settings);
	}
}

/* The word that may have been a path, if no path is left. */
static void taken_for_values(void **state)
{
	static const struct {
		const char *words[MOST_WORDS];
		const char *taken, *by;
	} rows[] = {
		{ { "-t", "folder" }, "folder", "-t" },
		{ { "--targ", "folder" }, "folder", "--targ" },
		{ { "-v", "--mss", "folder" }, "folder", "--mss" },
		{ { "--mss=folder" }, NULL, NULL },
		{ { "a.pkt", "--mss", "folder" }, NULL, NULL },
		{ { "--mss", "folder", "-v" }, NULL, NULL },
		{ { "-t", "folder", "a.pkt" }, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *seen = NULL;
		struct settings settings = { 0 };
		char *argv[MOST_WORDS + 1];
		int first, argc = words(rows[i].words, argv);
		assert_true(options_parse(
			&(struct command_line){ .options = own, .script_options = true, .set = set, .user = &seen },
			argc, argv, &settings, &first));
		assert_int_equal(!settings.taken, !rows[i].taken);
		if (rows[i].taken) {
			assert_string_equal(settings.taken, rows[i].taken);
			assert_string_equal(settings.taken_by, rows[i].by);
		}
		settings_free(&settings);
	}
}

/* An option of ours must not make an abbreviation of one of the original's ambiguous. */
static void old_abbreviations(void **state)
{
	static const struct command_option ours[] = { { "mssx", 0, "N", "" }, { "defect", 0, "NAME", "" }, { 0 } };
	static const struct {
		const char *words[MOST_WORDS];
		const char *name, *own;
	} rows[] = {
		{ { "--def", "A=B" }, "define", NULL },
		{ { "--mss", "5" }, "mss", NULL },
		{ { "--defect", "x" }, NULL, "x" },
		{ { "--defect=x" }, NULL, "x" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *seen = NULL;
		struct settings settings = { 0 };
		char *argv[MOST_WORDS + 1];
		int first, argc = words(rows[i].words, argv);
		const struct command_line line = {
			.options = ours, .script_options = true, .old_messages = true, .set = set, .user = &seen
		};
		assert_true(options_parse(&line, argc, argv, &settings, &first));
		assert_int_equal(settings.count, rows[i].name != NULL);
		if (rows[i].name)
			assert_string_equal(settings.list[0].name, rows[i].name);
		assert_int_equal(!seen, !rows[i].own);
		settings_free(&settings);
	}
}

static void settings_reach_the_configuration(void **state)
{
	struct setting list[] = { { "bind_port", "99" }, { "define", "A=B" } };
	struct settings settings = { .list = list, .count = ARRAY_LEN(list) };
	struct arena *arena = arena_new();
	struct config config;
	struct diags diags;

	(void)state;
	diags_init(&diags);
	config_init(&config, arena);
	assert_true(settings_apply(&config, &settings, &diags));
	assert_int_equal(config.bind_port, 99);
	assert_string_equal(config_definition(&config, "A"), "B");
	list[0].value = "70000";
	assert_false(settings_apply(&config, &settings, &diags));
	assert_int_equal(diags.errors, 1);
	diags_free(&diags);
	arena_free(arena);
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		bool ok;
	} rows[] = { { "0", true }, { "10", true }, { "11", false }, { "-1", false }, { "", false }, { "1x", false } };
	int value;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(console_number(rows[i].text, 0, 10, &value), rows[i].ok);
}

/* Whatever cannot be done is an error: a run of no scripts must never look like success. */
static void exit_statuses(void **state)
{
	static const struct {
		int (*main)(int argc, char **argv);
		const char *words[MOST_WORDS];
		int status;
	} rows[] = {
		{ run_main, { NULL }, 2 },
		{ run_main, { "/nonexistent/a.pkt" }, 2 },
		{ run_main, { "--retries=many", "/dev/null" }, 2 },
		{ run_main, { "-t", "builtin", "/dev/null" }, 2 },
		{ run_main, { "-t", "karnel", "/dev/null" }, 2 },
		{ run_main, { "--help" }, 0 },
		{ check_main, { NULL }, 2 },
		{ check_main, { "/proc/self/fdinfo" }, 2 },
		{ fmt_main, { "/nonexistent/a.pkt" }, 2 },
		{ expand_main, { "/nonexistent/a.pkt" }, 2 },
		{ expand_main, { NULL }, 2 },
		{ packetdrill_main, { NULL }, 1 },
		{ packetdrill_main, { "--no_such_option", "a.pkt" }, 1 },
		{ packetdrill_main, { "/nonexistent/a.pkt" }, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *argv[MOST_WORDS + 1];
		int argc = words(rows[i].words, argv), status = rows[i].main(argc, argv);
		if (status != rows[i].status)
			fail_msg("row %zu: status %d", i, status);
	}
}

static void worst_verdict_decides(void **state)
{
	static const struct {
		int counts[VERDICTS];
		int status;
	} rows[] = {
		{ { [VERDICT_PASS] = 2, [VERDICT_SKIP] = 1 }, 0 },
		{ { [VERDICT_PASS] = 2, [VERDICT_INCONCLUSIVE] = 1 }, 3 },
		{ { [VERDICT_FAIL] = 1, [VERDICT_INCONCLUSIVE] = 1 }, 1 },
		{ { [VERDICT_FAIL] = 1, [VERDICT_ERROR] = 1, [VERDICT_INCONCLUSIVE] = 1 }, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(console_exit_status(rows[i].counts), rows[i].status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted),
		cmocka_unit_test(refused),
		cmocka_unit_test(old_values), cmocka_unit_test(taken_for_values),
		cmocka_unit_test(old_abbreviations),
		cmocka_unit_test(settings_reach_the_configuration),
		cmocka_unit_test(numbers),
		cmocka_unit_test(exit_statuses),
		cmocka_unit_test(worst_verdict_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
