" SPDX-License-Identifier: MIT
" Scripts of protodrill: comments, and in Neovim the server that checks while one types.
if exists('b:did_ftplugin')
	finish
endif
let b:did_ftplugin = 1

setlocal commentstring=//\ %s comments=://!,://
if has('nvim') && executable('protodrill')
	lua << EOF
	local client = vim.lsp.start_client({ name = 'protodrill', cmd = { 'protodrill', 'lsp' }, root_dir = vim.fn.getcwd() })
	if client then
		vim.lsp.buf_attach_client(0, client)
		vim.bo.omnifunc = 'v:lua.vim.lsp.omnifunc'
	end
EOF
endif
