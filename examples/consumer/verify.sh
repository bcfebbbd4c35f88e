#!/usr/bin/env bash
# Builds this stand-alone project as a user would, against a throw-away local repository, and runs its plugins.
# usage: verify.sh MAVEN CLASSPATH_FILE (written by the build of examples/)
set -euo pipefail
maven=$1
class_path_file=$2
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The throw-away repository: what Maven has fetched already is linked, org/histofm is its own.
jspecify=$(tr ':' '\n' <"$class_path_file" | grep '/org/jspecify/jspecify/')
fetched=${jspecify%/org/jspecify/jspecify/*}
repository=$work/repository
mkdir -p "$repository/org"
for entry in "$fetched"/*; do
  [ "${entry##*/}" = org ] || ln -s "$entry" "$repository/"
done
for entry in "$fetched"/org/*; do
  [ "${entry##*/}" = histofm ] || ln -s "$entry" "$repository/org/"
done

echo 'consumer: installing HistoFM into a throw-away repository'
(cd "$root" && "$maven" -B -q -Dquick -Dmaven.test.skip=true -Dmaven.repo.local="$repository" \
  -pl fm-api,fm-testkit,fm-backbones,fm-adapters,fm-eval -am install)
cp -R "$here/pom.xml" "$here/src" "$work/"
echo 'consumer: building a project of its own'
(cd "$work" && "$maven" -B -q -Dmaven.repo.local="$repository" package)

echo 'consumer: running its main'
dependencies=$(cat "$class_path_file")
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"$java" -cp "$work/target/lab-plugin-1.0.jar:$dependencies" com.example.lab.EmbedAndProbe "$work/lab"

echo 'consumer: its plugins through ./fm'
export HISTOFM_PLUGINS=$work/target/lab-plugin-1.0.jar
listed=$("$root/fm" list)
for id in lab-quadrants lab-kappa; do
  grep -q "$id" <<<"$listed" || { echo "./fm list does not show $id" >&2; exit 1; }
done
"$root/fm" benchmark-adapters --dataset lab-quadrants --backbone vit-tiny-patch16-224 --random-init \
  --adapters linear-probe --fractions 1 --seeds 1 --train-domain scanner-1 \
  --evaluators classification,lab-kappa --out "$work/out" >/dev/null
grep -q '"kappa"' "$work/out/results.json" || { echo 'results.json lacks kappa' >&2; exit 1; }
echo 'consumer: good'
