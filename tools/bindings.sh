#!/usr/bin/env bash
# Makes the Java side of the kernels anew from their header (native-presets/gen); --check says whether it would change.
set -euo pipefail
cd "$(dirname "$0")/../native-presets"
javacpp=$(find "${MAVEN_REPOSITORY:-$HOME/.m2/repository}/org/bytedeco/javacpp" -name 'javacpp-1.5.13.jar' | head -n 1)
[ -n "$javacpp" ] || { echo "bindings: no javacpp-1.5.13.jar in the local Maven repository; run mvn compile first" >&2; exit 1; }
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
javac -cp "$javacpp" -d "$made/classes" main/java/dev/graft/natives/presets/KernelsPreset.java
java -jar "$javacpp" -classpath "$made/classes" -Dplatform.includepath="$PWD/main/cpp" -d "$made/java" -nogenerate \
  dev.graft.natives.presets.KernelsPreset
if [ "${1:-}" = --check ]; then
  diff -r gen/java "$made/java" || { echo "bindings: gen/java is older than the header; run tools/bindings.sh" >&2; exit 1; }
else
  rm -rf gen/java
  mv "$made/java" gen/java
fi
