import Testing
import WorkedExamples

struct FormulaTests {
  @Test(
    arguments: [
      (.sum([.product(2, -1), .number(-0.5), .product(0, 3)]), "2·(-1) + (-0.5) + 0·3", -2.5),
      (.quotient(.sum([.number(1), .number(2)]), .number(4)), "(1 + 2)/4", 0.75),
      (.maximum([0, -3]), "max(0, -3)", 0), (.rootOfSquares([3, -4]), "√(3² + (-4)²)", 5),
      (.difference(.number(1), .product(2, 3)), "1 - 2·3", -5),
      (.difference(.logarithmOfSum([0, 0]), .number(0)), "ln(e^0 + e^0) - 0", 0.6931471805599453),
      (.gated(4, isOpen: false, condition: "-1 ≤ 0"), "0, since -1 ≤ 0", 0), (.sum([]), "0", 0),
      (.sum([.number(-2)]), "-2", -2),
    ] as [(Formula, String, Double)])
  func textAndValue(formula: Formula, text: String, value: Double) {
    #expect(formula.text == text)
    #expect(formula.value == value)
  }

  @Test(arguments: [(8.696163e-5, "8.69616e-05"), (-0.0, "0"), (0.1 + 0.2, "0.3"), (1_234_567, "1.23457e+06")])
  func numbers(value: Double, text: String) {
    #expect(NumberText.of(value) == text)
  }

  /// A kernel that computed something else than what is written out is found out.
  @Test func aDisagreementIsNamed() throws {
    let number = WorkedNumber(place: "Z[1,1]", formula: .sum([.product(1, 2), .number(0.5)]))
    try KernelCheck.compare(number, with: 2.50001, step: "convolution")
    #expect {
      try KernelCheck.compare(number, with: 2.501, step: "convolution")
    } throws: {
      "\($0)" == "convolution: Z[1,1] = 1·2 + 0.5 = 2.5, but the kernels computed 2.501"
    }
  }
}
