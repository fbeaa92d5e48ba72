" Vim syntax file
" Language: mmp, Linux memory policies
" Made by editors/generate from grammar/*.def.

if exists('b:current_syntax')
	finish
endif
let s:save_cpo = &cpo
set cpo&vim
syn case match

syn match mmpComment /#.*$/ contains=mmpTodo,mmpSuppress,@Spell
syn keyword mmpTodo contained TODO FIXME XXX
syn match mmpSuppress contained /\%(# *\)\@<=mmpc: *ignore\>/
syn region mmpString start=/"/ skip=/\\./ end=/"/ oneline contains=mmpEscape
syn match mmpEscape contained /\\\%(x\x\x\|[\\"nt]\)/
syn match mmpReference /\$\h\w*/
syn match mmpComparison /[<>=!]=\|[<>]\|\.\./
syn match mmpNumber /\<\d\+\%(\.\d\+\)\?/ nextgroup=mmpUnit,mmpBadUnit
syn match mmpUnit contained /\%(GiB\/s\|KiB\/s\|MiB\/s\|TiB\/s\|B\/s\|G\/s\|GiB\|K\/s\|KiB\|M\/s\|MiB\|T\/s\|TiB\|\/s\|ms\|ns\|us\|%\|B\|G\|K\|M\|T\|h\|m\|s\)\w\@!/
syn match mmpBadUnit contained /\%(GB\/s\|KB\/s\|MB\/s\|GB\|KB\|MB\|TB\)\w\@!/
syn match mmpSignal /\w\@<!\%(refault_anon_rate\|refault_file_rate\|events\.oom_kill\|pgmajfault_rate\|psi\.full\.avg300\|psi\.some\.avg300\|psi\.full\.avg10\|psi\.full\.avg60\|psi\.some\.avg10\|psi\.some\.avg60\|mem_available\|uncharge_rate\|pgfault_rate\|pgsteal_rate\|refault_rate\|swapout_rate\|usage_growth\|charge_rate\|events\.high\|pgscan_rate\|swapin_rate\|events\.low\|events\.max\|events\.oom\|swap_total\|vma\.advice\|mem_total\|swap_free\|psi\.full\|psi\.some\|vma\.anon\|vma\.size\|orders\|limit\|memcg\|shmem\|usage\|anon\|comm\|file\|high\|slab\|swap\|low\|max\|min\|pid\|psi\|uid\)\w\@!/
syn keyword mmpAction protect throttle reclaim thp notify
syn keyword mmpDeclaration include cgroup process define param signal tick mode rule
syn keyword mmpModifier at budget cooldown for hold no on priority step swappiness until up when
syn keyword mmpOperator and in not or
syn keyword mmpScope self parent system
syn keyword mmpWord all allow as by default except from never of order override pace pidfile smaller to
syn keyword mmpValue info warning error none hugepage nohugepage pagefault khugepaged collapse enforce monitor

hi def link mmpAction Statement
hi def link mmpDeclaration Define
hi def link mmpModifier Keyword
hi def link mmpOperator Operator
hi def link mmpSignal Identifier
hi def link mmpScope Special
hi def link mmpWord Keyword
hi def link mmpValue Constant
hi def link mmpUnit Type
hi def link mmpBadUnit Error
hi def link mmpComment Comment
hi def link mmpTodo Todo
hi def link mmpSuppress SpecialComment
hi def link mmpString String
hi def link mmpEscape SpecialChar
hi def link mmpReference PreProc
hi def link mmpNumber Number
hi def link mmpRepeat Special
hi def link mmpComparison Operator
hi def link mmpTest Statement
hi def link mmpSubject Function

let b:current_syntax = 'mmp'
let &cpo = s:save_cpo
unlet s:save_cpo
