#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What bash offers for a line that is typed so far.
. "$(dirname "$0")/../tap.sh"
PATH=$MMP_BUILD:$PATH
. "$(dirname "$0")/../../docs/completion.bash"
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

echo 1..18
offers 'commands' 'set stats status' mmpctl s
offers 'commands of mmpc' 'load' mmpc lo
offers 'a policy where a command could stand' 'web.mmp' mmpc web
offers 'options of a command' '--replace' mmpctl load --r
offers 'an option with a value' '--color= --config' mmpc compile --c
offers 'an option that stands second' '--kernel' mmpc --check --k
offers 'a file of defaults' '.mmpc.conf sub/' mmpc --check --config ''
offers 'the second of two spellings' '--verbose' mmpc test --verb
offers 'objects to load' 'sub/ web.bpf.o' mmpctl load ''
offers 'objects and policies' 'sub/ web.bpf.o web.mmp' mmpc load ''
offers 'codes to fix' 'unused unused-suppression' mmpc fix unu
offers 'policies to fix' 'web.mmp' mmpc fix web
offers 'no file for the language server' '' mmpc lsp ''
offers 'tests' 'sub/ web.mmpt' mmpc test ''
offers 'a policy and a trace' 'sub/ trace.csv web.mmp' mmpc replay ''
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
