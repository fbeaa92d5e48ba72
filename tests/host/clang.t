#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mmpc and clang: the object appears whole or not at all, nothing else is left anywhere, and what is
# wrong with clang is said.
. "$(dirname "$0")/../tap.sh"
mmpc=$MMP_BUILD/mmpc
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
mkdir tmp bin work
TMPDIR=$dir/tmp
export TMPDIR
cd work || exit 1
echo 'protect high when pgfault_rate > 100 hold 2s' >one.mmp

# fake BODY: a clang that does that
fake() {
	printf '#!/bin/sh\n%s\n' "$1" >../bin/clang
	chmod +x ../bin/clang
}

# compile: the status in $status, standard error in ../err
compile() {
	"$mmpc" one.mmp "$@" 2>../err
	status=$?
}

# Only what was there before and the files named.
only() { [ "$(echo *)" = "$*" ] && [ -z "$(ls ../tmp)" ]; }

compile
[ $status = 0 ] && only one.bpf.o one.mmp
holds "an object and nothing else"
grep -aq 'protect high when pgfault_rate > 100' one.bpf.o
holds "with the policy's text in it"
llvm-objcopy --dump-section .BTF=../btf one.bpf.o ../copy && grep -aq 'protect high when' ../btf
holds "and its line beside the instructions, for the verifier to quote"
cp one.bpf.o ../first
compile && cmp -s one.bpf.o ../first
holds "equal input, equal bytes"
rm one.bpf.o

"$mmpc" --emit=c one.mmp >../one.c 2>../err && grep -q '^#line 1 "policy-0.mmp"$' ../one.c && only one.mmp
holds "C goes to standard output"
"$mmpc" --emit=c -o one.c one.mmp 2>../err && cmp -s one.c ../one.c && only one.c one.mmp
holds "or to a file"
rm one.c

mkfifo ../pipe
timeout 60 cat ../pipe >../piped &
compile -o ../pipe
wait
[ $status = 0 ] && [ -p ../pipe ] && cmp -s ../piped ../first && only one.mmp
holds "what is no regular file is written to, not replaced: an object"
timeout 60 cat ../pipe >../piped &
"$mmpc" --emit=c -o ../pipe one.mmp 2>../err
wait
[ -p ../pipe ] && cmp -s ../piped ../one.c && only one.mmp
holds "and C"
touch ../target
ln -s ../target one.bpf.o
compile && [ -L one.bpf.o ] && cmp -s ../target ../first
holds "a symbolic link leads to the file that is written"
rm one.bpf.o

cat one.mmp | "$mmpc" - -o piped.bpf.o 2>../err && only one.mmp piped.bpf.o
holds "a policy from standard input"
rm -f piped.bpf.o

export MMPC_CLANG=no-such-clang
compile
[ $status = 4 ] && only one.mmp && grep -q "there is no 'no-such-clang'" ../err
holds "no clang: exit 4 and a sentence"

export MMPC_CLANG="$dir/bin/clang"
fake 'exit 1'
compile
[ $status = 4 ] && only one.mmp && grep -q "cannot make BPF objects" ../err
holds "a clang without the target: exit 4 and a sentence"

fake 'for a; do [ "$a" = /dev/null ] && exit 0; done; exit 1'
compile
[ $status = 4 ] && only one.mmp && grep -q "refused the generated C" ../err
holds "a clang that refuses: exit 4 and a sentence"

fake 'exit 127'
compile
[ $status = 4 ] && only one.mmp && grep -q "cannot run '$MMPC_CLANG': it ends at once" ../err
holds "a clang that does not start: exit 4 and another sentence than for none"

# Wrappers: the private folder must reach them by what every program inherits.
wrapped() { # what MMPC_CLANG is
	MMPC_CLANG=$1
	compile -o ../wrapped && cmp -s ../wrapped ../first && only one.mmp
}

cat >../bin/wrap.py <<'EOF'
#!/usr/bin/env python3
import subprocess, sys
sys.exit(subprocess.run(["clang"] + sys.argv[1:]).returncode)
EOF
chmod +x ../bin/wrap.py
wrapped ../bin/wrap.py
holds "clang behind a wrapper that keeps no descriptors, named from here"
wrapped "env -u NOTHING clang"
holds "clang behind a command of several words"
mkdir "../bin/with space"
ln -s "$(command -v clang)" "../bin/with space/clang"
wrapped "../bin/with space/clang"
holds "a path with a space in it"
unset MMPC_CLANG
sh -c "ulimit -n 8; exec '$mmpc' one.mmp -o ../wrapped" 2>../err && cmp -s ../wrapped ../first
holds "few descriptors"
if [ "$(id -u)" = 0 ]; then
	unshare -m sh -c "umount -l /proc; '$mmpc' one.mmp -o ../wrapped 2>../err"
else
	unshare -rm sh -c "mount -t tmpfs none /proc; '$mmpc' one.mmp -o ../wrapped 2>../err"
fi
cmp -s ../wrapped ../first
holds "no /proc"
mkdir elsewhere && (cd elsewhere && "$mmpc" ../one.mmp -o ../../wrapped 2>../../err) && rmdir elsewhere
! grep -aq "$dir" ../wrapped
holds "the object holds no name of a folder"
export MMPC_CLANG="$dir/bin/clang"

fake 'kill -INT $PPID $$; sleep 60'
compile
[ $status != 0 ] && only one.mmp
holds "an interrupt leaves nothing"

unset MMPC_CLANG
compile -o no/such/folder/x.bpf.o
[ $status = 2 ] && grep -q "cannot write 'no/such/folder/x.bpf.o': No such file" ../err
holds "an output that cannot be written is told"
only one.mmp
holds "and nothing is left"
compile -o /dev/full
[ $status = 2 ] && grep -q "cannot write '/dev/full': No space left" ../err && [ -c /dev/full ]
holds "so is a full disk"
done_testing
