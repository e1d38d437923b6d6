/* SPDX-License-Identifier: MIT
 *
 * case_setup.c - a reference stack for each combination of profile and defect
 */
#include "cli/case_setup.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/console.h"
#include "suite/trait_file.h"

struct known_setup {
	const struct suite_case *of;
	struct builtin_setup *setup;                         /* NULL: it had an error */
	struct known_setup *next;
};

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static struct builtin_setup *new_setup(const struct builtin_setup *base, const struct suite_case *c,
                                       struct arena *arena)
{
	char *here = getcwd(NULL, 0);
	const char *home = here ? arena_strdup(arena, here) : NULL;
	struct builtin_setup *setup = arena_new_object(arena, struct builtin_setup);

	free(here);
	*setup = *base;
	setup->profile = c->profile;
	setup->home = home;
	if (c->defect)
		setup->defects = setup->defects ? arena_printf(arena, "%s,%s", setup->defects, c->defect) : c->defect;
	return builtin_setup_finish(setup) ? setup : NULL;
}

static struct builtin_setup *find_setup(struct known_setup **known, const struct builtin_setup *base,
                                        const struct suite_case *c, struct arena *arena)
{
	for (struct known_setup *k = *known; k; k = k->next)
		if (same(k->of->profile, c->profile) && same(k->of->defect, c->defect))
			return k->setup;
	struct known_setup *k = arena_new_object(arena, struct known_setup);
	*k = (struct known_setup){ c, new_setup(base, c, arena), *known };
	*known = k;
	return k->setup;
}

struct known_image {
	const char *of;
	struct linux_image *image;                           /* NULL: there is none */
	struct known_image *next;
};

/* The kernel that the target of @c boots; each is asked once. A missing kernel is an error unless the case is known
 * to lack it. */
static struct linux_image *find_image(struct known_image **known, const struct suite_case *c, struct arena *arena)
{
	struct linux_image *image = arena_new_object(arena, struct linux_image);
	const char *name = c->target;
	struct buf problem = BUF_INIT;

	for (struct known_image *k = *known; k; k = k->next)
		if (!strcmp(k->of, name))
			return k->image;
	struct known_image *k = arena_new_object(arena, struct known_image);
	bool found = linux_image_find(target_kind_file(name), arena, image, &problem);
	if (c->lacking)
		buf_free(&problem);
	console_complain(&problem);
	*k = (struct known_image){ name, found ? image : NULL, *known };
	*known = k;
	return k->image;
}

struct known_traits {
	const char *of;
	const struct traits *traits;                         /* NULL: they had an error */
	struct known_traits *next;
};

static const struct traits *find_traits(struct known_traits **known, const char *path, struct arena *arena)
{
	struct diags diags;

	for (struct known_traits *k = *known; k; k = k->next)
		if (!strcmp(k->of, path))
			return k->traits;
	struct known_traits *k = arena_new_object(arena, struct known_traits);
	diags_init(&diags);
	*k = (struct known_traits){ path, trait_file_read(path, (struct loc){ 0 }, arena, &diags), *known };
	console_diags(&diags);
	diags_free(&diags);
	*known = k;
	return k->traits;
}

struct case_setup *case_setups_make(const struct suite_plan *plan, const struct builtin_setup *base,
                                    struct arena *arena)
{
	struct case_setup *setups = arena_new_array(arena, struct case_setup, plan->count);
	struct known_setup *known = NULL;
	struct known_image *images = NULL;
	struct known_traits *traits = NULL;
	bool good = true;

	for (size_t i = 0; i < plan->count; i++) {
		setups[i].target = target_kind_find(plan->cases[i].target);
		setups[i].image = NULL;
		if (setups[i].target->boots) {
			setups[i].image = find_image(&images, &plan->cases[i], arena);
			good &= setups[i].image || plan->cases[i].lacking;
		}
		setups[i].traits = plan->cases[i].traits ? find_traits(&traits, plan->cases[i].traits, arena) : NULL;
		good &= setups[i].traits || !plan->cases[i].traits;
		setups[i].builtin = find_setup(&known, base, &plan->cases[i], arena);
		good &= setups[i].builtin != NULL;
	}
	return good ? setups : NULL;
}
