/* SPDX-License-Identifier: MIT
 *
 * yaml_tree_test.c - every mistake in a file has its place and its words
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "util/buf.h"
#include "util/yaml_tree.h"

struct taken {
	char text[64];
	int number, items;
	struct taken *self;
};

static bool take_text(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	const char *text = yaml_tree_text(t, value, "a name");

	(void)key;
	if (text)
		snprintf(((struct taken *)to)->text, sizeof(((struct taken *)to)->text), "%s", text);
	return text;
}

static bool take_item(struct yaml_tree *t, const yaml_node_t *item, void *to)
{
	((struct taken *)to)->items++;
	return yaml_tree_text(t, item, "an item");
}

static bool take_items(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	(void)key;
	return yaml_tree_list(t, value, take_item, to);
}

static const struct yaml_key keys[] = {
	{ .name = "name", .take = take_text, .required = true },
	YAML_NUMBER("number", struct taken, self, struct taken, number, 0, 1000),
	{ .name = "items", .synonyms = "list amounts", .take = take_items },
};

static bool read_text(const char *text, size_t length, struct taken *taken, struct diags *diags)
{
	const struct source source = { "t.yaml", text, length };
	struct yaml_tree tree;

	*taken = (struct taken){ .self = taken };
	bool good = yaml_tree_load(&tree, &source, diags, "bad file") &&
	            yaml_tree_map(&tree, yaml_tree_root(&tree), keys, ARRAY_LEN(keys), taken);
	yaml_tree_free(&tree);
	return good;
}

static void values_arrive(void **state)
{
	struct diags diags;
	struct taken taken;
	const char *text = "name: 12 a\nnumber: 12\nitems: [a, 'b', 3]\n";

	(void)state;
	diags_init(&diags);
	assert_true(read_text(text, strlen(text), &taken, &diags));
	assert_string_equal(taken.text, "12 a");
	assert_int_equal(taken.number, 12);
	assert_int_equal(taken.items, 3);
	assert_true(read_text("{name: a, items: b}", 19, &taken, &diags));
	assert_int_equal(taken.items, 1);
	diags_free(&diags);
}

static void mistakes_have_their_places(void **state)
{
	static const struct {
		const char *text;
		int line, column, errors;
		const char *headline, *detail;
	} rows[] = {
		{ "", 1, 1, 1, "bad file", "it is empty" },
		{ "# nothing\n", 1, 1, 1, "bad file", "it is empty" },
		{ "name: [a\n", 2, 1, 1, "bad YAML", "did not find expected ',' or ']'" },
		{ "\tname: a\n", 1, 1, 1, "bad YAML",
		  "found character that cannot start any token: lines are indented by blanks, not by tabs" },
		{ "name: *.pkt\n", 1, 8, 1, "bad YAML",
		  "did not find expected alphabetic or numeric character: what begins "
		  "with '*' stands between quotation marks, \"*.pkt\"" },
		{ "name: [a\r\r", 3, 1, 1, "bad YAML", "did not find expected ',' or ']'" },
		{ "name: a\n---\nname: b\n", 3, 1, 1, "bad file", "want one document, here begins another" },
		{ "name: \xff\n", 1, 7, 1, "bad YAML", "invalid leading UTF-8 octet" },
		{ "- name\n", 1, 1, 1, "bad file", "want a map of keys and values here, as in 'key: value'" },
		{ "name: a\nnubmer: 1\n", 2, 1, 1, "unknown key",
		  "'nubmer'; did you mean 'number'? There are name, number and items" },
		{ "name: a\namounts: 1\n", 2, 1, 1, "unknown key",
		  "'amounts'; did you mean 'items'? There are name, number and items" },
		{ "name: a\nzzz: 1\n", 2, 1, 1, "unknown key", "'zzz': there are name, number and items" },
		{ "name: a\nname: b\n", 2, 1, 1, "repeated key", "'name'" },
		{ "number: 1\n", 1, 1, 1, "missing key", "'name'" },
		{ "name:\n", 1, 6, 1, "bad file", "want a name here, not nothing" },
		{ "name: ~\n", 1, 7, 1, "bad file", "want a name here, not nothing" },
		{ "name: ''\n", 1, 7, 1, "bad file", "want a name here, not an empty text" },
		{ "name: \"a\\0b\"\n", 1, 7, 1, "bad file", "want a name here, not a text with a NUL byte" },
		{ "name: [a]\n", 1, 7, 1, "bad file", "want a name here, not a list" },
		{ "name: {a: b}\n", 1, 7, 1, "bad file", "want a name here, not a map" },
		{ "name: a\nnumber: 1001\n", 2, 9, 1, "bad file", "want a number from 0 to 1000 here, not '1001'" },
		{ "name: a\nnumber: -1\n", 2, 9, 1, "bad file", "want a number from 0 to 1000 here, not '-1'" },
		{ "name: a\nnumber: 1x\n", 2, 9, 1, "bad file", "want a number from 0 to 1000 here, not '1x'" },
		{ "name: a\nnumber: '1'\n", 2, 9, 1, "bad file", "want a number from 0 to 1000 here, not '1'" },
		{ "name: a\nnumber: 99999999999999999999\n", 2, 9, 1, "bad file",
		  "want a number from 0 to 1000 here, not '99999999999999999999'" },
		{ "name: a\nnumber:\n", 2, 8, 1, "bad file", "want a number from 0 to 1000 here, not nothing" },
		{ "name: a\nnumber: [1]\n", 2, 9, 1, "bad file", "want a number from 0 to 1000 here, not a list" },
		{ "name: a\nitems: []\n", 2, 8, 1, "bad file", "the list is empty" },
		{ "name: a\n? [a]\n: 1\n", 2, 3, 1, "bad file", "want a key here, not a list" },
		{ "{name: \xc3\xa4\xc3\xb6, nam: b}\n", 1, 14, 1, "unknown key",
		  "'nam'; did you mean 'name'? There are name, number and items" },
		{ "nam: a\nnumber: x\nitems: [[], b, {}]\n", 1, 1, 5, "unknown key",
		  "'nam'; did you mean 'name'? There are name, number and items" },
	};
	struct diags diags;
	struct taken taken;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		diags_init(&diags);
		assert_false(read_text(rows[i].text, strlen(rows[i].text), &taken, &diags));
		const struct diag *d = diags.first;
		if (strcmp(d->headline, rows[i].headline) || strcmp(d->detail, rows[i].detail) ||
		    d->loc.line != rows[i].line || d->loc.column != rows[i].column || diags.errors != rows[i].errors)
			fail_msg("row %zu: %d errors, %d:%d: %s: %s", i, diags.errors, d->loc.line, d->loc.column,
			         d->headline, d->detail);
		diags_free(&diags);
	}
}

/* @count times "[", or keys nested in each other: the file is not read to its end, and only the first error is told. */
static void depth_is_bounded(void **state)
{
	static const char *const steps[] = { "[", "{a: ", "- " };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct buf text = BUF_INIT;
		struct diags diags;
		struct taken taken;
		const int line = i == 2 ? 2 : 1;

		diags_init(&diags);
		buf_puts(&text, i == 2 ? "name:\n" : "name: ");
		for (int n = 0; n < 100000; n++)
			buf_puts(&text, steps[i]);
		assert_false(read_text(text.data, text.length, &taken, &diags));
		assert_int_equal(diags.count, 1);
		assert_string_equal(diags.first->headline, "bad file");
		assert_string_equal(diags.first->detail,
		                    "maps and lists are 65 deep within each other here, and may be 64");
		assert_int_equal(diags.first->loc.line, line);
		assert_int_equal(diags.first->loc.column,
		                 1 + (line == 1 ? 6 : 0) + (YAML_TREE_DEPTH - 1) * (int)strlen(steps[i]));
		diags_free(&diags);
		buf_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_arrive),
		cmocka_unit_test(mistakes_have_their_places),
		cmocka_unit_test(depth_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
