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

  @Test(
    arguments: [
      ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+a", "'+a"), ("-a", "'-a"), ("\t=1", "'\t=1"),
      ("\r=1", "\"'\r=1\""), ("=a,b", "\"'=a,b\""), ("'=1", "''=1"), ("-0.5", "-0.5"), ("+1e-3", "+1e-3"),
      ("a=b", "a=b"), ("'a", "'a"), ("'", "'"),
    ])
  func formulasAreText(field: String, written: String) {
    #expect(CSVOutput.line([field]) == written)
    let content = written.hasPrefix("\"") ? String(written.dropFirst().dropLast()) : written
    #expect(CSVOutput.withoutApostrophe(content) == field)
  }
}
