/// The order in which people expect names: `eth9` before `eth10`, whatever the case.
package enum NaturalOrder {
    /// What a text is sorted by: keys compare byte by byte.
    ///
    /// A number is its length, without leading zeros, and its digits, so that a shorter one comes
    /// first; in front of it stands the digit 0, which is its place among other characters.
    package static func key(_ text: String) -> [UInt8] {
        var key: [UInt8] = []
        var digits: [UInt8] = []
        let zero = UInt8(ascii: "0")
        func endNumber() {
            guard !digits.isEmpty else { return }
            let number = digits.drop { $0 == zero }
            key += [zero, UInt8(clamping: number.count)] + number
            digits = []
        }
        for byte in text.lowercased().utf8 {
            if (zero...UInt8(ascii: "9")).contains(byte) {
                digits.append(byte)
            } else {
                endNumber()
                key.append(byte)
            }
        }
        endNumber()
        return key
    }

    /// Things in the natural order of their names; those of the same name in that of `last`.
    package static func sorted<Thing, Last: Comparable>(
        _ things: some Sequence<Thing>, by name: (Thing) -> String, last: (Thing) -> Last
    ) -> [Thing] {
        things.map { (key: key(name($0)), last: last($0), thing: $0) }.sorted { left, right in
            if left.key != right.key { return left.key.lexicographicallyPrecedes(right.key) }
            return left.last < right.last
        }.map(\.thing)
    }
}
