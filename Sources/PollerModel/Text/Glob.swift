/// A pattern for a whole text, in which `*` stands for any text. Letters match in either case.
///
/// Not a regular expression, because it is held against what devices say: a match takes at most
/// as many steps as the text is long times the number of stars.
package struct Glob: Hashable, Sendable {
    package let text: String
    private let pieces: [[Character]]

    package init(_ text: String) {
        self.text = text
        pieces = text.split(separator: "*", omittingEmptySubsequences: false).map {
            Array($0.lowercased())
        }
    }

    package func matches(_ text: String) -> Bool { captures(of: text) != nil }

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
