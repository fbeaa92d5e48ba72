#!/bin/sh
# Names of one tree in one policy: a slice, globs below it and one of its services share an attachment, and
# each has its own state. A glob in several components, with sets, braces, `**` and exceptions.
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/names.bpf.o tests/vm/policies/names.mmp
# host: build/mmpc compile -o build/vm/places.bpf.o tests/vm/policies/places.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 25

cgroup_create app.slice app.slice/db app.slice/worker-1 app.slice/worker-keep app.slice/other app.slice/worker-1/deep
cgroup_create kube.slice kube.slice/burstable kube.slice/burstable/pod1 kube.slice/burstable/pod1/cri-1.scope
cgroup_create kube.slice/burstable/pod1/cri-pause.scope kube.slice/guaranteed kube.slice/guaranteed/pod2
cgroup_create kube.slice/guaranteed/pod2/cri-2.scope kube.slice/besteffort extra extra/a extra/a/b extra/keep extra/keep/below
like "$(mmpctl load "$PROJECT/build/vm/names.bpf.o" 2>&1)" "4 rules, 4 attachments, 4 cgroups matched" "one attachment for the slice, one for each place of the pods"

rows() { mmpctl stats --format=json | cgroups_of "$1"; }
# The cgroups in which a rule has a row, sorted.
cgroups_of() { awk -v rule="\"$1\"," '/"rule":|"signal":/ { is = $2 == rule } is && /"cgroup":/ { gsub(/[",]/, "", $2); print $2 }' | sort -u | tr '\n' ' '; }
acts() { mmpctl stats --format=json | awk -v rule="\"$1\"," -v at="\"$2\"," '/"rule":/ { is = $2 == rule } is && /"cgroup":/ { here = $2 == at } is && here && /"acted":/ { gsub(/,/, "", $2); print $2; exit }'; }
ticked names 3
is "$(rows pod)" "/extra/a /extra/a/b /kube.slice/burstable/pod1/cri-1.scope " "the pods that match, and no other"
is "$(rows worker)" "/app.slice/worker-1 " "the workers but the one that is left out"
is "$(rows slice)" "/app.slice " "the slice"
is "$(rows db)" "/app.slice/db " "and its service"

# Each charge goes to one of them: 8 MB in each cgroup, each rule acts by its own usage.
fill() { in_cgroup "$1" workload touch 1 8 >/dev/null; }
none() { [ "$(acts "$1" "$2")" = 0 ]; }
some() { [ "$(acts "$1" "$2")" -gt 0 ]; }
fill app.slice/worker-1/deep
ok "what is below a worker is the worker's" wait_until 10 some worker /app.slice/worker-1
ok "... not the slice's" none slice /app.slice
ok "... nor the service's" none db /app.slice/db
before=$(acts worker /app.slice/worker-1)
fill app.slice/db
ok "the service's is its own" wait_until 10 some db /app.slice/db
ok "... not the slice's" none slice /app.slice
fill app.slice/other
ok "the slice has the rest" wait_until 10 some slice /app.slice
slice=$(acts slice /app.slice)
fill app.slice/worker-keep
more() { [ "$(acts slice /app.slice)" -gt "$slice" ]; }
ok "and what a glob below it leaves out" wait_until 10 more
is "$(acts worker /app.slice/worker-1)" "$before" "no worker has noticed"

# What comes later, and goes.
cgroup_create kube.slice/besteffort/pod3 kube.slice/besteffort/pod3/cri-3.scope kube.slice/besteffort/pod3/cri-pause.scope
cgroup_create extra/a/keep extra/a/keep/below extra/a/b/c app.slice/worker-2
ticked names 3
is "$(rows pod)" "/extra/a /extra/a/b /extra/a/b/c /kube.slice/besteffort/pod3/cri-3.scope /kube.slice/burstable/pod1/cri-1.scope " "new ones claim what is theirs"
is "$(rows worker)" "/app.slice/worker-1 /app.slice/worker-2 " "in each glob"
fill app.slice/worker-2
ok "and act on their own" wait_until 10 some worker /app.slice/worker-2
cgroup_remove extra/a/b/c
gone() { ! rows pod | grep -q /extra/a/b/c; }
ok "one that is removed gives its slot back" wait_until 20 gone

not_ok "a pattern cannot be bound to another" mmpctl load --name x --cgroup 'workers=app.slice/*' "$PROJECT/build/vm/names.bpf.o"
mmpctl unload --all >/dev/null
like "$(mmpctl load --name x --cgroup 'workers=app.slice/*' "$PROJECT/build/vm/names.bpf.o" 2>&1)" "'workers' cannot be bound to 'app.slice/\*': its pattern is compiled into the policy" "and says why"
like "$(mmpctl load --name x --cgroup 'workers=other/worker-*' "$PROJECT/build/vm/names.bpf.o" 2>&1)" "there is no cgroup 'other'" "its place is looked for"
cgroup_create other
like "$(mmpctl load --name x --cgroup 'workers=other/worker-*' "$PROJECT/build/vm/names.bpf.o" 2>&1)" "share an attachment to '/other'" "names of one attachment go together"

# A name with two places: one may be missing.
cgroup_create here here/a
out=$(mmpctl load "$PROJECT/build/vm/places.bpf.o" 2>&1)
like "$out" "1 rules, 1 attachments, 1 cgroups matched" "one place of two is enough"
like "$out" "note: '/gone' is not there" "and which is missing is said"
is "$(rows protect-two-1)" "/here/a " "the rule has a state where it is"
mmpctl unload places >/dev/null
cgroup_remove here/a here
mmpctl load "$PROJECT/build/vm/places.bpf.o" >out 2>&1
is "$? $(grep -c 'there is no cgroup' out)" "8 1" "without any, the policy is not loaded"
