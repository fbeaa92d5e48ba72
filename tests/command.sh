# SPDX-License-Identifier: GPL-2.0
# For tests of a command of mmpc: sourced, not run. They work in a temporary folder of their own.
# shellcheck shell=sh
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
mmpc=$MMP_BUILD/mmpc
mmpctl=$MMP_BUILD/mmpctl
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
n=0

check() { # what, then a command that holds
	ok "$@" || sed 's/^/# /' out err 2>/dev/null
	n=$test_count
}

exits() { # status, then a command; leaves out and err
	want=$1
	shift
	"$@" >out 2>err
	got=$?
	[ "$got" = "$want" ] || { echo "status $got, wanted $want"; return 1; }
}

run() { # status, then mmpc's arguments
	want=$1
	shift
	exits "$want" "$mmpc" "$@"
}

ctl() { # status, then mmpctl's arguments
	want=$1
	shift
	exits "$want" "$mmpctl" "$@"
}

contains() { # file, text...
	file=$1
	shift
	for text; do
		grep -qF -e "$text" "$file" || { echo "no '$text' in $file"; return 1; }
	done
}
