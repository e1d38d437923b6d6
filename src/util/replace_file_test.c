/* SPDX-License-Identifier: MIT
 *
 * replace_file_test.c - names that are free, taken, or traps
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/common.h"
#include "util/replace_file.h"

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void has_text(const char *path, const char *want)
{
	char text[64] = "";
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, file), strlen(want));
	fclose(file);
	assert_string_equal(text, want);
}

static int count_files(void)
{
	DIR *folder = opendir(".");
	int count = 0;

	while (readdir(folder))
		count++;
	closedir(folder);
	return count - 2;
}

static int enter_folder(void **state)
{
	char *folder = strdup("/tmp/protodrill-replace.XXXXXX");

	*state = folder;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
	static const char *const names[] = { "new", "old", "link", "victim", "dangling", "none" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unlink(names[i]);
	rmdir("folder");
	int status = chdir("/") < 0 || rmdir(*state) < 0 ? -1 : 0;
	free(*state);
	return status;
}

static bool replace(const char *name, enum replace_links links, bool below, bool commit)
{
	struct replace_file f;
	int folder = open(".", O_RDONLY | O_DIRECTORY);
	bool good = below ? replace_file_begin_at(&f, folder, name) : replace_file_begin(&f, name, links);

	if (good) {
		FILE *file = replace_file_stream(&f);
		assert_non_null(file);
		fputs("new", file);
		assert_int_equal(fclose(file), 0);
		good = !commit || replace_file_commit(&f);
	}
	replace_file_end(&f);
	replace_file_end(&f);
	close(folder);
	return good;
}

static void names_appear_when_they_are_committed(void **state)
{
	(void)state;
	for (int below = 0; below < 2; below++) {
		struct stat info;
		mode_t mask = umask(027);
		int before = count_files();
		assert_true(replace("new", REPLACE_LINKS, below, false));
		assert_int_equal(count_files(), before);
		assert_true(replace("new", REPLACE_LINKS, below, true));
		umask(mask);
		has_text("new", "new");
		assert_int_equal(stat("new", &info), 0);
		assert_int_equal(info.st_mode & 0777, 0640);
		assert_int_equal(unlink("new"), 0);
	}
}

static void what_is_there_stays_until_then(void **state)
{
	struct stat info;

	(void)state;
	write_text("old", "old");
	assert_int_equal(chmod("old", 0604), 0);
	int before = count_files();
	assert_true(replace("old", REPLACE_LINKS, false, false));
	has_text("old", "old");
	assert_true(replace("old", REPLACE_LINKS, false, true));
	has_text("old", "new");
	assert_int_equal(stat("old", &info), 0);
	assert_int_equal(info.st_mode & 0777, 0604);
	assert_int_equal(count_files(), before);
}

/* Who opened it wrote before, and goes on later; and its file may have lost its name. */
static void descriptors_are_written_to(void **state)
{
	(void)state;
	for (int named = 0; named < 2; named++) {
		char path[32], got[16] = "";
		int fd = open("new", O_RDWR | O_CREAT | O_TRUNC, 0600);

		assert_true(fd >= 0);
		assert_int_equal(write(fd, "<", 1), 1);
		if (!named)
			assert_int_equal(unlink("new"), 0);
		snprintf(path, sizeof(path), named ? "/dev/fd/%d" : "/proc/self/fd/%d", fd);
		assert_true(replace(path, REPLACE_LINKS, false, true));
		assert_int_equal(write(fd, ">", 1), 1);
		assert_int_equal(pread(fd, got, sizeof(got), 0), 5);
		assert_memory_equal(got, "<new>", 5);
		close(fd);
		assert_false(replace(path, REPLACE_LINKS, false, true));
	}
	assert_int_equal(unlink("new"), 0);
}

static void links_are_replaced_or_followed(void **state)
{
	struct stat info;

	(void)state;
	for (int below = 0; below < 2; below++) {
		write_text("victim", "mine");
		assert_int_equal(symlink("victim", "link"), 0);
		assert_int_equal(symlink("none", "dangling"), 0);
		if (!below) {
			assert_true(replace("link", FOLLOW_LINKS, false, true));
			has_text("victim", "new");
			write_text("victim", "mine");
		}
		assert_true(replace("link", REPLACE_LINKS, below, true));
		assert_true(replace("dangling", REPLACE_LINKS, below, true));
		has_text("victim", "mine");
		assert_int_equal(lstat("link", &info), 0);
		assert_true(S_ISREG(info.st_mode));
		assert_int_equal(lstat("none", &info), -1);
		assert_int_equal(unlink("link") | unlink("dangling"), 0);
	}
}

static void what_is_no_file(void **state)
{
	struct replace_file f;

	(void)state;
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_false(replace("folder", REPLACE_LINKS, false, true));
	assert_int_equal(errno, EISDIR);
	assert_false(replace("folder", REPLACE_LINKS, true, true));
	assert_int_equal(errno, EISDIR);
	assert_false(replace("folder/none/new", REPLACE_LINKS, false, true));
	assert_int_equal(errno, ENOENT);
	/* Not replaced by a file of that name. */
	assert_true(replace_file_begin(&f, "/dev/null", REPLACE_LINKS));
	assert_string_equal(f.writing, "/dev/null");
	assert_true(replace_file_commit(&f));
	replace_file_end(&f);
	struct stat info;
	assert_int_equal(stat("/dev/null", &info), 0);
	assert_true(S_ISCHR(info.st_mode));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_appear_when_they_are_committed),
		cmocka_unit_test(what_is_there_stays_until_then),
		cmocka_unit_test(descriptors_are_written_to),
		cmocka_unit_test(links_are_replaced_or_followed),
		cmocka_unit_test(what_is_no_file),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
