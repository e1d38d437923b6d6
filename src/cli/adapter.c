/* SPDX-License-Identifier: MIT
 *
 * adapter.c - protodrill adapter: the conformance test of adapters, and stacks in shared objects as adapters
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <time.h>

#define PROTODRILL_ADAPTER_IMPLEMENTATION
#include "adapter/protodrill-adapter.h"

#include "cli/adapter.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/object.h"
#include "cli/plug_in.h"
#include "target/process/adapter.h"
#include "target/process/adapter_check.h"
#include "target/process/mould.h"

static const char help[] =
	"Usage: protodrill adapter check COMMAND|so:FILE.so\n"
	"       protodrill adapter serve FILE.so\n"
	"       protodrill adapter plug-in FILE.so [FLAGS]\n"
	"An adapter puts a TCP/UDP stack behind the protocol that -t process:COMMAND speaks (docs/adapter.md).\n\n"
	"  check   ask for each rule of the protocol, one by one, and say what is wrong with the adapter\n"
	"  serve   be the adapter of the stack that FILE.so exports as protodrill_stack_v1; -t so:FILE.so does that\n"
	"  plug-in be the adapter, in real time, of a stack that was written as a plug-in of the original tool\n"
	"          (packetdrill_interface_init, which is given FLAGS); packetdrill --so_filename=FILE.so does that\n\n"
	"Exit status: 0 done, 1 a rule is broken, 2 a bad command line, or nothing that answers.\n\n"
	"Examples:\n"
	"  protodrill adapter check ./my-adapter\n"
	"  protodrill adapter check 'python3 my-adapter.py --quiet'\n"
	"  protodrill run -t process:./my-adapter testcases/first";

/* @name is a command, or a target as -t takes it: process:COMMAND, so:FILE.so. */
static int check(const char *name)
{
	const bool is_object = !strncmp(name, "so:", 3), is_target = !strncmp(name, "process:", 8);
	const struct adapter_source source = {
		.command = is_target ? name + 8 : name, .serve = is_object ? adapter_serve : NULL,
		.path = is_object ? name + 3 : NULL,
	};

	if ((is_object && !*source.path) || (is_target && !*source.command)) {
		console_error("which adapter? Write its COMMAND, or so:FILE.so");
		return EXIT_STATUS_ERROR;
	}
	const int broken = adapter_check(&source, 0, stdout);

	if (broken == ADAPTER_NOT_CHECKED)
		return EXIT_STATUS_ERROR;
	if (broken)
		printf("%d rule%s broken; what it says of the stack counts when all are kept\n", broken,
		       broken == 1 ? " is" : "s are");
	else
		printf("all rules are kept, so what fails now is the stack's: protodrill run -t '%s%s' "
		       "testcases/first\n", is_object ? "" : "process:", source.command);
	return broken ? EXIT_STATUS_FAIL : EXIT_STATUS_OK;
}

/* Copy their table. Functions that an older header lacks stay NULL, and those that a newer one adds are left out. */
static bool take_table(const struct protodrill_stack_v1 *theirs, struct protodrill_stack_v1 *ours, const char *path)
{
	enum { LEAST = offsetof(struct protodrill_stack_v1, poll) + sizeof(ours->poll), MOST = 1 << 16 };

	if (theirs->size < LEAST || theirs->size > MOST)
		return console_error("%s: protodrill_stack_v1 has the size %u; here it has %zu bytes, and .size is "
		                     "sizeof(protodrill_stack_v1)", path, theirs->size, sizeof(*ours));
	memset(ours, 0, sizeof(*ours));
	memcpy(ours, theirs, theirs->size < sizeof(*ours) ? theirs->size : sizeof(*ours));
	if (theirs->version != PROTODRILL_PROTOCOL)
		return console_error("%s: protodrill_stack_v1 has the version %u, and here is version %d", path,
		                     theirs->version, PROTODRILL_PROTOCOL);
	const char *missing = !ours->name ? "name" : !ours->start ? "start" : !ours->packet ? "packet" :
	                      !ours->poll ? "poll" : NULL;
	if (missing)
		return console_error("%s: protodrill_stack_v1 has no %s, and nothing goes without it", path, missing);
	return true;
}

/* What this process has loaded: once, whether it serves itself or is the mould of those that do. */
static struct {
	bool done;
	struct protodrill_stack_v1 stack;
	const struct protodrill_stack_v1 *table;             /* of one that serves alone, by means of @serve */
	int (*serve)(const struct protodrill_stack_v1 *);
} loaded;

static bool load(const char *path)
{
	void *object;
	const void *table = loaded.done ? NULL : object_load(path, RTLD_NOW | RTLD_LOCAL, OBJECT_STACK, &object);

	loaded.done |= table && take_table(table, &loaded.stack, path);
	return loaded.done;
}

int adapter_serve(const char *path)
{
	return load(path) ? protodrill_adapter_main(&loaded.stack) : EXIT_STATUS_ERROR;
}

#ifdef __SANITIZE_ADDRESS__
bool adapter_serves_alone(void)
{
	return false;                                        /* its C library must come before all others */
}

bool adapter_has_moulds(void)
{
	return false;                                        /* it would look for the stack of a copy elsewhere */
}
#else
bool adapter_has_moulds(void)
{
	return true;
}

/* A static program has no dynamic linker to load objects with. */
bool adapter_serves_alone(void)
{
	return getauxval(AT_BASE) != 0;
}
#endif

/* @binding: a mould binds its functions once for all copies, and one that serves itself only those that it calls. */
static bool load_alone(const char *path, int binding)
{
	void *object, *symbol;

	if (loaded.table)
		return true;
	loaded.table = object_load(path, binding | RTLD_LOCAL | RTLD_DEEPBIND, OBJECT_STACK, &object);
	symbol = loaded.table ? dlsym(object, "protodrill_adapter_main") : NULL;
	if (symbol)
		memcpy(&loaded.serve, &symbol, sizeof(loaded.serve));
	else if (loaded.table)
		return console_error("%s", dlerror());
	return symbol;
}

int adapter_serve_alone(const char *path)
{
	return load_alone(path, RTLD_LAZY) ? loaded.serve(loaded.table) : EXIT_STATUS_ERROR;
}

static bool load_alone_now(const char *path)
{
	return load_alone(path, RTLD_NOW);
}

/* ---- an adapter without calls ---- */

static int64_t real_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void sleep_until(int64_t until, int step)
{
	const struct timespec t = { until / 1000000000, until % 1000000000 };

	(void)step;
	clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL);
}

static int start_nothing(const struct protodrill_start *how)
{
	(void)how;
	return 0;
}

/* Takes the place of adapter/posix where that is not available: it knows no call that a script might make. */
static int serve_nothing(void)
{
	static const struct protodrill_stack_v1 nobody = {
		.size = sizeof(nobody), .version = PROTODRILL_PROTOCOL, .name = "a machine without upper tester",
		.start = start_nothing, .clock = real_clock, .wait = sleep_until,
	};

	return protodrill_adapter_main(&nobody);
}

int adapter_main(int argc, char **argv)
{
	const char *last = argc == 2 || argc == 3 ? argv[argc - 1] : "";

	if (!strcmp(last, "--help") || !strcmp(last, "-h")) {
		puts(help);
		return EXIT_STATUS_OK;
	}
	if (argc == 3 && !strcmp(argv[1], "check"))
		return check(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "serve"))
		return adapter_serve(argv[2]);
	if ((argc == 3 || argc == 4) && !strcmp(argv[1], "plug-in"))
		return plug_in_serve(argv[2], argv[3]);
	if (argc == 3 && !strcmp(argv[1], ADAPTER_COPIES))
		return mould_be(load, adapter_serve, argv[2]);
	if (argc == 3 && !strcmp(argv[1], ADAPTER_COPIES_ALONE))
		return mould_be(load_alone_now, adapter_serve_alone, argv[2]);
	if (argc == 2 && !strcmp(argv[1], "nobody"))
		return serve_nothing();
	if (argc > 3 && !strcmp(argv[1], "check")) {
		struct buf words = BUF_INIT;
		for (int i = 2 + !strcmp(argv[2], "-t"); i < argc; i++)
			buf_printf(&words, "%s%s", words.length ? " " : "", argv[i]);
		console_error("'check' wants one COMMAND: protodrill adapter check '%s'", words.data);
		buf_free(&words);
		return EXIT_STATUS_ERROR;
	}
	console_error("want 'check COMMAND', 'serve FILE.so' or 'plug-in FILE.so' after 'adapter'. "
	              "Try 'protodrill adapter --help'.");
	return EXIT_STATUS_ERROR;
}
