#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What bash offers for a line that is typed so far.
. "$(dirname "$0")/../tap.sh"
PATH=$MMP_BUILD:$PATH
completion=$(cd "$(dirname "$0")/../../docs" && pwd)/completion.bash
. "$completion"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
mkdir sub
touch .mmpc.conf web.mmp web.mmpt web.bpf.o trace.csv notes.txt

# offers NAME EXPECTED WORD...: all that is offered for the last word, sorted
offers() {
	local name=$1 expected=$2
	shift 2
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
	_mmp "$1"
	local got
	got=$(printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd' ')
	is "$got" "$expected" "$name"
}

offers 'commands' 'set stats status' mmpctl s
offers 'commands of mmpc' 'load' mmpc lo
offers 'a policy where a command could stand' 'web.mmp' mmpc web
offers 'options of a command' '--replace' mmpctl load --r
offers 'an option with a value' '--check --color= --config' mmpc compile --c
offers 'an option that stands second' '--kernel' mmpc --check --k
offers 'check, which no line of its own explains' '--check' mmpc --ch
offers '... and what is emitted' '--emit=' mmpc --em
offers 'a file of defaults' '.mmpc.conf sub/' mmpc --check --config ''
offers 'the second of two spellings' '--verbose' mmpc test --verb
offers 'objects to load' 'sub/ web.bpf.o' mmpctl load ''
offers 'objects and policies' 'sub/ web.bpf.o web.mmp' mmpc load ''
offers 'codes to fix' 'unused unused-suppression' mmpc fix unu
offers 'policies to fix' 'web.mmp' mmpc fix web
offers 'no file for the language server' '' mmpc lsp ''
offers 'tests' 'sub/ web.mmpt' mmpc test ''
offers 'a policy and a trace' 'sub/ trace.csv web.mmp' mmpc replay ''
offers 'the same where numbers are suggested' 'sub/ trace.csv web.mmp' mmpc suggest ''
offers 'a sweep' '--svg --sweep' mmpc replay --s
offers 'warnings to turn off' '-Wno-unused -Wno-unused-suppression' mmpc --check -Wno-unu
offers 'words to explain' 'throttle throttle-clamped throttle-may-not-act throttle-no-effect throttle-own-protector throttle-starves' \
	mmpc explain thro

# What mmpctl has loaded: asked of one that says so.
mkdir bin
cat >bin/mmpctl <<'END'
#!/bin/sh
[ "$1" = list ] && echo '{"policies": [{"name": "web"}, {"name": "db"}]}'
END
chmod +x bin/mmpctl
PATH=$dir/bin:$PATH
for command in unload status set stats top events; do
	COMP_WORDS=(mmpctl $command '') COMP_CWORD=2 COMPREPLY=()
	_mmp mmpctl
	names="$names $command: ${COMPREPLY[*]};"
done
expected=' unload: web db; status: web db; set: web db; stats: web db; top: web db; events: web db;'
is "$names" "$expected" "names of policies, for every command that takes one"

# In a terminal: what stands in the line after the Tab key, as a command's words.
cat >rc <<END
PS1=
PATH=$MMP_BUILD:\$PATH
. $completion
bind 'set bell-style none'
END
touch 'a b.mmp' '$(x).mmp' "it's.mmp" 'sub/c d.mmp'
typed() { # NAME LINE EXPECTED: the words of the line; \t is the Tab key
	printf '%b\001printf "[%%s]" \005 >got\nexit\n' "$2" >keys
	rm -f got
	{ cat keys; } | HISTFILE= script -qec "bash --noprofile --rcfile rc -i" /dev/null >screen 2>&1
	is "$(cat got)" "$3" "$1"
}
typed 'a blank in a name' 'mmpc --check a\t' '[mmpc][--check][a b.mmp]'
typed '... of which a part is quoted' 'mmpc --check "a\t' '[mmpc][--check][a b.mmp]'
typed '... or typed with a backslash' 'mmpc --check a\\ \t' '[mmpc][--check][a b.mmp]'
typed 'what the shell would run' 'mmpc --check \\$\t' '[mmpc][--check][$(x).mmp]'
typed "a quote" 'mmpc --check it\t' "[mmpc][--check][it's.mmp]"
typed 'in a folder' 'mmpc test su\t' '[mmpc][test][sub/]'
done_testing
