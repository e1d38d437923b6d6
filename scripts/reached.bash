# SPDX-License-Identifier: MIT
#
# reached.bash - which cases a defect can change; kill-matrix and check-observed source it
#
# The reference stack plays a case in the same way each time; with a defect, too, up to the moment when the stack asks
# whether that defect is on. If it never asks while the case is played without defects, the defect changes nothing.

# reached_cases BUILD CASES FOLDER OPTION...: for each defect, writes a file FOLDER/DEFECT of those CASES (names that
# end in a NUL) in which the stack asks for it; no file if there are none. False if nothing was played.
reached_cases()
{
	local build=$1 cases=$2 folder=$3
	shift 3
	xargs -0 -a "$cases" "$build/protodrill" run -q -t builtin --reached --report json "$@" 2>/dev/null |
		sed -n 's/^{"kind":"case",.*"path":"\([^"]*\)",.*"reached":"\([^"]*\)".*/\1\t\2/p' |
		awk -F '\t' -v folder="$folder" '{
			count = split($2, names, ",")
			for (i = 1; i <= count; i++)
				if (!seen[$1, names[i]]++)
					printf "%s%c", $1, 0 >(folder "/" names[i])
		}
		END { exit !NR }'
}
