#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# pre-commit's hooks on a good and a bad repository; the steps of the GitHub action, run here.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"
top=$(cd "$MMP_BUILD/.." && pwd)
npm=$MMP_BUILD/packages
export PATH="$MMP_BUILD:$PATH" HOME="$dir/home" PRE_COMMIT_HOME="$dir/home/pre-commit"
export GIT_CONFIG_NOSYSTEM=1
mkdir home
git config --global user.name test
git config --global user.email test@example.invalid
git config --global init.defaultBranch main
git config --global advice.detachedHead false

# pre-commit takes hooks from a repository: one that has the file.
mkdir hooks
cp "$top/.pre-commit-hooks.yaml" hooks
(cd hooks && git init -q && git add . && git commit -qm hooks)
repository() { # name
	mkdir "$1"
	cat >"$1/.pre-commit-config.yaml" <<END
repos:
  - repo: $dir/hooks
    rev: $(git -C hooks rev-parse HEAD)
    hooks:
      - id: mmpc-check
      - id: mmpc-fmt
      - id: mmpc-test
END
	git -C "$1" init -q
}
hooked() { # status, repository
	git -C "$2" add .
	(cd "$2" && pre-commit run --all-files --color never) >out 2>&1
	got=$?
	[ $got = "$1" ] || { echo "status $got, wanted $1"; return 1; }
}
repository good
cp "$top/examples/hysteresis.mmp" "$top/examples/hysteresis.mmpt" good
check 'pre-commit knows the hooks' sh -c 'cd hooks && pre-commit validate-manifest .pre-commit-hooks.yaml'
check 'a good repository passes' hooked 0 good
check '... and all hooks ran' test "$(grep -c 'Passed$' out)" = 3
repository bad
echo 'protect high whn pgfault_rate > 100' >bad/web.mmp
check 'a mistake does not' hooked 1 bad
check '... which is shown at its place' contains out 'web.mmp:1:14: error' "did you mean 'when'?" 'check memory policies'
repository ragged
printf 'protect   high when pgfault_rate > 100   hold 2s\n' >ragged/web.mmp
check 'a ragged layout does not' hooked 1 ragged
check '... it is laid out' contains out 'files were modified by this hook'
check '... and passes then' hooked 0 ragged
repository failing
cp "$top/examples/hysteresis.mmp" failing
sed 's/transitions(db) == 2/transitions(db) == 3/' "$top/examples/hysteresis.mmpt" >failing/hysteresis.mmpt
check 'a test that fails does not' hooked 1 failing

# The action: each step's own text, with the inputs that a workflow gives.
action_is_valid() { node "$npm/node_modules/@action-validator/cli/cli.mjs" "$1"; }
check 'action.yml is one, by its schema' action_is_valid "$top/action.yml"
sed 's/^    - name: Check policies/    - nme: Check policies/' "$top/action.yml" >action.yml
check '... in which a slip would be found' sh -c "! node '$npm/node_modules/@action-validator/cli/cli.mjs' action.yml"
step() { # status, step, folder, input=value...
	want=$1 name=$2 folder=$3
	shift 3
	NODE_PATH=$npm/node_modules node "$top/tests/packages/npm/step.js" "$top/action.yml" "$name" "$@" >step.sh || return 1
	(cd "$folder" && GITHUB_ACTION_PATH=$top bash -e "$dir/step.sh") >out 2>&1
	got=$?
	[ $got = "$want" ] || { echo "status $got, wanted $want"; return 1; }
}
check 'the action finds mmpc' step 0 'Build mmpc' .
check '... and says which' contains out 'mmpc '
check 'its check passes a good folder' step 0 'Check policies' good
check '... and writes SARIF' contains good/mmpc.sarif '"version": "2.1.0"'
check '... which has no finding at all' sh -c "! grep -q ruleId good/mmpc.sarif"
check 'a bad one fails' step 1 'Check policies' bad
check '... with an annotation' contains out '::error file=./web.mmp,line=1,col=14'
check '... and a SARIF report' contains bad/mmpc.sarif '"ruleId": "syntax"' 'web.mmp'
mkdir noted
echo 'protect high when psi > 10 or psi > 20 hold 2s' >noted/web.mmp
check 'inputs reach it' step 3 'Check policies' . path=noted 'options=--profile=all --fail-level=warning' sarif=
check 'a folder without policies is a mistake' step 1 'Check policies' home
check 'its tests pass' step 0 'Test policies' good
check '... with a JUnit report' contains good/mmpc-junit.xml '<testsuite'
check 'one that fails' step 7 'Test policies' failing junit=report.xml
check '... is in the report' contains failing/report.xml '<failure'
check 'a folder without tests is none' step 0 'Test policies' home

# Where mmpc is not installed the action builds it, from its own tree.
check 'the action builds mmpc' env RUNNER_TEMP="$dir" GITHUB_PATH="$dir/path" PATH="$(echo "$PATH" | sed 's/^[^:]*://')" \
	"$top/packaging/ci/build"
check '... and adds it to the path' sh -c "'$(cat path)/mmpc' --check good/hysteresis.mmp"

# What docs/ci.md shows is what there is.
hooks=$(sed -n 's/^ *- id: //p' "$top/docs/ci.md")
for hook in $hooks; do
	check "the hook $hook of docs/ci.md is one" grep -qx -e "- id: $hook" "$top/.pre-commit-hooks.yaml"
done
echo "1..$n"
