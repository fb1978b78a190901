#!/bin/sh
# Builds the last commit twice, in two folders, time zones and languages, and compares the SHA-256 of every jar. Both builds run
# with umask 022: jars keep the modes of the files that they are packed from, so another mask gives other bytes.
#
#   tools/check-reproducible.sh [maven options, such as -o]
#
# The shaded jar of the benches (-Pbench) is left out: it is the same only within one time zone, since shading copies the times of
# its jars' entries by the local clock. Prints the sums; exits 1 and names what differs. Tests are left to the ordinary build.
set -eu
umask 022
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() { # folder, time zone, language, Maven options...
  folder=$1 zone=$2 language=$3
  shift 3
  mkdir -p "$folder"
  git -C "$root" archive HEAD | tar -x -C "$folder"
  (cd "$folder" && TZ=$zone LC_ALL=$language mvn -q -B package -DskipTests "$@" >&2)
  (cd "$folder" && find . -path '*/target/*.jar' -type f ! -path '*/test-classes/*' ! -name benchmarks.jar | sort | xargs sha256sum)
}

build "$work/one" UTC C.UTF-8 "$@" > "$work/one.sums"
build "$work/another-folder" Asia/Tokyo C "$@" > "$work/two.sums"
cat "$work/one.sums"
if ! diff "$work/one.sums" "$work/two.sums"; then
  echo "not reproducible: the files above differ" >&2
  exit 1
fi
echo "reproducible: $(wc -l < "$work/one.sums") jars, the same in both builds"
