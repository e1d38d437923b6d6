/* SPDX-License-Identifier: MIT
 *
 * target_kinds.c - the targets that -t knows, and what a script's configuration means to them
 */
#include "cli/target_kinds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/utsname.h>

#include "cli/adapter.h"
#include "cli/builtin_setup.h"
#include "target/builtin/builtin.h"
#include "target/kernel/kernel.h"
#include "target/process/adapter.h"
#include "target/process/process.h"
#include "util/own_folder.h"
#include "util/table.h"

static struct target *open_in(const struct attempt_plan *plan, bool virtual_time, struct buf *problem)
{
	const struct config *c = &plan->script->config;
	const struct kernel_options options = {
		.own_namespace = plan->own_namespace,
		.local_ip = c->local_ip,
		.remote_ip = c->remote_ip,
		.gateway_ip = c->gateway_ip,
		.local_prefix = c->local_prefix,
		.remote_prefix = c->remote_prefix,
		.is_anyip = c->is_anyip,
		.mtu = c->mtu,
		.speed = c->speed,
		.virtual_time = virtual_time,
	};

	return kernel_target_open(&options, problem);
}

static struct target *open_kernel(const struct attempt_plan *plan, struct buf *problem)
{
	return open_in(plan, false, problem);
}

/* Inside the kernel that was booted. */
static struct target *open_linux(const struct attempt_plan *plan, struct buf *problem)
{
	return open_in(plan, true, problem);
}

/* Called inside of the kernel; whatever can be answered without one was asked outside. */
static bool linux_has(const struct need *need, struct buf *why)
{
	return need->kind == NEED_HZ || need->kind == NEED_CONFIG || kernel_target_has(need, why);
}

/* Where the script is, as seen from the current directory; NULL: here. From the script's arena. */
static const char *folder_of(const struct attempt_plan *plan)
{
	const char *name = plan->script->source.name, *slash = strrchr(name, '/');

	if (plan->directory || !slash)
		return NULL;
	return arena_strndup(plan->script->arena, name, slash == name ? 1 : (size_t)(slash - name));
}

static struct target *open_builtin(const struct attempt_plan *plan, struct buf *problem)
{
	const struct builtin_setup *setup = plan->target_options;
	const struct config *c = &plan->script->config;
	const struct builtin_options options = {
		.local_ip = c->local_ip,
		.local_prefix = c->local_prefix,
		.remote_ip = c->remote_ip,
		.remote_prefix = c->remote_prefix,
		.mtu = c->mtu,
		.config = &setup->config,
		.trace = setup->trace,
		.folder = folder_of(plan),
	};

	return builtin_target_open(&options, problem);
}

/* The network card behind which the machine is, for targets that need one; "": none was named. */
static const char *interface_of(const struct attempt_plan *plan)
{
	const struct builtin_setup *setup = plan->target_options;
	const char *name = plan->target_name, *text = strchr(name, ':') ? target_kind_file(name) : "";

	if (strncmp(name, "remote", 6) != 0 && strncmp(name, "wire", 4) != 0)
		return NULL;
	return *text || !setup->interface ? text : setup->interface;
}

static struct target *open_source(const struct attempt_plan *plan, const struct adapter_source *source,
                                  struct buf *problem)
{
	const struct builtin_setup *setup = plan->target_options;
	const struct config *c = &plan->script->config;
	size_t need_count;
	const struct need *needs = needs_of(plan->script, plan->needs, plan->need_count, &need_count);
	const struct process_options options = {
		.source = *source,
		.local_ip = c->local_ip,
		.remote_ip = c->remote_ip,
		.local_prefix = c->local_prefix,
		.remote_prefix = c->remote_prefix,
		.mtu = c->mtu,
		.seed = setup->config.seed,
		.shelf = setup->shelf,
		.interface = interface_of(plan),
		.option = c->plug_in_flags,
		/* Ends before the worker's own limit, so that there is time to report what was wrong. */
		.duration = vtime_ms(plan->timeout_s < 4 ? plan->timeout_s * 750 : plan->timeout_s * 1000 - 1000),
		.folder = folder_of(plan),
		.needs = needs,
		.need_count = need_count,
	};

	return process_target_open(&options, problem);
}

/* @name: what messages call it, where the command is our own; else NULL. */
static struct target *open_named(const struct attempt_plan *plan, const char *command, const char *name,
                                 struct buf *problem)
{
	const struct builtin_setup *setup = plan->target_options;
	const struct adapter_source source = { .command = command, .home = setup->home, .name = name };

	return open_source(plan, &source, problem);
}

static struct target *open_command(const struct attempt_plan *plan, const char *command, struct buf *problem)
{
	return open_named(plan, command, NULL, problem);
}

static struct target *open_process(const struct attempt_plan *plan, struct buf *problem)
{
	return open_command(plan, target_kind_file(plan->target_name), problem);
}

/* The words of a mould, which is this program, for one object at a time. */
#define copier(word, path) (char *[]){ "/proc/self/exe", "adapter", word, (char *)(path), NULL }

/* A forked copy of this process is the adapter of a shared object: a crash of the stack does not end us. */
static struct target *open_object(const struct attempt_plan *plan, struct buf *problem)
{
	const struct builtin_setup *setup = plan->target_options;
	const char *path = target_kind_file(plan->target_name);
	const struct adapter_source source = {
		.command = path, .home = setup->home, .serve = adapter_serve, .path = path,
		.mould = setup->mould, .copier = copier(ADAPTER_COPIES, path),
	};

	return open_source(plan, &source, problem);
}

/* Append @text as one word of an adapter's command line. */
static void add_word(struct buf *command, const char *text)
{
	buf_printf(command, strchr(text, '\'') ? " \"%s\"" : " '%s'", text);
}

/* Likewise for a stack that was written for the original tool; a script may name it. */
static struct target *open_plug_in(const struct attempt_plan *plan, struct buf *problem)
{
	const struct config *c = &plan->script->config;
	const char *given = target_kind_file(plan->target_name), *file = *given ? given : c->plug_in;
	struct buf command = BUF_INIT;
	struct target *t = NULL;

	if (file) {
		buf_puts(&command, "/proc/self/exe adapter plug-in");
		add_word(&command, file);
		if (c->plug_in_flags)
			add_word(&command, c->plug_in_flags);
		t = open_named(plan, command.data, file, problem);
	} else {
		buf_puts(problem, "which plug-in? Write -t plug-in:FILE.so, or --so_filename=FILE.so in the script");
	}
	buf_free(&command);
	return t;
}

/* What begins with a hyphen is an option for ssh, also behind the host, and may start any command here. */
static bool is_host(const char *host, size_t length, const char *program)
{
	return length && *host != '-' && strcspn(host, " \t'\"") >= length && *program && *program != '-';
}

/* ssh must not ask for a password, and gives up after ten seconds when the machine does not answer. */
static struct target *open_by_ssh(const struct attempt_plan *plan, const char *host, struct buf *problem)
{
	const char *colon = strrchr(host, ':'), *bracket = strrchr(host, ']');
	const bool names = colon && (!bracket || bracket < colon);       /* ssh knows [2001:db8::1] */
	const char *program = names ? colon + 1 : "./posix";
	const size_t length = names ? (size_t)(colon - host) : strlen(host);
	struct buf command = BUF_INIT;

	if (!is_host(host, length, program)) {
		buf_printf(problem, "which machine is under test? '%s' names none: --host root@dut, or "
		           "root@dut:PROGRAM", host);
		return NULL;
	}
	buf_printf(&command, "ssh -T -o BatchMode=yes -o ConnectTimeout=10 '%.*s' '%s'", (int)length, host, program);
	struct target *t = open_command(plan, command.data, problem);
	/* 127 is that of a shell which does not find a program; where ssh itself is missing, it says so. */
	if (!t && strstr(problem->data, "status 127") && !strstr(problem->data, "cannot be started"))
		buf_printf(problem, ". Is it there? 'scp build/adapter/posix/posix %.*s:' brings it",
		           (int)length, host);
	buf_free(&command);
	return t;
}

static bool has_interface(const struct attempt_plan *plan, const char *kind, struct buf *problem)
{
	const bool has = *interface_of(plan);

	if (!has)
		buf_printf(problem, "which network card leads to the machine under test? Write -t %s:INTERFACE, or "
		           "--interface INTERFACE", kind);
	return has;
}

/* The upper tester runs on the machine that is tested. */
static struct target *open_remote(const struct attempt_plan *plan, struct buf *problem)
{
	const struct builtin_setup *setup = plan->target_options;

	if (!has_interface(plan, "remote", problem))
		return NULL;
	if (setup->via && setup->host) {
		buf_puts(problem, "--via and --host are two ways to the same machine: which of them?");
		return NULL;
	}
	if (setup->via)
		return open_command(plan, setup->via, problem);
	if (setup->host)
		return open_by_ssh(plan, setup->host, problem);
	buf_puts(problem, "how are calls made on the machine under test? --host root@dut starts ./posix there by ssh, "
	         "and --via COMMAND starts adapter/posix in any other way");
	return NULL;
}

/* Any machine, for scripts that consist of packets alone. */
static struct target *open_wire(const struct attempt_plan *plan, struct buf *problem)
{
	return has_interface(plan, "wire", problem)
	       ? open_named(plan, "/proc/self/exe adapter nobody", plan->target_name, problem) : NULL;
}

/* An adapter that comes with protodrill: adapter/NAME/NAME.so beside the program, or NAME. */
static struct target *open_shipped(const struct attempt_plan *plan, struct buf *problem)
{
	const struct builtin_setup *setup = plan->target_options;
	const char *name = plan->target_name;
	char *folder = own_folder();
	struct target *t = NULL;
	struct buf command = BUF_INIT, object = BUF_INIT;

	buf_printf(&command, "%s/adapter/%s/%s", folder ? folder : "", name, name);
	buf_printf(&object, "%s.so", command.data);
	if (adapter_serves_alone() && access(object.data, R_OK) == 0) {
		const struct adapter_source source = {
			.command = object.data, .home = setup->home, .serve = adapter_serve_alone, .path = object.data,
			.mould = setup->mould, .copier = copier(ADAPTER_COPIES_ALONE, object.data),
		};
		t = open_source(plan, &source, problem);
	} else if (access(command.data, X_OK) < 0) {
		buf_printf(problem, "there is no adapter for %s at %s: %s. 'scripts/install-deps --adapters && make "
		           "adapters' builds it", name, command.data, strerror(errno));
	} else {
		buf_clear(&command);
		buf_printf(&command, "'%s/adapter/%s/%s'", folder ? folder : "", name, name);
		t = open_command(plan, command.data, problem);
	}
	buf_free(&command);
	buf_free(&object);
	free(folder);
	return t;
}

/* Behind a network card there is no TUN device, and some cases rely on how it counts the memory of packets. */
static bool card_has(const struct need *need, struct buf *why)
{
	if (need->kind != NEED_TUN)
		return process_target_has(need, why);
	buf_puts(why, "packets come by a network card");
	return false;
}

static const char target_default[] = "builtin";

const struct target_kind target_kinds[] = {
	{ .name = target_default, .help = "the reference stack, in virtual time", .open = open_builtin,
	  .virtual_time = true, .reference = true, .has = builtin_target_has },
	{ .name = "kernel", .help = "the kernel of this machine, in real time, in a network namespace of its own",
	  .open = open_kernel, .has = kernel_target_has },
	{ .name = "linux", .help = "a Linux kernel booted for each case, in virtual time (make linux); linux:FILE",
	  .open = open_linux, .virtual_time = true, .boots = true, .takes_text = true, .stands_for = "kernel",
	  .has = linux_has },
	{ .name = "process", .help = "a stack behind an adapter, in virtual time (docs/adapter.md); process:COMMAND",
	  .open = open_process, .virtual_time = true, .takes_text = true, .needs_text = true, .stands_for = "builtin",
	  .profile = "rfc", .has = process_target_has },
	{ .name = "so", .help = "a stack in a shared object, in virtual time (docs/adapter.md); so:FILE.so",
	  .open = open_object, .virtual_time = true, .takes_text = true, .needs_text = true, .stands_for = "builtin",
	  .profile = "rfc", .has = process_target_has },
	{ .name = "plug-in", .help = "a stack written as a plug-in of the original tool, in real time; plug-in:FILE.so",
	  .open = open_plug_in, .takes_text = true, .stands_for = "kernel", .has = process_target_has },
	{ .name = "remote", .help = "the stack of another machine, behind an interface; remote:INTERFACE, with --host",
	  .open = open_remote, .single = true, .takes_text = true, .stands_for = "kernel", .has = card_has },
	{ .name = "wire", .help = "any machine behind an interface, for scripts of packets alone; wire:INTERFACE",
	  .open = open_wire, .single = true, .takes_text = true, .stands_for = "kernel", .has = card_has },
	{ .name = "lwip", .help = "lwIP, in virtual time (make adapters)", .open = open_shipped, .virtual_time = true,
	  .stands_for = "builtin", .profile = "rfc", .has = process_target_has },
	{ .name = "gvisor", .help = "gVisor's netstack, in virtual time (make adapters)", .open = open_shipped,
	  .virtual_time = true, .stands_for = "builtin", .profile = "rfc", .has = process_target_has },
	{ 0 },
};

/* Is @name the name of @t, with or without a text as it takes one? */
static bool is_of_kind(const struct target_kind *t, const char *name)
{
	const size_t length = strlen(t->name);

	if (strncmp(t->name, name, length) != 0)
		return false;
	if (!name[length])
		return !t->needs_text;
	const char *text = name + length + 1;
	return name[length] == ':' && t->takes_text && (!t->needs_text || text[strspn(text, " \t")]);
}

const struct target_kind *target_kind_find(const char *name)
{
	for (const struct target_kind *t = target_kinds; t->name; t++)
		if (is_of_kind(t, name))
			return t;
	return NULL;
}

#define TARGETS_WITHOUT_CARD "builtin", "kernel", "linux", "process", "so", "plug-in", "lwip", "gvisor"

/* Options that some targets cannot obey, and those that can. */
static const struct scope {
	const char *option, *targets[10];
} scopes[] = {
	{ "host", { "remote" } }, { "via", { "remote" } }, { "interface", { "remote", "wire" } },
	{ "profile", { "builtin" } }, { "defect", { "builtin" } }, { "reached", { "builtin" } },
	{ "seed", { "builtin", "linux", "process", "so", "lwip", "gvisor" } },
	{ "shared", { "linux", "process", "so", "plug-in", "remote", "wire", "lwip", "gvisor" } },
	/* Where there is no network card there is nothing to set, and the script is played as it is. A card that others
	 * set up is not ours to change. */
	{ "speed", { TARGETS_WITHOUT_CARD } }, { "is_anyip", { TARGETS_WITHOUT_CARD } },
	{ "so_flags", { "process", "so", "plug-in", "remote", "lwip", "gvisor" } },
};

static bool is_in_scope(const struct scope *s, const struct target_kind *kind)
{
	for (size_t i = 0; s->targets[i]; i++)
		if (!strcmp(s->targets[i], kind->name))
			return true;
	return false;
}

/* --speed=0 asks for nothing. */
static bool is_set(const struct settings *settings, const char *option)
{
	for (size_t i = 0; i < settings->count; i++) {
		const char *value = settings->list[i].value;

		if (!strcmp(settings->list[i].name, option))
			return !value || strcmp(value, "0") != 0;
	}
	return false;
}

static bool is_given(const struct target_options *o, const char *option)
{
	const struct builtin_setup *setup = o->setup;
	const struct {
		const char *option;
		bool given;
	} own[] = {
		{ "host", setup->host }, { "via", setup->via }, { "interface", setup->interface },
		{ "profile", o->profiles }, { "defect", setup->defects }, { "reached", setup->reached },
		{ "seed", setup->seed_set }, { "shared", setup->shelf },
	};

	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (!strcmp(own[i].option, option))
			return own[i].given;
	return is_set(o->settings, option);
}

static void tell_scope(const struct scope *s, struct buf *out)
{
	for (size_t i = 0; s->targets[i]; i++)
		buf_printf(out, "%s-t %s", !i ? "" : s->targets[i + 1] ? ", " : " and ", s->targets[i]);
}

bool target_options_fit(const char *const *targets, const struct target_options *options, struct buf *problem)
{
	static const char *const first[] = { target_default, NULL };

	targets = targets ? targets : first;
	for (const struct scope *s = scopes; s < scopes + ARRAY_LEN(scopes); s++) {
		bool fits = !is_given(options, s->option);

		for (size_t t = 0; targets[t] && !fits; t++)
			fits = is_in_scope(s, target_kind_find(targets[t]));
		if (fits)
			continue;
		buf_printf(problem, "--%s is for ", s->option);
		tell_scope(s, problem);
		buf_printf(problem, ", and the target is %s", targets[1] ? "another one" : targets[0]);
		return false;
	}
	return true;
}

bool target_kind_obeys(const struct target_kind *kind, const struct config *config, struct buf *why)
{
	const struct {
		const char *option;
		bool given;
	} wanted[] = { { "speed", config->speed > 0 }, { "is_anyip", config->is_anyip } };

	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		for (const struct scope *s = scopes; s < scopes + ARRAY_LEN(scopes); s++) {
			if (!wanted[i].given || strcmp(s->option, wanted[i].option) != 0 || is_in_scope(s, kind))
				continue;
			buf_printf(why, "--%s is for ", s->option);
			tell_scope(s, why);
			return false;
		}
	return true;
}

const char *target_kind_file(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : "";
}

/* Who writes Process:COMMAND or process=COMMAND means the kind of target. */
static bool misses_colon(const char *name, struct buf *problem)
{
	for (const struct target_kind *t = target_kinds; t->name; t++) {
		const size_t length = strlen(t->name);

		if (t->takes_text && !strncasecmp(t->name, name, length) && name[length] &&
		    strchr(":= ", name[length])) {
			buf_printf(problem, "unknown target '%s'; did you mean '%s:%s'?", name, t->name,
			           name + length + 1);
			return true;
		}
	}
	return false;
}

/* Is it the second half of something in quotes, which a comma has cut? */
static bool ends_quote(const char *name)
{
	return strcspn(name, "\"'") < strlen(name) && !strchr(name, ':');
}

void target_kind_unknown(const char *name, struct buf *problem)
{
	const bool is_file = strchr(name, '/') && !strchr(name, ':');
	const char *end = strrchr(name, '.');
	struct guess guess = { .wanted = name };

	for (const struct target_kind *t = target_kinds; t->name; t++)
		if (t->needs_text && !strncmp(t->name, name, strlen(t->name)) && strchr(":", name[strlen(t->name)])) {
			buf_printf(problem, "which %s? Write %s", t->name, strrchr(t->help, ';') + 2);
			return;
		}
	for (const struct target_kind *t = target_kinds; t->name; t++)
		if (!strncmp(t->name, name, strlen(t->name)) && name[strlen(t->name)] == ':') {
			buf_printf(problem, "unknown target '%s': nothing stands behind '%s'%s", name, t->name,
			           t->reference ? "; --profile chooses how it behaves"
			           : t->stands_for ? "" : "; another Linux is -t linux:VERSION");
			return;
		}
	if (misses_colon(name, problem))
		return;
	for (const struct target_kind *t = target_kinds; t->name; t++)
		guess_offer(&guess, t->name);
	buf_printf(problem, "unknown target '%s'", name);
	if (ends_quote(name)) {
		buf_puts(problem, "; a comma ends the name of a target, even within quotes: a command with commas "
		         "belongs in a plan, or in a script of its own");
		return;
	}
	if (is_file)                                     /* the file of an adapter */
		buf_printf(problem, "; did you mean '%s:%s'?", end && !strcmp(end, ".so") ? "so" : "process", name);
	else if (guess.nearest)
		buf_printf(problem, "; did you mean '%s'?", guess.nearest);
	buf_puts(problem, is_file || guess.nearest ? " There are:" : "; there are:");
	for (const struct target_kind *t = target_kinds; t->name; t++)
		buf_printf(problem, "%s %s", t == target_kinds ? "" : ",", t->name);
}

void target_kind_traits(const struct target_kind *kind, const char *profile, const char *booted, struct config *config)
{
	struct utsname here;

	config->takes_plug_in = !strcmp(kind->name, "plug-in");
	config->target = kind->stands_for ? kind->stands_for : kind->name;
	config->profile = kind->reference && !profile ? "rfc" : profile;
	if (booted)
		config->kernel = booted;
	else if (!kind->reference && !uname(&here))
		config->kernel = arena_strdup(config->arena, here.release);
}
