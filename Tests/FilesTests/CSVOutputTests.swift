import Files
import Testing

@Suite struct CSVOutputTests {
  @Test func rowsEndWithALineFeed() {
    var table = CSVOutput(header: ["name", "AP"])
    table.append(["cat", CSVOutput.figure(0.5)])
    table.append(["dog", CSVOutput.figure(nil as Double?)])
    #expect(table.text == "name,AP\ncat,0.5\ndog,\n")
  }

  @Test(
    arguments: [
      ("a b", "a b"), ("a,b", "\"a,b\""), ("\"a\"", "\"\"\"a\"\"\""), ("a\nb", "\"a\nb\""), ("a\r\nb", "\"a\r\nb\""),
      (" a", "\" a\""), ("a ", "\"a \""), ("", ""), ("ä’", "ä’"),
    ])
  func fieldsAreQuotedWhereTheyHaveToBe(field: String, written: String) {
    #expect(CSVOutput.line([field, field]) == "\(written),\(written)")
  }
}
