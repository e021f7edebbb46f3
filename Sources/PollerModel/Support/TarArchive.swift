/// Files in the form of POSIX's ustar (IEEE Std 1003.1, pax, “ustar Interchange Format”), as far as a
/// few texts need it.
package struct TarArchive: Sendable {
    /// Of a name in the header, which is enough for ours.
    package static let longestName = 100
    private static let blockBytes = 512

    private let time: Timestamp
    private var blocks: [UInt8] = []

    /// - Parameter time: when all its files were changed.
    package init(at time: Timestamp) { self.time = time }

    /// - Precondition: the name has 1 to `longestName` bytes of ASCII, and the file less than 8 GiB.
    package mutating func add(_ name: String, _ content: [UInt8]) {
        precondition(
            (1...Self.longestName).contains(name.utf8.count) && name.utf8.allSatisfy { $0 < 0x80 },
            "the name fits the header")
        blocks += header(name, size: content.count)
        blocks += content
        let rest = content.count % Self.blockBytes
        if rest > 0 { blocks += [UInt8](repeating: 0, count: Self.blockBytes - rest) }
    }

    /// With the two blocks of zeros at its end.
    package var bytes: [UInt8] { blocks + [UInt8](repeating: 0, count: 2 * Self.blockBytes) }

    private func header(_ name: String, size: Int) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: Self.blockBytes)
        let put = { (text: String, at: Int, header: inout [UInt8]) in
            for (index, byte) in text.utf8.enumerated() { header[at + index] = byte }
        }
        put(name, 0, &header)
        put("0000600", 100, &header)
        put("0000000", 108, &header)
        put("0000000", 116, &header)
        put(Self.octal(size, digits: 11), 124, &header)
        put(Self.octal(max(0, Int(time.seconds)), digits: 11), 136, &header)
        put("        ", 148, &header)
        put("0", 156, &header)
        put("ustar", 257, &header)
        put("00", 263, &header)
        // The sum of all bytes, with blanks where it stands itself.
        let sum = header.reduce(0) { $0 + Int($1) }
        put(Self.octal(sum, digits: 6), 148, &header)
        header[154] = 0
        header[155] = 0x20
        return header
    }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
