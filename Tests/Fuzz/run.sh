#!/usr/bin/env bash
# Fuzzes the parsers of files that strangers wrote, with libFuzzer under AddressSanitizer and, in C,
# UndefinedBehaviorSanitizer.
#
# usage: Tests/Fuzz/run.sh SECONDS|campaign [PARSER…]
# Gives SECONDS to each parser (all of them where none is named), or as a campaign a million inputs to each of a binary
# format and 100,000 to each of a text. PEREGRINE_FUZZ_JOBS run at a time, 1 where it is not set. Builds outside of the
# repository, in $PEREGRINE_FUZZ_BUILD or a temporary folder; there also stand the corpus, which the next run goes on
# from, and what was found. Prints the number of inputs and of covered edges for each parser; exit code 1 where one of
# them failed: a crash, an error that is not typed or names no file, five seconds of processor time for one input, a
# gigabyte of memory.
set -euo pipefail
limit=${1:?usage: Tests/Fuzz/run.sh SECONDS|campaign [PARSER…]}
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(realpath -m "${PEREGRINE_FUZZ_BUILD:-$(mktemp -d)}")
mkdir -p "$build/found"
cd "$root"
. .ci/sanitizers/package
make_instrumented_package "$build"
swift build -c release --package-path "$build" --product FuzzedParsers "${c_options[@]}" \
  >"$build/build.log" 2>&1 || { grep -E 'error:' "$build/build.log" || tail -n 50 "$build/build.log"; exit 1; }
library=$(swift build -c release --package-path "$build" --show-bin-path)/libFuzzedParsers.a
swiftc -sanitize=fuzzer,address "$library" -ldnnl -lgomp -ljpeg -lpng -lz -lm -o "$build/fuzz" 2>"$build/link.log" ||
  { cat "$build/link.log"; exit 1; }

# Runs one parser; its last line is the report.
fuzz() {
  local parser=$1 kind=$2 corpus=$build/corpus/$1 log=$build/$1.log stop status=0 options
  mkdir -p "$corpus"
  # In memory where that is possible; errors name files with `fuzz` in their paths.
  PEREGRINE_FUZZ_SCRATCH=$(mktemp -d /dev/shm/fuzz.XXXXXX 2>/dev/null || mktemp -d -t fuzz.XXXXXX)
  export PEREGRINE_FUZZ_SCRATCH
  [ ! -d "$root/Tests/Fuzz/Seeds/$parser" ] || cp "$root/Tests/Fuzz/Seeds/$parser/"* "$corpus"
  PEREGRINE_FUZZ=$parser PEREGRINE_FUZZ_SEEDS=$corpus "$build/fuzz" || { rm -r "$PEREGRINE_FUZZ_SCRATCH"; return 1; }
  mapfile -t options <"$corpus.options"
  stop=-max_total_time=$limit
  [ "$limit" != campaign ] || stop=-runs=$([ "$kind" = binary ] && echo 1000000 || echo 100000)
  # Without Swift's own report of a crash, which AddressSanitizer takes for another.
  SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=quarantine_size_mb=16:malloc_context_size=8 \
    LSAN_OPTIONS=suppressions=$root/Tests/Fuzz/leaks.txt:print_suppressions=0 PEREGRINE_FUZZ=$parser \
    "$build/fuzz" "$corpus" "$stop" "${options[@]}" -timeout=120 \
    -malloc_limit_mb=1024 -rss_limit_mb=1024 -artifact_prefix="$build/found/$parser-" -print_final_stats=1 \
    >"$log" 2>&1 || status=1
  rm -rf "$PEREGRINE_FUZZ_SCRATCH"
  if [ $status = 1 ]; then
    echo "$parser: failed, see $log and $build/found"
    grep -m 5 -E '^finding|SUMMARY|ERROR|Fatal error|runtime error' "$log" || true
  fi
  printf '%-16s %9s inputs, %6s edges, %4s MB, %5s s\n' "$parser" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
    "$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' "$log" | tail -n 1)" \
    "$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")" "$(sed -n 's/^Done [0-9]* runs in \([0-9]*\) .*/\1/p' "$log")"
  return $status
}
export -f fuzz
export root build limit

PEREGRINE_FUZZ=list "$build/fuzz" >"$build/parsers"
for parser in "$@"; do
  grep -q "^$parser " "$build/parsers" ||
    { echo "no parser $parser, expected one of $(cut -d ' ' -f 1 "$build/parsers" | tr '\n' ' ')"; exit 64; }
done
[ $# -eq 0 ] || { grep -E "^($(IFS='|'; echo "$*")) " "$build/parsers" >"$build/chosen"; mv "$build/chosen" "$build/parsers"; }
xargs -P "${PEREGRINE_FUZZ_JOBS:-1}" -L 1 bash -c 'fuzz "$@" || exit 1' fuzz <"$build/parsers" || exit 1
