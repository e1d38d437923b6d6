/* SPDX-License-Identifier: MIT
 *
 * xml_test.c - hostile texts
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/xml.h"

static void texts(void **state)
{
	static const struct {
		const char *text, *want, *attribute;
	} rows[] = {
		{ "plain", "plain", "plain" },
		{ "<a b='c'>&\"", "&lt;a b=&#39;c&#39;&gt;&amp;&quot;", "&lt;a b=&#39;c&#39;&gt;&amp;&quot;" },
		{ "]]>", "]]&gt;", "]]&gt;" },
		{ "a\tb\nc\rd", "a\tb\nc&#13;d", "a&#9;b&#10;c&#13;d" },
		{ "\x01\x1b[31m", "\xef\xbf\xbd\xef\xbf\xbd[31m", "\xef\xbf\xbd\xef\xbf\xbd[31m" },
		{ "\xc3\xa4\xff", "\xc3\xa4\xef\xbf\xbd", "\xc3\xa4\xef\xbf\xbd" },
		{ "\xef\xbf\xbf\xef\xbf\xbe", "\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf text = BUF_INIT, attribute = BUF_INIT;
		xml_text(&text, rows[i].text);
		xml_attribute(&attribute, rows[i].text);
		assert_string_equal(text.data, rows[i].want);
		assert_string_equal(attribute.data, rows[i].attribute);
		buf_free(&text);
		buf_free(&attribute);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(texts) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
