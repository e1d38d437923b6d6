/* SPDX-License-Identifier: MIT
 *
 * progress.c - how far a run is: one line at the foot of a terminal
 */
#include "cli/progress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/console.h"
#include "util/buf.h"
#include "util/monotonic.h"

enum { REDRAW_MS = 100, COLUMNS = 80 };                      /* where the width is not known */
enum { RECENT_PART = 5, RECENT_LEAST_S = 1, RECENT_MOST_S = 30 };        /* recent: this part of the time so far, within
                                                                            these limits */
enum { EVIDENCE_S = 2, EVIDENCE_CASES = 8 };

static const char erase[] = "\r\033[K", plain[] = "\033[0m";

bool progress_when_read(const char *word, enum progress_when *when)
{
	static const char *const words[] = {
		[PROGRESS_AUTO] = "auto", [PROGRESS_ALWAYS] = "always", [PROGRESS_NEVER] = "never",
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(words[i], word))
			continue;
		*when = (enum progress_when)i;
		return true;
	}
	return false;
}

/* ---- how much longer it will take ---- */

struct progress_pace progress_pace_start(vtime_t now)
{
	return (struct progress_pace){ .began = now, .last = now };
}

double progress_pace_left(struct progress_pace *p, const struct progress_state *state, vtime_t now)
{
	double step = vtime_to_s(vtime_sub(now, p->last)), elapsed = vtime_to_s(vtime_sub(now, p->began));
	double fade = exp(-step / fmin(fmax(elapsed / RECENT_PART, RECENT_LEAST_S), RECENT_MOST_S));

	p->recent_s = p->recent_s * fade + step;
	p->recent_cases = p->recent_cases * fade + (double)(state->answered - p->answered);
	p->last = now;
	p->answered = state->answered;
	if (elapsed < EVIDENCE_S || state->answered < EVIDENCE_CASES ||
	    state->answered + (size_t)state->running >= state->total)
		return -1;
	/* A case that is being played counts as half done. If none has ended lately, the recent pace is computed as if
	 * one ended now. */
	double rest = (double)(state->total - state->answered) - state->running / 2.0;
	double overall = elapsed / (double)state->answered;
	double recent = p->recent_s / fmax(p->recent_cases, 1);
	return rest * (overall + recent) / 2;
}

/* ---- the line ---- */

/* A line that is filled piece by piece, as long as the pieces fit. */
struct line {
	struct buf *out;
	int room;                                            /* how many columns are left */
	bool colour;
};

static void add(struct line *line, const char *colour, const char *text)
{
	int width = (int)strlen(text);

	if (width > line->room) {
		line->room = 0;                              /* and nothing that matters less comes after it */
		return;
	}
	line->room -= width;
	buf_printf(line->out, "%s%s%s", line->colour ? colour : "", text, line->colour && *colour ? plain : "");
}

static void add_count(struct line *line, const char *colour, int count, const char *word)
{
	char text[64];

	if (!count)
		return;
	snprintf(text, sizeof(text), ", %d %s", count, word);
	add(line, colour, text);
}

/* Printed no more exactly than the estimate is. */
static void add_left(struct line *line, double left)
{
	char text[64];

	if (left < 0)
		return;
	if (left < 10)
		snprintf(text, sizeof(text), ", %.0f s left", ceil(left));
	else if (left < 90)
		snprintf(text, sizeof(text), ", %.0f s left", 5 * ceil(left / 5));
	else if (left < 5400)
		snprintf(text, sizeof(text), ", %.0f min left", ceil(left / 60));
	else
		snprintf(text, sizeof(text), ", %.0f h left", ceil(left / 3600));
	add(line, "", text);
}

void progress_line(struct buf *out, const struct progress_state *state, double left, int columns, bool colour)
{
	struct line line = { .out = out, .room = columns - 1, .colour = colour };
	char done[64];

	snprintf(done, sizeof(done), "%zu/%zu", state->answered, state->total);
	add(&line, "", done);
	add_count(&line, "\033[1;31m", state->verdicts[VERDICT_FAIL], "failed");
	add_count(&line, "\033[1;35m", state->verdicts[VERDICT_ERROR],
	          state->verdicts[VERDICT_ERROR] == 1 ? "error" : "errors");
	add_count(&line, "\033[1;33m", state->verdicts[VERDICT_INCONCLUSIVE], "inconclusive");
	add_left(&line, left);
	add_count(&line, "", state->running, "running");
}

/* ---- on the terminal ---- */

static int columns_of(FILE *file)
{
	struct winsize size;

	return ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : COLUMNS;
}

static bool can_rewrite(FILE *file)
{
	const char *term = getenv("TERM");

	return isatty(fileno(file)) && term && *term && strcmp(term, "dumb");
}

void progress_begin(struct progress *p, enum progress_when when, bool talkative)
{
	bool wanted = when == PROGRESS_ALWAYS || (when == PROGRESS_AUTO && !talkative && can_rewrite(stderr));
	vtime_t now = monotonic_now();

	*p = (struct progress){
		.out = wanted ? stderr : NULL,
		.colour = console_colour(stderr),
		.pace = progress_pace_start(now),
		.drawn = now,
	};
}

void progress_show(struct progress *p, const struct progress_state *state)
{
	struct buf text = BUF_INIT;

	if (!p->out)
		return;
	vtime_t now = monotonic_now();
	if (vtime_before(now, vtime_add(p->drawn, vtime_ms(REDRAW_MS))))
		return;
	double left = progress_pace_left(&p->pace, state, now);
	buf_puts(&text, erase);
	progress_line(&text, state, left, columns_of(p->out), p->colour);
	fwrite(text.data, 1, text.length, p->out);
	fflush(p->out);
	p->drawn = now;
	p->shown = true;
	buf_free(&text);
}

void progress_clear(struct progress *p)
{
	if (!p->shown)
		return;
	fputs(erase, p->out);
	fflush(p->out);
	p->shown = false;
}
