" SPDX-License-Identifier: MIT
autocmd BufNewFile,BufRead *.pkt setfiletype pkt
