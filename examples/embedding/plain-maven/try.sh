#!/bin/sh
# Builds this project against Graft's artifacts of the checkout and classifies two pictures with it. The exit status decides.
. "$(dirname "$0")/../common.sh"
artifacts
model
cd "$here"
answers=$(maven compile exec:java -Dexec.mainClass=org.example.Classify \
  -Dexec.args="'$model' '$work/shapes/unseen-circle.png' '$work/shapes/unseen-square.png'")
echo "$answers"
for shape in circle square; do
  echo "$answers" | grep -q "unseen-$shape.png: $shape (" || fail "expected unseen-$shape.png to be a $shape"
done
echo "plain-maven: passed"
