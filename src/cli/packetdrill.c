/* SPDX-License-Identifier: MIT
 *
 * packetdrill.c - the old face: options, messages and exit status of the original tool
 *
 * Language reference, sections 1, 4 and 22. Unless asked otherwise (-t builtin) the target is the kernel, in the
 * network namespace that the program was started in.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/boot_case.h"
#include "cli/builtin_setup.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/packetdrill.h"
#include "cli/target_kinds.h"
#include "report/original_text.h"
#include "suite/attempt.h"
#include "suite/player.h"

enum { OLD_FACE_RETRIES = 2, OLD_FACE_MEMORY_MB = 1024, OLD_FACE_TIMEOUT_S = 180 };

struct request {
	const struct target_kind *target;
	const char *target_name;                             /* as given with -t, which may say more than the kind */
	struct arena *arena;
	struct linux_image image;                            /* of a target that boots */
	struct builtin_setup builtin;
	bool python;                                         /* code blocks are played by Python */
	struct settings settings;
};

/* Options that the original lacks. */
static const struct command_option own_options[] = {
	{ "target", 't', "NAME", "what to test: kernel (the default), builtin, linux:FILE, process:COMMAND ..." },
	{ "profile", 0, "NAME", "builtin: rfc, linux ... ('protodrill list --profiles'), or a file NAME.yaml" },
	BUILTIN_SETUP_OPTIONS
	{ "python", 0, NULL, "run all code blocks with python3; builtin: without this no script starts a program" },
	{ 0 },
};

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;
	struct buf problem = BUF_INIT;
	bool good;

	if (builtin_setup_set(&request->builtin, option->name, value, &good))
		return good;
	if (!strcmp(option->name, "python")) {
		request->python = true;
		return true;
	}
	request->target = target_kind_find(value);
	request->target_name = value;
	if (!request->target)
		target_kind_unknown(value, &problem);
	good = request->target && (!request->target->boots || linux_image_find(target_kind_file(value), request->arena,
	                                                                    &request->image, &problem));
	if (!good) {
		fprintf(stderr, "error: %s\n", problem.data);
		buf_free(&problem);
	}
	return good;
}

static void usage(FILE *out)
{
	fputs("Usage: packetdrill [OPTION]... SCRIPT.pkt...\n"
	      "Play timed packet scripts against the TCP/IP stack of this machine, in this network namespace.\n\n"
	      "Options:\n",
	      out);
	options_print(out, own_options);
	options_print_script_options(out, own_options);
}

/* A config_apply_fn. Unless a family is asked for, it is the one to which the name of this machine resolves. */
static bool apply(struct config *c, void *user, struct diags *diags)
{
	const struct request *request = user;
	const char *release = request->image.release;

	c->family_of_host = true;
	target_kind_traits(request->target, request->builtin.profile, *release ? release : NULL, c);
	c->takes_plug_in = true;
	return settings_apply(c, (void *)&request->settings, diags);
}

static void render(const struct record *record, const void *user, struct attempt_output *out)
{
	(void)user;
	original_text_report(record, &out->out, &out->err);
}

/* Called while the script runs, so that one can see where it hangs. */
static void observe(const struct record *record, const struct entry *entry)
{
	struct buf text = BUF_INIT;
	ssize_t n = 0;

	original_text_trace(record, entry, &text);
	for (size_t at = 0; at < text.length && (n >= 0 || errno == EINTR); at += n > 0 ? (size_t)n : 0)
		n = write(STDOUT_FILENO, text.data + at, text.length - at);
	buf_free(&text);
}

/* @inside: this is the process for it. */
static void play(struct request *request, const struct script *script, bool inside, struct attempt *out)
{
	const struct target_kind *target = script->config.plug_in ? target_kind_find("plug-in") : request->target;
	const struct attempt_plan plan = {
		.script = script,
		.target_name = script->config.plug_in ? target->name : request->target_name,
		.open = target->open,
		.target_options = &request->builtin,
		.virtual_time = target->virtual_time,
		.render = render,
		.observe = script->config.verbose || script->config.debug ? observe : NULL,
		.force_python = request->python,
		.allow_python = request->python || !target->reference,
		.keep_background = true,
		.retries = OLD_FACE_RETRIES,
		.memory_mb = OLD_FACE_MEMORY_MB,
	};
	if (inside) {
		player_play(&plan, out);
		return;
	}
	attempt_settle(&plan, out);
}

void packetdrill_play_inside(const struct task *task, struct attempt *out)
{
	struct request request = {
		.target = target_kind_find(task->target),
		.target_name = task->target,
		.python = task->request.python,
		.settings = task->request.settings,
	};
	struct diags diags;

	diags_init(&diags);
	struct script *script = script_load(task->what.path, apply, &request, &diags);
	if (script)
		script_prepare(script, &diags);
	if (script && !diags.errors)
		play(&request, script, true, out);
	script_free(script);
	diags_free(&diags);
}

static void boot(const struct request *request, const char *path, struct attempt *out)
{
	const struct task task = {
		.target = request->target->name,
		.old_face = true,
		.request = { .python = request->python, .settings = request->settings },
		.setup = request->builtin,
		.what.path = path,
	};
	struct buf reason = BUF_INIT;

	if (!boot_case(request->image.path, NULL, &task, OLD_FACE_TIMEOUT_S, out, &reason)) {
		out->verdict = VERDICT_ERROR;
		buf_printf(&out->output.err, "%s: error: %s\n", path, reason.data);
	}
	buf_free(&reason);
}

static int judge(struct request *request, const char *path, const struct script *script)
{
	struct attempt attempt = ATTEMPT_INIT;
	int status = EXIT_STATUS_FAIL;

	if (request->target->boots)
		boot(request, path, &attempt);
	else
		play(request, script, false, &attempt);
	if (attempt.signal) {
		status = EXIT_STATUS_SIGNAL + attempt.signal;
	} else {
		fwrite(attempt.output.out.data, 1, attempt.output.out.length, stdout);
		fflush(stdout);
		fwrite(attempt.output.err.data, 1, attempt.output.err.length, stderr);
		if (attempt.verdict == VERDICT_PASS)
			status = EXIT_STATUS_OK;
	}
	attempt_free(&attempt);
	return status;
}

static int one_script(const char *path, struct request *request)
{
	struct diags diags;
	int status = EXIT_STATUS_OK;

	diags_init(&diags);
	struct script *script = script_load(path, apply, request, &diags);
	if (script && !diags.errors)
		script_prepare(script, &diags);
	if (diags.errors || !script) {
		struct buf message = BUF_INIT;
		original_text_diag(&diags, &message);
		fputs(message.data, stderr);
		buf_free(&message);
		status = EXIT_STATUS_FAIL;
	} else if (!script->config.dry_run) {
		status = judge(request, path, script);
	}
	script_free(script);
	diags_free(&diags);
	return status;
}

/* Checked before whether there is a path: a wire server is started without one. */
static bool supported(const struct settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		const struct config_option *o = config_option_find(settings->list[i].name);
		if (o && !o->set) {
			fprintf(stderr, "error: --%s is %s\n", o->name, o->help);
			return false;
		}
	}
	return true;
}

int packetdrill_main(int argc, char **argv)
{
	static const char unless_asked[] = "kernel";
	struct arena *arena = arena_new();
	struct request *request = arena_new_object(arena, struct request);
	const struct command_line line = {
		.options = own_options, .script_options = true, .old_messages = true, .set = set, .user = request
	};
	int status = EXIT_STATUS_FAIL, first;

	request->target = target_kind_find(unless_asked);
	request->target_name = unless_asked;
	request->arena = arena;
	if (!options_parse(&line, argc, argv, &request->settings, &first)) {
		usage(stderr);
	} else if (supported(&request->settings)) {
		if (first == argc) {
			fputs("error: missing script path\n", stderr);
			usage(stderr);
		} else if (builtin_setup_finish(&request->builtin)) {
			status = EXIT_STATUS_OK;
		}
	}
	for (int i = first; i < argc && status == EXIT_STATUS_OK; i++)
		status = one_script(argv[i], request);
	settings_free(&request->settings);
	arena_free(arena);
	return status;
}
