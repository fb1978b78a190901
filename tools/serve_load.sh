#!/usr/bin/env bash
# 64 clients send many requests to a server, 3% of them bad: only the right answers, and the same memory at the end (2%).
# usage: tools/serve_load.sh [REQUESTS, 100000 if left out]
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -B -q test -pl serve -am -Dtest='LoadTest#manyClients*' -Dsurefire.failIfNoSpecifiedTests=false \
  -Dgraft.serve.requests="${1:-100000}"
