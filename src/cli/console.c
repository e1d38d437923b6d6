/* SPDX-License-Identifier: MIT
 *
 * console.c - what all commands share: how they talk to whoever started them, and how they end
 */
#include "cli/console.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "util/common.h"

bool console_colour(FILE *file)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(file)) && !(no_color && *no_color) && !(term && !strcmp(term, "dumb"));
}

void console_diags(const struct diags *diags)
{
	diags_print(diags, stderr, console_colour(stderr));
}

bool console_complain(struct buf *problem)
{
	bool good = !problem->length;

	for (char *line = problem->data; *line; line += strcspn(line, "\n"), line += *line == '\n')
		fprintf(stderr, "protodrill: %.*s\n", (int)strcspn(line, "\n"), line);
	buf_free(problem);
	return good;
}

bool console_cannot_write(const char *path)
{
	fprintf(stderr, "protodrill: cannot write %s: %s\n", path, strerror(errno));
	return false;
}

bool console_number(const char *text, int least, int most, int *value)
{
	char *end;

	errno = 0;
	long n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < least || n > most)
		return false;
	*value = (int)n;
	return true;
}

bool console_option_number(const char *option, const char *text, int least, int most, int *value)
{
	bool good = console_number(text, least, most, value);

	if (!good)
		fprintf(stderr, "protodrill: bad --%s: %s: want a number from %d to %d\n", option, text, least, most);
	return good;
}

int console_exit_status(const int counts[VERDICTS])
{
	static const enum verdict worst_first[] = { VERDICT_ERROR, VERDICT_FAIL, VERDICT_INCONCLUSIVE };

	for (size_t i = 0; i < ARRAY_LEN(worst_first); i++)
		if (counts[worst_first[i]])
			return verdict_exit_status(worst_first[i]);
	return EXIT_STATUS_OK;
}
