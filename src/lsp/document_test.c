/* SPDX-License-Identifier: MIT
 *
 * document_test.c - open scripts, places and names of files
 */
#include "lsp/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static size_t offset(const char *text, int line, int column)
{
	json_t *position = json_pack("{s:i,s:i}", "line", line, "character", column);
	size_t found = document_offset(text, position);

	json_decref(position);
	return found;
}

/* Columns are units of UTF-16: "é" takes one, although it has two bytes, and a character of four bytes takes two. */
static void columns(void **state)
{
	static const char text[] = "ab\r\né\xf0\x9d\x84\x9e|\n\xff\xfe|";

	(void)state;
	assert_int_equal(offset(text, 0, 1), 1);
	assert_int_equal(offset(text, 0, 9), 2);                 /* not behind the end of the line */
	assert_int_equal(offset(text, 1, 0), 4);
	assert_int_equal(offset(text, 1, 1), 6);
	assert_int_equal(offset(text, 1, 3), 10);
	assert_int_equal(text[offset(text, 2, 2)], '|');         /* bytes that are no text are one column each */
	assert_int_equal(offset(text, 9, 9), strlen(text));
	assert_int_equal(offset(text, -1, -1), 0);
}

static void assert_range(json_t *range, int line, int column, int end_line, int end_column)
{
	int found[4];

	assert_int_equal(json_unpack(range, "{s:{s:i,s:i},s:{s:i,s:i}}", "start", "line", &found[0], "character",
	                             &found[1], "end", "line", &found[2], "character", &found[3]), 0);
	assert_int_equal(found[0], line);
	assert_int_equal(found[1], column);
	assert_int_equal(found[2], end_line);
	assert_int_equal(found[3], end_column);
	json_decref(range);
}

static void ranges(void **state)
{
	static const char text[] = "one\n\xf0\x9d\x84\x9e two\n";
	const struct loc place = { .line = 2, .column = 6, .end_line = 2, .end_column = 9 };
	const struct loc nowhere = { 0 }, beyond = { .line = 7, .column = 3, .end_line = 7, .end_column = 3 };

	(void)state;
	assert_range(document_range(text, &place), 1, 3, 1, 6);
	assert_range(document_range(text, &nowhere), 0, 0, 0, 3);
	assert_range(document_range(text, &beyond), 2, 0, 2, 0);
}

static void assert_path(const char *uri, const char *path)
{
	char *found = document_path(uri);

	assert_string_equal(found, path);
	free(found);
}

static void paths(void **state)
{
	struct buf uri = BUF_INIT;

	(void)state;
	assert_path("file:///a%20b/%C3%BC.pkt", "/a b/\xc3\xbc.pkt");
	assert_path("file://localhost/a", "/a");
	assert_path("file:///100%/%zz", "/100%/%zz");
	assert_path("untitled:Untitled-1", "untitled:Untitled-1");
	document_add_uri(&uri, "/no such/\xc3\xbc.pkt");
	assert_string_equal(uri.data, "file:///no%20such/%C3%BC.pkt");
	buf_free(&uri);
}

static void open_and_close(void **state)
{
	struct documents d = { 0 };

	(void)state;
	document_set(&d, "file:///a", "one", 3);
	document_set(&d, "file:///b", "two", 3);
	document_set(&d, "file:///a", "another", 7);
	assert_string_equal(document_find(&d, "file:///a")->text.data, "another");
	document_close(&d, "file:///a");
	document_close(&d, "file:///c");
	assert_null(document_find(&d, "file:///a"));
	assert_string_equal(document_find(&d, "file:///b")->path, "/b");
	documents_free(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns), cmocka_unit_test(ranges), cmocka_unit_test(paths),
		cmocka_unit_test(open_and_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
