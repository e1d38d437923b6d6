/* SPDX-License-Identifier: MIT
 *
 * mutant_play.c - scripts in a folder of their own, played by `run`, and what came of them
 */
#include "cli/mutant_play.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/console.h"
#include "report/result_file.h"
#include "util/checked.h"

enum { OPEN_FOLDERS = 8, MOST_ARGUMENTS = 16, TIMEOUT_S = 20 };

static int remove_file(const char *path, const struct stat *info, int kind, struct FTW *place)
{
	(void)info, (void)kind, (void)place;
	return remove(path);
}

static bool write_all(const char *folder, const struct buf *texts, size_t count, struct arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		const char *path = arena_printf(arena, "%s/%06zu.pkt", folder, i);
		FILE *file = fopen(path, "we");

		if (file)
			fwrite(texts[i].data, 1, texts[i].length, file);
		if (!file || ferror(file) | fclose(file))
			return console_cannot_write(path);
	}
	return true;
}

static int run(const struct mutant_player *p, const char *folder, struct arena *arena)
{
	char *argv[MOST_ARGUMENTS];
	int n = 0;

	argv[n++] = arena_strdup(arena, "run");
	argv[n++] = arena_strdup(arena, "--quiet");
	argv[n++] = arena_strdup(arena, "--progress=never");
	argv[n++] = arena_printf(arena, "--timeout=%d", TIMEOUT_S);
	argv[n++] = arena_printf(arena, "--target=%s", p->targets);
	argv[n++] = arena_printf(arena, "--report=json=%s/results", folder);
	if (p->profile)
		argv[n++] = arena_printf(arena, "--profile=%s", p->profile);
	if (p->defect)
		argv[n++] = arena_printf(arena, "--defect=%s", p->defect);
	if (p->jobs)
		argv[n++] = arena_printf(arena, "--jobs=%s", p->jobs);
	if (p->shared)
		argv[n++] = arena_strdup(arena, "--shared");
	argv[n++] = arena_strdup(arena, folder);
	argv[n] = NULL;
	return run_main(n, argv);
}

static void take(const struct mutant_player *p, const struct result *r, size_t count, struct arena *arena,
                 const struct result **out)
{
	const char *slash = strrchr(r->path, '/');
	const size_t i = strtoul(slash ? slash + 1 : r->path, NULL, 10);

	for (size_t t = 0; t < p->target_count && i < count; t++)
		if (!strcmp(r->target, p->names[t]))
			out[i * p->target_count + t] = arena_copy(arena, r, sizeof(*r));
}

static bool read_all(const struct mutant_player *p, const char *path, size_t count, struct arena *arena,
                     const struct result **out)
{
	struct buf problem = BUF_INIT;
	struct result_file file;
	struct result result;

	if (result_file_open(&file, path, &problem))
		while (result_file_next(&file, arena, &result, &problem))
			take(p, &result, count, arena, out);
	result_file_close(&file);
	return console_complain(&problem);
}

bool mutants_play(const struct mutant_player *player, const struct buf *texts, size_t count, struct arena *arena,
                  const struct result ***out)
{
	const char *parent = getenv("TMPDIR");
	char *folder = arena_printf(arena, "%s/protodrill-mutate.XXXXXX", parent && *parent ? parent : "/tmp");
	const char *results;
	bool good = false;

	*out = arena_new_array(arena, const struct result *, count * player->target_count);
	if (!mkdtemp(folder))
		return console_error("%s: %s", folder, strerror(errno));
	results = arena_printf(arena, "%s/results", folder);
	if (write_all(folder, texts, count, arena) && run(player, folder, arena) < EXIT_STATUS_SIGNAL &&
	    access(results, R_OK) == 0)
		good = read_all(player, results, count, arena, *out);
	nftw(folder, remove_file, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
	return good;
}
