# SPDX-License-Identifier: GPL-2.0
# Completion of mmpc and mmpctl for bash, without bash-completion. It asks the programs themselves
# (--help, explain, list), so that there is nothing here to fall out of step.
#
#   . docs/completion.bash

_mmp_commands() {
	"$1" --help 2>/dev/null | sed -n 's/^  mmpc \([a-z]*\) .*/\1/p; s/^  \([a-z]*\)  .*/\1/p'
}

_mmp_options() {
	"$1" "$2" --help 2>/dev/null | sed -n '/^usage/,/^$/p; s/^  \(-.*\)/\1/p' |
		sed 's/^\(-[^ ,]*\( [A-Z]*\)*\(, -[^ ,]*\( [A-Z]*\)*\)*\) .*/\1/' |
		grep -oE '(^|[ ,|[])--?[A-Za-z][a-z-]*=?' | sed 's/^[ ,|[]//; s/^-\([WDf]\).*/-\1/' | sort -u
}

_mmp_loaded() {
	mmpctl list --format=json 2>/dev/null | grep -o '"name": *"[^"]*"' | sed 's/.*: *"//; s/"$//'
}

_mmp_codes() {
	mmpc explain codes 2>/dev/null | sed -n 's/^  \([a-z-]*\) .*/\1/p'
}

# Files that end in one of the words, and folders.
_mmp_files() {
	local ending
	for ending in "$@"; do
		compgen -f -X "!*$ending" -- "$word"
	done
	compgen -d -S / -- "$word"
}

_mmp_operands() {
	case ${COMP_WORDS[COMP_CWORD - 1]} in
	--config) _mmp_files .conf; return ;;
	esac
	case $program:$command in
	*:unload | *:status | *:set | *:stats | *:top | *:events) compgen -W "$(_mmp_loaded)" -- "$word" ;;
	*:apply) compgen -d -S / -- "$word" ;;
	mmpctl:load) _mmp_files .bpf.o ;;
	mmpctl:run | mmpctl:record) _mmp_files .bpf.o .plan.json ;;
	mmpc:load | mmpc:run | mmpc:record) _mmp_files .mmp .bpf.o ;;
	mmpc:test) _mmp_files .mmpt ;;
	mmpc:lsp) ;;
	mmpc:fix)
		compgen -W "$(_mmp_codes)" -- "$word"
		_mmp_files .mmp
		;;
	mmpc:replay | mmpc:suggest) _mmp_files .mmp .csv ;;
	mmpc:explain) compgen -W "$("$1" explain 2>/dev/null | sed -n 's/^  \([^ ]*\) .*/\1/p')" -- "$word" ;;
	mmpc:*) _mmp_files .mmp ;;
	esac
}

_mmp() {
	local word=${COMP_WORDS[COMP_CWORD]} program=${1##*/} command=${COMP_WORDS[1]}
	[ "$COMP_CWORD" -gt 1 ] || command=
	case $program:$command in
	mmpc:-* | mmpc:*.mmp) command=compile ;;
	esac
	local found
	case $word in
	-Wno-*) found=$(compgen -P -Wno- -W "$(_mmp_codes)" -- "${word#-Wno-}") ;;
	-Werror*) found=$(compgen -W -Werror -- "$word") ;;
	-W*) found=$(compgen -P -W -W "$(_mmp_codes) no- error" -- "${word#-W}") ;;
	-*) found=$(compgen -W "$(_mmp_options "$1" "${command:-compile}") --help" -- "$word") ;;
	*)
		found=$(
			[ -n "$command" ] || compgen -W "$(_mmp_commands "$1")" -- "$word"
			_mmp_operands "$1"
		)
		;;
	esac
	mapfile -t COMPREPLY <<<"$found"
	# Of a file's name, bash quotes what the shell would read otherwise.
	case $found in
	*.mmp | *.mmpt | *.csv | *.conf | *.bpf.o | *.plan.json | */) compopt -o filenames 2>/dev/null ;;
	esac
}

complete -o nospace -F _mmp mmpc mmpctl
