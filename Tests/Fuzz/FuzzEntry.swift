import Glibc

/// The parser that PEREGRINE_FUZZ names.
private let parser: FuzzedParser = {
  guard let name = getenv("PEREGRINE_FUZZ").map({ String(cString: $0) }), let parser = FuzzedParser(rawValue: name)
  else {
    print("PEREGRINE_FUZZ names no parser, expected one of \(FuzzedParser.allCases.map(\.rawValue))")
    exit(64)
  }
  return parser
}()

/// Called by libFuzzer before all else: where PEREGRINE_FUZZ_SEEDS names a folder, the seeds are written there instead.
@_cdecl("LLVMFuzzerInitialize")
public func initializeFuzzer(
  _ count: UnsafeMutablePointer<CInt>?,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
  guard let folder = getenv("PEREGRINE_FUZZ_SEEDS").map({ String(cString: $0) }) else { return 0 }
  var status: CInt = 0
  for (index, seed) in parser.seeds.enumerated() where status == 0 {
    do {
      // A seed that is refused leads nowhere.
      try seed.withUnsafeBytes { try parser.parse($0) }
    } catch {
      print("\(parser) seed \(index): \(error)")
      status = 70
    }
    guard let file = fopen("\(folder)/seed-\(index)", "w"), fwrite(seed, 1, seed.count, file) == seed.count,
      fclose(file) == 0
    else {
      print("cannot write \(folder)/seed-\(index)")
      status = 73
      continue
    }
  }
  // Without the search for leaks at the end of a run, which this is none.
  fflush(nil)
  _exit(status)
}

/// Called by libFuzzer with one input after another.
@_cdecl("LLVMFuzzerTestOneInput")
public func parseOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  try? parser.parse(UnsafeRawBufferPointer(start: bytes, count: count))
  return 0
}
