# SPDX-License-Identifier: MIT
#
# protodrill.bash - completion of protodrill in bash
#
# Commands, options, targets, profiles and defects are those that the program itself lists, so that nothing here can be
# out of date.

# Names of a section of a help text: the first word of its indented lines.
_protodrill_section()
{
	sed -n "/^$1:/,/^\$/s/^  \([a-z][a-z-]*\) .*/\1/p"
}

# _protodrill_values PROGRAM OPTION: the values that an option may have, if there is a list of them
_protodrill_values()
{
	case $2 in
	-t | --target) "$1" run --help 2>/dev/null | _protodrill_section Targets ;;
	-r | --report) "$1" report --help 2>/dev/null | _protodrill_section Reports ;;
	--profile) "$1" list --profiles 2>/dev/null | cut -f 1 ;;
	--defect) "$1" list --defects 2>/dev/null | cut -f 1 ;;
	--progress) echo auto always never ;;
	--ip_version) echo ipv4 ipv4-mapped-ipv6 ipv6 ;;
	--non_fatal) echo packet syscall ;;
	--code_sockopt) echo TCP_INFO TCP_CC_INFO SO_MEMINFO ;;
	esac
}

# _protodrill_options PROGRAM COMMAND: one per line, with the name of its value behind it, if it takes one
_protodrill_options()
{
	"$1" "$2" --help 2>/dev/null | grep -v ' not supported: ' |
		sed -n 's/^ *\(-[a-zA-Z], \)\{0,1\}\(--[a-z_-]*\)\( [A-Z][^ ]*\)\{0,1\} .*/\2\3/p'
}

# Files that match a pattern, and directories.
_protodrill_files()
{
	local IFS=$'\n'
	compopt -o filenames 2>/dev/null
	mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -d -- "$2"; compgen -f -X "!*.$1" -- "$2")
}

_protodrill_value()
{
	local program=$1 option=$2 current=$3 before=
	if [[ $option == @(-t|--target|--profile|--defect|--report|-r) && $current == *,* ]]; then
		before=${current%,*},
		current=${current##*,}
	fi
	mapfile -t COMPREPLY < <(compgen -P "$before" -W "$(_protodrill_values "$program" "$option")" -- "$current")
	case $option in
	--plan | --profile) _protodrill_files yaml "$current" ;;
	--pcap) _protodrill_files pcap "$current" ;;
	-o | --output) _protodrill_files json "$current" ;;
	esac
}

_protodrill()
{
	local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]} current=${COMP_WORDS[COMP_CWORD]}
	local option=${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY \
			< <(compgen -W "$("$program" help 2>/dev/null | _protodrill_section Commands)" -- "$current")
		return
	fi
	# The sign of "--option=value" is a word of its own.
	if [[ $current == = ]]; then
		current=
	elif [[ $option == = ]]; then
		option=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if [[ $option == -[tjDor] ]] || _protodrill_options "$program" "$command" | grep -q -- "^$option "; then
		_protodrill_value "$program" "$option" "$current"
	elif [[ $command == help ]]; then
		mapfile -t COMPREPLY \
			< <(compgen -W "$("$program" help 2>/dev/null | _protodrill_section Commands)" -- "$current")
	elif [[ $current == -* ]]; then
		mapfile -t COMPREPLY \
			< <(compgen -W "$(_protodrill_options "$program" "$command" | cut -d ' ' -f 1)" -- "$current")
	elif [[ $command == @(compare|coverage|merge|report) ]]; then
		_protodrill_files json "$current"
	else
		_protodrill_files pkt "$current"
	fi
}

complete -F _protodrill protodrill
