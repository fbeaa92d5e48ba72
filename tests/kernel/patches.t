#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The patches apply to every series that source.sh names, as far as the archive has them. One of them
# is built by the tests; of the others this looks at the source alone.
. "$(dirname "$0")/../tap.sh"
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset MMP_KERNEL_SERIES
. "$here/source.sh"

# Only what the patches change is copied: each applies on top of the ones before.
apply_to() { # source
	rm -rf "$dir/tree"
	mkdir "$dir/tree"
	source_patches_of "$(basename "$1" | cut -d- -f2)" >"$dir/patches"
	xargs sed -n 's/^--- a\///p' <"$dir/patches" | sort -u |
		(cd "$1" && xargs cp --parents -t "$dir/tree") || return 1
	while read -r patch; do
		patch -d "$dir/tree" -p1 -s -F0 <"$patch" || return 1
	done <"$dir/patches"
}

for series in $source_series; do
	if source=$(MMP_KERNEL_SERIES=$series "$here/fetch.sh" 2>"$dir/said"); then
		apply_to "$source" >"$dir/said" 2>&1
		result $? "the patches apply to $(basename "$source")"
		sed 's/^/# /' "$dir/said"
	else
		sed 's/^/# /' "$dir/said"
	fi
done
[ $test_count -gt 0 ]
result $? "the archive has one of the series $source_series"
done_testing
