/// How well something fits what is looked for; the best is the least.
package enum SearchRank: Int, Sendable, Hashable, Comparable {
    /// It is called exactly so.
    case name
    /// A text or an address of it is exactly that.
    case text
    /// Its name begins with it.
    case prefix
    /// All words are at the beginnings of words.
    case word
    case part

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension SearchText {
    /// nil where one of the words is nowhere in the entry.
    package func rank(of entry: SearchEntry) -> SearchRank? {
        guard !isEmpty else { return nil }
        if entry.name == folded { return .name }
        let name = Array(entry.name.utf8)
        let texts = Array(entry.texts.utf8)
        var isAtWords = true
        for word in words {
            guard let isAtWord = word.place(name, texts, entry) else { return nil }
            isAtWords = isAtWords && isAtWord
        }
        if isWhole(entry) { return .text }
        if entry.name.hasPrefix(folded) { return .prefix }
        return isAtWords ? .word : .part
    }

    /// Whether one of the lines is exactly that.
    private func isWhole(_ entry: SearchEntry) -> Bool {
        let only = words.count == 1 ? words[0] : nil
        let isLine = { (line: Substring) in line == folded || line == only?.address ?? folded }
        return entry.texts.split(separator: "\n").contains(where: isLine)
            || entry.addresses.split(separator: "\n").contains { $0 == only?.digits ?? folded }
    }
}

extension SearchText.Word {
    /// Whether it stands at the beginning of a word; nil where it stands nowhere.
    fileprivate func place(
        _ name: [UInt8], _ texts: [UInt8], _ entry: SearchEntry
    ) -> Bool? {
        var isAnywhere = false
        let bytes = Array(folded.utf8)
        for text in [name, texts] {
            switch text.place(of: bytes) {
            case .wordStart: return true
            case .inside: isAnywhere = true
            case .nowhere: break
            }
        }
        if let address {
            isAnywhere = isAnywhere || texts.place(of: Array(address.utf8)) != .nowhere
        }
        if let digits = digits ?? (bytes.allSatisfy(\.isHexDigit) ? folded : nil),
            isByteOf(entry.addresses, digits)
        {
            isAnywhere = true
        }
        return isAnywhere ? false : nil
    }

    /// Whether the digits stand in an address, from the beginning of one of its bytes on.
    private func isByteOf(_ addresses: String, _ digits: String) -> Bool {
        guard digits.utf8.count >= HardwareAddress.fewestDigits else { return false }
        let wanted = Array(digits.utf8)
        return addresses.split(separator: "\n").contains { address in
            let address = Array(address.utf8)
            return stride(from: 0, through: address.count - wanted.count, by: 2).contains {
                address[$0...].starts(with: wanted)
            }
        }
    }
}

private enum WordPlace { case wordStart, inside, nowhere }

extension [UInt8] {
    /// Where `word` stands in it: at the beginning of a word if it does so anywhere.
    fileprivate func place(of word: [UInt8]) -> WordPlace {
        guard let first = word.first, count >= word.count else { return .nowhere }
        var place = WordPlace.nowhere
        for start in 0...(count - word.count) where self[start] == first {
            guard self[start..<(start + word.count)].elementsEqual(word) else { continue }
            if start == 0 || !self[start - 1].isOfWord { return .wordStart }
            place = .inside
        }
        return place
    }
}

extension UInt8 {
    /// A letter or digit of ASCII, or a byte of anything beyond it.
    fileprivate var isOfWord: Bool {
        self >= 0x80 || isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
    }

    private var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate var isHexDigit: Bool {
        isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }
}
