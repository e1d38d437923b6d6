# SPDX-License-Identifier: MIT
#
# fuzz-seeds.bash - what the fuzz targets begin with; check-fuzz and check-found source it behind check-common.bash

# record FOLDER: what was on the wire in cases of several topics
record()
{
	local case
	mkdir "$1"
	find "$here/testcases/"{handshake,close,data,ack,icmp,fragmentation} -name '*.pkt' |
		while read -r case; do
			protodrill run -q --pcap "$1/${case##*/}.pcap" "$case" >/dev/null 2>&1 </dev/null
		done
}

# seeds TARGET: into the folder of that name
seeds()
{
	mkdir -p "$1"
	case $1 in
	script_text | played_script)
		# In different folders some have the same name.
		find "$here/testcases" -name '*.pkt' ! -path '*/must-fail/*' -exec cp --backup=numbered -t "$1" {} + ;;
	lsp)
		cp "$here"/testcases/first/*.pkt "$here"/testcases/language/*.pkt "$1"
		cat >"$1/message" <<<'{"jsonrpc":"2.0","id":7,"method":"textDocument/hover",
			"params":{"textDocument":{"uri":"file:///a.pkt"},"position":{"line":0,"character":1}}}' ;;
	shell)
		awk -v RS='`' 'NR % 2 == 0 { n++; printf "%s", $0 > (FOLDER "/" n ".sh"); close(FOLDER "/" n ".sh") }' \
			FOLDER="$1" \
			"$here"/testcases/commands/*.pkt ;;
	yaml)
		cp "$here"/testcases/*.yaml "$here"/src/target/builtin/profiles/*.yaml "$1" ;;
	packets | capture)
		[[ -d captures ]] || record captures
		cp -t "$1" captures/* ;;
	result_line)
		protodrill run -q --report json=lines.json "$here/testcases/first" "$here/testcases/ack" \
			>/dev/null 2>&1 </dev/null
		split -l 1 -a 3 lines.json "$1/line-" ;;
	esac
	[[ -n $(ls -A "$1") ]] || { echo "no seeds for $1"; return 1; }
}
