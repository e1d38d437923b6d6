/* SPDX-License-Identifier: MIT
 *
 * server.h - scripts in an editor: a server of the Language Server Protocol (version 3.17) on two streams
 *
 * What it offers: diagnostics while typing, completion, what a word means, canonical form, and the way to the
 * definition of a macro, a name or an included file. Its rules:
 *
 *  - It uses the functions of `protodrill check` and `protodrill fmt`, so an editor and a CI run agree.
 *  - A document is its text in the editor, saved or not; files that it includes are read from the disk.
 *  - It keeps only the open documents. Each answer is computed from the text, so none can be stale; a script is
 *    parsed in a fraction of a millisecond.
 *  - The editor is not trusted: a malformed message is answered with an error, and a document that is not open counts
 *  as empty. The server plays nothing and runs nothing.
 *
 * Left out: renaming, and the outline of a script. Neither is worth its code for scripts of thirty lines.
 */
#ifndef LSP_SERVER_H
#define LSP_SERVER_H

#include <stdbool.h>
#include <stdio.h>

#include "script/ast.h"

/* What the caller must provide, because the server lies below the code that knows it. */
struct server_hooks {
	const char *version;
	/* Judge a script that was parsed; false when there was any error. */
	bool (*check)(struct script *script, struct diags *diags);
	config_apply_fn apply;                               /* with .user, as for script_parse() */
	void *user;
	const char *const *targets;                          /* names, with a NULL at their end */
};

/* Serve until the editor says "exit" or @in ends. True: it said "shutdown" before, as it should. */
bool server_run(FILE *in, FILE *out, const struct server_hooks *hooks);

#endif
