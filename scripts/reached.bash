# SPDX-License-Identifier: MIT
#
# reached.bash - which cases a defect can change; kill-matrix and check-observed source it
#
# The reference stack plays a case in the same way each time; with a defect, too, up to the moment when the stack asks
# whether that defect is on. If it never asks while the case is played without defects, the defect changes nothing.

# reached_cases BUILD CASES FOLDER OPTION...: for each defect, writes a file FOLDER/DEFECT of those CASES (names that
# end in a NUL) in which the stack asks for it; no file if there are none. False if nothing was played. The lines are
# long, and what is wanted stands at their beginning: grep is fifty times as fast at that as sed.
reached_cases()
{
	local build=$1 cases=$2 folder=$3
	shift 3
	xargs -0 -a "$cases" "$build/protodrill" run -q -t builtin --reached --report json "$@" 2>/dev/null |
		LC_ALL=C grep -oE \
			'^\{"kind":"case","number":[0-9]*,"id":"[^"]*","path":"[^"]*"|"reached":"[^"]*"' |
		awk -F '"' -v folder="$folder" '
		$2 == "kind" { path = $(NF - 1); next }
		{
			count = split($4, names, ",")
			for (i = 1; i <= count; i++)
				if (!seen[path, names[i]]++)
					printf "%s%c", path, 0 >(folder "/" names[i])
		}
		END { exit !NR }'
}
