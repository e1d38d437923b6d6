/* SPDX-License-Identifier: MIT
 *
 * py_format.c - 'text %d' % values
 */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "code/py.h"

enum { MAX_WIDTH = 200 };

struct conversion {
	bool left, zero;
	char sign;                                           /* '+', ' ' or 0 */
	int width, precision;                                /* -1: none */
	char letter;
};

struct formatter {
	struct py *py;
	const struct py_value *values;
	size_t count, used;
	struct buf out;
};

static bool parse_number(struct py *py, const char **at, int *out)
{
	for (*out = 0; isdigit((unsigned char)**at); ++*at) {
		*out = *out * 10 + (**at - '0');
		if (*out > MAX_WIDTH)
			return py_decline(py, "a very wide conversion");
	}
	return true;
}

/* After the '%': flags, width, precision, a length that means nothing, the letter. */
static bool parse_conversion(struct py *py, const char **at, struct conversion *c)
{
	*c = (struct conversion){ .precision = -1 };
	for (; **at && strchr("-+ 0", **at); ++*at) {
		if (**at == '-')
			c->left = true;
		else if (**at == '0')
			c->zero = true;
		else if (c->sign != '+')
			c->sign = **at;
	}
	if (!parse_number(py, at, &c->width))
		return false;
	if (**at == '.') {
		++*at;
		if (!parse_number(py, at, &c->precision))
			return false;
	}
	if (**at && strchr("hlL", **at))
		++*at;
	c->letter = **at;
	if (!c->letter)
		return py_decline(py, "an incomplete conversion");
	++*at;
	return true;
}

/* @text, of which the first @head bytes are a sign, filled up to the width. */
static void add_padded(struct buf *out, const struct conversion *c, const char *text, size_t length, size_t head)
{
	size_t fill = length < (size_t)c->width ? (size_t)c->width - length : 0;

	if (fill && !c->left && !c->zero)
		buf_add_repeated(out, ' ', fill);
	buf_add(out, text, head);
	if (fill && !c->left && c->zero)
		buf_add_repeated(out, '0', fill);
	buf_add(out, text + head, length - head);
	if (fill && c->left)
		buf_add_repeated(out, ' ', fill);
}

static bool add_integer(struct formatter *f, const struct conversion *c, const struct py_value *v)
{
	struct buf digits = BUF_INIT, text = BUF_INIT;
	py_int i;

	if (v->kind == PY_FLOAT && strchr("diu", c->letter)) {
		if (!py_truncate(f->py, v->f, &i))
			return false;
	} else if (py_is_integer(v)) {
		i = v->i;
	} else {
		return py_decline(f->py, "%%%c of such a value", c->letter);
	}
	py_add_integer(&digits, i, c->letter == 'o' ? 8 : strchr("xX", c->letter) ? 16 : 10);
	const char *unsigned_part = digits.data + (i < 0);
	size_t length = digits.length - (i < 0);
	if (i < 0 || c->sign)
		buf_add_byte(&text, i < 0 ? '-' : c->sign);
	size_t head = text.length;
	if (c->precision > 0 && length < (size_t)c->precision)
		buf_add_repeated(&text, '0', (size_t)c->precision - length);
	buf_add(&text, unsigned_part, length);
	for (size_t k = 0; c->letter == 'X' && k < text.length; k++)
		text.data[k] = (char)toupper((unsigned char)text.data[k]);
	add_padded(&f->out, c, text.data, text.length, head);
	buf_free(&digits);
	buf_free(&text);
	return true;
}

/* Digits are those of C, which rounds correctly as Python does. */
static bool add_float(struct formatter *f, const struct conversion *c, const struct py_value *v)
{
	struct buf text = BUF_INIT;
	int precision = c->precision < 0 ? 6 : c->precision;

	if (!py_is_number(v) || fabs(py_to_float(v)) > 1e40)
		return py_decline(f->py, "%%%c of such a value", c->letter);
	double value = py_to_float(v);
	if (!signbit(value) && c->sign)
		buf_add_byte(&text, c->sign);
	switch (tolower((unsigned char)c->letter)) {
	case 'f':
		buf_printf(&text, "%.*f", precision, value);
		break;
	case 'e':
		buf_printf(&text, "%.*e", precision, value);
		break;
	default:
		buf_printf(&text, "%.*g", precision, value);
	}
	for (size_t k = 0; isupper((unsigned char)c->letter) && k < text.length; k++)
		text.data[k] = (char)toupper((unsigned char)text.data[k]);
	add_padded(&f->out, c, text.data, text.length, signbit(value) || c->sign);
	buf_free(&text);
	return true;
}

static bool add_text(struct formatter *f, const struct conversion *c, const struct py_value *v)
{
	struct conversion plain = *c;
	struct buf text = BUF_INIT;
	bool good = c->letter == 's' ? py_add_str(f->py, &text, v) : py_add_repr(f->py, &text, v);

	plain.zero = false;
	if (good) {
		bool cut = c->precision >= 0 && (size_t)c->precision < text.length;
		add_padded(&f->out, &plain, text.data, cut ? (size_t)c->precision : text.length, 0);
	}
	buf_free(&text);
	return good;
}

static bool add_conversion(struct formatter *f, const struct conversion *c)
{
	static const struct {
		const char *letters;
		bool (*add)(struct formatter *f, const struct conversion *c, const struct py_value *v);
	} kinds[] = { { "diuxXo", add_integer }, { "eEfFgG", add_float }, { "sr", add_text } };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (!strchr(kinds[i].letters, c->letter))
			continue;
		if (f->used == f->count)
			return py_decline(f->py, "a format with too few values");
		return kinds[i].add(f, c, &f->values[f->used++]);
	}
	return py_decline(f->py, "the conversion %%%c", c->letter);
}

static bool add_all(struct formatter *f, const char *at)
{
	struct conversion c;

	while (*at) {
		if (*at != '%') {
			buf_add_byte(&f->out, *at++);
			continue;
		}
		at++;
		if (*at == '%') {
			buf_add_byte(&f->out, *at++);
			continue;
		}
		if (!parse_conversion(f->py, &at, &c) || !add_conversion(f, &c))
			return false;
	}
	return f->used == f->count ? true : py_decline(f->py, "a format with too many values");
}

bool py_format(struct py *py, const struct py_value *format, const struct py_value *values, struct py_value *out)
{
	struct formatter f = { .py = py, .values = values, .count = 1, .out = BUF_INIT };

	if (values->kind == PY_TUPLE) {
		f.values = values->items;
		f.count = values->size;
	}
	bool good = add_all(&f, format->text) && py_from_text(py, f.out.data, f.out.length, out);
	buf_free(&f.out);
	return good;
}
