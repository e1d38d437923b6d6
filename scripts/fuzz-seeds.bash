# SPDX-License-Identifier: MIT
#
# fuzz-seeds.bash - what the fuzz targets begin with; check-fuzz and check-found source it behind check-common.bash

# seeds TARGET: into the folder of that name
seeds()
{
	mkdir -p "$1"
	case $1 in
	script_text | played_script)
		find "$here/testcases" -name '*.pkt' ! -path '*/must-fail/*' -print0 |
			awk -v RS='\0' '{ print $0 "\t" ++n ".pkt" }' |
			while IFS=$'\t' read -r from to; do cp "$from" "$1/$to"; done ;;
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
		find "$here/testcases/"{handshake,close,data,ack,icmp,fragmentation} -name '*.pkt' |
			while read -r case; do
				protodrill run -q --pcap "$1/$(basename "$case").pcap" "$case" \
					>/dev/null 2>&1 </dev/null
			done ;;
	result_line)
		protodrill run -q --report json=lines.json "$here/testcases/first" "$here/testcases/ack" \
			>/dev/null 2>&1 </dev/null
		split -l 1 -a 3 lines.json "$1/line-" ;;
	esac
	[[ -n $(ls -A "$1") ]] || { echo "no seeds for $1"; return 1; }
}
