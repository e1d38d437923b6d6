/* SPDX-License-Identifier: MIT
 *
 * mutate.c - protodrill mutate: what if an injected packet were another one?
 *
 * Each script becomes a number of copies in which one packet is changed (script/mutation.h). They are played beside the
 * script itself, and judged (mutant.h). What is alike is one finding, and of each finding the first copy is made as
 * short as it can be.
 *
 * Scripts are taken in portions, so that memory does not grow with their number. All that is random follows from the
 * seed and the name of the script: one script alone has the same copies as among a hundred.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/case_check.h"
#include "cli/cli.h"
#include "cli/command_frame.h"
#include "cli/console.h"
#include "cli/mutant.h"
#include "cli/target_kinds.h"
#include "report/invariant.h"
#include "script/additions.h"
#include "suite/discover.h"
#include "target/builtin/profile.h"
#include "util/checked.h"
#include "util/printable.h"

enum { COPIES = 40, MOST_COPIES = 100000, MOST_SEED = 1000000000, PAIRS = 12, PORTION = 1500 };

struct request {
	struct mutant_player player;
	const char *keep;                                    /* a folder; NULL: nothing is kept */
	int count, seed;
	bool brief;
	bool remnants;                                       /* the target keeps but numbers of what was closed */
};

static const struct command_option options[] = {
	{ "target", 't', "NAME[,NAME]", "play on this target (builtin); on two: where do they differ?" },
	{ "profile", 0, "NAME", "builtin: rfc, linux ..., as 'protodrill run' takes it" },
	{ "defect", 0, "NAME", "builtin: with something broken on purpose" },
	{ "count", 0, "N", "how many copies are made of each script (40)" },
	{ "seed", 0, "N", "which of all possible ones: the same for the same number (1)" },
	{ "jobs", 'j', "N", "play N scripts at a time" },
	{ "brief", 'b', NULL, "one line a finding: no scripts" },
	{ "keep", 0, "DIR", "write the shortest script of each finding there" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill mutate [OPTION]... FILE|DIR...\n"
	     "Play copies of scripts in which an injected packet is another one: one or two of its fields\n"
	     "changed (flags, numbers, window, length, options, checksums, header lengths, IP), lost, sent\n"
	     "twice, or after the next one.\n"
	     "On one target: does anything happen that must not, whatever arrives? No crash, no\n"
	     "acknowledgement of what did not arrive, no octet invented, no storm of answers, no connection\n"
	     "without end; and what every host drops or ignores must change nothing. On two: where do they\n"
	     "differ? What is alike is one finding, with the shortest script that shows it.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nExit status: 0 nothing was found, 1 something was, 2 a script has errors or none could be played.\n\n"
	     "Examples:\n"
	     "  protodrill mutate testcases/close\n"
	     "  protodrill mutate -t builtin,linux:6.12 --profile linux --keep found testcases/reset");
}

/* ---- the command line ---- */

static bool set_targets(struct mutant_player *p, char *list)
{
	struct buf problem = BUF_INIT;
	char *rest = list, *name;

	p->target_count = 0;
	p->shared = false;
	while ((name = strsep(&rest, ","))) {
		const struct target_kind *kind = target_kind_find(name);
		if (!kind) {
			target_kind_unknown(name, &problem);
			return console_complain(&problem);
		}
		if (p->target_count == MUTANT_TARGETS)
			return console_error("bad --target: want one target or two, to be compared");
		p->shared |= kind->boots;
		p->coarse[p->target_count] = kind->boots || !kind->virtual_time;
		p->names[p->target_count++] = name;
	}
	return true;
}

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;

	if (!strcmp(option->name, "count"))
		return console_option_number(option->name, value, 1, MOST_COPIES, &request->count);
	if (!strcmp(option->name, "seed"))
		return console_option_number(option->name, value, 0, MOST_SEED, &request->seed);
	if (!strcmp(option->name, "target"))
		return console_option_list(option->name, value, &request->player.targets);
	if (!strcmp(option->name, "profile"))
		request->player.profile = value;
	else if (!strcmp(option->name, "defect"))
		request->player.defect = value;
	else if (!strcmp(option->name, "jobs"))
		request->player.jobs = value;
	else if (!strcmp(option->name, "keep"))
		request->keep = value;
	else
		request->brief = true;
	return true;
}

/* ---- a batch of scripts, and their copies ---- */

struct original {
	const char *path;
	size_t at, copies;                                   /* the index of its own text, and how many copies follow
	                                                        it */
};

struct portion {
	struct arena *arena;
	struct original *originals;
	size_t count;
	struct mutant *mutants;                              /* one for each text; those of originals are empty, and
	                                                        .changed and .plain are not set */
	const char **wheres;                                 /* "line 14: window 0" */
	struct buf *texts;
	size_t text_count, room;
};

struct finding {
	struct finding *next;
	char *cause, *path, *where;
	size_t times;
	struct mutant mutant;
};

struct hunt {
	const struct request *request;
	struct finding *findings;
	size_t played, wrong, left_out, unplayable;
};

static void portion_add(struct portion *p, const struct mutant *m, const char *where, const struct buf *text)
{
	if (p->text_count == p->room) {
		p->room = p->room ? 2 * p->room : PORTION;
		p->texts = checked_memory(realloc(p->texts, p->room * sizeof(*p->texts)));
		p->mutants = checked_memory(realloc(p->mutants, p->room * sizeof(*p->mutants)));
		p->wheres = checked_memory(realloc(p->wheres, p->room * sizeof(*p->wheres)));
	}
	p->mutants[p->text_count] = *m;
	p->wheres[p->text_count] = where;
	p->texts[p->text_count++] = *text;
}

static void portion_clear(struct portion *p)
{
	for (size_t i = 0; i < p->text_count; i++)
		buf_free(&p->texts[i]);
	p->text_count = p->count = 0;
	arena_free(p->arena);
	p->arena = arena_new();
}

/* Added behind the script's headers: whatever no longer fits must not end the script. */
static void add_lenience(struct buf *out, const char **body)
{
	while (!strncmp(*body, "//", 2)) {
		size_t length = strcspn(*body, "\n");
		length += (*body)[length] == '\n';
		buf_add(out, *body, length);
		*body += length;
	}
	buf_puts(out, "--non_fatal=\"packet,syscall\"\n");
}

/* A script as it is played. What comes behind its last line shows whether the stack ever ends; on a real clock nobody
 * waits for that. */
static void frame(struct buf *out, const struct request *request, const struct script *s, const struct buf *body,
                  bool lenient)
{
	const bool waits = request->player.target_count == 1 &&
	                   target_kind_find(request->player.names[0])->reference;
	const char *rest = body->data;

	if (lenient)
		add_lenience(out, &rest);
	buf_puts(out, rest);
	if (waits && !s->cleanup)
		buf_printf(out, "+%d `true`\n", 2 * INVARIANT_SILENCE_S);
}

static uint64_t hash(const char *text, uint64_t seed)
{
	for (; *text; text++)
		seed = (seed ^ (uint8_t)*text) * UINT64_C(1099511628211);
	return seed;
}

/* Move @wanted of the @count mutations to the front, chosen by @state. */
static void shuffle(struct mutation *all, size_t count, size_t wanted, uint64_t *state)
{
	for (size_t i = 0; i < wanted && i < count; i++) {
		size_t other = i + (size_t)(mutation_random(state) % (count - i));
		struct mutation m = all[i];
		all[i] = all[other];
		all[other] = m;
	}
}

static bool add_copy(struct portion *p, const struct request *request, const struct script *s,
                     const struct mutation *mutation)
{
	struct buf changed = BUF_INIT, text = BUF_INIT, where = BUF_INIT;
	/* On two targets there is no separate question about changes that must have no effect. */
	const bool alone = request->player.target_count == 1;
	struct mutant m = { .effect = alone ? mutation->effect : MUTATION_FREE, .what = mutation->what,
	                    .milder = mutation->answered };
	const bool good = mutation_print(&changed, s, mutation);

	if (good) {
		frame(&text, request, s, &changed, m.effect == MUTATION_FREE);
		mutation_describe(&where, mutation);
		portion_add(p, &m, arena_strdup(p->arena, where.data), &text);
	}
	buf_free(&changed);
	buf_free(&where);
	return good;
}

/* A host that keeps no more of a closed connection than its numbers acknowledges an RST outside the window there. Does
 * it do no more than that? A second copy, behind the first one, allows the ACK. */
static bool needs_milder(const struct request *request, const struct mutation *m)
{
	return request->player.target_count == 1 && request->remnants && mutation_is_far_reset(m);
}

static void add_copies(struct portion *p, const struct request *request, const char *path, const struct script *s)
{
	struct original *o = &p->originals[p->count++];
	struct buf body = BUF_INIT, plain = BUF_INIT;
	uint64_t state = hash(path, (uint64_t)request->seed);
	struct mutation *all;
	size_t count = script_mutations(s, PAIRS, state, p->arena, &all);

	*o = (struct original){ .path = path, .at = p->text_count };
	additions_expand(&body, s);
	frame(&plain, request, s, &body, false);
	portion_add(p, &(struct mutant){ 0 }, NULL, &plain);
	shuffle(all, count, (size_t)request->count, &state);
	for (size_t i = 0; i < count && i < (size_t)request->count; i++) {
		o->copies += add_copy(p, request, s, &all[i]);
		if (needs_milder(request, &all[i])) {
			all[i].answered = true;
			o->copies += add_copy(p, request, s, &all[i]);
		}
	}
	buf_free(&body);
}

/* `if` in a script is decided for the first target. A config_apply_fn. */
static bool apply(struct config *c, void *user, struct diags *diags)
{
	const struct mutant_player *p = user;
	const struct target_kind *kind = target_kind_find(p->names[0]);

	(void)diags;
	target_kind_traits(kind, kind->reference && !p->profile ? "rfc" : p->profile, NULL, c);
	return true;
}

/* Scripts that must fail, and those without a packet to change, are left out. */
static bool add_script(struct portion *p, struct request *request, const char *path)
{
	struct diags diags;

	diags_init(&diags);
	struct script *s = script_load(path, apply, &request->player, &diags);
	const bool good = s && case_check(s, &diags) && !diags.errors;
	if (good && !strstr(s->source.text, "//! fails:"))
		add_copies(p, request, path, s);
	if (!good)
		console_diags(&diags);
	script_free(s);
	diags_free(&diags);
	return good;
}

/* ---- findings ---- */

static void remember(struct hunt *h, const struct portion *p, const struct original *o, size_t i, const char *cause)
{
	struct finding **at = &h->findings;

	h->wrong++;
	while (*at && strcmp((*at)->cause, cause) != 0)
		at = &(*at)->next;
	if (*at) {
		(*at)->times++;
		return;
	}
	struct finding *f = checked_memory(calloc(1, sizeof(*f)));
	f->cause = checked_memory(strdup(cause));
	f->path = checked_memory(strdup(o->path));
	f->where = checked_memory(strdup(p->wheres[i]));
	f->times = 1;
	f->mutant = p->mutants[i];
	f->mutant.changed = f->mutant.plain = (struct buf)BUF_INIT;
	buf_add(&f->mutant.changed, p->texts[i].data, p->texts[i].length);
	const char *plain = p->texts[o->at].data;
	if (f->mutant.effect == MUTATION_FREE)
		add_lenience(&f->mutant.plain, &plain);
	buf_puts(&f->mutant.plain, plain);
	*at = f;
}

static void judge(struct hunt *h, const struct portion *p, const struct original *o, const struct result **results)
{
	const struct mutant_player *player = &h->request->player;
	const size_t targets = player->target_count;
	const struct result *const *plain = &results[o->at * targets];

	if (!mutant_plain_fits(player, plain)) {
		h->left_out++;
		return;
	}
	for (size_t i = o->at + 1; i <= o->at + o->copies; i++) {
		struct buf cause = BUF_INIT;
		if (p->mutants[i].milder)
			continue;
		const bool known = i < o->at + o->copies && p->mutants[i + 1].milder &&
		                   mutant_is_known(results[(i + 1) * targets]);
		if (mutant_was_played(player, &results[i * targets]))
			h->played++;
		else
			h->unplayable++;
		if (!known && mutant_cause(&cause, player, &p->mutants[i], &results[i * targets], plain))
			remember(h, p, o, i, cause.data);
		buf_free(&cause);
	}
}

static bool play_portion(struct hunt *h, struct portion *p)
{
	const struct result **results = NULL;
	bool good = !p->text_count ||
	            mutants_play(&h->request->player, p->texts, p->text_count, p->arena, &results);

	for (size_t i = 0; good && i < p->count; i++)
		judge(h, p, &p->originals[i], results);
	portion_clear(p);
	return good;
}

/* Take the most frequent one out of @list, among equals the one found first; NULL: the list is empty. */
static struct finding *most_frequent(struct finding **list)
{
	struct finding **best = list;

	if (!*list)
		return NULL;
	for (struct finding **at = list; *at; at = &(*at)->next)
		if ((*at)->times > (*best)->times)
			best = at;
	struct finding *f = *best;
	*best = f->next;
	return f;
}

static bool tell_script(const struct request *request, const struct finding *f, int number)
{
	struct buf text = BUF_INIT;
	struct arena *arena = arena_new();
	bool good = true;

	if (!mutant_shrink(&text, &request->player, &f->mutant, f->cause))
		puts("  (not seen again when it was played by itself)");
	for (const char *line = text.data; *line; line += strcspn(line, "\n") + (strchr(line, '\n') != NULL))
		printf("  | %.*s\n", (int)strcspn(line, "\n"), line);
	if (request->keep)
		good = console_write_file(arena_printf(arena, "%s/%02d.pkt", request->keep, number), &text,
		                          FOLLOW_LINKS);
	arena_free(arena);
	buf_free(&text);
	return good;
}

static bool tell(struct hunt *h)
{
	struct finding *f;
	bool good = true;

	for (int number = 1; (f = most_frequent(&h->findings)); number++) {
		struct buf path = BUF_INIT;

		printable_add(&path, f->path, "");
		printf("%zu times: %s\n  %s, %s\n", f->times, f->cause, path.data, f->where);
		if (!h->request->brief || h->request->keep)
			good = tell_script(h->request, f, number) && good;
		fflush(stdout);
		buf_free(&path);
		buf_free(&f->mutant.changed);
		buf_free(&f->mutant.plain);
		free(f->cause);
		free(f->path);
		free(f->where);
		free(f);
	}
	return good;
}

/* ---- the whole ---- */

static int hunt(struct request *request, const struct script_paths *scripts)
{
	struct hunt h = { .request = request };
	struct portion p = { .arena = arena_new() };
	bool good = true, readable = true;

	p.originals = checked_memory(calloc(scripts->count + 1, sizeof(*p.originals)));
	for (size_t i = 0; i < scripts->count && good; i++) {
		readable = add_script(&p, request, scripts->path[i]) && readable;
		if (p.text_count >= PORTION)
			good = play_portion(&h, &p);
	}
	good = good && play_portion(&h, &p);
	const size_t wrong = h.wrong;
	good = tell(&h) && good && readable;
	printf("%zu changed scripts played, %zu that cannot be, %zu scripts left out as they are, %zu wrong\n",
	       h.played, h.unplayable, h.left_out, wrong);
	if (good && !h.played && h.left_out)
		console_error("nothing to change: no script passes there as it is; 'protodrill run' says why");
	else if (good && !h.played)
		console_error("nothing to change: no script injects a packet and is meant to pass");
	arena_free(p.arena);
	free(p.originals);
	free(p.texts);
	free(p.mutants);
	free(p.wheres);
	return !good || !h.played ? EXIT_STATUS_ERROR : wrong ? EXIT_STATUS_FAIL : EXIT_STATUS_OK;
}

/* Is the target such a host: the reference stack with that parameter, or a kernel? False: the profile is wrong. */
static bool find_remnants(struct request *request)
{
	const struct mutant_player *p = &request->player;
	const struct target_kind *kind = target_kind_find(p->names[0]);
	const char *profile = kind->reference ? p->profile ? p->profile : "rfc" : kind->profile;
	struct stack_config config;
	struct arena *arena = arena_new();
	struct diags diags;

	diags_init(&diags);
	const bool good = profile_load(profile ? profile : "linux", &config, NULL, arena, &diags);
	request->remnants = good && config.tcp_remnants;
	console_diags(&diags);
	diags_free(&diags);
	arena_free(arena);
	return good;
}

static int mutate(void *user, char **paths, struct settings *settings)
{
	struct request *request = user;
	struct script_paths scripts = { 0 };

	if (!request->player.targets)
		request->player.targets = "builtin";
	char *list = checked_memory(strdup(request->player.targets));
	struct diags diags;
	int status = EXIT_STATUS_ERROR;
	bool good = set_targets(&request->player, list) && find_remnants(request);

	(void)settings;
	diags_init(&diags);
	for (; good && *paths; paths++)
		good = discover(&scripts, *paths, &diags);
	console_diags(&diags);
	if (good && request->keep && mkdir(request->keep, 0777) < 0 && errno != EEXIST)
		good = console_cannot_write(request->keep);
	if (good)
		status = hunt(request, &scripts);
	diags_free(&diags);
	discover_free(&scripts);
	free(list);
	return status;
}

int mutate_main(int argc, char **argv)
{
	static const struct command_frame frame = {
		.options = options,
		.usage = usage,
		.wanted = "scripts whose packets are changed, or directories of them",
		.set = set,
		.act = mutate,
	};
	struct request request = { .count = COPIES, .seed = 1 };

	return command_frame_main(&frame, &request, argc, argv);
}
