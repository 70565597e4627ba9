import CPUKernels
import Tensors
import Testing

@Suite struct KernelTests {
  @Test func aKernelThatDoesNotFitSaysWhich() {
    let source = TensorLayout(.channelBlocked, shape: [1, 16, 8, 8])
    let destination = TensorLayout(.channelBlocked, shape: [1, 16, 8, 7])
    let error = #expect(throws: KernelError.self) {
      try Kernel.addition(source, destination, destination: destination)
    }
    #expect(error?.description.contains("1×16×8×8") ?? false)
  }

  @Test func rolesThatAKernelDoesNotHave() throws {
    let layout = TensorLayout(.plain, shape: [1, 4])
    let kernel = try Kernel.activation(.relu, .inference, layout: layout)
    #expect(kernel.byteCount(of: .source) == 16)
    #expect(kernel.byteCount(of: .weights) == 0)
    #expect(!kernel.implementation.isEmpty)
    let memory = KernelMemory(byteCount: 16)
    #expect(throws: KernelError.self) { try kernel.bind(.weights, to: memory.address) }
  }

  @Test func theLibraryIsKnown() {
    print("oneDNN \(OneDNN.version), \(OneDNN.instructionSet)")
    #expect(["2", "3"].contains(OneDNN.version.prefix { $0 != "." }))
    #expect(OneDNN.channelBlock == (OneDNN.instructionSet.contains("AVX-512") ? 16 : 8))
    #expect(KernelThreads.count > 0)
  }
}
