# SPDX-License-Identifier: GPL-2.0
# For tests of a command of mmpc: sourced, not run. They work in a temporary folder of their own.
# shellcheck shell=sh
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
mmpc=$MMP_BUILD/mmpc
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
n=0

check() { # what, then a command that holds
	ok "$@" || sed 's/^/# /' out err 2>/dev/null
	n=$test_count
}

run() { # status, then mmpc's arguments; leaves out and err
	want=$1
	shift
	"$mmpc" "$@" >out 2>err
	got=$?
	[ "$got" = "$want" ] || { echo "status $got, wanted $want"; return 1; }
}

contains() { # file, text...
	file=$1
	shift
	for text; do
		grep -qF -e "$text" "$file" || { echo "no '$text' in $file"; return 1; }
	done
}
