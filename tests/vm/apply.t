#!/bin/sh
# A folder of policies comes into force: new ones, changed ones, gone ones, in one step. Killed anywhere and run
# again, it ends in the state that the folder says.
# vm: part=2 timeout=1500
# host: mkdir -p build/vm/apply-old build/vm/apply-new
# host: for file in tests/vm/policies/apply-*/*.mmp; do out=build/vm/${file#tests/vm/policies/}; build/mmpc compile -o "${out%.mmp}.bpf.o" "$file" || exit; done
. "$PROJECT/tests/vm/lib.sh"
plan 24

objects=$PROJECT/build/vm
folder=/tmp/etc
mkdir $folder
# The policy that stays is the same object.
fill() { rm -f $folder/* && cp "$objects/apply-old/keep.bpf.o" "$objects/apply-$1"/[cfg]*.bpf.o $folder; }
states() { mmpctl list | sed -n 's/^\([a-z_0-9]*\) *\(enforce\|monitor\|disarmed\|broken\|leftover\).*/\1=\2/p' | tr '\n' ' '; }
live_links() { bpftool link | grep -c struct_ops; }
new_state='change=enforce fresh=enforce keep=enforce '

cgroup_create keep change moved other
census_take
fill old
is "$(mmpctl apply --dry-run $folder)" "would load change
would load gone
would load keep" "a dry run says what would be done"
is "$(states)" "" "... and does nothing"
ok "a folder comes into force" mmpctl apply $folder
is "$(states)" "change=enforce gone=enforce keep=enforce " "... whole"
is "$(mmpctl apply $folder)" "unchanged: change
unchanged: gone
unchanged: keep" "once more, there is nothing to do"

mmpctl load --name byhand --cgroup k=other "$objects/apply-old/keep.bpf.o" >out 2>&1
mmpctl set keep busy=200/s >out 2>&1
fill new
out=$(mmpctl apply --dry-run $folder)
like "$out" "would load fresh" "a dry run tells a new policy"
like "$out" "would unload gone" "... one that is gone"
like "$out" "would replace change" "... one that is another"
like "$out" "busy is 200/s, and 100/s in the file" "... and a param that was set since"
ok "what changed is changed" mmpctl apply $folder
is "$(states)" "byhand=enforce $new_state" "... and what others loaded stays"
is "$(mmpctl apply --dry-run $folder | grep -c unchanged)" 3 "then nothing differs"

# Nothing is half done.
fill old
echo nonsense >$folder/bad.bpf.o
not_ok "a file that is no policy stops it" mmpctl apply $folder
is "$(states)" "byhand=enforce $new_state" "... before anything is changed"
rm $folder/bad.bpf.o
before=$(live_links)
rmdir "$CGROUPS/change"
not_ok "so does a cgroup that is not there" mmpctl apply $folder
like "$(states)" "fresh=enforce keep=enforce" "... and what was to go is in force"
is "$(live_links)" "$before" "... with its links"
mkdir "$CGROUPS/change"
ok "with the cgroup it works" mmpctl apply $folder
mmpctl unload byhand >out 2>&1
rm $folder/*
ok "an empty folder" mmpctl apply $folder
is "$(states)" "" "... takes all of its policies away"
census_check "... without a rest"

complain() {
	wrong=$((wrong + 1))
	diag "$call: $*"
}

# Kill one on its way from old to new, and run it again.
try() { # kill_at's first argument
	mmpctl unload --all >out 2>&1
	fill old
	mmpctl apply $folder >out 2>&1 || complain "cannot prepare: $(cat out)"
	fill new
	call="$1 $(kill_at "$1" mmpctl apply $folder 2>out)"
	mmpctl apply $folder >out 2>&1 || complain "the second run failed: $(cat out)"
	[ "$(states)" = "$new_state" ] || complain "not what the folder says: $(mmpctl list)"
	[ "$(live_links)" = 3 ] || complain "$(live_links) links"
	[ "$(mmpctl apply --dry-run $folder | grep -c unchanged)" = 3 ] || complain "it still differs"
	tried=$((tried + 1))
}

fill old
mmpctl apply $folder >out 2>&1
fill new
counted=$(kill_at count mmpctl apply $folder | tail -n 1)
diag "one apply: $counted"
calls=$(echo "$counted" | sed 's/calls=\([0-9]*\) .*/\1/')
changes=$(echo "$counted" | sed 's/.*changes=//')
# Of its calls that change something some four, spread evenly: each takes ten seconds in this machine. All
# of them: tests/vm/run --append mmp_every=1 --timeout 3600 tests/vm/apply.t
step=$(sed -n 's/.*mmp_every=\([0-9]*\).*/\1/p' /proc/cmdline)
step=${step:-$((changes / 4 + 1))}
wrong=0 tried=0 at=1
while [ "$at" -le "$changes" ]; do
	try $at
	at=$((at + step))
done
is "$wrong" 0 "killed at calls that change something, one in $step"
wrong=0 n=1
while [ $n -le 2 ]; do
	try any:$((calls * n / 3))
	n=$((n + 1))
done
is "$wrong" 0 "killed at two others"
cmp_ok "$tried" ge 5 "$tried kills in all"
