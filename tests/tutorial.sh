# SPDX-License-Identifier: GPL-2.0
# Doing what docs/tutorial.md says: sourced after tap.sh or lib.sh, not run; for dash and busybox.
# shellcheck shell=sh
#
# Its fenced blocks are, by their first line:
#	LANGUAGE NAME	a file
#	sh desk		commands that need no cgroups: tests/host/tutorial.t runs them
#	sh machine	commands for a machine with cgroup v2: tests/stock/tutorial.t runs them
#	output		lines that the block before prints, in that order; "…" stands for anything

# tutorial_split PAGE: block N is N.body, its first line N.kind; their count is in $tutorial_blocks
tutorial_split() {
	awk '/^```/ { if (inside) { inside = 0; close(body); next }
			inside = 1; n++; body = n ".body"; printf "" >body
			print substr($0, 4) >(n ".kind"); close(n ".kind"); next }
		inside { print >body }' "$1"
	tutorial_blocks=$(ls ./*.kind | wc -l)
}

# What a test has no time for: ten minutes of recording, and a screen that a person would end.
tutorial_shortened() {
	echo "$1" | sed "s/--for 10m/--for 3s/; s/^mmpctl top\$/mmpctl top --count 2/
		s|/usr/local/share/doc/mmp/examples|$tutorial_examples|"
}

# tutorial_says OUTPUT WANTED: each line of WANTED is a line of OUTPUT, in that order
tutorial_says() {
	awk 'NR == FNR { gsub(/[][\\.*^$+?(){}|]/, "\\\\&"); gsub(/…/, ".*"); gsub(/  *$/, "")
			gsub(/  */, " +"); want[++count] = "^ *" $0 " *$"; next }
		at < count && $0 ~ want[at + 1] { at++ }
		END { if (at < count) { print "no line like: " want[at + 1]; exit 1 } }' "$2" "$1" ||
		{ cat "$1"; return 1; }
}

# tutorial_run PAGE EXAMPLES KIND...: all blocks of those kinds, one command at a time, in this shell
tutorial_run() {
	tutorial_split "$1"
	tutorial_examples=$2
	shift 2
	tutorial_kinds=" $* "
	tutorial_last=
	tutorial_n=0
	while [ $((tutorial_n += 1)) -le "$tutorial_blocks" ]; do
		tutorial_kind=$(cat $tutorial_n.kind)
		case $tutorial_kind in
		sh\ desk | sh\ machine)
			tutorial_last=
			case $tutorial_kinds in *" ${tutorial_kind#sh } "*) tutorial_commands ;; esac
			;;
		output) [ -z "$tutorial_last" ] || ok "... which says so" tutorial_says "$tutorial_last" $tutorial_n.body ;;
		*\ *) cp $tutorial_n.body "${tutorial_kind#* }" ;;
		*) fail "block $tutorial_n is of no kind: $tutorial_kind" ;;
		esac
	done
}

tutorial_commands() {
	tutorial_last=$tutorial_n.out
	: >"$tutorial_last"
	while read -r tutorial_line <&3; do
		tutorial_command=$(tutorial_shortened "$tutorial_line")
		eval "$tutorial_command" >>"$tutorial_last" 2>&1
		tutorial_status=$?
		# Without the hooks, doctor ends with 5.
		[ "$tutorial_line" != 'mmpctl doctor' ] || [ $tutorial_status != 5 ] || tutorial_status=0
		result $tutorial_status "$tutorial_line" "$(cat "$tutorial_last")"
	done 3<$tutorial_n.body
}
