/* SPDX-License-Identifier: MIT
 *
 * code_python.h - running the blocks in python3, and texts that both ways share (private to src/code)
 */
#ifndef CODE_PYTHON_H
#define CODE_PYTHON_H

#include "code/code.h"

/* Fills all of @out but .native; .output and .errors get what is new at their ends. */
void code_python_run(const struct code_block *blocks, const struct code_options *options, struct arena *arena,
                     struct code_outcome *out);

/* With options->verbose: the program and how it is run. */
void code_python_show(struct buf *out, const struct code_block *blocks, const struct code_options *options);

#endif
