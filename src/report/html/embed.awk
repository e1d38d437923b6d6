# SPDX-License-Identifier: MIT
#
# embed.awk - files as a C table: struct html_asset (html_write.h)

{
	line = $0
	gsub(/\\/, "&&", line)
	gsub(/"/, "\\\"", line)
	if (!(FILENAME in text))
		names[++count] = FILENAME
	text[FILENAME] = text[FILENAME] "\n\t  \"" line "\\n\""
}

END {
	print "/* Generated from the files of src/report/html/. */"
	print "#include \"report/html_write.h\"\n"
	print "const struct html_asset html_assets[] = {"
	for (i = 1; i <= count; i++) {
		name = names[i]
		sub(/.*\//, "", name)
		print "\t{ \"" name "\"," text[names[i]] " },"
	}
	print "};"
	print "const size_t html_asset_count = sizeof(html_assets) / sizeof(html_assets[0]);"
}
