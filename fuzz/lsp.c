/* SPDX-License-Identifier: MIT
 *
 * lsp.c - fuzz target: an editor that speaks to the server
 *
 * The input is a text that is being typed: it is opened, and asked about at places all over it with each of the
 * questions that there are; then half of it is taken away, and so on again. An input that begins with '{' is a message
 * itself, between a good beginning and a good end. Whatever comes, the server answers in whole messages, and ends well
 * when it is told to.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/case_check.h"
#include "fuzz.h"
#include "lsp/message.h"
#include "lsp/server.h"
#include "util/common.h"

enum { PLACES = 2, MOST_BYTES = 2048 };

static const char uri[] = "file:///nowhere/fuzz.pkt";

static void add(FILE *to, const char *method, int id, json_t *parameters)
{
	json_t *message = json_pack("{ss ss so}", "jsonrpc", "2.0", "method", method, "params", parameters);

	if (id)
		message_put(message, "id", json_integer(id));
	FUZZ_ASSERT(message_write(to, message));
}

/* Texts of an editor are UTF-8: others are none that it could send. */
static bool add_text(FILE *to, const char *bytes, size_t length, bool open)
{
	json_t *text = json_stringn(bytes, length);

	if (!text)
		return false;
	if (open)
		add(to, "textDocument/didOpen", 0,
		    json_pack("{s{ss ss si so}}", "textDocument", "uri", uri, "languageId", "pkt", "version", 1, "text",
		              text));
	else
		add(to, "textDocument/didChange", 0,
		    json_pack("{s{ss si} s[{so}]}", "textDocument", "uri", uri, "version", 2, "contentChanges", "text",
		              text));
	return true;
}

static void ask(FILE *to, const char *text, size_t length)
{
	static const char *const methods[] = {
		"textDocument/completion", "textDocument/hover", "textDocument/definition", "textDocument/formatting",
	};

	for (size_t place = 0; place <= PLACES; place++) {
		const size_t at = length * place / PLACES;
		int line = 0, column = 0;

		for (size_t i = 0; i < at; i++) {
			column = text[i] == '\n' ? 0 : column + 1;
			line += text[i] == '\n';
		}
		for (size_t i = 0; i < ARRAY_LEN(methods); i++)
			add(to, methods[i], 1,
			    json_pack("{s{ss} s{si si}}", "textDocument", "uri", uri, "position", "line", line,
			              "character", column));
	}
}

/* @certain: it must end well. A message of the input may say goodbye in the wrong way. */
static void serve(char *said, size_t length, bool certain)
{
	static const char *const targets[] = { "builtin", "kernel", NULL };
	const struct server_hooks hooks = { .version = "0", .check = case_check, .targets = targets };
	FILE *in = fmemopen(said, length, "r");
	char *answers;
	size_t answered;
	FILE *out = open_memstream(&answers, &answered);

	FUZZ_ASSERT(in && out);
	const bool good = server_run(in, out, &hooks);
	FUZZ_ASSERT(good || !certain);
	fclose(in);
	fclose(out);
	in = fmemopen(answers, answered, "r");
	enum message_result result;
	json_t *message;
	const char *problem;
	while ((result = message_read(in, &message, &problem)) == MESSAGE_READ)
		json_decref(message);
	FUZZ_ASSERT(result == MESSAGE_END);
	fclose(in);
	free(answers);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const char *text = (const char *)bytes;
	char *said;
	size_t said_length;
	FILE *to = open_memstream(&said, &said_length);

	if (length > MOST_BYTES)
		length = MOST_BYTES;
	add(to, "initialize", 1, json_object());
	if (length && *text == '{') {
		fprintf(to, "Content-Length: %zu\r\n\r\n", length);
		fwrite(text, 1, length, to);
	} else if (add_text(to, text, length, true)) {
		ask(to, text, length);
		add_text(to, text, length / 2, false);
		ask(to, text, length / 2);
	}
	add(to, "shutdown", 2, json_object());
	add(to, "exit", 0, json_object());
	fclose(to);
	serve(said, said_length, !length || *text != '{');
	free(said);
	return 0;
}
