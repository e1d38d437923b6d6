# SPDX-License-Identifier: MIT
#
# unreached.bash - which lines of the reference stack no case can reach; line-coverage and stack-rules source it
#
# scripts/unreached names a line by its file, its function and its text, since numbers of lines change. Where a function
# has the same text more than once, the row says which of them it means: the same words may stand in a line that is
# reached.

# unreached_lines [LIST [FOLDER]]: a line "FILE:LINE<tab>REASON" for each row of the list. A row that names no line, or
# more than one, or one that another row has named, is told on standard error, and makes it false.
unreached_lines()
{
	local list=${1-scripts/unreached} folder=${2-src/stack}
	local sources=("$folder"/*.c)
	awk -v folder="$folder" -v list="$list" '
		# The beginning of a text stands for the only one that begins so.
		function whole(start,    key, found)
		{
			for (key in many)
				if (index(key, start) == 1)
					found = found == "" ? key : start "..."
			return found
		}
		function wrong(what) { print list ":" FNR ": " what >"/dev/stderr"; bad = 1 }
		FILENAME != list {
			if (FNR == 1)
				inside = "-"
			# A function begins at the left edge, with a name and a parenthesis, and is no declaration.
			if (/^[A-Za-z_].*\(/ && !/;$/ && match($0, /[A-Za-z_][A-Za-z_0-9]*\(/))
				inside = substr($0, RSTART, RLENGTH - 1)
			text = $0
			sub(/^[ \t]+/, "", text)
			key = FILENAME " " inside ": " text
			at[key, ++many[key]] = FNR
			next
		}
		/^#:/ { reason = substr($0, 4); next }
		/^#/ || /^$/ { next }
		{
			which = 1
			if (!match($0, /^[a-z0-9_]+\.c [A-Za-z_0-9]+( #[0-9]+)?: /)) {
				wrong("no FILE FUNCTION: TEXT: " $0)
				next
			}
			place = substr($0, 1, RLENGTH - 2)
			text = substr($0, RLENGTH + 1)
			numbered = sub(/ #[0-9]+$/, "", place)
			if (numbered)
				which = substr($3, 2) + 0
			key = folder "/" place ": " text
			if (!(key in many) && sub(/\.\.\.$/, "", key))
				key = whole(key)
			if (!(key in many))
				wrong("no such line: " $0)
			else if (many[key] > 1 && !numbered)
				wrong("there are " many[key] " such lines, so write which (FUNCTION #1: ...): " $0)
			else if (many[key] == 1 && numbered || which < 1 || which > many[key])
				wrong("there is only " many[key] " of that: " $0)
			else if (named[key, which]++)
				wrong("a row before this one is about the same line: " $0)
			else
				printf "%s:%d\t%s\n", substr(key, 1, index(key, " ") - 1), at[key, which], reason
		}
		END { exit bad }' "${sources[@]}" "$list"
}
