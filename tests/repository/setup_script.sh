#!/usr/bin/env bash
# app/cmake/setup.sh against a package manager made of small fakes: what it says, what it asks for, and in which order. Changes nothing.
set -uo pipefail
root=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fakes="$folder/with space"
mkdir "$fakes"
export FAKES=$fakes
unset CI PROBFLOW_LOCK_WAIT
failures=0

fake() { printf '#!/bin/bash\n%s\n' "$2" >"$fakes/$1"; chmod +x "$fakes/$1"; }
for tool in bash env awk sed grep tee head cat mktemp rm; do ln -s "$(command -v "$tool")" "$fakes/$tool"; done
fake dpkg 'echo amd64'
fake dpkg-query '
shift 3
for name in "$@"; do
    [ "$name" = alpha ] || grep -qx "$name" "$FAKES/installed" 2>/dev/null || { echo "no packages found matching $name" >&2; continue; }
    echo "installed amd64 $name"
done
echo "config-files amd64 gamma"
echo "installed i386 beta"'
fake apt-cache '
for name in "$@"; do case $name in beta) printf "Package: beta\nInstalled-Size: 2048\nSize: 1048576\n\n" ;; gamma) printf "Package: gamma\nInstalled-Size: 512\nSize: 104857\n\n" ;; esac; done'
fake apt-get '
case " $* " in *" -s "*) echo "Inst beta (1.0)"; echo "Inst gamma (1.0)"; exit ;; esac
echo "$DEBIAN_FRONTEND $*" >>"$FAKES/calls"
if [ -e "$FAKES/locked" ]; then
    echo "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4242 (unattended-upgr)" >&2
    rm "$FAKES/locked"
    exit 100
fi'
fake update-alternatives 'exit 0'
fake sleep 'exit 0'

# ask USER ID [PACKAGES]: calls install_packages in a shell that sees only the fakes.
ask() {
    rm -f "$fakes/calls"
    fake id "echo $1"
    said=$(PATH=$fakes LC_ALL=C bash -c 'set -euo pipefail; . "$1/app/cmake/setup.sh"; build_packages=$2; install_packages "$build_packages"' \
        bash "$root" "${2-$packages}" </dev/null 2>&1)
    status=$?
}
# expect WHAT: fails the test unless the text is in what was said.
expect() { [[ $said == *"$1"* ]] || { printf 'expected: %s\nsaid:\n%s\n\n' "$1" "$said"; failures=$((failures + 1)); }; }
expect_status() { [ "$status" = "$1" ] || { printf 'exit code %s, expected %s; said:\n%s\n\n' "$status" "$1" "$said"; failures=$((failures + 1)); }; }
expect_calls() { [ "$(cat "$fakes/calls" 2>/dev/null)" = "$1" ] || { printf 'apt-get was called:\n%s\nexpected:\n%s\n\n' "$(cat "$fakes/calls" 2>/dev/null)" "$1"; failures=$((failures + 1)); }; }
packages='
alpha  is there
beta   of another architecture only
gamma  was removed
'
update='noninteractive update -qq'
install='noninteractive install -q -y --no-install-recommends -o Dpkg::Use-Pty=0 beta gamma'

# Nothing missing: silence.
ask 0 'alpha  is there'
expect_status 0
expect_calls ''
[ -z "$said" ] || expect 'silence'

# Neither root nor sudo: the list with sizes, and both lines to run by hand.
ask 1000
expect_status 3
expect_calls ''
expect '2 packages are missing.'
expect 'beta                     2.0 MB   of another architecture only'
expect '2 packages, 1 MB to download, 2 MB on disk'
expect '  sudo apt-get update && sudo apt-get install -y --no-install-recommends beta gamma'
expect "  su -c 'apt-get update && apt-get install -y --no-install-recommends beta gamma' -"

# Root: update first, then install, without questions.
ask 0
expect_status 0
expect_calls "$update
$install"

# sudo that asks for a password nobody can type is no sudo; one that does not is used.
fake sudo 'exit 1'
ask 1000
expect_status 3
fake sudo '[ "$1" != -n ] || shift; exec "$@"'
ln -s "$(type -P true)" "$fakes/true"
ask 1000
expect_status 0
expect_calls "$update
$install"
rm "$fakes/sudo"

touch "$fakes/locked"
ask 0
expect_status 0
expect 'Another package manager holds the lock (process 4242, unattended-upgr): waiting up to 120 s for it.'
expect_calls "$update
$update
$install"
touch "$fakes/locked"
PROBFLOW_LOCK_WAIT=0 ask 0
expect_status 3
expect 'Another package manager holds the lock (process 4242, unattended-upgr). Start this again when it is done.'

# A package that this release does not have is named and left to CMake.
ask 0 "$packages
delta  of another release"
expect_status 0
expect 'This release has no package delta'
expect_calls "$update
$install"

# No apt-get: nothing is installed, and that is said.
rm "$fakes/apt-get"
ask 0
expect_status 0
expect 'This system has no apt-get, so nothing is installed; CMake names what is missing.'

# app/run with a path that holds no LibTorch says so before it does anything else.
said=$("$root/app/run" --torch "$folder" </dev/null 2>&1)
status=$?
expect_status 2
expect "$folder: no LibTorch there"

[ "$failures" = 0 ] || { echo "$failures failures"; exit 1; }
echo "all as expected"
