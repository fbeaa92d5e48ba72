" SPDX-License-Identifier: GPL-2.0
" Tests of Linux memory policies: :make runs them.
if exists('b:did_ftplugin')
	finish
endif
let b:did_ftplugin = 1

setlocal comments=:# commentstring=#\ %s
setlocal formatoptions-=t formatoptions+=croql
setlocal expandtab shiftwidth=4 softtabstop=4
setlocal include=^\\s*use\\>
compiler mmpc

let b:undo_ftplugin = 'setl com< cms< fo< et< sw< sts< inc< mp< efm<'
