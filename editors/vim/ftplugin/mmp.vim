" SPDX-License-Identifier: GPL-2.0
" Linux memory policies: comments, layout with mmpc fmt (gq), :make checks the file.
if exists('b:did_ftplugin')
	finish
endif
let b:did_ftplugin = 1

setlocal comments=:# commentstring=#\ %s
setlocal formatoptions-=t formatoptions+=croql
setlocal formatprg=mmpc\ fmt\ -
setlocal expandtab shiftwidth=4 softtabstop=4
setlocal include=^\\s*include\\>
setlocal suffixesadd=.mmp
setlocal define=^\\s*\\%(cgroup\\\|process\\\|define\\\|param\\\|signal\\\|rule\\)\\>
compiler mmpc

let b:undo_ftplugin = 'setl com< cms< fo< fp< et< sw< sts< inc< sua< def< mp< efm<'
