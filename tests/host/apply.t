#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mmpctl apply and mmpc apply where no hook is needed: what is read, what would be done, what is refused.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"
mkdir etc policies tmp
export TMPDIR="$dir/tmp"
echo 'protect high when pgfault_rate > 100 hold 2s' >policies/web.mmp
echo 'throttle batch 20ms when psi > 10 hold 2s' >policies/db.mmp
"$mmpc" -o etc/web.bpf.o policies/web.mmp

check 'a dry run' ctl 0 apply --dry-run etc
check '... names what it would load' test "$(cat out)" = 'would load web'
check '... for programs, too' ctl 0 apply --dry-run --format=json etc
check '... with the kind of change' contains out '"change": "new"' '"name": "web"'
check 'a folder that is not there' ctl 2 apply none
check '... is named' contains err "cannot read the folder 'none'"
check 'a file' ctl 2 apply etc/web.bpf.o
check '... is what load takes' contains err 'mmpctl load'
cp etc/web.bpf.o 'etc/a b.bpf.o'
check 'a file whose name names no policy' ctl 2 apply --dry-run etc
check '... is named' contains err "'a b.bpf.o' in 'etc' does not name a policy"
rm 'etc/a b.bpf.o'
echo nonsense >etc/bad.bpf.o
for words in '--dry-run etc' 'etc'; do
	# shellcheck disable=SC2086
	check "a file that is no policy: apply $words" ctl 2 apply $words
	check '... is named' contains err etc/bad.bpf.o
done
rm etc/bad.bpf.o
echo text >etc/README
touch etc/.hidden.bpf.o
check 'other files are left alone, and hidden ones' ctl 0 apply --dry-run etc

check 'two options that exclude each other' ctl 2 apply --follow --dry-run etc
timeout -s TERM 2 "$MMP_BUILD/mmpctl" apply --follow none >out 2>err
check 'following, it waits for a folder' contains err "cannot read the folder 'none'"
"$MMP_BUILD/mmpctl" apply --follow none >out 2>err &
child=$!
sleep 0.5
kill -TERM $child
wait $child
check '... and ends in order at SIGTERM' test $? = 0

check 'mmpc apply compiles' run 0 apply --dry-run policies
check '... every policy of the folder' test "$(cat out)" = 'would load db
would load web'
cp etc/web.bpf.o policies/ready.bpf.o
check '... takes compiled ones as they are' run 0 apply --dry-run policies
check '... with the others' contains out 'would load ready' 'would load web'
cp etc/web.bpf.o policies/web.bpf.o
check '... and not both of one name' run 2 apply --dry-run policies
check '... which it names' contains err "'web.mmp' and a compiled policy beside it have one name"
rm policies/*.bpf.o
echo 'protect high whn psi > 10' >policies/bad.mmp
echo 'protect high when ps > 10' >policies/worse.mmp
check 'a mistake' run 1 apply --dry-run policies
check '... stops it, and all are found' contains err policies/bad.mmp:1:14 policies/worse.mmp:1:19
check '... before anything would be done' test ! -s out
check 'two folders' run 2 apply policies etc
check 'no folder' run 2 apply
check '... is what mmpctl misses' contains err "'apply' needs DIR"
check 'nothing temporary stays' test -z "$(ls -A tmp)"
echo "1..$n"
