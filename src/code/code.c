/* SPDX-License-Identifier: MIT
 *
 * code.c - which way the blocks go, and how a native run is reported
 *
 * Evaluation here has no effect but text in a buffer, so trying shows whether python3 is needed: all blocks are parsed
 * before the first one runs, and if anything is declined on the way, the text is discarded.
 */
#include "code/code.h"

#include <string.h>

#include "code/code_names.h"
#include "code/code_python.h"
#include "code/py.h"
#include "target/need.h"

struct native_run {
	struct py py;
	const struct code_block *block;                      /* where it stopped */
	struct buf output;
};

static void assign_unsigned(void *context, const char *name, uint64_t value)
{
	struct py_value v = py_from_int((py_int)value);

	py_assign(context, name, &v);
}

/* Strings here are ASCII: under another path, a block that asks for it is declined as any unknown name is. */
static void assign_path(struct py *py, const char *path)
{
	struct py_value file;

	for (const char *p = path; *p; p++)
		if ((unsigned char)*p > 127)
			return;
	if (strlen(path) < PY_MAX_WEIGHT && py_from_text(py, path, strlen(path), &file))
		py_assign(py, "_file", &file);
}

/* As in the generated program, fresh values replace those of earlier blocks; all other names stay. */
static bool run_block(struct py *py, const struct code_block *block, const struct py_node *statements)
{
	struct py_value line = py_from_int(block->line);

	code_names_visit(&block->info, assign_unsigned, py);
	py_assign(py, "_line", &line);
	return py_run(py, statements);
}

/* False: declined or raised, at run->block. The caller must free the output in any case. */
static bool run_natively(struct native_run *run, const struct code_block *blocks, const char *path, struct arena *arena)
{
	struct py_node **statements;
	size_t count = 0;

	*run = (struct native_run){ .py.arena = arena, .output = BUF_INIT };
	run->py.output = &run->output;
	for (const struct code_block *b = blocks; b; b = b->next)
		count++;
	statements = arena_new_array(arena, struct py_node *, count);
	count = 0;
	for (run->block = blocks; run->block; run->block = run->block->next)
		if (!py_parse(&run->py, run->block->text, &statements[count++]))
			return false;
	assign_path(&run->py, path);
	count = 0;
	for (run->block = blocks; run->block; run->block = run->block->next)
		if (!run_block(&run->py, run->block, statements[count++]))
			return false;
	return true;
}

static const char *construct_of(const struct native_run *run, struct arena *arena)
{
	return arena_printf(arena, "%s, line %d", run->py.declined, run->block->line);
}

bool code_is_native(const struct code_block *blocks, struct arena *arena, const char **construct)
{
	struct native_run run;

	run_natively(&run, blocks, "", arena);
	buf_free(&run.output);
	*construct = run.py.declined ? construct_of(&run, arena) : NULL;
	return !run.py.declined;
}

/* The words of the generated program's exception hook. */
static void report_raised(struct native_run *run, const struct code_options *options, struct arena *arena,
                          struct code_outcome *out)
{
	const char *raised = run->py.raised;

	out->status = CODE_FAILED;
	out->line = run->block->line;
	out->block = run->block;
	out->statement_at = (size_t)(run->py.stopped->text - run->block->text);
	out->statement_length = run->py.stopped->length;
	for (const char *p = run->block->text; p < run->py.stopped->text; p++)
		out->line_of_block += *p == '\n';
	out->corrected = py_correct(&run->py, run->py.stopped);
	out->values = py_values(&run->py, run->py.stopped);
	out->headline = arena_strndup(arena, raised, strcspn(raised, "\n"));
	out->exit_reason = "returned non-zero status 1";
	buf_printf(&out->errors, "%s:%d: error in Python code\n", options->path, out->line);
	buf_printf(&out->errors, "Traceback (most recent call last):\n  File \"%s\", line %d, in <module>\n%s\n",
	           options->path, out->line, raised);
}

/* False: declined, with @out->construct telling what. */
static bool try_natively(const struct code_block *blocks, const struct code_options *options, struct arena *arena,
                         struct code_outcome *out)
{
	struct native_run run;

	run_natively(&run, blocks, options->path, arena);
	if (run.py.declined) {
		out->construct = construct_of(&run, arena);
	} else {
		out->native = true;
		code_python_show(&out->output, blocks, options);
		buf_add(&out->output, run.output.data, run.output.length);
		if (run.py.raised)
			report_raised(&run, options, arena, out);
	}
	buf_free(&run.output);
	return out->native;
}

bool code_is_plain_python(const char *command)
{
	const char *slash = strrchr(command, '/'), *name = slash ? slash + 1 : command;
	static const char plain[] = "python3";

	return !strncmp(name, plain, strlen(plain)) &&
	       !name[strlen(plain) + strspn(name + strlen(plain), ".0123456789")] && !strpbrk(command, " \t\n");
}

void code_run(const struct code_block *blocks, const struct code_options *options, struct arena *arena,
              struct code_outcome *out)
{
	*out = (struct code_outcome){ .status = CODE_OK, .output = BUF_INIT, .errors = BUF_INIT };
	if (!code_is_plain_python(options->command))
		out->construct = arena_printf(arena, "--code_command=%s", options->command);
	else if (!options->force_python && try_natively(blocks, options, arena, out))
		return;
	if (!options->allow_python && !options->force_python) {
		out->status = CODE_NOT_RUN;
		return;
	}
	if (code_is_plain_python(options->command) && !need_finds_command(options->command)) {
		out->status = CODE_NO_PYTHON;
		return;
	}
	code_python_show(&out->output, blocks, options);
	code_python_run(blocks, options, arena, out);
}

void code_outcome_free(struct code_outcome *out)
{
	buf_free(&out->output);
	buf_free(&out->errors);
}
