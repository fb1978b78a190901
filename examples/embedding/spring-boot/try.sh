#!/bin/sh
# Builds the fat jar, starts it, classifies uploads, and stops it under load. The exit status decides. Needs curl.
. "$(dirname "$0")/../common.sh"
artifacts
model
cd "$here"
maven package
mkdir -p target/try
log=target/try/service.log
port=${PORT:-18090}
address=http://localhost:$port
java -Xmx512m -jar target/shapes-service-1.jar --server.port="$port" --shapes.model="$model" >"$log" 2>&1 &
service=$!
trap 'kill -9 $service 2>/dev/null || true' EXIT
expect() { case $2 in *"$3"*) echo "$1: $2" ;; *) cat "$log" >&2; fail "$1: $2, expected $3" ;; esac; }

tries=0
until curl -fs "$address/actuator/health/readiness" >/dev/null 2>&1; do
  tries=$((tries + 1))
  kill -0 "$service" 2>/dev/null && [ "$tries" -lt 600 ] || { cat "$log" >&2; fail "the service did not start"; }
  sleep 0.2
done
expect health "$(curl -s "$address/actuator/health")" '"status":"UP"'
expect circle "$(curl -s -F "picture=@$work/shapes/unseen-circle.png" "$address/classify")" '"label":"circle"'
expect square "$(curl -s -F "picture=@$work/shapes/unseen-square.png" "$address/classify")" '"label":"square"'
expect "not a picture" "$(curl -s -w ' %{http_code}' -F picture=@pom.xml "$address/classify")" ' 400'
expect "log line" "$(grep ' dev.graft ' "$log" | head -n 1)" 'natives: '

# Twelve uploads at once; the service is told to stop at the first answer. All that it has accepted get theirs.
answers=
uploads=
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
  curl -s -F "picture=@$work/shapes/large-circle.png" "$address/classify" >"target/try/answer-$i.json" &
  uploads="$uploads $!"
  answers="$answers target/try/answer-$i.json"
done
until [ -n "$(cat $answers 2>/dev/null)" ]; do sleep 0.05; done
kill "$service"
for upload in $uploads; do wait "$upload" || fail "an upload was not answered"; done
[ "$(cat $answers | grep -o '"label":"circle"' | wc -l)" = 12 ] || fail "uploads were refused: $(cat $answers)"
status=0
wait "$service" || status=$?
[ "$status" = 143 ] || fail "the service ended with $status, expected 143 (SIGTERM)"
expect "stopped under load, 12 answers" "$(grep -o 'Graceful shutdown complete' "$log")" complete
! grep -E 'ERROR|SIGSEGV' "$log" || fail "errors in $log"
echo "spring-boot: passed"
