# SPDX-License-Identifier: MIT
#
# reached.bash - which cases a defect can change; kill-matrix and check-observed source it
#
# The reference stack plays a case the same way each time, and so with a defect, until somebody asks whether that one
# is on. Where nobody does while the case is played without defects, the defect changes nothing.

# reached_cases BUILD CASES FOLDER OPTION...: writes a file FOLDER/DEFECT for each defect, of those in CASES (names that
# end in a NUL) that ask for it; and none where no case does. False if nothing was played.
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
