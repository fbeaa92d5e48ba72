#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What zsh and fish offer for a line that is typed so far: the real shells, at their Tab key.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"
top=$(cd "$MMP_BUILD/.." && pwd)
mkdir bin work work/sub
ln -s "$MMP_BUILD/mmpc" bin/mmpc
# What mmpctl has loaded: told by one that has two policies. Help is that of the real one.
cat >bin/mmpctl <<END
#!/bin/sh
[ "\$1" = list ] && [ "\$2" != --help ] && exec printf '{"policies": [\n  {"name": "web"},\n  {"name": "db"}\n]}\n'
exec '$MMP_BUILD/mmpctl' "\$@"
END
chmod +x bin/mmpctl
PATH=$dir/bin:$PATH
cd work || exit 1
touch .mmpc.conf web.mmp web.mmpt web.bpf.o trace.csv notes.txt

# Each line, and all that is offered for its last word, sorted.
cat >../expected <<'END'
mmpctl se|set
mmpc lo|load
mmpc we|web.mmp
mmpctl load --r|--replace
mmpc compile --c|--check --color= --config
mmpc --ch|--check
mmpc --e|--emit=
mmpctl run |sub/ web.bpf.o
mmpc run |sub/ web.bpf.o web.mmp
mmpc --check --k|--kernel
mmpc --check --config .m|.mmpc.conf
mmpc test --verb|--verbose
mmpctl load |sub/ web.bpf.o
mmpc load |sub/ web.bpf.o web.mmp
mmpc test |sub/ web.mmpt
mmpc replay |sub/ trace.csv web.mmp
mmpc suggest |sub/ trace.csv web.mmp
mmpctl apply |sub/
mmpctl unload |db web
mmpctl stats |db web
mmpctl top |db web
mmpc --check -Wno-unu|-Wno-unused -Wno-unused-suppression
mmpc explain throttle-|throttle-clamped throttle-may-not-act throttle-no-effect throttle-own-protector throttle-starves
END
compare() { # shell
	check "$1 answers every line" test "$(wc -l <"../$1")" = "$(wc -l <../expected)"
	paste -d'|' ../expected "../$1" >../both
	while IFS='|' read -r line wanted got; do
		check "$1: $line" test "$got" = "$wanted"
		[ "$got" = "$wanted" ] || echo "#      got: $got, wanted $wanted"
	done <../both
}
# IFS without a blank: one at a line's end begins a new word.
set --
while IFS='|' read -r line _; do set -- "$@" "$line"; done <../expected
HOME=$dir fish -c "source $top/docs/completion.fish
for line in \$argv
	echo (complete -C \"\$line\" | string replace -r '\t.*' '' | sort -u | string join ' ')
end" "$@" >../fish
compare fish
HOME=$dir zsh "$top/tests/packages/completion.zsh" "$top/docs/completion.zsh" "$@" | sed 's|sub\b/*|sub/|' >../zsh
compare zsh
echo "1..$n"
