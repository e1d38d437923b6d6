/* SPDX-License-Identifier: MIT
 *
 * requirement_test.c - the catalogue: each entry whole, each name once, and what awk read is what YAML says
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "report/requirement.h"
#include "util/common.h"

static bool is_one_of(const char *word, const char *const *words)
{
	while (*words && strcmp(*words, word))
		words++;
	return *words;
}

static void names_are_found_whole(void **state)
{
	const struct requirement *r = requirement_find("RFC9293:MUST-2");

	(void)state;
	assert_non_null(r);
	assert_string_equal(r->section, "3.1");
	assert_string_equal(r->level, "MUST");
	assert_non_null(strstr(r->text, "checksum"));
	assert_null(requirement_find("RFC9293:MUST"));
	assert_null(requirement_find("RFC9293:MUST-2000"));
	assert_null(requirement_find(""));
	assert_int_equal(requirement_document("RFC9293:MUST-2"), 7);
}

static void every_entry_is_whole(void **state)
{
	static const char *const levels[] = { "MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", NULL };
	static const char *const testable[] = { "wire", "api", "state", "no", NULL };
	static const char *const topics[] = {
		"ack", "api", "auth", "checksum", "congestion", "ecn", "fast-open", "flow-control", "handshake", "icmp",
		"ip", "keepalive", "loss-recovery", "options", "pmtu", "push", "reset", "retransmission", "sack",
		"security", "segmentation", "sequence", "teardown", "time-wait", "timestamps", "udp", "urgent", NULL
	};

	(void)state;
	assert_true(requirement_count >= 800);
	for (size_t i = 0; i < requirement_count; i++) {
		const struct requirement *r = &requirements[i];
		size_t document = requirement_document(r->id);
		if (!document || strlen(r->id) < document + 2 || !*r->section || strlen(r->text) < 10)
			fail_msg("%s: an entry lacks its name, its section or its text", r->id);
		if (!is_one_of(r->level, levels) || !is_one_of(r->topic, topics) || !is_one_of(r->testable, testable))
			fail_msg("%s: unknown level '%s', topic '%s' or testable '%s'", r->id, r->level, r->topic,
			         r->testable);
		if (r->text[strlen(r->text) - 1] != '.')
			fail_msg("%s: the text is no sentence: %s", r->id, r->text);
		if (!strcmp(r->testable, "no") && !*r->reason)
			fail_msg("%s: why is it not testable?", r->id);
	}
}

static int by_id(const void *a, const void *b)
{
	return strcmp((*(const struct requirement *const *)a)->id, (*(const struct requirement *const *)b)->id);
}

static void every_name_is_there_once(void **state)
{
	const struct requirement **sorted = calloc(requirement_count, sizeof(*sorted));

	(void)state;
	assert_non_null(sorted);
	for (size_t i = 0; i < requirement_count; i++)
		sorted[i] = &requirements[i];
	qsort(sorted, requirement_count, sizeof(*sorted), by_id);
	for (size_t i = 1; i < requirement_count; i++)
		if (!strcmp(sorted[i - 1]->id, sorted[i]->id))
			fail_msg("%s is there twice", sorted[i]->id);
	free(sorted);
}

/* The entries of a document are together, so a report can print one heading for each document. */
static void documents_are_not_torn(void **state)
{
	(void)state;
	for (size_t i = 1; i < requirement_count; i++) {
		size_t length = requirement_document(requirements[i].id) + 1;
		bool begins = strncmp(requirements[i].id, requirements[i - 1].id, length) != 0;
		for (size_t n = 0; begins && n < i; n++)
			if (!strncmp(requirements[i].id, requirements[n].id, length))
				fail_msg("%s stands apart from %s", requirements[i].id, requirements[n].id);
	}
}

/* ---- the file as YAML ---- */

static const char *member(const struct requirement *r, const char *key)
{
	const struct {
		const char *key, *value;
	} members[] = {
		{ "id", r->id },           { "section", r->section }, { "level", r->level },   { "topic", r->topic },
		{ "testable", r->testable }, { "text", r->text },       { "reason", r->reason },
	};

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (!strcmp(members[i].key, key))
			return members[i].value;
	return NULL;
}

static const char *scalar(yaml_document_t *document, int item)
{
	yaml_node_t *node = yaml_document_get_node(document, item);

	assert_int_equal(node->type, YAML_SCALAR_NODE);
	return (const char *)node->data.scalar.value;
}

static void compare_entry(yaml_document_t *document, yaml_node_t *entry, const struct requirement *r)
{
	const yaml_node_pair_t *pair = entry->data.mapping.pairs.start;

	assert_int_equal(entry->type, YAML_MAPPING_NODE);
	assert_int_equal(entry->data.mapping.pairs.top - pair, *r->reason ? 7 : 6);
	for (; pair < entry->data.mapping.pairs.top; pair++) {
		const char *key = scalar(document, pair->key), *value = member(r, key);
		if (!value)
			fail_msg("%s: unknown key '%s'", r->id, key);
		assert_string_equal(scalar(document, pair->value), value);
	}
}

static void the_table_is_what_the_file_says(void **state)
{
	FILE *file = fopen("testcases/requirements.yaml", "r");
	yaml_parser_t parser;
	yaml_document_t document;

	(void)state;
	if (!file)
		skip();                                      /* not run at the root of the tree */
	assert_true(yaml_parser_initialize(&parser));
	yaml_parser_set_input_file(&parser, file);
	assert_true(yaml_parser_load(&parser, &document));
	yaml_node_t *list = yaml_document_get_root_node(&document);
	assert_non_null(list);
	assert_int_equal(list->type, YAML_SEQUENCE_NODE);
	const yaml_node_item_t *items = list->data.sequence.items.start;
	assert_int_equal(list->data.sequence.items.top - items, requirement_count);
	for (size_t i = 0; i < requirement_count; i++)
		compare_entry(&document, yaml_document_get_node(&document, items[i]), &requirements[i]);
	yaml_document_delete(&document);
	yaml_parser_delete(&parser);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_whole),
		cmocka_unit_test(every_entry_is_whole),
		cmocka_unit_test(every_name_is_there_once),
		cmocka_unit_test(documents_are_not_torn),
		cmocka_unit_test(the_table_is_what_the_file_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
