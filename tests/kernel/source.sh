# Which source the test kernel is built from: the only place that says so. Sourced by build.sh.
# shellcheck shell=sh disable=SC2034
#
# The version below is what the tests are made on. Where the archive has moved on, fetch.sh takes the
# newest of a series that the patches are known to apply to, and notes it in the cache.
source_version=7.3.4-1~bpo13+1
source_series="7.3 7.2"
source_suite=trixie-backports

# MMP_KERNEL_SERIES=7.2 asks for the newest of that series in place of the version above.
if [ -n "${MMP_KERNEL_SERIES:-}" ]; then
	source_series=$MMP_KERNEL_SERIES
	source_version=
fi
source_note=${XDG_CACHE_HOME:-$HOME/.cache}/mmp/source-for-${source_version:-$source_series}

source_series_of() { echo "$1" | cut -d. -f1-2; }

source_package_of() { echo "linux-source-$(source_series_of "$1")"; }

# The patches for a version, one a line: those that all series take, then those of its own series.
source_patches_of() {
	for source_patch in "$here"/patches/*.patch "$here/patches/$(source_series_of "$1")"/*.patch; do
		[ ! -e "$source_patch" ] || echo "$source_patch"
	done
}

# Where another version had to be taken, it is taken again, without asking the archive.
read_source_note() {
	[ ! -r "$source_note" ] || source_version=$(cat "$source_note")
	source_package=$(source_package_of "$source_version")
}
