#!/usr/bin/env bash
# Kills a run over slides at seeded moments (kill -9), resumes it, and compares with an unbroken run.
#
#   scripts/kill-embed-slides.sh [--kills N] [--seed S] FOLDER [-- ./fm embed-slides OPTIONS (without --out)]
#
# Without a command it paints small slides, some of them empty, and embeds them with a tiny random backbone.
# Succeeds if after all kills every file but run-report.json is equal byte for byte to the unbroken run's, no
# finished slide was done again, and no half-written file is left. When a run ends before its kill, the next
# kill begins with an empty folder.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
kills=50
seed=1
folder=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  case "$1" in
    --kills) kills=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    -*) folder=; break ;;
    *) folder=$1; shift ;;
  esac
done
[ -n "$folder" ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
rm -rf "$folder"
mkdir -p "$folder"
if [ "${1:-}" = -- ]; then
  shift
else
  java "$root/scripts/fixtures/PaintSlides.java" "$folder/slides" 21 1120
  set -- "$root/fm" embed-slides --slides "$folder/slides" --mpp-override 0.5 --mpp 0.5 --tile-px 224 \
    --backbone vit-tiny-patch16-224 --random-init
fi

now() { date +%s.%N; }
# Hashes of all files but the report, which tells times, and what is under way.
results() { (cd "$1" && find . -path ./.work -prune -o -type f ! -name run-report.json -print0 | LC_ALL=C sort -z | xargs -0 sha256sum); }
# Finished slides: the file that is written last, with its inode and time, so that a rewrite shows.
finished() { { find "$1" -path '*/features_*/*.json' -printf '%p %i %T@\n' 2>/dev/null || true; } | LC_ALL=C sort; }
# Runs to the end; exit code 3 says that slides are in quarantine, as they are in every run.
complete() { local code=0; "$@" || code=$?; [ "$code" = 0 ] || [ "$code" = 3 ]; }

echo 'unbroken run'
"$@" --help >/dev/null # builds
begin=$(now)
complete "$@" --out "$folder/unbroken" >"$folder/unbroken.log" 2>&1
seconds=$(awk -v a="$begin" -v b="$(now)" 'BEGIN { print b - a }')
results "$folder/unbroken" >"$folder/unbroken.sha256"
echo "  took $seconds s, $(finished "$folder/unbroken" | wc -l) slides done"

# Uniform between 0.1 and 0.95 of the unbroken time, all drawn at once from the seed.
mapfile -t moments < <(awk -v n=$((kills * 20)) -v s="$seed" -v t="$seconds" \
  'BEGIN { srand(s); for (i = 0; i < n; i++) printf "%.3f\n", t * (0.1 + 0.85 * rand()) }')

killed=0
attempt=0
chain=1
out=$folder/broken-$chain
: >"$folder/done-before"
same_so_far() { # every slide that was finished at a kill must still be the same file
  while read -r line; do
    finished "$out" | grep -qxF "$line" || { echo "a finished slide was done again: $line" >&2; exit 1; }
  done <"$folder/done-before"
}
check() {
  same_so_far
  results "$out" | cmp - "$folder/unbroken.sha256" || { echo "results differ from the unbroken run" >&2; exit 1; }
  local left
  left=$(find "$out/.work" -type f ! -path '*/locks/*' ! -path '*/seen/*')
  [ -z "$left" ] || { printf 'left behind: %s\n' "$left" >&2; exit 1; }
  echo "  $out: all files are equal to the unbroken run's, and nothing unfinished is left"
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
    same_so_far
    finished "$out" >"$folder/done-before"
    batches=$({ cat "$out"/.work/slides/*/journal 2>/dev/null || true; } | wc -l)
    echo "kill $killed after $moment s: $(wc -l <"$folder/done-before") slides done, $batches journal lines under way"
  else
    complete wait "$process"
    check
    rm -rf "$out"
    chain=$((chain + 1))
    out=$folder/broken-$chain
    : >"$folder/done-before"
  fi
done
complete "$@" --out "$out" >>"$folder/broken.log" 2>&1
check
echo "good: $killed kills in $chain chains, results equal to the unbroken run"
