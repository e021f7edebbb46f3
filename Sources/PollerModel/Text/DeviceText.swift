/// Text as a device sent it: the bytes, capped, and a form that is safe to show.
///
/// The bytes identify (an interface keeps its history by them); `text` is for eyes.
package struct DeviceText: Hashable, Sendable {
    /// Longest text kept; RFC 2579 DisplayString ends at 255, real devices do not.
    package static let largestByteCount = 1_024

    package let bytes: [UInt8]
    /// Valid UTF-8 without control or direction characters, outer blanks and NULs removed.
    package let text: String

    package init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes.prefix(Self.largestByteCount))
        text = Self.printable(self.bytes)
    }

    package init(_ text: String) { self.init(bytes: text.utf8) }

    package var isEmpty: Bool { text.isEmpty }

    /// What `text` is of bytes however many they are.
    package static func printable(_ bytes: [UInt8]) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0a, 0x0d: scalars.append(" ")
            // C0 has pictures of its own (U+2400…); a NUL is padding, not text.
            case 0x00: scalars.append(" ")
            case 0x01...0x1f: scalars.append(Unicode.Scalar(UInt8(scalar.value)).picture)
            case 0x7f: scalars.append("\u{2421}")
            case 0x80...0x9f, 0x061c, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x2069, 0xfeff,
                0xfff9...0xfffb, 0xe0000...0xe007f:
                scalars.append("\u{fffd}")
            default: scalars.append(scalar)
            }
        }
        return String(scalars).trimmed
    }
}

extension Unicode.Scalar {
    /// The visible symbol of a C0 control character (Unicode block Control Pictures).
    fileprivate var picture: Unicode.Scalar {
        Unicode.Scalar(0x2400 + value) ?? "\u{fffd}"
    }
}

extension StringProtocol {
    /// Without blanks at either end.
    package var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }

    /// The beginning, at most so many Unicode scalars of it, without blanks at its ends.
    package func cut(toScalars count: Int) -> String {
        String(String.UnicodeScalarView(unicodeScalars.prefix(count))).trimmed
    }
}

extension DeviceText: Codable {
    private enum CodingKeys: String, CodingKey { case hex }

    /// A JSON string where the bytes are exactly that text, `{"hex": …}` otherwise.
    package init(from decoder: any Decoder) throws {
        if let plain = try? decoder.singleValueContainer().decode(String.self) {
            // The first of the two forms was not it: not a failure, the second follows.
            self.init(plain)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let digits = try container.decode(String.self, forKey: .hex)
        guard let bytes = Hexadecimal.bytes(digits) else {
            throw DecodingError.dataCorruptedError(
                forKey: .hex, in: container, debugDescription: "it is not hexadecimal")
        }
        self.init(bytes: bytes)
    }

    package func encode(to encoder: any Encoder) throws {
        if Array(text.utf8) == bytes {
            var container = encoder.singleValueContainer()
            try container.encode(text)
        } else {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(Hexadecimal.text(bytes), forKey: .hex)
        }
    }
}

/// Bytes in base 16.
package enum Hexadecimal {
    /// nil unless the text is made of pairs of digits.
    package static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for start in stride(from: 0, to: digits.count, by: 2) {
            // "+7" would be a number too.
            guard let high = Character(Unicode.Scalar(digits[start])).hexDigitValue,
                let low = Character(Unicode.Scalar(digits[start + 1])).hexDigitValue
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }

    /// Two lower-case digits a byte.
    package static func text(_ bytes: some Sequence<UInt8>, separator: String = "") -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: separator)
    }
}
