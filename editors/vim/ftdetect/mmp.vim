" SPDX-License-Identifier: GPL-2.0
au BufNewFile,BufRead *.mmp setfiletype mmp
au BufNewFile,BufRead *.mmpt setfiletype mmpt
