#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mmpc fmt: the layout, the modes, and that a file is replaced as a whole or not at all. That tree and
# comments stay and that a second time changes nothing, the tool tries itself and aborts otherwise.
. "$(dirname "$0")/../tap.sh"
cd "$(dirname "$0")/.." || exit 1
mmpc=$MMP_BUILD/mmpc
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$mmpc" fmt - <cases/fmt/all.mmp | diff cases/fmt/all.expect -
holds "the layout"
for f in cases/ok/*.mmp cases/fmt/*.expect ../examples/*.mmp; do
	[ -f "$f" ] || continue
	"$mmpc" fmt - <"$f" >"$dir/once" && "$mmpc" fmt - <"$dir/once" | cmp -s - "$dir/once"
	holds "$f: twice is once"
done
printf 'protect web when psi>10\r\n\r\n\r\n\r\nthp default' | "$mmpc" fmt - >"$dir/crlf"
printf 'protect web when psi > 10\r\n\r\nthp default\r\n' | cmp -s - "$dir/crlf"
holds "a file's own line ends, and a missing last one"
[ -z "$(printf ' \n\n' | "$mmpc" fmt -)" ]
holds "an empty policy"

cp cases/fmt/all.mmp "$dir/a.mmp"
chmod 640 "$dir/a.mmp"
[ "$("$mmpc" fmt --check "$dir/a.mmp")" = "$dir/a.mmp" ]
holds "--check names the file"
"$mmpc" fmt --check "$dir/a.mmp" >/dev/null
[ $? = 7 ] && cmp -s "$dir/a.mmp" cases/fmt/all.mmp
holds "--check exits 7 and changes nothing"
"$mmpc" fmt --diff "$dir/a.mmp" >"$dir/diff"
[ $? = 0 ] && cmp -s "$dir/a.mmp" cases/fmt/all.mmp
holds "--diff exits 0 and changes nothing"
grep -q '^-thp order 9 or smaller on pagefault ,swap when psi<10;thp default # two' "$dir/diff" &&
	grep -q '^+thp default  # two' "$dir/diff"
holds "--diff shows both texts"
ln -s a.mmp "$dir/link.mmp"
"$mmpc" fmt "$dir/link.mmp" && cmp -s "$dir/a.mmp" cases/fmt/all.expect && [ -L "$dir/link.mmp" ]
holds "in place, through a symbolic link"
[ "$(stat -c %a "$dir/a.mmp")" = 640 ]
holds "the mode stays"
before=$(stat -c %i "$dir/a.mmp")
"$mmpc" fmt "$dir/a.mmp" && [ "$(stat -c %i "$dir/a.mmp")" = "$before" ]
holds "a file that is right is not touched"
"$mmpc" fmt --check "$dir/a.mmp"
holds "--check of a file that is right: 0"
printf 'protect web whn psi > 10\n' >"$dir/bad.mmp"
"$mmpc" fmt "$dir/bad.mmp" 2>"$dir/err"
[ $? = 1 ] && grep -q "did you mean 'when'" "$dir/err" && grep -q whn "$dir/bad.mmp"
holds "errors: exit 1, said, and the file stays"
"$mmpc" fmt "$dir/none.mmp" 2>/dev/null
[ $? = 2 ]
holds "no such file: 2"
[ "$(find "$dir" -name '*.mmp.*' | wc -l)" = 0 ]
holds "no temporary file stays"
done_testing
