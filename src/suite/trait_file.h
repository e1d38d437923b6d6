/* SPDX-License-Identifier: MIT
 *
 * trait_file.h - the traits of one stack as a YAML file
 *
 *	stack: lwIP 2.1.3             # whose they are, as reports name it
 *	has:                          # traits that are there or not
 *	  sack: false
 *	chose:                        # values; times in seconds
 *	  initial_rto: 3
 *
 * script/trait.h says what traits are, and its table which there are. Traits that a file leaves out have the defaults
 * of the table.
 */
#ifndef SUITE_TRAIT_FILE_H
#define SUITE_TRAIT_FILE_H

#include "script/trait.h"
#include "util/diag.h"

/* Read @path. NULL with errors in @diags, all of them, each at its place; @loc: where the file is named. All that is
 * returned, and the texts of @diags, live in @arena. */
struct traits *trait_file_read(const char *path, struct loc loc, struct arena *arena, struct diags *diags);
/* The same from a text; @path is for messages. */
struct traits *trait_file_parse(const char *path, const char *text, size_t length, struct arena *arena,
                                struct diags *diags);

/* Append @traits as such a file: what is said of them, in the order of the table, each with what it is about. */
void trait_file_print(struct buf *out, const struct traits *traits);

#endif
