/* SPDX-License-Identifier: MIT
 *
 * case_check.c - all that can be judged of a case without playing it
 *
 * An author's slip must not end as a SKIP, which counts as good. So every name that a case uses is looked up here,
 * before anybody asks whether the thing itself is available.
 */
#include "cli/case_check.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/condition_check.h"
#include "cli/target_kinds.h"
#include "code/code.h"
#include "report/requirement.h"
#include "script/case_header.h"
#include "script/foreign.h"
#include "script/freebsd.h"
#include "suite/expectation.h"
#include "suite/needs.h"
#include "target/builtin/profile.h"
#include "target/builtin/settings.h"
#include "util/table.h"

enum { WORDS = 32, PATH_ROOM = 160 };

static void check_targets(const struct source *source, struct diags *diags)
{
	const char *words[WORDS] = { NULL };
	size_t n = 0;

	for (const struct target_kind *k = target_kinds; k->name && n + 1 < WORDS; k++)
		words[n++] = k->name;
	header_check_words(source, "targets", words, false, diags);
}

static void check_profiles(const struct source *source, struct diags *diags)
{
	const char *words[WORDS] = { NULL };

	for (size_t i = 0; i < embedded_profile_count && i + 1 < WORDS; i++)
		words[i] = embedded_profiles[i].name;
	header_check_words(source, "profiles", words, true, diags);
}

/* ---- requirements ---- */

/* For some documents the catalogue is complete, so an entry that it lacks is a slip; for others a suite may have names
 * of its own. A slip costs a line in a table and no verdict, so it is a warning. */
static void check_requirement(const struct source *source, const char *at, size_t length, struct diags *diags)
{
	char id[PATH_ROOM];
	struct guess guess = { .wanted = id };
	bool document_known = false;

	snprintf(id, sizeof(id), "%.*s", (int)length, at);
	const size_t document = requirement_document(id);
	if (requirement_find(id))
		return;
	for (size_t i = 0; i < requirement_count; i++) {
		if (strncmp(requirements[i].id, id, document + 1) != 0)
			continue;
		document_known = true;
		guess_offer(&guess, requirements[i].id);
	}
	if (document_known && guess.nearest)
		diag_warning(diags, header_loc(source, at, length), "unknown requirement", "'%s'; did you mean '%s'?",
		             id, guess.nearest);
	else if (document_known)
		diag_warning(diags, header_loc(source, at, length), "unknown requirement",
		             "'%s': 'protodrill list --requirements' names those of %.*s", id, (int)document, id);
}

void case_check_covers(const struct source *source, struct diags *diags)
{
	const char *text, *word;
	size_t left, length;

	if (!header_find(source, "covers", &text, &left))
		return;
	while (header_next_word(&text, &left, &word, &length))
		check_requirement(source, word, length, diags);
}

/* ---- sysctls ---- */

static bool is_here(const char *name)
{
	char path[PATH_ROOM];
	int length = snprintf(path, sizeof(path), "/proc/sys/%s", name);

	for (char *p = path; *p; p++)
		if (*p == '.')
			*p = '/';
	return length < PATH_ROOM && !access(path, F_OK);
}

static struct loc place_in(const struct command_spec *command, const char *at, size_t length)
{
	struct loc loc = command->loc;

	loc.column++;                                    /* the mark before the text */
	for (const char *p = command->text; p < at; p++) {
		loc.column = *p == '\n' ? 1 : loc.column + 1;
		loc.line += *p == '\n';
	}
	loc.end_line = loc.line;
	loc.end_column = loc.column + (int)length;
	return loc;
}

/* Warn of names that are close to a sysctl of the reference stack or of this machine. Only a kernel itself knows which
 * names it has, so this is no error. */
static void check_sysctls(const struct command_spec *command, struct diags *diags)
{
	static const char of_names[] = "abcdefghijklmnopqrstuvwxyz0123456789_./-", of_proc[] = "/proc/sys/";

	for (const char *at = command ? command->text : "", *end; *at; at = end) {
		end = at + strspn(at, of_names);
		size_t length = (size_t)(end - at);
		char name[PATH_ROOM];

		if (!length) {
			end++;
			continue;
		}
		if (length > sizeof(of_proc) && !strncmp(at, of_proc, sizeof(of_proc) - 1)) {
			at += sizeof(of_proc) - 1;
			length -= sizeof(of_proc) - 1;
		}
		if (length >= sizeof(name) || (strncmp(at, "net.", 4) && strncmp(at, "net/", 4)))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)length, at);
		const char *meant = settings_know(name) || is_here(name) ? NULL : settings_guess(name);
		if (meant)
			diag_warning(diags, place_in(command, at, length), "unknown sysctl",
			             "'%s'; did you mean 'net.%s'?", name, meant);
	}
}

/* FreeBSD's settings that mean something here, if only to the reference stack, do not count as another system's. A
 * setting that cannot be followed makes the case SKIP, for the reason that the table of settings gives. */
static enum freebsd_reading read_settings(struct script *s, const struct command_spec *command, struct diags *diags)
{
	struct buf why = BUF_INIT;
	const char *meant;
	enum freebsd_reading reading = freebsd_command(command->text, true, s->arena, &meant, &why);

	if (reading == FREEBSD_CANNOT && !why.length)
		reading = FREEBSD_NOTHING;
	if (reading == FREEBSD_CANNOT) {
		diag_warning(diags, command->loc, "not on this system", "%s; the case will be SKIP", why.data);
		if (!s->foreign)
			s->foreign = arena_printf(s->arena, "line %d: %s", command->loc.line, why.data);
	}
	buf_free(&why);
	return reading;
}

/* A sysctl or a tool of another system makes the case SKIP, unless the command provides for its absence. */
static void find_foreign(struct script *s, const struct command_spec *command, struct diags *diags)
{
	static const char of_words[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
	struct buf where = BUF_INIT;
	char word[PATH_ROOM];

	if (!command || read_settings(s, command, diags) != FREEBSD_NOTHING || strstr(command->text, "||") ||
	    strstr(command->text, "&&") || strstr(command->text, "if "))
		return;
	for (const char *at = command->text, *end; *at && !where.length; at = *end ? end + 1 : end) {
		end = at + strspn(at, of_words);
		size_t length = (size_t)(end - at);
		snprintf(word, sizeof(word), "%.*s", (int)(length < sizeof(word) ? length : 0), at);
		if (!foreign_in_command(word, &where))
			continue;
		diag_warning(diags, place_in(command, at, length), "not on this system",
		             "'%s' is known on %s; the case will be SKIP", word, where.data);
		if (!s->foreign)
			s->foreign = arena_printf(s->arena, "line %d: %s is not on this system (but on %s)",
			                          command->loc.line, word, where.data);
	}
	buf_free(&where);
}

static void check_command(struct script *s, const struct command_spec *command, struct diags *diags)
{
	check_sysctls(command, diags);
	find_foreign(s, command, diags);
}

static void check_commands(struct script *s, struct diags *diags)
{
	check_command(s, s->init, diags);
	check_command(s, s->cleanup, diags);
	for (const struct event *e = s->events; e; e = e->next)
		if (e->kind == EVENT_COMMAND)
			check_command(s, e->command, diags);
}

bool case_check(struct script *script, struct diags *diags)
{
	const struct source *source = &script->source;
	int errors = diags->errors;

	/* Lines that could not be read are missing, so the others cannot be judged. */
	if (script->dialect) {
		diags_excuse(diags);
		script->foreign = script->dialect;
		return !diags->errors;
	}
	script_check(script, diags);
	code_check(script, diags);
	check_commands(script, diags);
	condition_check(script, diags);
	header_check(source, diags);
	check_targets(source, diags);
	check_profiles(source, diags);
	needs_check(source, diags);
	expectation_check_header(source, diags);
	return diags->errors == errors;
}

/* False if the setting cannot be followed, for the reason in @why. */
static bool follow(struct script *s, struct command_spec *command, bool parameters, struct buf *why)
{
	if (command && freebsd_command(command->text, parameters, s->arena, &command->meant, why) == FREEBSD_CANNOT)
		s->foreign = arena_printf(s->arena, "line %d: %s", command->loc.line, why->data);
	return !why->length;
}

const char *case_follow_settings(struct script *script, bool parameters)
{
	struct buf why = BUF_INIT;
	bool followed = !script->foreign && follow(script, script->init, parameters, &why) &&
	                follow(script, script->cleanup, parameters, &why);

	for (struct event *e = script->events; e && followed; e = e->next)
		if (e->kind == EVENT_COMMAND)
			followed = follow(script, e->command, parameters, &why);
	buf_free(&why);
	return script->foreign;
}
