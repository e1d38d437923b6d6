/* SPDX-License-Identifier: MIT
 *
 * result_doc_test.c - docs/json.md describes every key of the lines, and nothing else, with its type
 *
 * Runs in the top folder of the sources.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "report/json_shape.h"
#include "report/result.h"

enum { COLUMNS = 4, ROW_ROOM = 2048 };

static struct buf document = BUF_INIT;

static int read_document(void **state)
{
	int fd = open("docs/json.md", O_RDONLY);
	bool good = fd >= 0 && buf_read_fd(&document, fd);

	(void)state;
	close(fd);
	return good ? 0 : -1;
}

static int free_document(void **state)
{
	(void)state;
	buf_free(&document);
	return 0;
}

/* The first row of the table under a heading, behind those of the columns. */
static const char *table_of(const char *heading)
{
	struct buf wanted = BUF_INIT;

	buf_printf(&wanted, "# %s\n", heading);
	const char *at = strstr(document.data, wanted.data);
	buf_free(&wanted);
	if (!at)
		fail_msg("docs/json.md has no heading %s", heading);
	at = strstr(at, "\n|---|---|---|---|\n");
	assert_non_null(at);
	return strchr(at + 1, '\n') + 1;
}

/* The columns of the row at *@at, without blanks around them; *@at is moved to the next row. False: there is no row. */
static bool take_row(const char **at, char *room, char *column[COLUMNS])
{
	size_t length = strcspn(*at, "\n");

	if (**at != '|')
		return false;
	assert_true(length < ROW_ROOM);
	memcpy(room, *at + 1, length - 1);
	room[length - 1] = '\0';
	*at += length + 1;
	for (int i = 0; i < COLUMNS; i++) {
		column[i] = strsep(&room, "|");
		assert_non_null(column[i]);
		column[i] += strspn(column[i], " ");
		size_t end = strlen(column[i]);
		while (end && column[i][end - 1] == ' ')
			column[i][--end] = '\0';
	}
	return true;
}

static bool names(const char *text, const char *word)
{
	struct buf quoted = BUF_INIT;

	buf_printf(&quoted, "`%s`", word);
	bool found = strstr(text, quoted.data);
	buf_free(&quoted);
	return found;
}

static void check_table(const char *heading, const struct json_shape *shape, bool is_line);

static void check_field(const char *heading, const struct json_field *f, char *column[COLUMNS])
{
	static const char *const types[] = {
		[JSON_SHAPE_TEXT] = "text", [JSON_SHAPE_BOOL] = "flag", [JSON_SHAPE_NUMBER] = "integer",
		[JSON_SHAPE_TIME] = "time", [JSON_SHAPE_WORD] = "word",
		[JSON_SHAPE_BYTES] = "bytes", [JSON_SHAPE_LIST] = "list of ",
	};
	const bool always = !strcmp(column[2], "always");
	size_t length = strlen(column[0]);

	if (length < 2 || strncmp(column[0] + 1, f->member.name, length - 2) || strlen(f->member.name) != length - 2)
		fail_msg("%s: the documented key %s should be `%s`", heading, column[0], f->member.name);
	if (strncmp(column[1], types[f->type], strlen(types[f->type])))
		fail_msg("%s: the type of %s is documented as %s, and is %s", heading, f->member.name, column[1],
		         types[f->type]);
	/* Some texts are never missing from a whole line, which the table of keys cannot say. */
	if (f->type == JSON_SHAPE_TEXT ? !*column[2] || (f->never_null && !always) : f->optional == always)
		fail_msg("%s: %s is documented to be there: %s", heading, f->member.name, column[2]);
	if (f->type == JSON_SHAPE_TIME)
		assert_string_equal(f->member.name + strlen(f->member.name) - 3, "_ns");
	for (size_t i = 0; i < f->word_count; i++)
		if (f->words[i] && !names(document.data, f->words[i]))
			fail_msg("%s: the word %s of %s is not documented", heading, f->words[i], f->member.name);
	if (f->type == JSON_SHAPE_LIST) {
		assert_string_equal(column[1] + strlen(types[f->type]), f->member.name);
		check_table(f->member.name, f->shape, false);
	}
}

static void check_table(const char *heading, const struct json_shape *shape, bool is_line)
{
	const char *at = table_of(heading);
	const struct json_field *f = shape->fields;
	char room[ROW_ROOM], *column[COLUMNS];

	if (is_line) {
		assert_true(take_row(&at, room, column));
		assert_string_equal(column[0], "`kind`");
		assert_true(names(column[3], heading));
	}
	for (; take_row(&at, room, column); f++) {
		if (!f->member.name)
			fail_msg("%s: %s is documented, and there is no such key", heading, column[0]);
		check_field(heading, f, column);
	}
	if (f->member.name)
		fail_msg("%s: the key %s is not documented", heading, f->member.name);
}

static void keys_are_documented(void **state)
{
	(void)state;
	check_table("run", result_line_shape(RESULT_LINE_RUN), true);
	check_table("case", result_line_shape(RESULT_LINE_CASE), true);
	check_table("end", result_line_shape(RESULT_LINE_END), true);
}

static void the_format_is_documented(void **state)
{
	struct buf sentence = BUF_INIT;

	(void)state;
	buf_printf(&sentence, "- `format` is %d. ", RESULT_FORMAT);
	assert_non_null(strstr(document.data, sentence.data));
	buf_free(&sentence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_documented),
		cmocka_unit_test(the_format_is_documented),
	};

	return cmocka_run_group_tests(tests, read_document, free_document);
}
