#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# include by pattern: which files, in which order, and what a pattern leaves out.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"

rules() { "$mmpc" compile --emit=plan "$@" 2>err | sed -n 's/^rule [0-9]* "\([a-z]*\)".*/\1/p' | tr '\n' ' '; }

mkdir -p 'a[b]/conf.d/old.mmp' lib/conf.d empty.d
echo 'include "conf.d/*.mmp"' >'a[b]/web.mmp'
for name in b a c; do echo "rule $name: notify \"$name\" when psi > 10% hold 1s" >"a[b]/conf.d/$name.mmp"; done
echo 'rule hidden: reclaim x' >'a[b]/conf.d/.hidden.mmp'
echo 'rule other: reclaim x' >'a[b]/conf.d/other.conf'
check 'all that match, sorted by name' test "$(rules 'a[b]/web.mmp')" = "a b c "

printf 'include "empty.d/*.mmp"\nrule own: notify "x" when psi > 10%% hold 1s\n' >none.mmp
check 'none is fine' run 0 --check none.mmp
check '... without a word' test ! -s out
echo 'rule lib: notify "x" when psi > 10% hold 1s' >lib/conf.d/lib.mmp
echo 'include "conf.d/*.mmp"' >web.mmp
check 'a folder of -I, where there is none beside the file' test "$(rules -I lib web.mmp)" = "lib "
mkdir conf.d
cp 'a[b]/conf.d/b.mmp' conf.d
check 'beside the file comes first' test "$(rules -I lib web.mmp)" = "b "

mkdir own
printf 'include "*.mmp"\nrule own: notify "x" when psi > 10%% hold 1s\n' >own/own.mmp
cp conf.d/b.mmp own
check 'the file that includes is left out' test "$(rules own/own.mmp)" = "b own "
printf 'rule mistake: notfy "x"\n' >conf.d/z.mmp
check 'a mistake in one of them' run 1 --check web.mmp
check '... is shown there, with who includes it' contains out 'conf.d/z.mmp:1:15:' 'included from web.mmp:1:9'
ln -s nowhere conf.d/y.mmp
check 'one that cannot be read' run 1 --check web.mmp
check '... is named' contains out "web.mmp:1:9: error: cannot read 'conf.d/y.mmp'" '[include-not-found]'
mv conf.d/b.mmp 'conf.d/[b].mmp'
echo 'include "conf.d/[b].mmp"' >exact.mmp
check 'a file of that very name is no pattern' test "$(rules exact.mmp)" = "b "
done_testing
