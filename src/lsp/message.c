/* SPDX-License-Identifier: MIT
 *
 * message.c - framing of the Language Server Protocol
 */
#include "lsp/message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/checked.h"
#include "util/json_text.h"

enum { HEADER_LINE_BYTES = 256 };

/* A header line without its end in @line. False: there is no whole one. */
static bool read_header(FILE *in, char line[HEADER_LINE_BYTES])
{
	if (!fgets(line, HEADER_LINE_BYTES, in))
		return false;
	size_t length = strlen(line);
	if (!length || line[length - 1] != '\n')
		return false;
	while (length && (line[length - 1] == '\n' || line[length - 1] == '\r'))
		line[--length] = '\0';
	return true;
}

/* The length that the headers name. *began: there was any header at all. */
static bool read_length(FILE *in, size_t *length, bool *began)
{
	static const char name[] = "Content-Length:";
	char line[HEADER_LINE_BYTES] = "";
	bool found = false;

	*began = false;
	while (read_header(in, line)) {
		char *end;

		*began = true;
		if (!*line)
			return found;
		if (strncasecmp(line, name, strlen(name)))
			continue;
		errno = 0;
		unsigned long number = strtoul(line + strlen(name), &end, 10);
		if (*end || errno || number > MESSAGE_BYTES)
			return false;
		*length = number;
		found = true;
	}
	*began = *began || *line;                            /* half a header */
	return false;
}

enum message_result message_read(FILE *in, json_t **message, const char **problem)
{
	size_t length = 0;
	bool began;

	*message = NULL;
	if (!read_length(in, &length, &began)) {
		*problem = "no header Content-Length with a number of at most 67108864";
		return began ? MESSAGE_BROKEN : MESSAGE_END;
	}
	char *text = checked_memory(malloc(length + 1));
	if (fread(text, 1, length, in) != length) {
		free(text);
		*problem = "the message is shorter than its header says";
		return MESSAGE_BROKEN;
	}
	struct buf why = BUF_INIT;
	/* Text that is being typed may have any character. */
	*message = json_text_read_any(text, length, &why);
	free(text);
	buf_free(&why);
	*problem = "the message is no JSON";
	return *message ? MESSAGE_READ : MESSAGE_NOT_JSON;
}

bool message_write(FILE *out, json_t *message)
{
	char *text = checked_memory(json_dumps(message, JSON_COMPACT));

	json_decref(message);
	fprintf(out, "Content-Length: %zu\r\n\r\n%s", strlen(text), text);
	free(text);
	return fflush(out) == 0 && !ferror(out);
}

void message_put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, checked_memory(value)) < 0)
		checked_exhausted();
}

void message_append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, checked_memory(value)) < 0)
		checked_exhausted();
}
