#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mmpctl top: as a stream of text and of documents, and on a terminal (tmux) of two sizes, over policies
# that are held by files on a made tree.
top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"
# shellcheck source=tests/made_tree.sh
. "$top/tests/made_tree.sh"
# The tests' own terminal and locale, whatever those are that they were started in.
unset TMUX NO_COLOR
LC_ALL=C.UTF-8 TMUX_TMPDIR=$dir
export LC_ALL TMUX_TMPDIR
trap 'tmux kill-server 2>/dev/null; [ -z "$pids" ] || kill -9 $pids 2>/dev/null; rm -rf "$dir"' EXIT

documents() { # lines, expression on the list d of documents
	python3 - "$@" <<'END'
import json, sys
d = [json.loads(line) for line in open("out")]
if len(d) != int(sys.argv[1]):
    sys.exit(f"{len(d)} lines")
rules = [{r["rule"] + r.get("cgroup", ""): r for p in one["policies"] for r in p["rules"]} for one in d]
if not eval(sys.argv[2]):
    sys.exit(json.dumps(d[-1], indent=1))
END
}

check 'a name that is not there' ctl 2 top none
check '... is an error' contains err "no policy 'none' is loaded"
check 'so is a count of nothing' ctl 2 top --count 0
check '... which is said' contains err "--count '0' is not a number from 1"
check 'and an interval that is too short' ctl 2 top --interval 5ms
check '... which is said, too' contains err '--interval 5ms is shorter than 100ms'
check 'nothing is loaded' ctl 0 top --count 1
check '... and said' grep -qx 'no policy is loaded' out

esc=$(printf '\033')
cgroup high
cgroup pods/a
cgroup pods/b
cgroup "pods/${esc}[31mred"
policy web 'param busy = 10% in 1% .. 90%
cgroup high = "high"
cgroup pods = "pods/*"
protect high when high.psi > $busy and high.usage > 1MiB until high.psi < 5%
protect pods when pods.psi > 20%'
press high 42.00
hold web
web=$pid
# The cgroups of a glob are found within a second.
check 'a rule is active, and all cgroups are found' eventually sh -c \
	"'$mmpctl' top --count 1 >seen && grep -q ' active ' seen && grep -q /pods/b seen"

check 'two looks as documents' ctl 0 top --count 2 --interval 300ms --format=json
check '... a line each, of one policy by files' documents 2 \
	'all(len(one["policies"]) == 1 and one["policies"][0]["by"] == "files" for one in d)'
check '... a rule, its state, and the past that the policy itself knows' documents 2 \
	'(r := rules[0]["protect-high-1/high"])["state"] == "active" and r["strip"].strip()[-1] in "+#"'
check '... signals beside what they are compared with' documents 2 \
	'[(s["signal"], s["value"], s["clause"], s["comparison"], s["threshold"]) for s in
	rules[0]["protect-high-1/high"]["signals"]] == [("high.psi.some.avg10", 4200, "when", ">", 1000),
	("high.usage", 4194304, "when", ">", 1048576), ("high.psi.some.avg10", 4200, "until", "<", 500)]'
check '... how fast it acts, from the second look on' documents 2 \
	'rules[0]["protect-high-1/high"]["acted_per_s"] is None and rules[1]["protect-high-1/high"]["acted_per_s"] > 0'
check '... what it costs' documents 2 \
	'd[0]["policies"][0]["sampler_share"] is None and 0 < d[1]["policies"][0]["sampler_share"] < 1'
check '... and idle rules have not acted' documents 2 'rules[1]["protect-pods-1/pods/a"]["acted_per_s"] == 0'
check 'without a terminal it is text' ctl 0 top --count 1 web
check '... with the same in words' contains out 'web: enforce, by files, 4 rules, 1 active' \
	'high.psi.some.avg10 42% > 10%, high.usage 4MiB > 1MiB, until high.psi.some.avg10 42% < 5%'
check '... and nothing that a terminal would obey' sh -c "! grep -q '$esc' out && grep -qF '/pods/?[31mred' out"

# On a terminal.
shows() { tmux capture-pane -p >screen && contains screen "$@"; }
sees() { eventually shows "$@" || { cat screen; return 1; }; }
lacks() { tmux capture-pane -p >screen && ! grep -qF -e "$1" screen; }
press_keys() { tmux send-keys "$@"; }
# What is selected is shown in reverse.
selected() { tmux capture-pane -pe | sed -n '3,$p' | grep -E "$esc\[([0-9]*;)*7m" | grep -qF -e "$1"; }
fits() { # columns, lines: nothing is wider, the last line is where it should be
	tmux capture-pane -p >screen
	[ "$(wc -l <screen)" = "$2" ] && tail -n 1 screen | grep -q '[0-9]-[0-9]* of [0-9]*$'
}

tmux -f /dev/null new-session -d -x 60 -y 10 "'$mmpctl' top --interval 200ms 2>top.err; echo \$? >top.status"
check 'at 60 by 10' sees '1 policy, 4 rules, 1 active' '- web  enforce by files' '1-5 of 5'
check '... it has a line for each rule' shows 'protect-high-1 /high' 'active' 'protect-pods-1 /pods/b'
check '... all fits' fits 60 10
check '... and no name moves the cursor' shows '/pods/?[31mred'
press_keys Down
check 'a key selects a rule' eventually selected 'protect-high-1'
check '... whose signals stand below' sees 'web: high.psi.some.avg10 42% > 10%'
press_keys '?'
check 'there is help' sees 'this help' 'switch the policy to monitor'
press_keys x
check '... which goes' sees '1-5 of 5'
press_keys /
check 'a filter is asked for' sees 'show what contains: _'
press_keys 'pods/b'
check '... shown as it is typed' sees 'show what contains: pods/b_'
press_keys Enter
check '... and taken' sees 'with pods/b' '1-2 of 2'
press_keys /
press_keys C-h C-h C-h C-h C-h C-h Enter
check 'an empty one shows all' sees '1-5 of 5'
press_keys a
check 'only what is active' sees 'active only' '1-2 of 2'
press_keys a
press_keys s
check 'sorted by what is active' sees 'by active'
press_keys r
check '... and the other way round' sees 'by active reversed'
press_keys s s s s r
check 'back to names' sees 'by name '
press_keys m
check 'a change of mode is asked about' sees "put 'web' into mode monitor? y or n"
press_keys n
check '... and not made without a yes' sees 'q end' 'enforce by files'
press_keys m y
check '... else it is' sees "'web' is in mode monitor" 'monitor by files'
check '... for everybody' sh -c "'$mmpctl' list | grep -Eq '^web +monitor'"
check '... and what was written is given back' eventually has high/memory.low 0
check '... what it would do is in brackets' sees '/s)'
press_keys m y
check 'and back' sees "'web' is in mode enforce"
tmux resize-window -x 120 -y 40
check 'at 120 by 40' sees 'SIGNALS' 'high.psi.some.avg10 42% > 10%'
check '... there is room for the rule and the reasons' sees 'web.mmp:4: protect high when' \
	'= it stays active until: high.psi < 5%'
check '... all fits' fits 120 40
tmux resize-window -x 11 -y 3
tmux resize-window -x 60 -y 10
check 'it lives through a terminal of no size' sees '1-5 of 5'

# A thousand cgroups: two globs of five hundred.
python3 - <<'END'
import shutil
for parent in "many", "more":
    for number in range(500):
        shutil.copytree("tree/pods/a", f"tree/{parent}/c{number:03}")
END
policy big 'cgroup many = "many/*"
cgroup more = "more/*"
protect many when many.psi > 10%
protect more when more.psi > 10%'
hold big
check 'a thousand cgroups more' sees '2 policies, 1004 rules' 'of 1006'
press_keys End
check '... the end is reached' sees '1001-1006 of 1006' '/pods/b'
check '... and selected' eventually selected /pods/b
press_keys PPage
check '... a page before it' sees '/more/c499'
press_keys Home
check '... and the beginning' sees '1-6 of 1006' '- big '
press_keys Enter
check 'a policy is folded' sees '+ big ' '1-6 of 6'
press_keys End
eventually selected /pods/b
kill "$pid"
check 'a policy that goes is said' sees "the policy 'big' is gone" '1 policy, 4 rules'
check '... and the selection stays' selected /pods/b
kill "$web"
check 'so is the last one' sees "the policy 'web' is gone" 'no policy is loaded'
hold web
check 'and one that comes is there' sees '1 policy, 4 rules'
press_keys q
check 'q ends it' eventually grep -qx 0 top.status
check '... without a word' test ! -s top.err
TERM=nonsense script -qc "'$mmpctl' top" /dev/null >out 2>&1 </dev/null
check 'a terminal that is not known' contains out "this terminal is not known: TERM is 'nonsense'" 'mmpctl top | cat'
echo "1..$n"
