/// Bytes in base 32 without padding (RFC 4648 §6).
package enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    package static func text(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                digits.append(alphabet[Int(bits >> UInt32(count) & 0x1f)])
            }
        }
        if count > 0 { digits.append(alphabet[Int(bits << UInt32(5 - count) & 0x1f)]) }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Whether it is one of the digits, of either case.
    package static func isDigit(_ character: Character) -> Bool {
        guard let byte = character.asciiValue else { return false }
        return alphabet.contains(byte) || (0x61...0x7a).contains(byte)
    }
}
