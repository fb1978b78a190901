# Sourced by each try.sh: Graft's artifacts of this checkout in a Maven repository, a model and a picture, all under target/ beside
# this file. GRAFT_REPOSITORY names a repository that has the artifacts already; MAVEN_ARGS is added to Maven's command line.
set -eu
embedding=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
[ -f "$embedding/common.sh" ] || embedding=$(dirname -- "$embedding")
root=$(CDPATH= cd -- "$embedding/../.." && pwd)
work=$embedding/target
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
version=0.1.0
platform=linux-x86_64 # tried here; macosx-arm64 and windows-x86_64 are written for, and were not tried

fail() { echo "$(basename "$here"): $*" >&2; exit 1; }

maven() { mvn -q -B -Dstyle.color=never -Dmaven.repo.local="$repository" ${MAVEN_ARGS:-} "$@"; }

# What `mvn install` would leave in your own repository, in a new one; what others published is linked from yours.
artifacts() {
  repository=${GRAFT_REPOSITORY:-$work/repository}
  [ -z "${GRAFT_REPOSITORY:-}" ] || return 0
  mine=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
  mkdir -p "$repository/dev" "$mine/aopalliance" "$mine/ch" # what is downloaded for the examples stays in yours
  for entry in "$mine"/* "$mine"/dev/*; do
    name=${entry#"$mine"/}
    [ ! -e "$entry" ] || [ -e "$repository/$name" ] || [ "$name" = dev/graft ] || ln -s "$entry" "$repository/$name"
  done
  installed=$repository/installed
  if [ ! -f "$installed" ] || [ -n "$(cd "$root" && find pom.xml src native-presets -type f -newer "$installed" \
      ! -path '*/target/*' ! -path '*/test/*' | head -n 1)" ]; then
    echo "installing Graft's artifacts into $repository"
    (cd "$root" && maven install -Dmaven.test.skip -Dmaven.javadoc.skip -Dmaven.source.skip -Dspotless.check.skip \
      -pl native-presets/platforms/$platform,src -am) || fail "Graft could not be built"
    touch "$installed"
  fi
}

# A model of red circles and blue squares, and a picture that it has not seen. Takes a few seconds, once.
model() {
  model=$work/shapes/shapes.pt
  picture=$work/shapes/unseen-circle.png
  [ ! -f "$model" ] || [ "$embedding/plain-maven/src/main/java/org/example/MakeModel.java" -nt "$model" ] || return 0
  (cd "$embedding/plain-maven" && maven compile exec:java -Dexec.mainClass=org.example.MakeModel \
    -Dexec.args="'$root/examples/main/resources/dev/graft/examples/resnet18-lite.pth' '$work/shapes'") ||
    fail "no model was made"
}
