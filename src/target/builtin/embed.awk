# SPDX-License-Identifier: MIT
#
# embed.awk - YAML files as a C table: struct embedded_profile (profile.h), `rfc` first

function name_of(path) {
	sub(/.*\//, "", path)
	sub(/\.yaml$/, "", path)
	return path
}

{
	line = $0
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	name = name_of(FILENAME)
	if (!(name in text))
		names[++count] = name
	text[name] = text[name] "\n\t  \"" line "\\n\""
}

END {
	print "/* Generated from the files of profiles/. */"
	print "#include \"target/builtin/profile.h\"\n"
	print "const struct embedded_profile embedded_profiles[] = {"
	for (first = 1; first >= 0; first--)
		for (i = 1; i <= count; i++)
			if ((names[i] == "rfc") == first)
				print "\t{ \"" names[i] "\"," text[names[i]] " },"
	print "};"
	print "const size_t embedded_profile_count = sizeof(embedded_profiles) / sizeof(embedded_profiles[0]);"
}
