#!/bin/sh
# Builds the WAR and deploys it again and again into a Tomcat, in both layouts. The exit status decides.
. "$(dirname "$0")/../common.sh"
artifacts
model
cd "$here"
maven package
redeploy() {
  java -Xmx512m --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.rmi/sun.rmi.transport=ALL-UNNAMED \
    -Dshapes.model="$model" -cp 'target/test-classes:target/server/*' org.example.Redeploy "$@" 2>target/redeploy.log ||
    { cat target/redeploy.log >&2; fail "see above"; }
}
echo "Graft's jars in the server's lib folder"
redeploy target/shapes.war "$work/shapes/unseen-circle.png" circle "${REDEPLOYS:-10}" target/shapes/WEB-INF/lib
echo "Graft's jars in WEB-INF/lib, where Graft warns and the memory is not freed"
redeploy target/shapes-whole.war "$work/shapes/unseen-circle.png" circle 2
echo "tomcat-war: passed"
