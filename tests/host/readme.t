#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the README shows is what the programs do.
. "$(dirname "$0")/../tap.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
mmpc=${MMP_BUILD:-$root/build}/mmpc
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

# fence LANGUAGE NUMBER: the README's NUMBERth fenced block of that language
fence() {
	awk -v mark="\`\`\`$1" -v want="$2" '
		/^```/ { if (on) { on = 0; next } if (inside) { inside = 0; next }
			if ($0 == mark && ++seen == want) on = 1; else inside = 1; next }
		on' "$root/README.md"
}

echo 1..3
: >nothing
fence mmp 1 >policy.mmp
{ [ -s policy.mmp ] && "$mmpc" --check policy.mmp; } >got 2>&1 || echo "failed" >>got
same got nothing 'the policy passes the check without a finding'

printf '%s\n' 'protect low' 'protect high whn psi > 10' \
	'throttle batch 20ms when psi < 5 or psi > 64MiB' >web.mmp
"$mmpc" --check web.mmp >got 2>&1
fence '' 1 >wanted
same got wanted 'the mistakes look as shown'

grep -o 'docs/[a-z-]*\.md\|examples\b\|CONTRIBUTING.md\|LICENSE' "$root/README.md" | sort -u |
	while read -r path; do [ -e "$root/$path" ] || echo "missing: $path"; done >got
same got nothing 'what it points to is there'
