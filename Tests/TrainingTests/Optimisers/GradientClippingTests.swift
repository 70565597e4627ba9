import ComputeGraph
import Testing
import Training

@Suite struct GradientClippingTests {
  /// 3² + 4² + 12² = 13², spread over tensors of 1 and 9 elements, beyond one vector.
  private func gradients() -> ParameterStore {
    OptimiserTests.store(["a": [3], "b": [4, 0, 0, 0, 0, 0, 0, 0, -12]])
  }

  @Test func largeGradientsAreScaledToTheNorm() {
    var clipped = gradients()
    #expect(GradientClipping.clip(&clipped, toGlobalNorm: 6.5) == 13)
    #expect(abs(GradientClipping.globalNorm(of: clipped) - 6.5) < 1e-5)
    #expect(abs((clipped["b"]?[8] ?? 0) + 6) < 1e-5)
  }

  @Test(arguments: [13.1, 1000])
  func smallGradientsStay(maximum: Double) {
    var clipped = gradients()
    #expect(GradientClipping.clip(&clipped, toGlobalNorm: maximum) == 13)
    #expect(clipped["b"] == gradients()["b"])
  }

  @Test func squaresDoNotOverflow() {
    #expect(abs(GradientClipping.globalNorm(of: OptimiserTests.store(["a": [3e38, 3e38]])) / 4.2426407e38 - 1) < 1e-6)
  }

  @Test(arguments: [Float.infinity, -.infinity, .nan], [0, 8])
  func nonFiniteGradientsAreNamedAndLeftAlone(value: Float, index: Int) {
    var bad = gradients()
    bad.update("b") { $0[index] = value }
    #expect(!GradientClipping.clip(&bad, toGlobalNorm: 1).isFinite)
    #expect(bad["a"]?.values == [3])
    #expect(GradientClipping.firstNonFiniteTensor(in: bad) == "b")
    #expect(GradientClipping.firstNonFiniteTensor(in: gradients()) == nil)
  }

  @Test func noGradientsHaveNoNorm() {
    var none = ParameterStore()
    #expect(GradientClipping.clip(&none, toGlobalNorm: 1) == 0)
  }
}
