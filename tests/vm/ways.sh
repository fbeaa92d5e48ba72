# The ways in which a group is protected while two share memory (neighbour.sh): nothing, static memory.low, the
# policy build/vm/shown/line.bpf.o by files and by hooks; sourced, after neighbour.sh and hold.sh.
#
# Who sources this sets all (how many cells there will be), number and killed (0), and bad (empty).
# shellcheck shell=sh
object=$PROJECT/build/vm/shown/line.bpf.o
SECONDS_A_ROW=6

title_of() {
	case $1 in
	none) echo 'no policy' ;;
	static) echo 'static memory.low' ;;
	files) echo 'the policy by files' ;;
	hooks) echo 'the policy by hooks' ;;
	classic) echo 'classic LRU' ;;
	generations) echo 'multi-generational LRU' ;;
	esac
}

# begin ROW, end ROW: what protects high in it
begin() {
	case $1 in
	static) cgroup_set demo/high memory.low max ;;
	files) hold "$object" --name demo --cgroup high=demo/high ;;
	hooks) mmpctl load "$object" --name demo --cgroup high=demo/high >/tmp/load.out ;;
	esac
}
end() {
	case $1 in
	files) mmpctl unload demo >/dev/null && wait "$held" ;;
	hooks) mmpctl unload demo >/dev/null ;;
	esac
}

# cell LRU ROW MODE: measured and kept as LRU_ROW_MODE_high, LRU_ROW_MODE_low and LRU_ROW_MODE_worked
cell() {
	MEMORY_TRIES=20
	[ "$2" != none ] || MEMORY_TRIES=3 # it may never have it
	fresh_groups
	begin "$2" || bad="$bad $1/$2/$3"
	run "$3"
	drop_groups
	end "$2" || bad="$bad $1/$2/$3"
	eval "$1_$2_$3_high=$high_touches $1_$2_$3_low=$low_touches $1_$2_$3_worked=$high_worked"
	killed=$((killed + kills))
	number=$((number + 1))
	case $3 in
	touch) diag "$number of $all: $(title_of "$1"), $(title_of "$2"), high busy: high $high_touches, low $low_touches" ;;
	hold) diag "$number of $all: $(title_of "$1"), $(title_of "$2"), high idle: low $low_touches" ;;
	esac
}
