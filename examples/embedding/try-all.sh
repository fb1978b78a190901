#!/bin/sh
# Builds and tries all examples of this folder. The exit status decides.
set -eu
cd "$(dirname "$0")"
for example in plain-maven spring-boot tomcat-war jlink; do
  echo "== $example"
  "$example/try.sh"
done
echo "all passed"
