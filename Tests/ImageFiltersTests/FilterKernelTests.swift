import ImageFilters
import Testing

struct FilterKernelTests {
  @Test(
    arguments: [
      ("1,0,-1; 2,0,-2", [[1, 0, -1], [2, 0, -2]]), ("1 2\n3 4\n", [[1, 2], [3, 4]]), ("1/16, 1/4;", [[0.0625, 0.25]]),
      (" -0.5 ", [[-0.5]]),
    ] as [(String, [[Float]])])
  func numbersAreRead(text: String, rows: [[Float]]) throws {
    #expect(try FilterKernel(parsing: text).rows == rows)
  }

  @Test(arguments: [
    ("1,2; 3", "row 2 has 1 numbers; expected 2, as many as row 1"), ("1,x", "row 1: \"x\" is no number"),
    ("", "expected at least one number"), ("1; ; 2", "row 2 has 0 numbers"), ("1/0", "\"1/0\" is no number"),
    ("1,inf", "row 1 holds a number that is not finite"),
    (String(repeating: "1 ", count: 64), "1×64 numbers; expected at most 63 rows and columns"),
  ])
  func whatIsNoKernelIsNamed(text: String, problem: String) {
    #expect {
      try FilterKernel(parsing: text)
    } throws: {
      "\($0)".contains(problem)
    }
  }

  @Test func turnedByHalfATurn() throws {
    #expect(try FilterKernel(rows: [[1, 2, 3], [4, 5, 6]]).turned.rows == [[6, 5, 4], [3, 2, 1]])
  }
}
