" SPDX-License-Identifier: MIT
" The colours of protodrill's scripts.
if exists('b:current_syntax')
	finish
endif

syntax include @pktShell syntax/sh.vim
unlet! b:current_syntax
syntax include @pktPython syntax/python.vim
unlet! b:current_syntax

syntax match pktOption /^\s*--[a-z0-9_]\+/
syntax match pktDirection /\s\zs[<>]\ze\s/
syntax match pktNumber /\<\(0x\x\+\|\d\+\)\>/
syntax match pktFlags /[<>]\s\+\zs[SFRPUEWA.]\+\ze\s/
syntax match pktTime /^\s*[+*]\?\s*[0-9.]*\(\.\.\.\|\~+\?\)\?[0-9.]*\ze\s/
syntax match pktConstant /\<[A-Z][A-Z0-9_]\{2,}\>/
syntax match pktName /\$\h\w*/
syntax match pktCall /\<\h\w*\ze(/
syntax keyword pktStatement include macro repeat for in if else let nothing unordered either peer stream fragment
syntax keyword pktPacket ack win urg udp udplite icmp seq raw mss nop sackOK wscale TS val ecr sack FO eol
syntax region pktString start=/"/ skip=/\\./ end=/"/
syntax region pktComment start=+//+ end=/$/
syntax region pktComment start=+/\*+ end=+\*/+
syntax match pktHeader +^\s*//!.*$+ contains=pktHeaderWord
syntax match pktHeaderWord +//!\s*\zs\(title\|covers\|needs\|targets\|profiles\|fails\):+ contained
syntax region pktCommand matchgroup=pktDelimiter start=/`/ end=/`/ contains=@pktShell
syntax region pktCode matchgroup=pktDelimiter start=/%{/ end=/}%/ contains=@pktPython

highlight default link pktTime Type
highlight default link pktOption PreProc
highlight default link pktDirection Operator
highlight default link pktNumber Number
highlight default link pktFlags Special
highlight default link pktConstant Constant
highlight default link pktName Identifier
highlight default link pktCall Function
highlight default link pktStatement Statement
highlight default link pktPacket Keyword
highlight default link pktString String
highlight default link pktComment Comment
highlight default link pktHeader SpecialComment
highlight default link pktHeaderWord Todo
highlight default link pktDelimiter Delimiter

let b:current_syntax = 'pkt'
