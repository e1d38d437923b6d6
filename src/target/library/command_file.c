/* SPDX-License-Identifier: MIT
 *
 * command_file.c - rm, touch, truncate, dd and their like: files in memory
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "target/library/commands_internal.h"
#include "util/common.h"

/* The files that a script's calls can open are in memory; those of the machine are never touched. */
static int do_rm(struct shell_run *run, char **args)
{
	bool force = false;
	int status = 0;

	for (char **a = args + 1; *a; a++) {
		if (**a == '-') {
			force |= strchr(*a, 'f') != NULL;
		} else {
			bool text = text_file_remove(commands_of(run), *a);
			bool file = files_remove(commands_of(run)->files, *a);
			status = text || file || force ? status : STATUS_FAILED;
		}
	}
	return status;
}

static int make_file(struct shell_run *run, const char *path, int64_t size)
{
	return files_make(commands_of(run)->files, path, size) < 0 ? STATUS_FAILED : 0;
}

static int do_touch(struct shell_run *run, char **args)
{
	int status = 0;

	for (char **a = args + 1; *a; a++) {
		if (**a == '-')
			return shell_unknown(run, "the command 'touch %s' is not known here", *a);
		if (files_size(commands_of(run)->files, *a) < 0)
			status |= make_file(run, *a, 0);
	}
	return status;
}

/* A number with the suffixes of dd and truncate; false: it is not one, or too large. */
static bool size_of(const char *text, int64_t *size)
{
	static const char suffixes[] = "kKMG";
	static const int shifts[] = { 10, 10, 20, 30 };
	char *end;

	errno = 0;
	*size = strtoll(text, &end, 10);
	const char *suffix = *end ? strchr(suffixes, *end) : NULL;
	if (end == text || errno || *size < 0 || *size > INT64_MAX >> 30 || (*end && (!suffix || end[1])))
		return false;
	*size <<= suffix ? shifts[suffix - suffixes] : 0;
	return true;
}

static int do_truncate(struct shell_run *run, char **args)
{
	int64_t size;

	if (!args[1] || strcmp(args[1], "-s") || !args[2] || !args[3] || args[4])
		return shell_unknown(run, "the command 'truncate' is known here as: truncate -s SIZE FILE");
	return size_of(args[2], &size) ? make_file(run, args[3], size) : STATUS_FAILED;
}

/* dd if=/dev/zero of=FILE bs=N count=N: makes a file of zeros. */
static int do_dd(struct shell_run *run, char **args)
{
	int64_t block = 512, count = -1;
	const char *to = NULL;
	bool zeros = false, good = true;

	for (char **a = args + 1; *a && good; a++) {
		if (!strcmp(*a, "if=/dev/zero"))
			zeros = true;
		else if (!strncmp(*a, "of=", 3))
			to = *a + 3;
		else if (!strncmp(*a, "bs=", 3))
			good = size_of(*a + 3, &block);
		else if (!strncmp(*a, "count=", 6))
			good = size_of(*a + 6, &count);
		else
			good = !strncmp(*a, "status=", 7);
	}
	if (!good || !zeros || !to || count < 0 || (count && block > INT64_MAX / count))
		return shell_unknown(run, "the command 'dd' is known here as: dd if=/dev/zero of=FILE bs=N count=N");
	return make_file(run, to, block * count);
}

/* A folder exists as soon as something has a name in it. */
static int do_nothing(struct shell_run *run, char **args)
{
	(void)run;
	(void)args;
	return 0;
}

const struct shell_tool file_tools[] = {
	{ "rm", do_rm, false }, { "touch", do_touch, false }, { "truncate", do_truncate, false },
	{ "dd", do_dd, false }, { "mkdir", do_nothing, false }, { "chmod", do_nothing, false },
	{ "sync", do_nothing, false }, { NULL, NULL, false },
};
