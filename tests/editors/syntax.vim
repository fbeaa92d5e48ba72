" SPDX-License-Identifier: GPL-2.0
" Writes, for each file of $MMP_FILES, each word with the group that it is shown in:
"   FILE<tab>LINE<tab>BYTE COLUMN<tab>WORD<tab>GROUP
" Run with -u NONE -N and $MMP_EDITORS, the folder editors/.
let &runtimepath = $MMP_EDITORS . '/vim,' . &runtimepath
filetype plugin on
syntax on
let s:out = []
for s:file in split($MMP_FILES, "\n")
	execute 'edit! ' . fnameescape(s:file)
	for s:line in range(1, line('$'))
		let s:at = 0
		while 1
			let [s:word, s:start, s:end] = matchstrpos(getline(s:line), '\w\+\|%\|/s\>', s:at)
			if s:start < 0
				break
			endif
			" A number, its unit and how often it stands are one word of the text.
			let s:part = matchstr(s:word, '^\d\+\|^x\d\+\|^\a\{-1,}\zex\d\+$')
			if s:part !=# '' && (s:start == s:at || s:part =~# '^\d')
				let s:word = s:part
				let s:end = s:start + len(s:part)
			endif
			let s:group = synIDattr(synID(s:line, s:start + 1, 1), 'name')
			call add(s:out, join([s:file, s:line, s:start, s:word, s:group], "\t"))
			let s:at = s:end
		endwhile
	endfor
endfor
call writefile(s:out, $MMP_OUT)
qall!
