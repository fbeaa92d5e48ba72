#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every example passes without a warning; what strict finds stands in its comment, and nothing else does.
. "$(dirname "$0")/../tap.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root/examples" || exit 1

# The codes in brackets, each once.
codes() { grep -o '\[[a-z-]*\]$' | tr -d '[]' | sort -u; }
explained() { grep '^#' "$1" | grep -o '\[[a-z-]*\]' | tr -d '[]' | sort -u; }

for f in *.mmp; do
	out=$("$MMP_BUILD/mmpc" --check --fail-level=warning "$f" 2>&1)
	result $? "$f passes without a warning" "$out"
	out=$("$MMP_BUILD/mmpc" --check --profile=strict "$f" 2>&1)
	[ "$(echo "$out" | grep -v '^ ' | codes)" = "$(explained "$f")" ]
	result $? "$f explains what strict finds" "$out"
	out=$("$MMP_BUILD/mmpc" describe "$f" 2>&1)
	result $? "$f can be described" "$out"
	grep -q '^# Use it' "$f"
	result $? "$f says when to use it" "there is no line that begins '# Use it'"
done
out=$("$MMP_BUILD/mmpc" --check --kernel memcg-v7+thp-v11 ./*.mmp 2>&1)
result $? "the kernel with the hooks has what they need" "$out"

# The two lines that the language is measured by, as they are.
for line in 'protect high when pgfault_rate > 100' 'thp order 9 when psi < 10'; do
	out=$(echo "$line" | "$MMP_BUILD/mmpc" --check --fail-level=warning - 2>&1)
	result $? "'$line' gets no warning" "$out"
	grep -qxF "$line" ./*.mmp
	result $? "'$line' is an example" "no example has it as a line"
done
done_testing
