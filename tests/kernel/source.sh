# Where the test kernel's source comes from: the only place that names it. Sourced by build.sh.
# shellcheck shell=sh disable=SC2034
source_package=linux-source-7.3
source_version=7.3.4-1~bpo13+1
source_mirror=http://deb.debian.org/debian
source_suite=trixie-backports
source_keyring=/usr/share/keyrings/debian-archive-keyring.gpg
