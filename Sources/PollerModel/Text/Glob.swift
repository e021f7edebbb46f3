/// A pattern for a whole text, in which `*` stands for any text. Letters match in either case.
///
/// Not a regular expression, because it is held against what devices say: a match takes at most
/// as many steps as the text is long times the number of stars.
package struct Glob: Hashable, Sendable {
    package let text: String
    private let pieces: [[Character]]
    /// The pieces in lower case, where they are of ASCII; nil otherwise.
    private let plainPieces: [[UInt8]]?

    package init(_ text: String) {
        self.text = text
        let parts = text.split(separator: "*", omittingEmptySubsequences: false)
        pieces = parts.map { Array($0.lowercased()) }
        plainPieces =
            text.utf8.allSatisfy(PlainText.contains)
            ? parts.map { $0.utf8.map(PlainText.lowered) } : nil
    }

    package func matches(_ text: String) -> Bool {
        // Most texts are of ASCII, and a rule is held against hundreds of thousands of them.
        if let plainPieces, let verdict = PlainText.matches(text, plainPieces) { return verdict }
        return captures(of: text) != nil
    }

    /// What each star stands for, the shortest possible but for the last; nil when it does not
    /// fit.
    package func captures(of text: String) -> [String]? {
        let characters = Array(text)
        // A character whose lower case is several is compared as it is, so places stay the same.
        let folded = characters.map { character in
            let lower = character.lowercased()
            return lower.count == 1 ? Character(lower) : character
        }
        guard pieces.count > 1 else { return folded == pieces[0] ? [] : nil }
        guard folded.starts(with: pieces[0]) else { return nil }
        var captures: [String] = []
        var position = pieces[0].count
        for piece in pieces[1..<(pieces.count - 1)] {
            guard let found = Self.find(piece, in: folded, from: position) else { return nil }
            captures.append(String(characters[position..<found]))
            position = found + piece.count
        }
        let last = pieces[pieces.count - 1]
        let end = folded.count - last.count
        guard end >= position, Array(folded[end...]) == last else { return nil }
        captures.append(String(characters[position..<end]))
        return captures
    }

    private static func find(
        _ piece: [Character], in text: [Character], from start: Int
    ) -> Int? {
        guard !piece.isEmpty else { return start }
        var position = start
        while position + piece.count <= text.count {
            if text[position..<(position + piece.count)].elementsEqual(piece) { return position }
            position += 1
        }
        return nil
    }
}

extension Glob: Codable {
    /// As its text.
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// The same by bytes, of texts that are printable ASCII, where each byte is a character.
private enum PlainText {
    static func contains(_ byte: UInt8) -> Bool { (0x20...0x7e).contains(byte) }

    static func lowered(_ byte: UInt8) -> UInt8 {
        (0x41...0x5a).contains(byte) ? byte + 0x20 : byte
    }

    /// nil where the text is not plain.
    static func matches(_ text: String, _ pieces: [[UInt8]]) -> Bool? {
        text.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.allSatisfy(contains) ? matches(bytes, pieces) : nil
        } ?? nil
    }

    private static func matches(
        _ text: UnsafeBufferPointer<UInt8>, _ pieces: [[UInt8]]
    ) -> Bool {
        let (first, last) = (pieces[0], pieces[pieces.count - 1])
        guard pieces.count > 1 else {
            return text.count == first.count && stands(first, at: 0, in: text)
        }
        let end = text.count - last.count
        guard first.count <= end, stands(first, at: 0, in: text), stands(last, at: end, in: text)
        else { return false }
        var position = first.count
        for piece in pieces[1..<(pieces.count - 1)] {
            while position + piece.count <= end, !stands(piece, at: position, in: text) {
                position += 1
            }
            guard position + piece.count <= end else { return false }
            position += piece.count
        }
        return true
    }

    private static func stands(
        _ piece: [UInt8], at start: Int, in text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        for (offset, byte) in piece.enumerated() where lowered(text[start + offset]) != byte {
            return false
        }
        return true
    }
}
