/* SPDX-License-Identifier: MIT
 *
 * html_write.c - pieces of HTML pages
 */
#include "report/html_write.h"

#include <stdlib.h>
#include <string.h>

#include "report/xml.h"

/* ---- text ---- */

/* One conversion; @spec is the text after its '%'. Returns the text after the conversion. */
static const char *add_value(struct buf *out, const char *spec, va_list *args)
{
	switch (*spec) {
	case 's':
		xml_text(out, va_arg(*args, const char *));
		return spec + 1;
	case 'd':
		buf_printf(out, "%d", va_arg(*args, int));
		return spec + 1;
	case 'z':
		buf_printf(out, "%zu", va_arg(*args, size_t));
		return spec + 2;
	case 'l':
		buf_printf(out, "%lld", va_arg(*args, long long));
		return spec + 3;
	case '.':
		buf_printf(out, "%.*f", spec[1] - '0', va_arg(*args, double));
		return spec + 3;
	case '%':
		buf_add_byte(out, '%');
		return spec + 1;
	}
	abort();                                             /* a conversion that the header does not offer */
}

void html(struct buf *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	while (*format) {
		size_t length = strcspn(format, "%");
		buf_add(out, format, length);
		format += length;
		if (*format)
			format = add_value(out, format + 1, &args);
	}
	va_end(args);
}

/* ---- outcomes ---- */

const struct html_outcome_look html_outcome_look[HTML_OUTCOMES] = {
	[HTML_PASS] = { "pass", "✓", "PASS", "passed" },
	[HTML_FAIL] = { "fail", "✗", "FAIL", "failed" },
	[HTML_INCONCLUSIVE] = { "inconclusive", "?", "INCONCLUSIVE", "inconclusive" },
	[HTML_SKIP] = { "skip", "–", "SKIP", "skipped" },
	[HTML_ERROR] = { "error", "!", "ERROR", "errors" },
	[HTML_XFAIL] = { "xfail", "⊘", "XFAIL", "expected failures" },
};

enum html_outcome html_outcome_of(const struct result *r)
{
	static const enum html_outcome outcomes[VERDICTS] = {
		[VERDICT_PASS] = HTML_PASS, [VERDICT_FAIL] = HTML_FAIL,   [VERDICT_INCONCLUSIVE] = HTML_INCONCLUSIVE,
		[VERDICT_SKIP] = HTML_SKIP, [VERDICT_ERROR] = HTML_ERROR,
	};

	return r->expected ? HTML_XFAIL : outcomes[r->verdict];
}

void html_outcome(struct buf *out, enum html_outcome outcome)
{
	const struct html_outcome_look *look = &html_outcome_look[outcome];

	html(out, "<span class=\"outcome %s\"><span aria-hidden=\"true\">%s</span> %s</span>", look->css, look->symbol,
	     look->word);
}

/* ---- the frame ---- */

/* Nothing is loaded but what is in the folder: a page opened from a file has no origin, so the scheme is named. */
static const char policy[] = "default-src 'none'; style-src 'self' file: 'unsafe-inline'; script-src 'self' file:; "
			     "img-src data:; base-uri 'none'; form-action 'none'";

static const char icon[] = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
			   "%3Cpath d='M3 1v14M13 1v14M3 4l10 3M13 9l-10 3' stroke='%230b5cad' stroke-width='2' "
			   "fill='none'/%3E%3C/svg%3E";

static void add_style(struct buf *out, const char *root)
{
	if (root) {
		html(out, "<link rel=\"stylesheet\" href=\"%sstyle.css\"/>\n", root);
		html(out, "<link rel=\"stylesheet\" href=\"%scase.css\"/>\n", root);
		html(out, "<link rel=\"stylesheet\" href=\"%smoments.css\"/>\n", root);
		html(out, "<link rel=\"stylesheet\" href=\"%sprint.css\" media=\"print\"/>\n", root);
		html(out, "<script src=\"%sscript.js\" defer=\"defer\"></script>\n", root);
	}
	/* Literally: a browser takes the text of a style as it is, and would read "&quot;" as six characters. */
	for (size_t i = 0; !root && i < html_asset_count; i++)
		if (!strcmp(html_assets[i].name, "style.css"))
			buf_printf(out, "<style>\n%s</style>\n", html_assets[i].text);
}

void html_begin_page(struct buf *out, const struct html_frame *frame)
{
	buf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
	html(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"%s\"/>\n", policy);
	buf_puts(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
		      "<meta name=\"color-scheme\" content=\"light dark\"/>\n");
	html(out, "<title>%s</title>\n<link rel=\"icon\" href=\"%s\"/>\n", frame->title, icon);
	add_style(out, frame->root);
	html(out, "</head>\n<body class=\"%s\">\n", frame->page);
	buf_puts(out, "<a class=\"skip-link\" href=\"#main\">Skip to the content</a>\n");
}

void html_end_page(struct buf *out, const char *version)
{
	html(out, "<footer>Written by protodrill %s.</footer>\n</body>\n</html>\n", version ? version : "");
}
