# Helpers for the tests of huge-page policies; sourced after lib.sh.
# shellcheck shell=sh

# obedient NAME [CGROUP]: starts a process that does as it is told; its pid is in $started
obedient() {
	mkfifo "$1.in"
	# Holds the other end open between the commands.
	sleep 1000 >"$1.in" &
	# shellcheck disable=SC2016 # for the inner shell
	sh -c 'echo 0 >"$0/cgroup.procs" && exec workload obey 0' "$CGROUPS/${2:-}" \
		<"$1.in" >"$1.out" &
	started=$!
	wait_until 20 grep -q ready "$1.out"
}

# tell NAME COMMAND...: prints the answer
tell() {
	told=$1
	shift
	told_before=$(wc -l <"$told.out")
	echo "$*" >"$told.in"
	wait_until 60 sh -c "[ \$(wc -l <$told.out) -gt $told_before ]"
	tail -n 1 "$told.out"
}

# kB of huge pages that NAME gets for 8 MB of new memory, in the way that WORDS say (fork, exec)
huge_of() {
	counter huge "$(tell "$@" huge 8192)"
}

# mthp_stat KB NAME
mthp_stat() { cat "$THP/hugepages-$1kB/stats/$2"; }

mthp_mode() { echo "$2" >"$THP/hugepages-$1kB/enabled"; }

# rule_is POLICY RULE STATE
rule_is() { mmpctl status "$1" | grep -q "^ *$2: $3"; }

# acted POLICY RULE: how often a rule made the hook answer other than the default
acted() {
	mmpctl stats "$1" --format=openmetrics |
		sed -n "s/^mmp_rule_acted_total{.*rule=\"$2\".*} //p"
}
