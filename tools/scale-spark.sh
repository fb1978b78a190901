#!/usr/bin/env bash
# The whole acceptance of the module spark on this machine, with one jar on Spark 4.1.0 (Scala 2.13) and 3.5.6 (Scala 2.12); the build's tests are
# a slice of it. Prints Markdown. Takes half an hour on two cores that others use too; downloads 600 MB the first time.
#   tools/scale-spark.sh            checks
#   tools/scale-spark.sh --rates    measures instead: two executors of one thread against one process of two; on a quiet machine only
# With GRAFT_PYTHON, a Python with PyTorch 2.10 and torchvision, the exported model runs there too.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
weights=examples/main/resources/dev/graft/examples/resnet18-lite.pth
export SPARK_HOME="$work/spark-home" SPARK_LOCAL_IP=127.0.0.1 OMP_WAIT_POLICY=passive GRAFT_CACHE="$work/cache"

mvn -q -B -pl spark,cli -am package -DskipTests -Dmaven.javadoc.skip -Dmaven.source.skip -Dspotless.check.skip \
  dependency:build-classpath -Dmdep.outputFile=target/trial.classpath -Dmdep.includeTypes=jar >&2

# spark VERSION SCALA SCALA_LIBRARY JACKSON: the class path of a Spark
spark() {
  mvn -q -B -f tools/spark-classpath.xml -Dspark.version="$1" -Dspark.scala="$2" -Dscala.version="$3" -Djackson.version="$4" \
    org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile="$work/$1.classpath" >&2
  cat "$work/$1.classpath"
}
new=$(spark 4.1.0 2.13 2.13.17 2.20.0)
old=$(spark 3.5.6 2.12 2.12.18 2.15.2)
# what Graft needs beside a Spark, which comes first, as on a cluster
own=$(tr ':' '\n' <spark/target/trial.classpath | grep -vxF "$(tr ':' '\n' <<<"$new")" | paste -sd:)
jar=$(ls "$root"/spark/target/graft-spark-*.jar | grep -v -e sources -e javadoc | head -n 1)
flags=$(sed -n 's/.*<spark.javaFlags>\(.*\)<\/spark.javaFlags>.*/\1/p' spark/pom.xml)

# trial SPARK STEP FOLDER
trial() {
  # shellcheck disable=SC2086
  java -Xmx2g $flags -cp "$1:$jar:$root/spark/target/test-classes:$own" dev.graft.spark.WholeTrial "$2" "$weights" "$3"
}

if [ "${1:-}" = --rates ]; then
  echo "| round | 1 process x 2 threads, img/s | 2 executors x 1 thread, img/s |"
  echo "|---|---|---|"
  for round in 1 2 3 4 5; do
    one=$(trial "$new" rate-one "$work/rates")
    echo "| $round | $one | $(trial "$new" rate-spark "$work/rates") |"
  done
  exit
fi

for version in 4.1.0 3.5.6; do
  [ "$version" = 4.1.0 ] && with=$new || with=$old
  echo "Spark $version, the jar compiled for 4.1.0:"
  echo
  echo "| check | seen | as it must be |"
  echo "|---|---|---|"
  trial "$with" cluster "$work/$version"
  trial "$with" load "$work/$version"
  trial "$with" several "$work/$version"
  trial "$with" cold "$work/$version"
  ./graft predict "$work/$version/mllib.pt" "$work/$version/pictures" --format csv --precision fp32 --quiet |
    tail -n +2 | sed 's/^.*pictures.\([0-9]*\.png\),\([^,]*\),.*/\1 \2/' | sort >"$work/$version/predict.txt"
  equal=$(comm -12 "$work/$version/mllib.txt" "$work/$version/predict.txt" | wc -l)
  echo "| S6 the same classes from \`graft predict\` | $equal of 200 | $([ "$equal" = 200 ] && echo yes || echo '**no**') |"
  if [ -n "${GRAFT_PYTHON:-}" ]; then
    "$GRAFT_PYTHON" - "$work/$version" <<'PYTHON' | sort >"$work/$version/python.txt"
import pathlib, sys
import torch, torchvision.transforms as T
from PIL import Image
folder = pathlib.Path(sys.argv[1])
model = torch.jit.load(str(folder / "mllib.pt")).eval()
prepare = T.Compose([T.Resize(256), T.CenterCrop(224), T.ToTensor(), T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
for file in sorted((folder / "pictures").iterdir()):
    with torch.no_grad():
        print(file.name, ["blue", "red"][model(prepare(Image.open(file).convert("RGB"))[None]).argmax().item()])
PYTHON
    equal=$(comm -12 "$work/$version/mllib.txt" "$work/$version/python.txt" | wc -l)
    echo "| S6 the same classes from Python's \`torch.jit.load\` | $equal of 200 | $([ "$equal" = 200 ] && echo yes || echo '**no**') |"
  fi
  echo
done
same=$(cmp -s "$work"/{4.1.0,3.5.6}/features.sha256 && cmp -s "$work"/{4.1.0,3.5.6}/answers && echo yes || echo '**no**')
echo "S5, features and answers of both are the same bits: $same"
