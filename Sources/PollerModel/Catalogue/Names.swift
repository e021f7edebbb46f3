/// The spellings the catalogue accepts. They are stricter than librrd's, so that a name can
/// stand in an RPN expression, a file and a URL without ever being taken for something else.
package enum CatalogueName {
    package static let longest = 64
    /// librrd's limit (RRDtool manual, rrdcreate: "1 to 19 characters").
    package static let longestSource = 19

    /// `[a-z][a-z0-9_]{0,63}`: names of templates, queries and profiles.
    package static func isValid(_ name: some StringProtocol) -> Bool {
        isIdentifier(name, longest: longest)
    }

    /// `[a-z][a-z0-9_]{0,18}`: names of data sources inside a file. Lower case keeps them apart
    /// from the operators of an expression.
    package static func isValidSource(_ name: some StringProtocol) -> Bool {
        isIdentifier(name, longest: longestSource)
    }

    /// `[A-Za-z][A-Za-z0-9_]{0,63}` and no operator of an expression: names of a row's fields,
    /// most often those of the MIB.
    package static func isValidField(_ name: some StringProtocol) -> Bool {
        isIdentifier(name.lowercased(), longest: longest)
            && Expression.Operation(rawValue: String(name)) == nil
    }

    private static func isIdentifier(_ name: some StringProtocol, longest: Int) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, (1...longest).contains(bytes.count) else { return false }
        return isLetter(first) && bytes.allSatisfy { isLetter($0) || isDigit($0) || $0 == 0x5f }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
