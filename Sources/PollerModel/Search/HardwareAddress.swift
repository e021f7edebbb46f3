/// Hardware addresses (IEEE 802 EUI-48 and EUI-64), in whatever notation somebody writes them.
package enum HardwareAddress {
    /// Digits of the shortest beginning of an address that is taken for one: two bytes.
    static let fewestDigits = 4
    /// Of an EUI-48 and an EUI-64.
    static let wholeLengths: Set<Int> = [12, 16]

    /// The digits of a whole address in lower case without what parts them: `001122aabbcc` for
    /// `00:11:22:AA:BB:CC`, `0-11-22-aa-bb-cc` and `0011.22aa.bbcc`. nil for anything else.
    package static func digits(_ text: some StringProtocol) -> String? {
        guard let digits = beginning(text), wholeLengths.contains(digits.count) else { return nil }
        return digits
    }

    /// The same of what may be an address from its beginning on, or a part of one: the last group
    /// may be short. nil unless there are separators and at least two bytes.
    static func beginning(_ text: some StringProtocol) -> String? {
        guard text.utf8.count <= 23, let separator = text.first(where: { ":-.".contains($0) })
        else { return nil }
        let groups = text.split(separator: separator, omittingEmptySubsequences: false)
        let width = separator == "." ? 4 : 2
        var digits = ""
        for (position, group) in groups.enumerated() {
            let isLast = position == groups.count - 1
            guard group.utf8.count <= width, group.allSatisfy({ $0.isASCII && $0.isHexDigit }),
                isLast || !group.isEmpty, separator != "." || isLast || group.utf8.count == width
            else { return nil }
            // Solaris leaves leading zeros out; of the last group nobody knows whether it goes on.
            let isWhole = !isLast || groups.count == 6 || groups.count == 8
            if separator != ".", isWhole, group.utf8.count == 1 { digits += "0" }
            digits += group.lowercased()
        }
        return digits.count >= fewestDigits ? digits : nil
    }
}
