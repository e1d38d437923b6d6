/* SPDX-License-Identifier: MIT
 *
 * learn.c - protodrill learn: the lessons of docs/tcp-by-experiment, step by step
 *
 * A lesson is a page for people, and all that this command knows of it stands there: headings divide it into steps, and
 * a line between ``` that names protodrill is an experiment, which is played where it stands. So question, experiment,
 * what to watch, why, variation and clause come in the order of the page, and a lesson that is added or changed
 * needs nothing here. The list of lessons is the table of README.md.
 *
 * At a terminal it waits for a key before each experiment, so that one can guess; elsewhere all goes in one go.
 * Pages and scripts are files: those of the folder in which the user stands, else those beside the program (a source
 * tree, or what `make install` has copied). An experiment is a process of its own, `protodrill run` with the options of
 * the page.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/command_frame.h"
#include "cli/console.h"
#include "util/arena.h"
#include "util/checked.h"
#include "util/own_folder.h"

#define PAGES "docs/tcp-by-experiment"

enum { MOST_WORDS = 32 };

struct request {
	struct arena *arena;
	const char *ending;                                  /* of page names: ".md", ".zh.md" */
	const char *html;                                    /* a folder for the HTML pages of the experiments, or
	                                                        NULL */
	int played;
	int status;                                          /* the worst exit status of the experiments */
};

/* ---- where the lessons are ---- */

/* Change to the folder to which the names of the lessons' scripts are relative. */
static bool go_to_lessons(struct arena *arena)
{
	static const char *const beside[] = { "..", "../share/protodrill" };

	if (access(PAGES "/README.md", R_OK) == 0)
		return true;
	char *program = own_folder();
	const char *folder = NULL;
	for (size_t i = 0; program && !folder && i < ARRAY_LEN(beside); i++) {
		folder = arena_printf(arena, "%s/%s", program, beside[i]);
		if (access(arena_printf(arena, "%s/" PAGES "/README.md", folder), R_OK) < 0)
			folder = NULL;
	}
	free(program);
	if (folder)
		return chdir(folder) == 0 || console_error("%s: %s", folder, strerror(errno));
	return console_error("there are no lessons here: neither this folder nor one beside the program has " PAGES);
}

static FILE *open_page(const struct request *request, const char *name)
{
	const char *path = arena_printf(request->arena, PAGES "/%s%s", name, request->ending);
	FILE *page = fopen(path, "r");

	if (!page)
		console_error("%s: %s", path, strerror(errno));
	return page;
}

/* ---- the list ---- */

/* A row of the table: "| NUMBER | [TITLE](FILE) | ...". Cuts up @line. False: it is something else. */
static bool read_row(char *line, const char **number, const char **title, char **file)
{
	char *open = strstr(line, "| ["), *middle = open ? strstr(open, "](") : NULL;
	char *close = middle ? strchr(middle, ')') : NULL;

	if (!close || strncmp(line, "| ", 2))
		return false;
	*number = line + 2;
	line[2 + strcspn(line + 2, " ")] = '\0';
	*title = open + 3;
	*middle = '\0';
	*file = middle + 2;
	*close = '\0';
	return true;
}

/* "07-fast-retransmit.zh.md" without its ending. */
static void cut_ending(char *file, const char *ending)
{
	size_t length = strlen(file), tail = strlen(ending);

	if (length > tail && !strcmp(file + length - tail, ending))
		file[length - tail] = '\0';
}

static int list_lessons(const struct request *request)
{
	char *line = NULL, *file;
	size_t room = 0;
	const char *number, *title;
	FILE *list = open_page(request, "README");

	if (!list)
		return EXIT_STATUS_ERROR;
	while (getline(&line, &room, list) >= 0)
		if (read_row(line, &number, &title, &file))
			printf("%3s  %s\n", number, title);
	free(line);
	fclose(list);
	puts("\nprotodrill learn NUMBER goes through one of them.");
	return EXIT_STATUS_OK;
}

static bool is_number(const char *text)
{
	return *text && !text[strspn(text, "0123456789")];
}

/* The name of the page that @wanted means: a number, a name, or a part of a name that occurs only once, in capitals or
 * not. NULL: there is none, and the reason has been printed. */
static const char *find_lesson(const struct request *request, const char *wanted)
{
	struct guess guess = { .wanted = wanted };
	const char *found = NULL, *number, *title;
	char *line = NULL, *file;
	size_t room = 0, parts = 0;
	FILE *list = open_page(request, "README");

	if (!list)
		return NULL;
	while (getline(&line, &room, list) >= 0) {
		if (!read_row(line, &number, &title, &file))
			continue;
		cut_ending(file, request->ending);
		bool counted = is_number(wanted);
		bool exactly = counted ? atoi(wanted) == atoi(number) : !strcasecmp(file, wanted);
		if (exactly || (!counted && *wanted && strcasestr(file, wanted))) {
			found = arena_strdup(request->arena, file);
			parts++;
		}
		guess_offer(&guess, arena_strdup(request->arena, file));
		if (exactly) {
			parts = 1;
			break;
		}
	}
	free(line);
	fclose(list);
	if (parts == 1)
		return found;
	if (parts)
		console_error("'%s' is a part of %zu names; 'protodrill learn' lists the lessons", wanted, parts);
	else
		console_unknown("lesson", &guess, "", "'protodrill learn' lists them.");
	return NULL;
}

/* ---- a lesson ---- */

/* False: nobody is there, or nobody any more. */
static bool wait_for_key(const char *what)
{
	int c;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return true;
	printf("\n[Enter: %s, q: end] ", what);
	fflush(stdout);
	c = getchar();
	for (int rest = c; rest != '\n' && rest != EOF; )
		rest = getchar();
	return c != 'q' && c != EOF;
}

/* Play "build/protodrill run ...", a command of the page. */
static void play(struct request *request, char *command)
{
	char *argv[MOST_WORDS + 2], *rest;
	size_t count = 0;
	int status = 0;

	for (char *word; count < MOST_WORDS && (word = strtok_r(count ? NULL : command, " \n", &rest)); )
		argv[count++] = word;
	request->played++;
	if (request->html && mkdir(request->html, 0777) != 0 && errno != EEXIST)
		console_error("%s: %s", request->html, strerror(errno));
	if (request->html)
		argv[count++] = (char *)arena_printf(request->arena, "--report=html=%s/%d", request->html,
		                                     request->played);
	argv[count] = NULL;
	if (fflush(stdout) != 0)                             /* main() says so, once */
		return;
	pid_t child = fork();
	if (child == 0) {
		execv("/proc/self/exe", argv);
		_exit(EXIT_STATUS_ERROR);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	int exit_status = child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_STATUS_ERROR;
	if (exit_status > request->status)
		request->status = exit_status;
}

/* Headings are underlined. */
static void print_line(const char *line)
{
	size_t level = strspn(line, "#");

	if (!level) {
		fputs(line, stdout);
		return;
	}
	printf("%s", line + level + strspn(line + level, " "));
	puts(level == 1 ? "==========" : "----------");
}

static int go_through(struct request *request, const char *name)
{
	static const char program[] = "build/protodrill ";
	char *line = NULL;
	size_t room = 0;
	bool fenced = false, more = true;
	FILE *page = open_page(request, name);

	if (!page)
		return EXIT_STATUS_ERROR;
	while (more && !ferror(stdout) && getline(&line, &room, page) >= 0) {
		if (!strncmp(line, "```", 3))
			fenced = !fenced;
		else if (!fenced)
			print_line(line);
		else if (strncmp(line, program, sizeof(program) - 1))
			printf("    %s", line);
		else {
			printf("$ protodrill %s", line + sizeof(program) - 1);
			more = wait_for_key("play it");
			if (more)
				play(request, line);
		}
	}
	free(line);
	fclose(page);
	return request->status;
}

/* ---- the command line ---- */

static const struct command_option options[] = {
	{ "language", 0, "WORD", "of the pages: en or zh (en)" },
	{ "html", 0, "DIR", "also draw the experiments for a browser: DIR/1/index.html and DIR/2/index.html" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill learn [OPTION]... [LESSON]\n"
	     "List the lessons of TCP by experiment, or go through one: its question, the experiment, what to watch,\n"
	     "why, and a variation. LESSON is its number, its name or a part of the name.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nExamples:\n"
	     "  protodrill learn\n"
	     "  protodrill learn 7\n"
	     "  protodrill learn --language zh --html /tmp/ladder zero-window");
}

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;

	if (!strcmp(option->name, "html")) {
		char here[4096];
		const char *folder = getcwd(here, sizeof(here)) ? here : "";
		request->html = *value == '/' ? value : arena_printf(request->arena, "%s/%s", folder, value);
		return true;
	}
	if (strcmp(value, "en") && strcmp(value, "zh"))
		return console_error("unknown language '%s'; there are en and zh", value);
	request->ending = !strcmp(value, "zh") ? ".zh.md" : ".md";
	return true;
}

static int learn(void *user, char **paths, struct settings *settings)
{
	struct request *request = user;

	(void)settings;
	if (paths[0] && paths[1]) {
		console_error("want one lesson. Try 'protodrill learn --help'.");
		return EXIT_STATUS_ERROR;
	}
	if (!go_to_lessons(request->arena))
		return EXIT_STATUS_ERROR;
	if (!paths[0])
		return list_lessons(request);
	const char *name = find_lesson(request, paths[0]);
	return name ? go_through(request, name) : EXIT_STATUS_ERROR;
}

int learn_main(int argc, char **argv)
{
	static const struct command_frame frame = { .options = options, .usage = usage, .set = set, .act = learn };
	struct request request = { .arena = arena_new(), .ending = ".md" };

	int status = command_frame_main(&frame, &request, argc, argv);
	arena_free(request.arena);
	return status;
}
