#compdef mmpc mmpctl
# SPDX-License-Identifier: GPL-2.0
# Completion of mmpc and mmpctl for zsh. It asks the programs themselves (--help, explain, list), so that there
# is nothing here to fall out of step.
#
#   copy it as _mmpc into a folder of $fpath, or: . docs/completion.zsh

_mmp_commands() {
	$1 --help 2>/dev/null | sed -n 's/^  mmpc \([a-z]*\) .*/\1/p; s/^  \([a-z]*\)  .*/\1/p'
}

_mmp_options() {
	$1 $2 --help 2>/dev/null | sed -n '/^usage/,/^$/p; s/^  \(-.*\)/\1/p' |
		sed 's/^\(-[^ ,]*\( [A-Z]*\)*\(, -[^ ,]*\( [A-Z]*\)*\)*\) .*/\1/' |
		grep -oE '(^|[ ,|[])--?[A-Za-z][a-z-]*=?' | sed 's/^[ ,|[]//; s/^-\([WDf]\).*/-\1/' | sort -u
}

_mmp_loaded() {
	mmpctl list --format=json 2>/dev/null | grep -o '"name": *"[^"]*"' | sed 's/.*: *"//; s/"$//'
}

_mmp_codes() { mmpc explain codes 2>/dev/null | sed -n 's/^  \([a-z-]*\) .*/\1/p' }

_mmp_operands() {
	if [[ $words[CURRENT-1] == --config ]]; then
		_files -g '*.conf(D)'
		return
	fi
	case $program:$command in
	*:(unload|status|set|stats|top|events)) compadd -- ${(f)"$(_mmp_loaded)"} ;;
	*:apply) _files -/ ;;
	mmpctl:load) _files -g '*.bpf.o' ;;
	mmpctl:(run|record)) _files -g '*.(bpf.o|plan.json)' ;;
	mmpc:(load|run|record)) _files -g '*.(mmp|bpf.o)' ;;
	mmpc:test) _files -g '*.mmpt' ;;
	mmpc:(replay|suggest)) _files -g '*.(mmp|csv)' ;;
	mmpc:explain) compadd -- ${(f)"$(mmpc explain 2>/dev/null | sed -n 's/^  \([^ ]*\) .*/\1/p')"} ;;
	mmpc:*) _files -g '*.mmp' ;;
	esac
}

_mmp() {
	local program=${words[1]:t} command=
	(( CURRENT > 2 )) && command=$words[2]
	case $program:$command in
	mmpc:-*|mmpc:*.mmp) command=compile ;;
	esac
	case $words[CURRENT] in
	-Wno-*) compadd -- -Wno-${^${(f)"$(_mmp_codes)"}} ;;
	-W*) compadd -- -Werror -W${^${(f)"$(_mmp_codes)"}} ;;
	-*) compadd -- ${(f)"$(_mmp_options $words[1] ${command:-compile})"} --help ;;
	*)
		[[ -n $command ]] || compadd -- ${(f)"$(_mmp_commands $words[1])"}
		_mmp_operands
		;;
	esac
}

# The first time it is autoloaded, the file is the function.
if [[ $funcstack[1] == _mmpc ]]; then
	_mmp "$@"
else
	compdef _mmp mmpc mmpctl
fi
