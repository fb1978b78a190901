#!/usr/bin/env bash
# The whole way of a new user, for one folder of pictures: train, report, evaluate, predict with overlays, export to every format, and each
# export opened by the tool it is for. Stops at the first step that fails.
#   tools/whole_way.sh PICTURES WEIGHTS [FOLDER]
# GRAFT names another launcher than ./graft; GRAFT_PYTHON a Python with torch, torchvision and what else shall open the exports.
set -euo pipefail
pictures=${1:?a folder of pictures}
weights=${2:?a file of weights}
folder=${3:-$(mktemp -d)}
root=$(cd "$(dirname "$0")/.." && pwd)
graft=${GRAFT:-$root/graft}

step() {
  echo "== graft $*"
  "$graft" "$@"
}

step --version
step inspect "$pictures"
step train "$pictures" --weights "$weights" --out "$folder/run" --overwrite
for file in model.pt run.json console.log metrics.jsonl predictions.csv report.html; do
  test -s "$folder/run/$file" || { echo "missing: $file" >&2; exit 1; }
done
step report "$folder/run" --out "$folder/again.html"
step inspect "$folder/run"
step evaluate "$folder/run" "$pictures" --out "$folder/evaluation" --fail-below accuracy=0.5
step evaluate "$folder/run" "$pictures" --quiet --fail-below accuracy=1 && { echo "no threshold held" >&2; exit 1; } || test $? = 4
mapfile -t some < <(find "$pictures" -type f -iname '*.jp*g' -o -type f -iname '*.png' | sort | head -n 5)
step predict "$folder/run" "${some[@]}" --explain "$folder/overlays"
test "$(find "$folder/overlays" -name '*.png' | wc -l)" = "${#some[@]}"
formats=torchscript,torchscript-self-contained,state-dict,safetensors,huggingface,onnx
step export "$folder/run" --format "$formats" --out "$folder/exports" --overwrite
if [ -n "${GRAFT_PYTHON:-}" ]; then
  "$GRAFT_PYTHON" "$root/tools/check_exports.py" "$folder/run/model.pt" "$folder/exports" "$pictures"
else
  echo "no GRAFT_PYTHON: the exports are not opened in Python"
fi
echo "whole way done: $folder"
