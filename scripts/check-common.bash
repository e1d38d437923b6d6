# SPDX-License-Identifier: MIT
#
# check-common.bash - what the check-* programs share; they source it
#
#   . "${0%/*}/check-common.bash"
#   check_open NAME "${1-}"      $here: the project; $build: the build to be checked, in front of $PATH; $work: an empty
#                                folder, which is then the current one and is removed when the program ends
#   want, expect                 the checks; each is counted, and as failed when it did not go as it should
#   check_close WHAT             prints "N WHAT, N wrong" and what was left out; its status is that of the program

check_asked=0 check_failed=0 check_left_out=()
check_builtins=" $(compgen -b | tr '\n' ' ')"

check_open()
{
	here=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
	build=$(cd "${2:-$here/build}" && pwd) || exit 2
	work=$(mktemp -d "${TMPDIR:-/tmp}/protodrill-$1.XXXXXX") || exit 2
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT TERM
	PATH=$build:$PATH
	export PROTODRILL_STATE=
	cd "$work" || exit 2
}

# failed TEXT: one check went wrong; what was printed is in $work/out
failed()
{
	check_failed=$((check_failed + 1))
	echo "failed: $*"
	head -c 2000 "$work/out" | sed 's/^/  | /'
}

# has_line REGEX: is there a line in $work/out that it fits? The shell itself finds most, without another program; what
# it does not find, or cannot read, is grep's to say.
has_line()
{
	local line lines=()
	mapfile -t -n 200 lines <"$work/out" 2>/dev/null
	for line in "${lines[@]}"; do
		[[ ! $line =~ $1 ]] || return 0
	done 2>/dev/null
	grep -qE -- "$1" "$work/out"
}

# want STATUS REGEX COMMAND...: the regex must fit a line of what is printed on either output. One that begins with !
# must not fit any, and an empty one says that nothing at all may be printed. COMMAND may be a function or a
# builtin of the shell; anything else has five minutes, so that what hangs ends, and what is slow may be so.
want()
{
	local expected=$1 regex=$2 status limit=(timeout -k 5 300)
	shift 2
	[[ $check_builtins != *" $1 "* ]] && ! declare -F "$1" >/dev/null || limit=()
	"${limit[@]}" "$@" >"$work/out" 2>&1 </dev/null
	status=$?
	check_asked=$((check_asked + 1))
	if [[ $status -ne $expected ]]; then
		failed "$*: status $status, expected $expected"
	elif [[ -z $regex ]]; then
		[[ ! -s $work/out ]] || failed "$*: must print nothing"
	elif [[ $regex == '!'* ]]; then
		! has_line "${regex#!}" || failed "$*: must not print '${regex#!}'"
	else
		has_line "$regex" || failed "$*: must print '$regex'"
	fi
}

# expect NAME COMMAND...: it must succeed
expect()
{
	local name=$1
	shift
	check_asked=$((check_asked + 1))
	"$@" >"$work/out" 2>&1 </dev/null || failed "$name"
}

# leave_out WHAT: it cannot be checked here
leave_out()
{
	check_left_out+=("$*")
}

check_close()
{
	local what
	for what in "${check_left_out[@]}"; do
		echo "SKIPPED: $what"
	done
	echo "$check_asked $1, $check_failed wrong"
	[[ $check_failed -eq 0 && $check_asked -gt 0 ]]
}
