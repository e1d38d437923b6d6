/* SPDX-License-Identifier: MIT
 *
 * yaml_tree.h - reading YAML files strictly: every mistake with its place, all of them in one go
 *
 * A file is a map whose keys are rows of a table; each row has a function that takes the value. A key without a row is
 * an error that names the rows, and the nearest one. A key that comes twice is an error, too.
 */
#ifndef UTIL_YAML_TREE_H
#define UTIL_YAML_TREE_H

#include <yaml.h>

#include "util/diag.h"
#include "util/field.h"

/* Is @word, where a name or a file may be given, a file: with a slash, or ending in .yaml or .yml? */
bool yaml_is_file(const char *word);

enum { YAML_TREE_DEPTH = 64 };                               /* nested maps and lists; nobody writes ten */

struct yaml_tree {
	const struct source *source;                         /* borrowed; its places outlive the tree */
	struct diags *diags;
	const char *headline;                                /* of errors of shape: "bad plan" */
	yaml_document_t document;
	bool loaded;
};

/* Read source->text: one document. False with an error in @diags; yaml_tree_free() is due in any case. */
bool yaml_tree_load(struct yaml_tree *t, const struct source *source, struct diags *diags, const char *headline);
void yaml_tree_free(struct yaml_tree *t);
/* The whole; valid after yaml_tree_load(). */
const yaml_node_t *yaml_tree_root(struct yaml_tree *t);

struct loc yaml_tree_loc(const struct yaml_tree *t, const yaml_node_t *node);
/* An error at @node. Always false. */
bool yaml_tree_error(struct yaml_tree *t, const yaml_node_t *node, const char *headline, const char *format, ...)
	PRINTF_LIKE(4, 5);
#define yaml_tree_error(...) always_false(yaml_tree_error(__VA_ARGS__))

/* The text of a scalar that is not empty. NULL with an error: there is something else; @want says what belongs there
 * ("a name"). It belongs to the tree. */
const char *yaml_tree_text(struct yaml_tree *t, const yaml_node_t *node, const char *want);

struct yaml_key {
	const char *name;
	/* Take the value; false after an error. @key is for its place and spelling. NULL: the value is a number. */
	bool (*take)(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to);
	bool required;
	const char *synonyms;                                /* words between blanks that people write instead; may be
	                                                        NULL */
	struct field number;                                 /* a member of what a pointer in @to points to */
	size_t pointer;                                      /* where that pointer is */
};

/* A decimal number from @low to @high, not in quotes, which becomes @member of the @structure (a type) that
 * @pointer_in_reader points to; @reader is the type of @to. */
#define YAML_NUMBER(key, reader, pointer_in_reader, structure, member, low, high) \
	{ .name = (key), .number = FIELD_NAMED(key, structure, member, low, high), \
	  .pointer = offsetof(reader, pointer_in_reader) }

/* Take all pairs of the map @node, by the rows of @keys; goes on after errors. */
bool yaml_tree_map(struct yaml_tree *t, const yaml_node_t *node, const struct yaml_key *keys, size_t count, void *to);
/* The same for a map whose keys are free: each is taken by @take. */
bool yaml_tree_pairs(struct yaml_tree *t, const yaml_node_t *node,
                     bool (*take)(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to),
                     void *to);
/* Take each item of a list; a value that is no list is a list of one. An empty list is an error. */
bool yaml_tree_list(struct yaml_tree *t, const yaml_node_t *node,
                    bool (*take)(struct yaml_tree *t, const yaml_node_t *item, void *to), void *to);

#endif
