internal import CKernelRuntime

/// The threads and processors that kernels run on.
public enum KernelThreads {
  /// Threads that kernels run on; setting it holds for kernels created afterwards. Zero leaves OpenMP's choice.
  public static var count: Int {
    get { Int(pkr_thread_count()) }
    set { pkr_set_thread_count(Int32(newValue)) }
  }

  /// Has the kernels that the calling thread creates and runs from now on use these processors, a thread on each,
  /// instead of ``count`` threads; ``count`` then says how many. For threads that run networks beside each
  /// other. A single thread is left to the system's scheduler.
  ///
  /// - Precondition: there is at least one.
  public static func useProcessors(_ processors: Range<Int>) {
    precondition(!processors.isEmpty, "kernels run on at least one thread")
    pkr_use_processors(Int32(processors.lowerBound), Int32(processors.count))
  }

  /// Has the kernels that `body` creates and runs on the calling thread use `count` threads, whatever other threads set
  /// ``count`` to meanwhile, and without a change for them.
  ///
  /// - Precondition: there is at least one.
  public static func withCount<Result, Failure: Error>(
    _ count: Int, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(count > 0, "kernels run on at least one thread")
    let before = pkr_exchange_own_thread_count(Int32(count))
    defer { _ = pkr_exchange_own_thread_count(before) }
    return try body()
  }

  /// Brings memory into the processors' caches in the order in which memory is fastest.
  public static func readAhead(_ memory: UnsafeRawPointer, byteCount: Int) { pkr_read_ahead(memory, byteCount) }

  /// Calls `body` with 0 ..< `itemCount` on these threads, in any order, and returns when all calls have.
  ///
  /// - Parameter body: called by several threads at once.
  public static func run(_ itemCount: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { body in
        pkr_parallel_for(
          Int32(itemCount), Int32(max(1, count)),
          { context, item, _ in context?.assumingMemoryBound(to: ((Int) -> Void).self).pointee(Int(item)) },
          UnsafeMutableRawPointer(mutating: body))
      }
    }
  }

  /// Lets the calling thread run on every processor; for threads that work beside the kernels, whose own threads are
  /// bound to one processor each.
  public static func unbindThisThread() { pkr_unbind_this_thread() }
}
