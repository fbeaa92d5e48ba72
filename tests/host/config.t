#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# .mmpc.conf: which file a policy has, what each key does, that the commands and the language server agree on it,
# and what is refused.
top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"

# server FILE [FLAG...]: what the language server finds, a line each: file, line, severity, code or message
server() {
	PYTHONPATH=$top/tests/editors python3 - "$@" <<'END' >out 2>err
import os
import sys
from lsp import Client
file, flags = sys.argv[1], sys.argv[2:]
client = Client(*flags)
client.start()
uri = "file://" + os.path.realpath(file)
all = {uri: client.open(uri, open(file, encoding="utf-8").read())}
client.request("shutdown")
client.notify("exit")
all.update((n["params"]["uri"], n["params"]["diagnostics"]) for n in client.notifications
           if n.get("method") == "textDocument/publishDiagnostics")
for name, findings in all.items():
    for f in findings:
        print(os.path.basename(name), f["range"]["start"]["line"] + 1, f["severity"], f.get("code", f["message"]))
END
}

mkdir -p team/policies/deep team/lib other
cat >team/policies/web.mmp <<'END'
define spare = 10%
protect high when pgfault_rate > 100 hold 2s
END
check 'a policy with a warning passes' run 0 --check team/policies/web.mmp
check '... which is shown' contains out 'warning' '[unused]'

# ---- which file ----
echo 'level.unused = error' >team/.mmpc.conf
check 'a file in a folder above' run 1 --check team/policies/web.mmp
check '... sets the level' contains out ':1:8: error:' '[unused]'
check 'from within the folder' sh -c "cd team/policies && ! '$mmpc' --check web.mmp"
check '--no-config reads none' run 0 --check --no-config team/policies/web.mmp
echo 'level.unused = off' >team/policies/.mmpc.conf
check 'the nearest file alone counts' run 0 --check team/policies/web.mmp
check '... and turns the warning off' test ! -s out
cp team/policies/web.mmp other/web.mmp
check 'each policy has its own' run 0 --check --format=json team/policies/web.mmp other/web.mmp
check '... with and without' test "$(grep -c '"code": "unused"' out)" = 1
check '--config reads another' run 1 --check --config team/.mmpc.conf team/policies/web.mmp other/web.mmp
check '... for every policy' test "$(grep -c 'error:.*unused' out)" = 2
check '--config of a file that is not there' run 2 --check --config none.conf other/web.mmp
check '... names it' contains err "cannot read 'none.conf': there is no such file"
ln -s ../team/policies/web.mmp other/link.mmp
check 'a link has the folders of its policy' run 0 --check other/link.mmp
check '... as the policy itself' test ! -s out
cp team/policies/.mmpc.conf .mmpc.conf
check 'standard input has the current folder' sh -c "'$mmpc' --check - <other/web.mmp >out && [ ! -s out ]"
rm .mmpc.conf team/policies/.mmpc.conf

# ---- the keys, and the command line over them ----
echo 'fail-level = warning' >team/.mmpc.conf
check 'a fail level' run 3 --check team/policies/web.mmp
check '... and another on the command line' run 0 --check --fail-level=error team/policies/web.mmp
check '... of compile, too' run 3 --emit=plan team/policies/web.mmp
cp team/policies/web.mmp team/web.mmp
echo 'throttle high 20ms when pgfault_rate > 100' >team/flap.mmp
echo 'profile = strict' >team/.mmpc.conf
check 'a profile' run 0 --check team/flap.mmp
check '... makes a warning of a note' contains out 'warning' '[flapping]'
check 'another on the command line' run 0 --check --profile=default team/flap.mmp
check '... stands over it' contains out 'note' '[flapping]'
printf 'profile = strict\r\nlevel.flapping = error # for us\r\n' >team/.mmpc.conf
check 'a level over the profile' run 1 --check team/flap.mmp
check '... over one of the command line, too' run 1 --check --profile=default team/flap.mmp
check '... and -W over the level' run 0 --check -Wno-flapping team/flap.mmp
check '... which is gone' test ! -s out
echo 'level.unused = warning' >team/.mmpc.conf
check '-Werror covers what the file makes a warning' run 1 --check -Werror team/web.mmp

echo 'cgroup batch = "batch.slice"' >team/lib/groups.mmp
printf 'include "groups.mmp"\nthrottle batch 20ms when psi > 10%% hold 2s\n' >team/policies/deep/inc.mmp
check 'a file that is not beside' run 1 --check team/policies/deep/inc.mmp
echo 'include = lib' >team/.mmpc.conf
check 'a folder for included files' run 0 --check team/policies/deep/inc.mmp
check '... from anywhere' sh -c "cd other && '$mmpc' --check ../team/policies/deep/inc.mmp"
mkdir mine
echo 'cgroup batch = "mine.slice"' >mine/groups.mmp
check '-I goes before it' run 0 --emit=plan -I mine team/policies/deep/inc.mmp
check '... with what it has' contains out mine.slice

echo 'kernel = 6.12' >team/.mmpc.conf
check 'a kernel' run 1 --check team/flap.mmp
check '... which lacks the hooks' contains out 'kernel 6.12 lacks' '[hook-missing]'
check '... and another on the command line' run 0 --check --kernel=memcg-v7+thp-v12+7.0 team/flap.mmp
echo '{"has": []}' >team/node.json
echo 'kernel = node.json' >team/.mmpc.conf
check 'a kernel in a file beside' run 1 --check team/flap.mmp
check '... is found there' contains out '[hook-missing]'
echo 'kernel = files' >team/.mmpc.conf
check 'a kernel changes nothing that is written' run 0 --emit=manifest -o with.json team/flap.mmp
check '... as without' run 0 --emit=manifest --no-config -o without.json team/flap.mmp
check '... it is the same' cmp with.json without.json

echo 'kernel = 6.12' >team/.mmpc.conf
mkdir team/applied
cp team/flap.mmp team/applied
check 'the kernel that runs judges what is applied' run 0 apply --dry-run team/applied

# ---- the commands agree ----
echo 'level.unused = error' >team/.mmpc.conf
printf 'use "web.mmp"\ntest "quiet" tick 1s {\n  for 2s given pgfault_rate = 0\n  expect protect-high-1 inactive\n}\n' \
	>team/web.mmpt
printf 'time,pgfault_rate\n0,0\n1,0\n' >team/trace.csv
mmp=team/web.mmp
for words in "--check $mmp" "-o out.bpf.o $mmp" "describe $mmp" "test team/web.mmpt" "replay $mmp team/trace.csv" \
	"fix $mmp" "run $mmp"; do
	# shellcheck disable=SC2086
	check "an error by the file: mmpc $words" run 1 $words
done
check '... and nothing is written' test ! -e out.bpf.o
for words in "describe --no-config $mmp" "fix --no-config $mmp" \
	"replay --no-config $mmp team/trace.csv"; do
	# shellcheck disable=SC2086
	"$mmpc" $words >out 2>err
	got=$?
	check "without it: mmpc $words" test "$got $(grep -c unused err)" = '0 0'
done
check 'the language server finds what --check finds' server $mmp
check '... at the level of the file' test "$(cat out)" = 'web.mmp 1 1 unused'
check '... and not with --no-config' server $mmp --no-config
check '... which leaves a warning' test "$(cat out)" = 'web.mmp 1 2 unused'

# ---- what is refused ----
printf 'profile = strict\nprofil = strict\nkernel = 5.4\ninclude = none\n' >team/.mmpc.conf
check 'bad keys and values' run 1 --check --format=json team/flap.mmp
check '... are findings of the file' contains out '"file": "team/.mmpc.conf"' '"code": "bad-config"'
run 1 --check team/flap.mmp
check '... all of them, at their lines' contains out team/.mmpc.conf:2:1: team/.mmpc.conf:3:10: team/.mmpc.conf:4:11:
check '... beside those of the policy' contains out '[flapping]'
check '... for editors, too' server team/flap.mmp
check '... in that file' contains out '.mmpc.conf 2 1 bad-config' '.mmpc.conf 4 1 bad-config'
check 'compile writes nothing then' run 1 -o out.bpf.o team/flap.mmp
check '... at all' test ! -e out.bpf.o
check '--config takes a file' run 2 --check --config - team/flap.mmp
printf 'profile = strict\0' >team/.mmpc.conf
check 'a NUL byte' run 1 --check team/flap.mmp
check '... has its place' contains out 'team/.mmpc.conf:1:17: error: a NUL byte'
echo 'profile = strict' >team/.mmpc.conf
check 'it is not written onto' run 2 --emit=plan -o team/.mmpc.conf team/flap.mmp
check '... and stays' test "$(cat team/.mmpc.conf)" = 'profile = strict'

unreadable() { # what, the sentence
	for words in '--check team/flap.mmp' 'fix team/flap.mmp' 'describe team/flap.mmp' 'test team/web.mmpt'; do
		# shellcheck disable=SC2086
		check "$1: $words" run 2 $words
		check '... is named' contains err "$2"
	done
	check '... to editors, too' server team/flap.mmp
	check '... with its path' contains out "$2"
}
rm team/.mmpc.conf
ln -s .mmpc.conf team/.mmpc.conf
unreadable 'a link to itself' "team/.mmpc.conf': its symbolic links go in a circle"
rm team/.mmpc.conf
ln -s gone team/.mmpc.conf
unreadable 'a link to nothing' "team/.mmpc.conf': there is no such file"
rm team/.mmpc.conf
mkdir team/.mmpc.conf
unreadable 'a folder' "team/.mmpc.conf': it is a directory"
rmdir team/.mmpc.conf
mkfifo team/.mmpc.conf
check 'a pipe that nobody writes to' run 2 --check team/flap.mmp
check '... does not keep it waiting' contains err "team/.mmpc.conf': it is a pipe"
rm team/.mmpc.conf
echo 'profile = strict' >other/conf
ln -s ../other/conf team/.mmpc.conf
unreadable 'a link out of the folders above' "which is in no folder above the policy"
check '... is read by --config' run 0 --check --config other/conf team/flap.mmp
rm team/.mmpc.conf
echo 'profile = strict' >team/shared.conf
ln -s ../shared.conf team/policies/.mmpc.conf
cp team/flap.mmp team/policies
check 'a link to a folder above' run 0 --check team/policies/flap.mmp
check '... is read' contains out 'warning' '[flapping]'
done_testing
