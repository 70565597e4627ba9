#!/usr/bin/env bash
# Fuzzes the parsers of files that strangers wrote, with libFuzzer under AddressSanitizer.
#
# usage: Tests/Fuzz/run.sh SECONDS [PARSER…]
# SECONDS for each parser (safetensors, pytorch, pickle, darknet, weights; all of them where none is named). Builds
# outside of the repository, in $PEREGRINE_FUZZ_BUILD or a temporary folder; there also stand the corpus and what was found. Prints the
# number of inputs for each parser; exit code 1 where one of them failed, hung for two seconds, or allocated more than
# 64 MB at once.
set -euo pipefail
seconds=${1:?usage: Tests/Fuzz/run.sh SECONDS [PARSER…]}
shift
parsers=("$@")
[ ${#parsers[@]} -gt 0 ] || parsers=(safetensors pytorch pickle darknet weights)
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${PEREGRINE_FUZZ_BUILD:-$(mktemp -d)}
mkdir -p "$build/FuzzedParsers"
cat "$root/Package.swift" "$root/.ci/reachable-targets.swift" "$root/Tests/Fuzz/manifest.swift" >"$build/Package.swift"
ln -sfn "$root/Sources" "$build/Sources"
ln -sfn "$root/Tests" "$build/Tests"
for file in Fuzz/FuzzEntry Fuzz/FuzzedParser WeightImportTests/PyTorchPickleAssembly \
  WeightImportTests/PyTorchArchiveAssembly; do
  ln -sf "$root/Tests/$file.swift" "$build/FuzzedParsers/"
done

swift build -c release --package-path "$build" --product FuzzedParsers
library=$(swift build -c release --package-path "$build" --show-bin-path)/libFuzzedParsers.a
swiftc -sanitize=fuzzer,address "$library" -ldnnl -lgomp -ljpeg -lpng -lz -lm -o "$build/fuzz" 2>"$build/link.log" ||
  { cat "$build/link.log"; exit 1; }

failed=0
for parser in "${parsers[@]}"; do
  corpus=$build/corpus/$parser
  mkdir -p "$corpus" "$build/found"
  PEREGRINE_FUZZ=$parser PEREGRINE_FUZZ_SEEDS=$corpus "$build/fuzz"
  log=$build/$parser.log
  # Without Swift's own report of a crash, which AddressSanitizer takes for another.
  if ! SWIFT_BACKTRACE=enable=no PEREGRINE_FUZZ=$parser "$build/fuzz" "$corpus" -max_total_time="$seconds" \
    -max_len=4096 -timeout=2 -malloc_limit_mb=64 -rss_limit_mb=1024 -artifact_prefix="$build/found/$parser-" -print_final_stats=1 \
    >"$log" 2>&1; then
    failed=1
    echo "$parser: failed, see $log and $build/found"
    grep -m 5 -E 'SUMMARY|ERROR|Fatal error' "$log" || true
  fi
  inputs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  coverage=$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' "$log" | tail -n 1)
  echo "$parser: ${inputs:-?} inputs in $seconds s, $coverage edges covered"
done
exit $failed
