/* SPDX-License-Identifier: MIT
 *
 * descriptors.c - the descriptor numbers of a script as names of live descriptors
 */
#include <string.h>

#include "drill/call.h"

/* The newest first, as it is looked up most often. */
int descriptors_live(const struct descriptors *d, int script_fd)
{
	for (size_t i = d->count; i-- > 0;)
		if (d->list[i].script == script_fd)
			return d->list[i].live;
	return -1;
}

int descriptors_script(const struct descriptors *d, int live_fd)
{
	for (size_t i = d->count; i-- > 0;)
		if (d->list[i].live == live_fd)
			return d->list[i].script;
	return -1;
}

/* Two names for one live descriptor would mean that the script has lost track of a close(). */
const char *descriptors_bind(struct descriptors *d, struct arena *arena, int script_fd, int live_fd)
{
	if (script_fd < 0)
		return arena_printf(arena, "invalid socket fd %d in script", script_fd);
	for (size_t i = 0; i < d->count; i++) {
		if (d->list[i].script == script_fd)
			return arena_printf(arena, "duplicate fd %d in script", script_fd);
		if (d->list[i].live == live_fd)
			return arena_printf(arena, "duplicate live fd %d", live_fd);
	}
	d->list = arena_grow(arena, d->list, d->count, &d->room, sizeof(*d->list));
	d->list[d->count++] = (struct descriptor){ script_fd, live_fd };
	return NULL;
}

void descriptors_release(struct descriptors *d, int script_fd)
{
	for (size_t i = 0; i < d->count; i++) {
		if (d->list[i].script == script_fd) {
			d->list[i] = d->list[--d->count];
			return;
		}
	}
}
