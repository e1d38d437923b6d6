/* SPDX-License-Identifier: MIT
 *
 * code_python.c - code blocks as a Python program, run by --code_command
 *
 * The blocks become one program. Before each of them the variables of its moment are assigned, and the line of its
 * event, which a hook prints when an exception ends the program; the line within the block follows from the traceback.
 * The program and its output are memory files, so nothing is left behind on disk, and there is no pipe that a process
 * started by the program could block or hold open.
 */
#include "code/code_python.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "code/code_names.h"

#define HOOK_WORDS ": error in Python code"
#define TRACE_WORDS "Traceback (most recent call last):"

/* Where the child finds its program: always the same number, so that output does not vary. */
enum { PROGRAM_FD = 3, NOT_EXECUTED = 127 };
#define PROGRAM_PATH "/dev/fd/3"

static void add_assignment(void *context, const char *name, uint64_t value)
{
	buf_printf(context, "%s = %" PRIu64 "\n", name, value);
}

static void add_quoted(struct buf *out, const char *text)
{
	buf_add_byte(out, '\'');
	for (; *text; text++) {
		if (*text == '\n') {
			buf_puts(out, "\\n");
			continue;
		}
		if (*text == '\'' || *text == '\\')
			buf_add_byte(out, '\\');
		buf_add_byte(out, *text);
	}
	buf_add_byte(out, '\'');
}

static void add_preamble(struct buf *out)
{
	buf_puts(out, "import sys\n"
	              "import traceback\n"
	              "def _report(kind, value, trace):\n"
	              "    sys.stdout.flush()\n"
	              "    sys.stderr.write('%s:%d" HOOK_WORDS "\\n' % (_file, _line))\n"
	              "    traceback.print_exception(kind, value, trace)\n"
	              "sys.excepthook = _report\n");
}

/* The empty line after the text ends a line that a backslash at the very end would continue. */
static void add_block(struct buf *out, const struct code_block *block, const struct code_options *options)
{
	code_names_visit(&block->info, add_assignment, out);
	buf_puts(out, "_file = ");
	add_quoted(out, options->path);
	buf_printf(out, "\n_line = %d\n", block->line);
	buf_puts(out, block->text);
	buf_puts(out, "\n\n");
}

void code_python_program(struct buf *out, const struct code_block *blocks, const struct code_options *options)
{
	add_preamble(out);
	for (; blocks; blocks = blocks->next)
		add_block(out, blocks, options);
}

void code_python_show(struct buf *out, const struct code_block *blocks, const struct code_options *options)
{
	if (!options->verbose)
		return;
	code_python_program(out, blocks, options);
	buf_printf(out, "running: '%s " PROGRAM_PATH "'\n", options->command);
}

static int count_lines(const char *text, size_t length)
{
	int lines = 0;

	for (size_t i = 0; i < length; i++)
		lines += text[i] == '\n';
	return lines;
}

/* The block that holds line @wanted of the program, or NULL; and which line of its text it is. */
static const struct code_block *block_of_program_line(const struct code_block *blocks,
                                                      const struct code_options *options, int wanted,
                                                      int *line_of_block)
{
	struct buf text = BUF_INIT;
	const struct code_block *found = NULL;
	int lines = 1;

	add_preamble(&text);
	for (; blocks && !found; blocks = blocks->next) {
		add_block(&text, blocks, options);
		size_t tail = strlen(blocks->text) + strlen("\n\n");
		lines += count_lines(text.data, text.length - tail);
		int last = lines + count_lines(text.data + text.length - tail, tail);
		if (wanted < last) {
			found = blocks;
			*line_of_block = wanted > lines ? wanted - lines : 0;
		}
		lines = last;
		buf_clear(&text);
	}
	buf_free(&text);
	return found;
}

static const char *next_line(const char *at)
{
	const char *end = strchr(at, '\n');

	return end ? end + 1 : at + strlen(at);
}

static bool starts_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

/* Is this the first line of the hook's report? */
static bool is_report(const char *at, const char *path, int *line)
{
	char *end;

	if (!starts_with(at, path) || at[strlen(path)] != ':')
		return false;
	*line = (int)strtol(at + strlen(path) + 1, &end, 10);
	return starts_with(end, HOOK_WORDS "\n");
}

/* After a report's first line or a trace's: the first line that is neither trace nor source. */
static const char *headline_after(const char *at, struct arena *arena)
{
	for (const char *trace; (trace = strstr(at, TRACE_WORDS));)
		at = next_line(trace);
	while (*at == ' ' || *at == '\n')
		at = next_line(at);
	return *at ? arena_strndup(arena, at, strcspn(at, "\n")) : NULL;
}

/* What the hook printed; or what Python prints about a program that it cannot even compile. */
static void read_errors(const char *errors, const struct code_block *blocks, const struct code_options *options,
                        struct arena *arena, struct code_outcome *out)
{
	static const char place[] = "  File \"" PROGRAM_PATH "\", line ";
	const char *report = NULL;

	for (const char *at = errors; *at; at = next_line(at))
		if (is_report(at, options->path, &out->line))
			report = next_line(at);
	/* The innermost place in the program; of an exception, the trace that the hook printed says it. */
	for (const char *at = report ? report : errors; *at; at = next_line(at)) {
		if (!starts_with(at, place))
			continue;
		out->block = block_of_program_line(blocks, options, atoi(at + strlen(place)), &out->line_of_block);
		if (!report) {
			out->line = out->block ? out->block->line : 0;
			out->headline = headline_after(at, arena);
		}
	}
	if (report)
		out->headline = headline_after(report, arena);
}

static void play_child(const char *command, const int fds[3], pid_t parent)
{
	static const int numbers[] = { PROGRAM_FD, STDOUT_FILENO, STDERR_FILENO };
	sigset_t none;
	int copies[ARRAY_LEN(numbers)];

	/* Output takes memory, and more of it could not be read back. */
	const struct rlimit size = { BUF_READ_LIMIT, BUF_READ_LIMIT };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_FSIZE, &size);
	if (getppid() != parent)
		_exit(NOT_EXECUTED);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* First move them out of the way of the numbers to be used. */
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if ((copies[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, PROGRAM_FD + 1)) < 0)
			_exit(NOT_EXECUTED);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (dup2(copies[i], numbers[i]) < 0)
			_exit(NOT_EXECUTED);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(NOT_EXECUTED);
}

static bool write_all(int fd, const struct buf *text)
{
	for (size_t done = 0; done < text->length;) {
		ssize_t n = write(fd, text->data + done, text->length - done);

		if (n < 0 && errno != EINTR)
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return lseek(fd, 0, SEEK_SET) == 0;
}

static bool wait_for(pid_t child, int *status)
{
	while (waitpid(child, status, 0) < 0)
		if (errno != EINTR)
			return false;
	return true;
}

/* A command that consists only of words can replace its shell, and then dies with us as the shell would. */
static bool is_words(const char *command)
{
	return !command[strspn(command, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+- ")];
}

/* Run @program with @fds (program, output, errors); false with errno if it could not be started. */
static bool run_command(const struct code_options *options, const struct buf *program, const int fds[3], int *status)
{
	struct buf command = BUF_INIT;
	pid_t parent = getpid(), child = -1;

	if (fds[0] < 0 || fds[1] < 0 || fds[2] < 0 || !write_all(fds[0], program))
		return false;
	buf_printf(&command, "%s%s " PROGRAM_PATH, is_words(options->command) ? "exec " : "", options->command);
	child = fork();
	if (child == 0)
		play_child(command.data, fds, parent);
	buf_free(&command);
	return child > 0 && wait_for(child, status);
}

static const char *exit_reason(int status, struct arena *arena)
{
	if (WIFSIGNALED(status))
		return arena_printf(arena, "got signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	return arena_printf(arena, "returned non-zero status %d", WEXITSTATUS(status));
}

struct wanted_name {
	const char *text;
	bool found;
};

static void look_for_name(void *context, const char *name, uint64_t value MAYBE_UNUSED)
{
	struct wanted_name *wanted = context;
	size_t length = strlen(name);

	wanted->found |= !strncmp(wanted->text, name, length) && wanted->text[length] == '\'';
}

/* Exceptions that no answer of the target can bring about. Some names have a value only with certain congestion
 * controls: if one is missing, that may be the target's doing. */
static bool is_slip(const char *headline)
{
	static const char *const always[] = { "SyntaxError:", "IndentationError:", "TabError:" };
	static const char unknown_name[] = "NameError: name '";
	const struct tcp_state_info everything = { .cc_info_length = CC_INFO_BYTES };
	struct wanted_name wanted = { .text = headline + strlen(unknown_name) };

	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		if (starts_with(headline, always[i]))
			return true;
	if (!starts_with(headline, unknown_name))
		return false;
	code_names_visit(&everything, look_for_name, &wanted);
	return !wanted.found;
}

static void collect(struct buf *out, int fd)
{
	if (fd >= 0 && (lseek(fd, 0, SEEK_SET) != 0 || !buf_read_fd(out, fd)))
		buf_printf(out, "cannot read back what was printed: %s\n", strerror(errno));
}

void code_python_run(const struct code_block *blocks, const struct code_options *options, struct arena *arena,
                     struct code_outcome *out)
{
	const int fds[3] = { memfd_create("code", MFD_CLOEXEC), memfd_create("output", MFD_CLOEXEC),
	                     memfd_create("errors", MFD_CLOEXEC) };
	struct buf program = BUF_INIT;
	size_t old_errors = out->errors.length;
	int status = 0;

	code_python_program(&program, blocks, options);
	if (!run_command(options, &program, fds, &status)) {
		out->status = CODE_NO_ANSWER;
		out->exit_reason = arena_printf(arena, "cannot be started: %s", strerror(errno));
	} else {
		collect(&out->output, fds[1]);
		collect(&out->errors, fds[2]);
		/* NOT_EXECUTED is the shell's status for a missing command. */
		const bool judged = WIFEXITED(status) && WEXITSTATUS(status) != NOT_EXECUTED;
		out->status = !judged ? CODE_NO_ANSWER : status ? CODE_FAILED : CODE_OK;
	}
	if (status) {
		out->exit_reason = exit_reason(status, arena);
		read_errors(out->errors.data + old_errors, blocks, options, arena, out);
		if (out->headline && starts_with(out->headline, "MemoryError"))
			out->status = CODE_NO_MEMORY;
		else if (out->status == CODE_FAILED && out->headline && is_slip(out->headline))
			out->status = CODE_WRONG;
	}
	buf_free(&program);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}
