/* SPDX-License-Identifier: MIT
 *
 * console.c - what all commands share: output to the user, and exit
 */
#include "cli/console.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "util/common.h"
#include "util/printable.h"

bool console_hold_descriptors(void)
{
	static const int useless[] = {
		[STDIN_FILENO] = O_WRONLY, [STDOUT_FILENO] = O_RDONLY, [STDERR_FILENO] = O_RDONLY
	};

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", useless[fd]) != fd)
			return false;
	return true;
}

static void on_signal(int number)
{
	(void)number;
}

/* A handler, not SIG_IGN: programs that we start get the default back. A SIGPIPE that was ignored stays so. */
void console_catch_signals(void)
{
	const struct sigaction handler = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct sigaction before;

	if (sigaction(SIGPIPE, NULL, &before) == 0 && before.sa_handler == SIG_DFL)
		sigaction(SIGPIPE, &handler, NULL);
	sigaction(SIGXFSZ, &handler, NULL);
}

static bool was_default(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && action.sa_handler == on_signal;
}

static bool has_no_reader(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&out, 1, 0) > 0 && out.revents & POLLERR;
}

/* The write that failed is long past, and so is its errno; another write shows the reason. One more line does no harm,
 * since the output is broken already, and the status says so. */
static int error_of_output(void)
{
	if (has_no_reader())
		return EPIPE;
	return write(STDOUT_FILENO, "\n", 1) < 0 ? errno : EIO;
}

bool console_lost_reader(void)
{
	return ferror(stdout) && has_no_reader();
}

int console_end(int status)
{
	bool failed = ferror(stdout);

	errno = 0;
	failed |= fflush(stdout) != 0;
	if (!failed || status >= EXIT_STATUS_SIGNAL)
		return status;
	if (!errno)
		errno = error_of_output();
	if (errno == EPIPE && was_default(SIGPIPE)) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	console_cannot_write("standard output");
	return EXIT_STATUS_ERROR;
}

bool console_colour(FILE *file)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(file)) && !(no_color && *no_color) && !(term && !strcmp(term, "dumb"));
}

bool console_error(const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	printable_buf(&text, "");
	fprintf(stderr, "protodrill: %s\n", text.data);
	buf_free(&text);
	return false;
}

bool console_unknown(const char *what, const struct guess *guess, const char *sign, const char *way_out)
{
	if (!guess->nearest)
		return console_error("unknown %s '%s%s'. %s", what, sign, guess->wanted, way_out);
	return console_error("unknown %s '%s%s'; did you mean '%s%s'? %s", what, sign, guess->wanted, sign,
	                     guess->nearest, way_out);
}

void console_diags(const struct diags *diags)
{
	diags_print_for("protodrill", diags, stderr, console_colour(stderr));
}

bool console_complain(struct buf *problem)
{
	bool good = !problem->length;

	for (char *line = problem->data; *line; line += strcspn(line, "\n"), line += *line == '\n')
		console_error("%.*s", (int)strcspn(line, "\n"), line);
	buf_free(problem);
	return good;
}

void console_tell_reports(const struct reports *reports)
{
	for (size_t i = 0; i < reports->count; i++) {
		const struct report_sink *sink = &reports->list[i];

		if (sink->kind->start)
			console_error("open %s/%s", sink->path, sink->kind->start);
	}
}

bool console_cannot_write(const char *path)
{
	return console_error("cannot write %s: %s", path, strerror(errno));
}

bool console_write_file(const char *path, const struct buf *text, enum replace_links links)
{
	struct replace_file replace = REPLACE_FILE_INIT;
	FILE *file = replace_file_begin(&replace, path, links) ? replace_file_stream(&replace) : NULL;
	bool good = file && fwrite(text->data, 1, text->length, file) == text->length;

	good = file && fclose(file) == 0 && good && replace_file_commit(&replace);
	good = good || console_cannot_write(path);           /* before another call changes errno */
	replace_file_end(&replace);
	return good;
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
		console_error("bad --%s: %s: want a number from %d to %d", option, text, least, most);
	return good;
}

bool console_option_list(const char *name, const char *value, const char **list)
{
	if (*list)
		return console_error("--%s %s: it was %s already; want one list, like %s,%s", name, value, *list, *list,
		                     value);
	*list = value;
	return true;
}

int console_exit_status(const int counts[VERDICTS])
{
	static const enum verdict worst_first[] = { VERDICT_ERROR, VERDICT_FAIL, VERDICT_INCONCLUSIVE };

	for (size_t i = 0; i < ARRAY_LEN(worst_first); i++)
		if (counts[worst_first[i]])
			return verdict_exit_status(worst_first[i]);
	return EXIT_STATUS_OK;
}
