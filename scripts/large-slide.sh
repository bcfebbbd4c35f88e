#!/usr/bin/env bash
# Does memory grow with the size of a slide? Embeds synthetic slides of 10,000 and 100,000 px a side by a network of one
# block that is 1,536 wide, with a heap of 512 MB that is taken whole at the start (else Java's garbage fills it only in
# the longer run), and compares the peaks; a slide of 2,000 px, which has no tissue, tells what the engine needs to
# start. Then reads both over HTTP and tells how many bytes were fetched. Linux only (reads /proc). Takes some minutes.
#
#   scripts/large-slide.sh [FOLDER]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$(mktemp -d)}
mkdir -p "$work"
benchmarks() {
  java -cp "$root/benchmarks/target/classes:$(cat "$root/benchmarks/target/dependencies.txt")" \
    "org.histofm.benchmarks.slides.$@"
}

# Runs a command; prints the most memory that it held, in MiB.
peak_of() {
  "$@" >>"$work/log" 2>&1 &
  local pid=$! peak=0 now
  while kill -0 "$pid" 2>/dev/null; do
    now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status" 2>/dev/null || true)
    [ -z "$now" ] || peak=$now
    sleep 0.1
  done
  local code=0
  wait "$pid" || code=$?
  # 4: all slides are in quarantine, as the one without tissue is
  [ "$code" = 0 ] || [ "$code" = 4 ] || { echo "failed: see $work/log" >&2; exit 1; }
  echo $((peak / 1024))
}

# Arguments: slide, output folder. Becomes the process it starts, so that its memory can be watched.
embed() {
  HISTOFM_JAVA_OPTS="-Xmx512m -Xms512m -XX:+AlwaysPreTouch" exec "$root/fm" embed-slides --slides "$1" --out "$2" --mpp 0.5 --tile-px 224 \
    --backbone vit-large-patch32-224 --backbone-option depth=1 --backbone-option embed_dim=1536 --random-init
}

"$root/fm" bench --help >/dev/null # builds what is not built
"$root/fm" list >/dev/null
declare -A peaks
for side in 2000 10000 100000; do
  slide=$work/synthetic-$side.tif
  [ -e "$slide" ] || benchmarks SyntheticSlide "$slide" "$side"
  rm -rf "$work/out-$side"
  began=$(date +%s)
  peaks[$side]=$(peak_of embed "$slide" "$work/out-$side")
  echo "$side px: peak ${peaks[$side]} MiB, $(($(date +%s) - began)) s, file $(stat -c %s "$slide") bytes"
done
awk -v start="${peaks[2000]}" -v small="${peaks[10000]}" -v large="${peaks[100000]}" \
  'BEGIN { printf "peak of the 100,000 px slide over that of the 10,000 px slide: %.3f\n", large / small
           printf "above the engine\047s start: %d MiB against %d MiB, %.3f times as much\n",
             large - start, small - start, (large - start) / (small > start ? small - start : 1) }'

coproc SERVER { benchmarks RangeServer "$work" 0; }
read -r _ port <&"${SERVER[0]}"
for side in 10000 100000; do
  rm -rf "$work/out-http-$side"
  embed "http://localhost:$port/synthetic-$side.tif" "$work/out-http-$side" | tee -a "$work/log" | grep 'far away'
  cmp "$work/out-http-$side"/*/features_*/*.h5 "$work/out-$side"/*/features_*/*.h5 && echo "$side px: the same file as from disk"
done
exec {SERVER[1]}>&-
cat <&"${SERVER[0]}"
