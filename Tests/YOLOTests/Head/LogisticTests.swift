import Testing
import YOLO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct LogisticTests {
  @Test func knownValues() {
    #expect(Logistic.sigmoid(0) == 0.5)
    #expect(abs(Logistic.sigmoid(log(3)) - 0.75) < 1e-15)
    #expect(abs(Logistic.softplus(0) - log(2)) < 1e-15)
    #expect(abs(Logistic.logit(0.75) - log(3)) < 1e-15)
    #expect(Logistic.logit(0) == -.infinity)
    #expect(Logistic.logit(1) == .infinity)
    #expect(Logistic.sigmoid(.nan).isNaN)
    #expect(Logistic.sigmoid(-1000) == 0)
    #expect(Logistic.softplus(1000) == 1000)
  }

  @Test func vectorsAgreeWithTheCLibrary() {
    var worstSigmoid = 0.0
    var worstRelativeSigmoid = 0.0
    var worstSoftplus = 0.0
    for step in -12_000...12_000 {
      let x = Float(step) / 100
      var lanes = SIMD8<Float>(repeating: 0.25)
      lanes[abs(step) % 8] = x
      let (sigmoid, softplus) = Logistic.sigmoidAndSoftplus(lanes)
      let lane = abs(step) % 8
      let expected = 1 / (1 + exp(-Double(x)))
      worstSigmoid = max(worstSigmoid, abs(Double(sigmoid[lane]) - expected))
      if x > -80 { worstRelativeSigmoid = max(worstRelativeSigmoid, abs(Double(sigmoid[lane]) / expected - 1)) }
      let plus = max(Double(x), 0) + log1p(exp(-abs(Double(x))))
      worstSoftplus = max(worstSoftplus, abs(Double(softplus[lane]) - plus) / max(1, plus))
    }
    #expect(worstSigmoid < 2e-7)
    #expect(worstRelativeSigmoid < 1e-6)
    #expect(worstSoftplus < 2e-7)
  }
}
