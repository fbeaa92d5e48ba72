#!/bin/sh
# What goes wrong, and what the user gets: a sentence, an exit status, and nothing changed.
# vm: part=2 timeout=300
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/bare.bpf.o tests/vm/policies/bare.mmp
# host: build/mmpc compile -o build/vm/two.bpf.o tests/vm/policies/two.mmp
# host: build/mmpc compile -o build/vm/pids.bpf.o tests/vm/policies/pids.mmp
# host: build/mmpc compile -o build/vm/comm.bpf.o tests/vm/policies/comm.mmp
# host: build/mmpc compile -o build/vm/huge.bpf.o tests/vm/policies/huge.mmp
# host: build/mmpc compile --emit=c -o build/vm/refused.c tests/vm/policies/other.mmp
# host: sed -i 's/return mmp_gt(mmp_signal(0)/return mmp_gt(mmp_known(*(volatile __s64 *)(long)i)/' build/vm/refused.c
# host: cp tests/vm/policies/other.mmp build/vm/policy-0.mmp
# host: clang -target bpf -mcpu=v3 -O2 -g -fdebug-compilation-dir=build/vm -Ibpf-templates -Igrammar -c -o build/vm/refused.bpf.o build/vm/refused.c
. "$PROJECT/tests/vm/lib.sh"

o=$PROJECT/build/vm
one=$o/bare.bpf.o

snapshot() {
	list_without_ticks
	bpftool link | grep struct_ops
	find /sys/fs/bpf -mindepth 1 | sort
}

# situation NAME STATUS SENTENCE COMMAND...: three checks each
situation() {
	name=$1 status=$2 sentence=$3
	shift 3
	snapshot >before 2>&1
	"$@" >out 2>&1
	is $? "$status" "$name: exit status"
	like "$(cat out)" "$sentence" "$name: sentence"
	snapshot >after 2>&1
	is "$(cat after)" "$(cat before)" "$name: nothing is changed"
}

cgroup_create one busy above above/below app app/deep
mkdir $CGROUPS/off $CGROUPS/off/inner
ln -s /etc /tmp/etc
head -c 5000 "$one" >cut.bpf.o
head -c 40 "$one" >short.bpf.o
abi=$(sed -n 's/.*"abi": \([0-9]*\),.*/\1/p' "$one" | head -n 1)
sed "s/\"abi\": $abi,/\"abi\": $((abi + 1)),/" "$one" >newer.bpf.o
sed 's/"name": "bare"/"name": "..\/x"/' "$one" >hostile.bpf.o
sed 's/\["signal", 0\]/["signal", 9]/' "$one" >signal.bpf.o
mkfifo pipe
hold_cgroup $CGROUPS/busy "$o/selftest/memcg.bpf.o" second >held 2>&1 &
wait_until 10 grep -q holding held
cat held | sed 's/^/# /'
mmpctl load --name above --cgroup one=above "$one" >out 2>&1
kthread=$(cat /proc/[0-9]*/stat | sed -n 's/^\([0-9]*\) (kthreadd).*/\1/p')
echo nonsense >web.pid

plan 117
# The object.
situation "no file" 2 "cannot open 'no.bpf.o': it does not exist" mmpctl load no.bpf.o
situation "a folder" 2 "'/tmp' is not a file" mmpctl load /tmp
situation "a pipe" 2 "'pipe' is not a file" mmpctl load pipe
situation "cut off" 2 "'cut.bpf.o' is damaged: it ends before" mmpctl load cut.bpf.o
situation "cut short" 2 "'short.bpf.o' is not a policy object: it is too short" mmpctl load short.bpf.o
situation "no BPF" 2 "is no BPF object" mmpctl load "$(command -v workload)"
situation "another's object" 2 "is a BPF object, but not a policy: it has no manifest" mmpctl load "$o/selftest/memcg.bpf.o"
situation "a newer ABI" 2 "'newer.bpf.o' has ABI version $((abi + 1)), this mmpctl knows version $abi" mmpctl load newer.bpf.o
situation "a hostile name" 2 "'../x' is not a name for a policy" mmpctl load hostile.bpf.o
situation "a signal out of range" 2 "rules.0.: .when. names something that is not there" mmpctl load signal.bpf.o
situation "the verifier refuses" 4 "other.mmp:2: error: the kernel's verifier refused the policy" \
	mmpctl load "$o/refused.bpf.o"
shown=$(mmpctl load "$o/refused.bpf.o" 2>&1)
like "$shown" "^ +.*other.mmp:2: " "and quotes the policy"
like "$shown" "^ +R[0-9]+ invalid mem access 'scalar'" "and what the verifier says"
is "$(echo "$shown" | grep -c 'R[0-9][_a-z]*=')" 0 "without its registers"
like "$(mmpctl load --verbose "$o/refused.bpf.o" 2>&1)" "^ +.*R[0-9][_a-z]*=" "which --verbose shows"
# Targets.
situation "no such cgroup" 8 "bare.mmp:3: error: there is no cgroup 'gone' below '/sys/fs/cgroup'" \
	mmpctl load --cgroup one=gone "$one"
situation "out of the mount" 8 "bare.mmp:3: error: '../../etc' leads out of the cgroup2 mount" \
	mmpctl load --cgroup one=../../etc "$one"
situation "below another mount" 8 "'/etc' is not below the cgroup2 mount" mmpctl load --cgroup one=/etc "$one"
situation "memory controller off" 8 "the memory controller is not enabled in the cgroup 'off/inner'" \
	mmpctl load --cgroup one=off/inner "$one"
like "$(mmpctl load --cgroup one=off/inner "$one" 2>&1)" "hint: echo .memory > '/sys/fs/cgroup/off/cgroup.subtree_control'" "with the command that mends it"
situation "no such process" 8 "pids.mmp:3: error: there is no process 999999" mmpctl load "$o/pids.bpf.o"
situation "a kernel thread" 8 "process $kthread .'kthreadd'. is a kernel thread" \
	mmpctl load --process "web=$kthread" "$o/pids.bpf.o"
situation "no process of that name" 8 "comm.mmp:3: error: no process matches 'web'" mmpctl load "$o/comm.bpf.o"
situation "no pid" 2 "'x1' is not a pid" mmpctl load --process web=x1 "$o/pids.bpf.o"
# Conflicts.
situation "the name is taken" 6 "a policy 'above' is loaded already" mmpctl load --name above "$one"
situation "the cgroup is taken by a process" 6 \
	"bare.mmp:3: error: another policy is in force at the cgroup 'busy'" mmpctl load --cgroup one=busy "$one"
like "$(mmpctl load --cgroup one=busy "$one" 2>&1)" "held by hold_cgroup [(]pid [0-9]+[)]" "names the process"
situation "an ancestor is taken" 6 "another policy is in force at the cgroup 'above/below'" \
	mmpctl load --cgroup one=above/below "$one"
situation "the second of two cgroups is taken" 6 "two.mmp:3: error: another policy is in force at the cgroup 'busy'" \
	mmpctl load "$o/two.bpf.o"
situation "a cgroup below another of the same load" 6 \
	"two.mmp:3: error: the cgroup '/app/deep' is below '/app', which has a policy already" \
	mmpctl load --cgroup busy=app/deep "$o/two.bpf.o"
situation "one cgroup twice in a load" 6 "two.mmp:3: error: the cgroup '/app' would get two policies" \
	mmpctl load --cgroup busy=app "$o/two.bpf.o"
situation "the second of two files fails" 6 "another policy is in force" \
	mmpctl load "$one" "$o/two.bpf.o"
# The command line.
situation "a cgroup that the policy has not" 2 "the policy 'bare' has no cgroup 'two'" \
	mmpctl load --cgroup two=one "$one"
situation "a param that it has not" 2 "has no param 'entr'" mmpctl load --param entr=1 "$one"
situation "a param out of range" 2 "'5/s' is outside the range of the param 'enter', 10/s .. 1000/s" \
	mmpctl load --param enter=5/s "$one"
situation "a wrong unit" 2 "param 'enter': '5MiB' is a size, not a rate" \
	mmpctl load --param enter=5MiB "$one"
situation "a wrong name" 2 "'../x' is not a name for a policy" mmpctl load --name ../x "$one"
situation "one name, two files" 2 "two files make a policy 'bare'" mmpctl load "$one" "$one"
situation "no such policy" 2 "no policy 'abov' is loaded" mmpctl unload abov
situation "no such command" 2 "there is no command 'lod'" mmpctl lod
situation "no such option" 2 "'load' takes no option '--force'" mmpctl load --force "$one"
# The system.
situation "no permission" 5 "no permission to load policies: CAP_BPF and CAP_PERFMON missing" \
	with_caps - mmpctl load "$one"
mmpctl unload --all >out 2>&1
umount /sys/fs/bpf
mmpctl load "$one" >out 2>&1
is $? 5 "no bpffs: exit status"
like "$(cat out)" "no bpf file system is mounted on /sys/fs/bpf" "no bpffs: sentence"
like "$(cat out)" "hint: mount -t bpf bpf /sys/fs/bpf" "no bpffs: what to do"
mount -t bpf bpf /sys/fs/bpf # for the tests after this one
