#!/usr/bin/env bash
# The build with every test whole, where `mvn verify` runs a slice of the long ones: hours on two cores. Before a release, and after a change
# to what a slice leaves out. Arguments go to Maven:
#   tools/whole.sh
#   tools/whole.sh -pl src -am -Dtest=WeightsMutationTest -Dsurefire.failIfNoSpecifiedTests=false
# With GRAFT_PYTHON, a Python with PyTorch 2.10, the comparisons with Python too.
set -euo pipefail
cd "$(dirname "$0")/.."
exec mvn verify -Dgraft.whole=true -Dgraft.kills=20 "$@"
