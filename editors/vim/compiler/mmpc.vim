" SPDX-License-Identifier: GPL-2.0
" :make checks the policy, or runs the tests, of this buffer; findings go to the quickfix list.
if exists('current_compiler')
	finish
endif
let current_compiler = 'mmpc'

if &filetype ==# 'mmpt'
	CompilerSet makeprg=mmpc\ test\ %:S
else
	CompilerSet makeprg=mmpc\ --check\ --color=never\ %:S
endif
" Hints have no place, and excerpts are dropped: the lines themselves are shown.
CompilerSet errorformat=%f:%l:%c:\ %trror:\ %m,%f:%l:%c:\ %tarning:\ %m,%f:%l:%c:\ %tote:\ %m,%-G%.%#

" mmpc counts characters and vim bytes: they differ behind anything but ASCII.
function! s:count_bytes() abort
	let list = getqflist()
	let changed = 0
	for entry in list
		if !entry.bufnr || bufname(entry.bufnr) !~# '\.mmpt\?$'
			continue
		endif
		call bufload(entry.bufnr)
		let line = get(getbufline(entry.bufnr, entry.lnum), 0, '')
		let byte = byteidx(line, entry.col - 1)
		let byte = (byte < 0 ? len(line) : byte) + 1
		let changed = changed || byte != entry.col
		let entry.col = byte
	endfor
	if changed
		call setqflist(list, 'r')
	endif
endfunction

augroup mmpc
	autocmd!
	autocmd QuickFixCmdPost make call s:count_bytes()
augroup END
