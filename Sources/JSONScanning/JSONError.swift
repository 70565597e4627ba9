/// What stands in the way of reading on; the scanner stays at the place where it was found.
public enum JSONError: Error, Hashable {
  /// Another kind of value stands here than the one that was asked for, or none.
  case expected(Value)
  /// The text is no JSON.
  case malformed(Problem)

  public enum Value: String, Sendable {
    case object = "an object"
    case list = "a list"
    case bool = "true or false"
    case number = "a number"
    case wholeNumber = "a whole number"
    case naturalNumber = "an integer from 0 up"
    case text = "a text"
    case value = "a value"
  }

  public enum Problem: String, Sendable {
    case keyWithoutQuotes = "expected a key in quotes"
    case keyWithoutColon = "expected ':' after a key"
    case valueWithoutComma = "expected ',' or the end of a list or object"
    case endOfFile = "the file ends before its last value does"
    case endInText = "the file ends inside of a text"
    case textNotUTF8 = "a text that is not in UTF-8"
    case unknownEscape = "a text with an escape that JSON does not know"
    case halfSurrogatePair = "half a surrogate pair"
    case notHexadecimal = "expected four hexadecimal digits after \\u"
    case controlCharacter = "a control character stands in a text"
    case integerTooLarge = "an integer beyond 64 bits"
    case moreThanOneValue = "something follows the end of the JSON value"
  }
}

extension JSONError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .expected(let value): "expected \(value.rawValue)"
    case .malformed(let problem): problem.rawValue
    }
  }
}
