import Files
import Testing

struct YAMLAliasesTests {
  @Test(
    "aliases are counted, and stars in comments and inside of words are not",
    arguments: [
      ("a: &x [1]\nb: *x\nc: [*x,*x]\n", 3), ("a: 2*3 # *x *y\nb: '**'\n", 0), ("? *x\n: 1\n", 1), ("", 0),
      ("{*x: *y}", 2),
    ])
  func count(text: String, count: Int) { #expect(YAMLAliases.count(in: text) == count) }

  @Test func manyAreRefused() {
    let few = String(repeating: "- *x\n", count: InputLimits.yamlAliases)
    #expect(YAMLAliases.problem(in: few) == nil)
    #expect(YAMLAliases.problem(in: few + "- *x") == "21 aliases ('*name'); expected at most 20")
  }
}
