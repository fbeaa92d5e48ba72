#!/bin/sh
# A policy in force gives way to another of its name; when that fails it is back in force.
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/steered.bpf.o tests/vm/policies/steered.mmp
# host: build/mmpc compile -o build/vm/steered-later.bpf.o tests/vm/policies/steered-later.mmp
# host: build/mmpc compile -o build/vm/two.bpf.o tests/vm/policies/two.mmp
# host: build/mmpc compile -o build/vm/other.bpf.o tests/vm/policies/other.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 29

objects=$PROJECT/build/vm
link_ids() { bpftool link | sed -n 's/^\([0-9]*\): struct_ops.*/\1/p' | tr '\n' ' '; }
member() { mmpctl list --format=json | sed -n "s/.*\"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" | head -n 1; }

cgroup_create app
ok "it loads" mmpctl load --name app "$objects/steered.bpf.o"
links=$(link_ids)

like "$(mmpctl load --replace --name app "$objects/steered-later.bpf.o")" \
	"replaced app: .* mode monitor, no gap: only constants differ" "other constants go through the maps"
is "$(link_ids)" "$links" "by the same links"
like "$(mmpctl status app)" "param enter = 300/s" "the new default holds"
like "$(mmpctl status app)" "steered-later.mmp:4" "and the new text is shown"
is "$(find /sys/fs/bpf/mmp -name 'new_*' -o -name 'tmp_*')" "" "nothing is left over"

out=$(mmpctl load --replace --name app "$objects/other.bpf.o")
like "$out" "replaced app: 1 rules, 1 attachments, mode enforce, gap [0-9]+[.][0-9] ms" "another policy states its gap"
isnt "$(link_ids)" "$links" "it has a new link"
is "$(link_ids | wc -w | tr -d ' ')" 1 "and the old one is gone"
like "$(mmpctl list)" "app +enforce +1 +1 +0" "it is in force"
is "$(find /sys/fs/bpf/mmp -name 'tmp_*')" "" "nothing is left over"
one_policy() { [ "$(bpftool map | grep -c 'name mmp_rules')" = 1 ]; }
ok "the old maps are gone" wait_until 10 one_policy

# The second of two cgroups is busy: the replacement fails only when the old link is detached already
# and the first new one attached, which is when the old policy must come back.
cgroup_create busy
ok "another policy on another cgroup" mmpctl load --name busy --cgroup app=busy "$objects/other.bpf.o"
mmpctl load --replace --name app "$objects/two.bpf.o" >out 2>&1
is $? 6 "the replacement meets it"
like "$(cat out)" "two.mmp:3: error: another policy is in force at the cgroup 'busy'" "by the line of the rule that does"
like "$(mmpctl list)" "app +enforce +1 +1 +0" "the old policy is in force again"
like "$(mmpctl list --format=json)" '"cgroup": "/app"' "on its cgroup"
is "$(link_ids | wc -w | tr -d ' ')" 2 "no other link is left"
is "$(find /sys/fs/bpf/mmp -name 'tmp_*')" "" "nor a directory"
ok "the other one goes" mmpctl unload busy

# Policies below and above each other.
cgroup_create app/inner
links=$(link_ids)
mmpctl load --replace --name app --cgroup a=app/inner "$objects/steered.bpf.o" >out 2>&1
like "$(cat out)" "replaced app: .* gap" "it can move to another cgroup"
mmpctl load --name above "$objects/other.bpf.o" >out 2>&1
is $? 6 "an ancestor of it is busy"
like "$(cat out)" "other.mmp:2: error: another policy is in force at the cgroup 'app'" "the sentence has the rule's line"
like "$(cat out)" "link [0-9]+, map '[^']*' [(]id [0-9]+[)], at /app/inner, pinned at /sys/fs/bpf/mmp/app/link_0_a" "and the owner"
like "$(cat out)" "it is the policy 'app': mmpctl unload app" "and what to do"

mmpctl load --name second "$objects/other.bpf.o" --cgroup app=app/inner >out 2>&1
is $? 6 "the cgroup itself is busy"
before=$(list_without_ticks)
mmpctl load --replace --name app "$objects/steered.bpf.o" "$objects/other.bpf.o" >out 2>&1
is $? 2 "one name for two files is refused"
is "$(list_without_ticks)" "$before" "with nothing changed"
ok "all is unloaded" mmpctl unload --all
