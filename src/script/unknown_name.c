/* SPDX-License-Identifier: MIT
 *
 * unknown_name.c - what is said about a name that nothing gives a value
 *
 * Such a name is nearly always a slip of the pen, so the message names what was probably meant. In a condition the slip
 * may be the second name: in "builtin == traget" the first one has no value either, and is right.
 */
#include "script/unknown_name.h"

#include "script/names.h"
#include "script/trait.h"

void unknown_name_offer_surroundings(struct guess *guess)
{
	static const char *const surroundings[] = { "target", "profile", "kernel" };

	for (size_t i = 0; i < ARRAY_LEN(surroundings); i++)
		guess_offer(guess, surroundings[i]);
}

void unknown_name_offer(struct guess *guess, const struct config *config, const struct open_name *name)
{
	if (name->nearest)
		guess_offer(guess, name->nearest);
	for (const struct definition *d = config->definitions; d; d = d->next)
		guess_offer(guess, d->symbol);
	for (size_t i = 0; i < trait_count; i++)
		guess_offer(guess, traits_known[i].name);
	unknown_name_offer_surroundings(guess);
}

bool (unknown_name)(const struct config *config, const struct open_name *names, const char *what, struct diags *diags)
{
	const char *name = names->name->name.text;

	for (const struct open_name *n = names; n; n = n->next) {
		struct guess guess = { .wanted = n->name->name.text };
		if (n == names)
			unknown_name_offer(&guess, config, n);
		else
			unknown_name_offer_surroundings(&guess);
		if (guess.nearest)
			return diag_error(diags, DIAG_SEMANTIC, n->name->loc, what, "'%s'; did you mean '%s'?",
			                  guess.wanted, guess.nearest);
	}
	if (names_is_variable(name))
		return diag_error(diags, DIAG_SEMANTIC, names->name->loc, "a variable outside of 'let'",
		                  "conditions are decided before the script is played, and '%s' is known only then: "
		                  "%%{ assert %s > 0 }%%", name, name);
	return diag_error(diags, DIAG_SEMANTIC, names->name->loc, what,
	                  "'%s' is no name of a macro or loop around it, nor one of --define or -D", name);
}
