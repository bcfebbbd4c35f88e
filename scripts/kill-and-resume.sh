#!/usr/bin/env bash
# Kills an experiment at seeded moments (kill -9), resumes it, and compares with an unbroken run.
#
#   scripts/kill-and-resume.sh [--kills N] [--seed S] FOLDER -- ./fm benchmark-adapters OPTIONS (without --out)
#
# Succeeds if no finished run was redone and `jq -S 'del(.run)'` of both results.json is equal byte for byte.
set -euo pipefail
kills=5
seed=1
while [ "${1:-}" != -- ]; do
  case "${1:-}" in
    --kills) kills=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    '' | -*) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    *) folder=$1; shift ;;
  esac
done
shift
command -v jq >/dev/null || { echo 'jq is missing (Debian package: jq)' >&2; exit 2; }
rm -rf "$folder"
mkdir -p "$folder"

canonical() { jq -S 'del(.run)' "$1/results.json"; }
now() { date +%s.%N; }
# Finished runs: the file that is written last, with its inode and time, so that a rewrite shows.
finished() { find "$1/runs" -name run.json -printf '%p %i %T@\n' 2>/dev/null | sort; }

echo 'unbroken run'
begin=$(now)
"$@" --out "$folder/unbroken" >"$folder/unbroken.log" 2>&1
seconds=$(awk -v a="$begin" -v b="$(now)" 'BEGIN { print b - a }')
canonical "$folder/unbroken" >"$folder/unbroken.json"
echo "  took $seconds s, $(finished "$folder/unbroken" | wc -l) runs"

# Uniform between 0.1 and 0.95 of the unbroken time, all drawn at once from the seed.
mapfile -t moments < <(awk -v n=$((kills * 20)) -v s="$seed" -v t="$seconds" \
  'BEGIN { srand(s); for (i = 0; i < n; i++) printf "%.3f\n", t * (0.1 + 0.85 * rand()) }')

killed=0
attempt=0
chain=1
out=$folder/broken-$chain
: >"$folder/done-before"
check() { # every run that was finished at a kill must still be the same file
  while read -r line; do
    finished "$out" | grep -qxF "$line" || { echo "a finished run was redone: $line" >&2; exit 1; }
  done <"$folder/done-before"
  canonical "$out" | cmp - "$folder/unbroken.json" || { echo 'results differ from the unbroken run' >&2; exit 1; }
  echo "  $out: $(wc -l <"$folder/done-before") runs were finished before a kill and not redone; results.json is equal"
}
while [ "$killed" -lt "$kills" ]; do
  moment=${moments[$attempt]}
  attempt=$((attempt + 1))
  "$@" --out "$out" >>"$folder/broken.log" 2>&1 &
  process=$!
  sleep "$moment"
  if kill -9 "$process" 2>/dev/null; then
    wait "$process" 2>/dev/null || true
    killed=$((killed + 1))
    finished "$out" >"$folder/done-before"
    echo "kill $killed after $moment s: $(wc -l <"$folder/done-before") runs finished so far"
  else
    wait "$process"
    check
    chain=$((chain + 1))
    out=$folder/broken-$chain
    : >"$folder/done-before"
  fi
done
"$@" --out "$out" >>"$folder/broken.log" 2>&1
check
echo "good: $kills kills, results equal to the unbroken run"
