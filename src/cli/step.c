/* SPDX-License-Identifier: MIT
 *
 * step.c - protodrill step: a case event by event, forwards and back
 *
 * The case is played whole, by a `protodrill run --trace` of its own, whose result has all that is shown. So stepping
 * needs no clock, costs nothing in either direction, and shows the same for every target; a live stack could not be
 * held, and would go on meanwhile. On a terminal a key is a command; elsewhere a line is, so that programs can step.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/console.h"
#include "report/moment.h"
#include "report/step_view.h"

static void usage(void)
{
	puts("Usage: protodrill step [OPTION OF RUN]... FILE\n"
	     "Play a script, and look at it event by event, forwards and back: the line of the script, what happened,\n"
	     "what the stack decided, its state, variables and timers, and what is sent and not acknowledged.\n\n"
	     "  n, space, right, down    the next event          p, left, up    the one before\n"
	     "  f, end                   the last one            b, home        the first one\n"
	     "  x                        the one that failed     NUMBER, Enter  the first one of that line\n"
	     "  q                        leave\n\n"
	     "Where standard input is no terminal, each line of it is such a command, of letters and numbers.\n"
	     "Options are those of 'protodrill run', which see; one case at a time can be stepped through.\n\n"
	     "Examples:\n"
	     "  protodrill step testcases/recovery/fast-retransmit.pkt\n"
	     "  protodrill step --profile linux my.pkt\n"
	     "  printf 'x\\nq\\n' | protodrill step my.pkt       what was the state when it failed?");
}

/* ---- playing ---- */

/* Run, and read all that it writes about results. False: it could not be started. */
static bool play(char **argv, struct buf *lines)
{
	int ends[2], status;

	if (pipe(ends) < 0)
		return console_error("cannot start a run: %s", strerror(errno));
	pid_t child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execv("/proc/self/exe", argv);
		_exit(EXIT_STATUS_ERROR);
	}
	close(ends[1]);
	bool good = child > 0 && buf_read_fd(lines, ends[0]);
	int error = errno;
	close(ends[0]);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return good || console_error("cannot start a run: %s", strerror(error));
}

/* The one case of @lines. False after saying why there is none to step through. */
static bool read_case(const struct buf *lines, struct arena *arena, struct result *out)
{
	struct buf problem = BUF_INIT;
	size_t cases = 0;

	for (const char *at = lines->data; *at;) {
		size_t length = strcspn(at, "\n");
		struct result_line line;

		if (!result_line_read(at, length, arena, &line, &problem))
			break;
		if (line.kind == RESULT_LINE_CASE && !cases++)
			*out = line.result;
		at += length + (at[length] == '\n');
	}
	if (problem.length)
		return console_complain(&problem);
	if (cases != 1)
		return cases && console_error("%zu cases: want one to step through", cases);
	size_t stops = 0;
	for (size_t i = 0; i < out->event_count; i++)
		stops += moment_stops_at(&out->events[i]);
	if (!stops) {
		fputs(out->text ? out->text : "", stderr);
		return console_error("there is no event to step through: %s", verdict_name[out->verdict]);
	}
	return true;
}

/* ---- moving ---- */

struct stepping {
	const struct result *result;
	size_t at;
	int number;                                          /* the number that is being typed */
	bool over;
};

/* The next event to stop at, from @from on in @direction; @otherwise if there is none. */
static size_t stop_from(const struct result *r, size_t from, int direction, size_t otherwise)
{
	for (size_t i = from; i < r->event_count; i += (size_t)direction)
		if (moment_stops_at(&r->events[i]))
			return i;
	return otherwise;
}

static void go_to_line(struct stepping *s, int line)
{
	for (size_t i = 0; i < s->result->event_count; i++) {
		if (s->result->events[i].line >= line && moment_stops_at(&s->result->events[i])) {
			s->at = i;
			return;
		}
	}
}

static void go_to_failure(struct stepping *s)
{
	const struct result_event *failed = result_failure(s->result);

	if (failed)
		s->at = (size_t)(failed - s->result->events);
}

static void obey(struct stepping *s, int key)
{
	const struct result *r = s->result;

	if (key >= '0' && key <= '9') {
		s->number = s->number < 100000 ? s->number * 10 + key - '0' : s->number;
		return;
	}
	switch (key) {
	case 'n': case ' ':
		s->at = stop_from(r, s->at + 1, 1, s->at);
		break;
	case 'p':
		s->at = s->at ? stop_from(r, s->at - 1, -1, s->at) : s->at;
		break;
	case 'f':
		s->at = stop_from(r, r->event_count - 1, -1, s->at);
		break;
	case 'b':
		s->at = stop_from(r, 0, 1, s->at);
		break;
	case 'x':
		go_to_failure(s);
		break;
	case '\n': case '\r':
		if (s->number)
			go_to_line(s, s->number);
		break;
	case 'q': case EOF: case 3: case 4:
		s->over = true;
		break;
	default:
		break;
	}
	s->number = 0;
}

/* ---- on a terminal ---- */

static void draw(const struct stepping *s)
{
	struct step_style style = { .columns = 80, .colour = console_colour(stdout) };
	struct winsize window;
	struct buf text = BUF_INIT;
	size_t rows = 24;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col && window.ws_row) {
		style.columns = window.ws_col;
		rows = window.ws_row;
	}
	step_view(&text, s->result, s->at, &style);
	fputs("\033[H\033[2J", stdout);
	for (const char *at = text.data; *at && rows > 1; rows--) {
		size_t length = strcspn(at, "\n");
		fwrite(at, 1, length, stdout);
		fputs("\r\n", stdout);
		at += length + (at[length] == '\n');
	}
	fputs("n next  p back  b first  f last  x failure  NUMBER line  q leave", stdout);
	fflush(stdout);
	buf_free(&text);
}

/* The letter that the rest of an arrow key's escape sequence, or another's, stands for. */
static int read_escape(void)
{
	static const struct {
		char end;
		int key;
	} keys[] = { { 'A', 'p' }, { 'B', 'n' }, { 'C', 'n' }, { 'D', 'p' }, { 'H', 'b' }, { 'F', 'f' } };
	int c = getchar();

	if (c == '[' || c == 'O')
		c = getchar();
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (keys[i].end == c)
			return keys[i].key;
	return 0;
}

static int step_on_terminal(struct stepping *s)
{
	struct termios before, keys;

	if (tcgetattr(STDIN_FILENO, &before) < 0)
		return console_error("the terminal: %s", strerror(errno)) ? EXIT_STATUS_OK : EXIT_STATUS_ERROR;
	keys = before;
	keys.c_lflag &= (tcflag_t)~(ICANON | ECHO | ISIG);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &keys);
	fputs("\033[?1049h", stdout);                        /* a screen of our own */
	while (!s->over) {
		draw(s);
		int key = getchar();
		obey(s, key == '\033' ? read_escape() : key);
	}
	fputs("\033[?1049l", stdout);
	fflush(stdout);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	return EXIT_STATUS_OK;
}

/* ---- elsewhere ---- */

static void show(const struct stepping *s)
{
	struct buf text = BUF_INIT;

	step_view(&text, s->result, s->at, &(struct step_style){ .colour = console_colour(stdout) });
	fputs(text.data, stdout);
	puts("--");
	buf_free(&text);
}

/* An empty line means "n". */
static int step_by_lines(struct stepping *s)
{
	char *line = NULL;
	size_t room = 0;

	show(s);
	while (!s->over && getline(&line, &room, stdin) >= 0) {
		bool empty = *line == '\n' || !*line;

		for (const char *c = empty ? "n" : line; *c; c++)
			obey(s, *c);
		if (!s->over)
			show(s);
	}
	free(line);
	return EXIT_STATUS_OK;
}

int step_main(int argc, char **argv)
{
	static const char *const own[] = {
		"protodrill", "run", "-q", "--progress", "never", "--trace", "--report", "json=-",
	};
	enum { OWN = sizeof(own) / sizeof(*own) };
	struct arena *arena = arena_new();
	struct buf lines = BUF_INIT;
	struct result result;
	int first = run_sort_options(argc, argv), status = EXIT_STATUS_ERROR;

	if (first > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		usage();
		status = EXIT_STATUS_OK;
	} else if (first > 0 && argc - first != 1) {
		console_error("want one script to step through. Try 'protodrill step --help'.");
	} else if (first > 0) {
		char **run = arena_new_array(arena, char *, OWN + (size_t)argc + 1);
		for (size_t i = 0; i < OWN; i++)
			run[i] = arena_strdup(arena, own[i]);
		memcpy(run + OWN, argv + 1, ((size_t)argc - 1) * sizeof(*argv));
		if (play(run, &lines) && read_case(&lines, arena, &result)) {
			struct stepping s = { .result = &result, .at = stop_from(&result, 0, 1, 0) };
			bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
			status = terminal ? step_on_terminal(&s) : step_by_lines(&s);
		}
	}
	buf_free(&lines);
	arena_free(arena);
	return status;
}
