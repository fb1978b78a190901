#!/bin/sh
# Builds a modular program, runs it on the module path, and from an image of jlink with the natives beside it. The exit status
# decides.
. "$(dirname "$0")/../common.sh"
artifacts
model
cd "$here"
maven package
app=target/shapes-module-1.jar
expect() {
  [ "$2" = "circle, from module org.example.shapes" ] || fail "$1: $2"
  echo "$1: $2"
}

expect "module path" "$(java -p "$app:target/lib" -cp 'target/natives/*' -m org.example.shapes/org.example.Classify \
  "$model" "$work/shapes/unseen-circle.png")"

rm -rf target/image
jlink -p "$app:target/lib" --add-modules org.example.shapes --strip-debug --no-header-files --no-man-pages --compress=2 \
  --output target/image
echo "image: $(du -sm target/image | cut -f 1) MB, natives beside it: $(du -sm target/natives | cut -f 1) MB"
expect "image" "$(target/image/bin/java -cp 'target/natives/*' -m org.example.shapes/org.example.Classify \
  "$model" "$work/shapes/unseen-circle.png")"
echo "jlink: passed"
