/* SPDX-License-Identifier: MIT
 *
 * py_format.c - 'text %d' % values: the conversions d, i, u, x, X and s, without flags and widths
 */
#include <ctype.h>
#include <string.h>

#include "code/py.h"

static bool add_conversion(struct py *py, struct buf *out, char letter, const struct py_value *v)
{
	if (letter == 's') {
		py_add_str(out, v);
		return true;
	}
	if (!letter || !strchr("diuxX", letter))
		return py_decline(py, "the conversion '%%%c'", letter ? letter : ' ');
	if (!py_is_integer(v))
		return py_decline(py, "'%%%c' of such a value", letter);
	size_t start = out->length;
	py_add_integer(out, v->i, tolower((unsigned char)letter) == 'x' ? 16 : 10);
	for (size_t i = start; letter == 'X' && i < out->length; i++)
		out->data[i] = (char)toupper((unsigned char)out->data[i]);
	return true;
}

/* Fills @out from @values, of which there must be neither more nor fewer than conversions. */
static bool add_all(struct py *py, struct buf *out, const char *at, const struct py_value *values, size_t count)
{
	size_t used = 0;

	for (const char *percent; (percent = strchr(at, '%')); at = percent + 2) {
		buf_add(out, at, (size_t)(percent - at));
		if (percent[1] == '%') {
			buf_add_byte(out, '%');
			continue;
		}
		if (used == count)
			return py_decline(py, "a format with too few values");
		if (!add_conversion(py, out, percent[1], &values[used++]))
			return false;
	}
	buf_puts(out, at);
	return used == count ? true : py_decline(py, "a format with too many values");
}

bool py_format(struct py *py, const struct py_value *format, const struct py_value *values, struct py_value *out)
{
	bool several = values->kind == PY_TUPLE;
	struct buf text = BUF_INIT;

	bool good = add_all(py, &text, format->text, several ? values->items : values, several ? values->size : 1) &&
	            py_from_text(py, text.data, text.length, out);
	buf_free(&text);
	return good;
}
