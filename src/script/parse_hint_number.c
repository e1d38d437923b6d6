/* SPDX-License-Identifier: MIT
 *
 * parse_hint_number.c - how it is written: numbers as people write them, with commas, underscores and units
 *
 * The grammar stops inside such a number, and what it expects there is of no use. Times are numbers as well, with hints
 * of their own (parse_hint.c).
 */
#include "script/mistake.h"

#include <ctype.h>
#include <stdlib.h>

static const char digits[] = "0123456789";

/* Does ",000" stand at @p, a comma with three digits behind it and no fourth? */
static bool is_group(const char *p)
{
	return *p == ',' && strspn(p + 1, digits) == 3 && !isalnum((unsigned char)p[4]) && p[4] != '_';
}

/* Is it what a call returns that was being read? */
static bool in_result(const struct mistake *m)
{
	const char *result = strstr(m->line, ") = ");

	return result && result < m->at;
}

/* "65,535": the mistake is at its comma or, in a list, at what follows the comma. A time is no such number. */
static bool with_commas(const struct mistake *m, struct buf *out)
{
	const char *comma = *m->at == ',' ? m->at : m->at - 1, *from = comma;

	if ((!m->in_packet && !in_result(m)) || comma <= m->line || !is_group(comma))
		return false;
	while (from > m->line && (isdigit((unsigned char)from[-1]) || (from[-1] == ',' && is_group(from - 1))))
		from--;
	const size_t first = strspn(from, digits);
	if (!first || first > 3 || (from > m->line && (isalnum((unsigned char)from[-1]) || strchr("._,", from[-1]))))
		return false;
	buf_puts(out, "a number has digits alone, and no commas: ");
	for (const char *p = from; isdigit((unsigned char)*p) || (*p == ',' && is_group(p)); p++)
		if (*p != ',')
			buf_add_byte(out, *p);
	return true;
}

/* "1_000", "64k", "1e4", "0x1G": one word for the lexer. */
static bool with_letters(const struct mistake *m, struct buf *out)
{
	const size_t first = strspn(m->seen, digits);
	const bool hexadecimal = !strncmp(m->seen, "0x", 2);

	if (!first || !m->in_packet || !mistake_expects(m, "a number"))
		return false;
	if (hexadecimal && m->seen[2] && !m->seen[2 + strspn(m->seen + 2, "0123456789abcdefABCDEF")])
		return false;
	const char *point = strchr(m->seen, '.');
	if (point && strchr(point + 1, '.'))
		return false;                                /* an address */
	if (point)
		return say(out, "this number has no fraction");
	if (!m->seen[first])
		return false;
	if (m->seen[first] == '_' && m->seen[strspn(m->seen, "0123456789_")] == '\0') {
		buf_puts(out, "a number has digits alone: ");
		for (const char *p = m->seen; *p; p++)
			if (*p != '_')
				buf_add_byte(out, *p);
		return true;
	}
	if (m->seen[first] == ':' && m->seen[strspn(m->seen, "0123456789:")] == '\0')
		return say(out, "one ':' stands between the numbers of the data, START:END(LENGTH), as in "
		                "1:1001(1000)");
	return say(out, "a number has digits alone, as in 1000");
}

bool parse_number_hint(const struct mistake *m, struct buf *out)
{
	return with_commas(m, out) || with_letters(m, out);
}
