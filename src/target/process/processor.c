/* SPDX-License-Identifier: MIT
 *
 * processor.c - this process and another one on the same processor
 */
#include "target/process/processor.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEEPEST = 4, MOST_PASSES = 4, PATH_BYTES = 80 };      /* a wrapper's wrapper's adapter, and its own processes */

void processor_share(struct shared_processor *s)
{
	const int here = s->shared ? s->number : sched_getcpu();
	cpu_set_t one;

	if (here < 0 || here >= CPU_SETSIZE || sched_getaffinity(0, sizeof(s->before), &s->before) < 0)
		return;
	CPU_ZERO(&one);
	CPU_SET(here, &one);
	s->shared = sched_setaffinity(0, sizeof(one), &one) == 0;
	s->number = here;
}

/* True: the thread was kept on the one processor until now. */
static bool let_go(const struct shared_processor *s, pid_t thread)
{
	cpu_set_t now;

	return sched_getaffinity(thread, sizeof(now), &now) == 0 && !CPU_EQUAL(&now, &s->before) &&
	       sched_setaffinity(thread, sizeof(s->before), &s->before) == 0;
}

static bool let_go_all(const struct shared_processor *s, pid_t process, int depth);

/* What a thread has forked inherited where it may run. */
static bool let_go_children(const struct shared_processor *s, pid_t process, pid_t thread, int depth)
{
	char path[PATH_BYTES];
	bool any = false;
	int child;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", process, thread);
	FILE *file = fopen(path, "re");
	while (file && fscanf(file, "%d", &child) == 1)
		any |= let_go_all(s, child, depth + 1);
	if (file)
		fclose(file);
	return any;
}

/* True: there was one to let go of. */
static bool let_go_all(const struct shared_processor *s, pid_t process, int depth)
{
	char path[PATH_BYTES];
	bool any = false;

	snprintf(path, sizeof(path), "/proc/%d/task", process);
	DIR *folder = depth < DEEPEST ? opendir(path) : NULL;
	for (struct dirent *e; folder && (e = readdir(folder));) {
		const pid_t thread = atoi(e->d_name);

		if (thread <= 0)
			continue;
		any |= let_go(s, thread);
		any |= let_go_children(s, process, thread, depth);
	}
	if (folder)
		closedir(folder);
	return any;
}

void processor_leave(const struct shared_processor *s, pid_t other)
{
	if (!s->shared)
		return;
	sched_setaffinity(0, sizeof(s->before), &s->before);
	/* One that began while the others were let go may have been kept. */
	for (int pass = 0; other && pass < MOST_PASSES && let_go_all(s, other, 0); pass++)
		;
}
