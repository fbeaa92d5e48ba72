# SPDX-License-Identifier: GPL-2.0
# Completion of mmpc and mmpctl for fish. It asks the programs themselves (--help, explain, list), so that there
# is nothing here to fall out of step.
#
#   source docs/completion.fish

function __mmp_commands
	$argv[1] --help 2>/dev/null | string replace -rf '^  (?:mmpc )?([a-z]+) +.*' '$1'
end

# The command that the line has, or what one without a command means.
function __mmp_command
	set -l words (commandline -opc)
	set -l command $words[2]
	if test (count $words) -lt 2
		test "$words[1]" = mmpc; and echo compile
	else if string match -qr '^-|\.mmp$' -- $command
		echo compile
	else
		echo $command
	end
end

function __mmp_options
	set -l command (__mmp_command)
	test -n "$command"; or return
	$argv[1] $command --help 2>/dev/null | string match -r '^(?:  -|usage|  +mmpc ).*' |
		string match -ra -- '--?[A-Za-z][A-Za-z-]*=?' | string match -rv '^-[A-Z]+$' | sort -u
	echo --help
end

function __mmp_loaded
	mmpctl list --format=json 2>/dev/null | string replace -rf '.*"name": *"([^"]*)".*' '$1'
end

function __mmp_codes
	mmpc explain codes 2>/dev/null | string replace -rf '^  ([a-z-]+) .*' '$1'
end

function __mmp_words
	mmpc explain 2>/dev/null | string replace -rf '^  ([^ ]+) .*' '$1'
end

function __mmp_files
	for ending in $argv
		__fish_complete_suffix $ending | string match -r '.*(?:/|'(string escape --style=regex $ending)')$'
	end | sort -u
end

function __mmp_operands
	set -l program $argv[1]
	if test (commandline -opc)[-1] = --config
		__mmp_files .conf
		return
	end
	switch $program:(__mmp_command)
		case '*:unload' '*:status' '*:set' '*:stats' '*:top' '*:events'
			__mmp_loaded
		case '*:apply'
			__fish_complete_directories (commandline -ct)
		case 'mmpctl:load'
			__mmp_files .bpf.o
		case 'mmpctl:run' 'mmpctl:record'
			__mmp_files .bpf.o .plan.json
		case 'mmpc:load' 'mmpc:run' 'mmpc:record'
			__mmp_files .mmp .bpf.o
		case 'mmpc:test'
			__mmp_files .mmpt
		case 'mmpc:replay' 'mmpc:suggest'
			__mmp_files .mmp .csv
		case 'mmpc:explain'
			__mmp_words
		case 'mmpc:*'
			__mmp_files .mmp
	end
end

for program in mmpc mmpctl
	complete -c $program -e
	complete -c $program -f
	complete -c $program -n 'test (count (commandline -opc)) = 1' -a "(__mmp_commands $program)"
	complete -c $program -n 'string match -q -- "-*" (commandline -ct)' -a "(__mmp_options $program)"
	complete -c $program -a "(__mmp_operands $program)"
end
complete -c mmpc -n 'string match -q -- "-W*" (commandline -ct)' -a '-Werror -W(__mmp_codes) -Wno-(__mmp_codes)'
