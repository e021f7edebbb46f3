/// What somebody looks for, as it was typed: words, all of which have to stand somewhere in what
/// is found. Nothing in it is syntax.
package struct SearchText: Sendable, Hashable {
    /// In characters as Unicode counts them (scalars).
    package static let longest = 200

    package struct TooLong: Error, Hashable {
        package let count: Int

        package var words: String {
            "what is looked for has \(count) characters; it has at most \(SearchText.longest)"
        }
    }

    /// One of the words.
    package struct Word: Sendable, Hashable {
        /// Shorter words are in no index, because it is made of three characters each.
        static let shortestIndexed = 3

        package let folded: String
        /// Digits of a hardware address, if it may be one or the beginning of one.
        package let digits: String?
        /// The usual form of an IP address, where it is written in another.
        package let address: String?

        /// - Parameter text: folded, without blanks.
        init(_ text: Substring) {
            folded = String(text)
            digits = HardwareAddress.beginning(text)
            let usual = IPAddress(text)?.description
            address = usual == folded ? nil : usual
        }

        /// Whether the index can be asked for it.
        package var isIndexed: Bool { folded.unicodeScalars.count >= Self.shortestIndexed }
    }

    /// As it is shown: printable, with single blanks.
    package let text: String
    package let folded: String
    /// Each once, in the order they were typed.
    package let words: [Word]

    /// - Parameter typed: any text.
    package init(_ typed: String) throws(TooLong) {
        let count = typed.unicodeScalars.count
        guard count <= Self.longest else { throw TooLong(count: count) }
        let parts = DeviceText.printable(Array(typed.utf8)).split(whereSeparator: \.isWhitespace)
        text = parts.joined(separator: " ")
        folded = Self.folded(text)
        var seen: Set<Substring> = []
        words = folded.split(separator: " ").filter { seen.insert($0).inserted }.map(Word.init)
    }

    package var isEmpty: Bool { words.isEmpty }

    /// The form in which texts are compared.
    package static func folded(_ text: String) -> String { text.lowercased() }
}
