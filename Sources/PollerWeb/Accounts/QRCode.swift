/// A text as a square of dots that telephones read (ISO/IEC 18004, byte mode, error correction M,
/// versions 1 to 10, always mask 0: the choice of a mask only helps worn prints).
struct QRCode: Sendable {
    /// Dots of a side.
    let size: Int
    /// Row by row; true is dark.
    private(set) var dots: [Bool]
    /// Dots that are no data.
    private var isFixed: [Bool]

    /// Of each version, from 1 on: bytes of error correction of a block, and blocks.
    private static let correction: [(bytes: Int, blocks: Int)] = [
        (10, 1), (16, 1), (26, 1), (18, 2), (24, 2), (16, 4), (18, 4), (22, 4), (22, 5), (26, 5),
    ]

    /// nil when the text is longer than 213 bytes.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        let found = (1...Self.correction.count).first { version in
            bytes.count <= Self.capacity(version) - (version < 10 ? 2 : 3)
        }
        guard let version = found else { return nil }
        size = version * 4 + 17
        dots = [Bool](repeating: false, count: size * size)
        isFixed = dots
        drawPatterns(version)
        place(Self.interleaved(Self.data(bytes, version), version))
    }

    func isDark(_ x: Int, _ y: Int) -> Bool { dots[y * size + x] }

    // MARK: Bytes

    private static func rawBytes(_ version: Int) -> Int {
        var modules = (16 * version + 128) * version + 64
        if version >= 2 {
            let patterns = version / 7 + 2
            modules -= (25 * patterns - 10) * patterns - 55
            if version >= 7 { modules -= 36 }
        }
        return modules / 8
    }

    /// Bytes of data, with their head.
    private static func capacity(_ version: Int) -> Int {
        let correction = correction[version - 1]
        return rawBytes(version) - correction.bytes * correction.blocks
    }

    private static func data(_ bytes: [UInt8], _ version: Int) -> [UInt8] {
        var bits: [Bool] = []
        func append(_ value: Int, _ count: Int) {
            for bit in stride(from: count - 1, through: 0, by: -1) {
                bits.append(value >> bit & 1 == 1)
            }
        }
        append(0b0100, 4)
        append(bytes.count, version < 10 ? 8 : 16)
        for byte in bytes { append(Int(byte), 8) }
        let capacity = capacity(version)
        append(0, min(4, capacity * 8 - bits.count))
        while bits.count % 8 != 0 { bits.append(false) }
        var data = stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
        }
        var filler: UInt8 = 0xec
        while data.count < capacity {
            data.append(filler)
            filler ^= 0xec ^ 0x11
        }
        return data
    }

    /// Blocks with their error correction, the first bytes of all, then the second, and so on.
    private static func interleaved(_ data: [UInt8], _ version: Int) -> [UInt8] {
        let (count, blocks) = correction[version - 1]
        let raw = rawBytes(version)
        let shortLength = raw / blocks - count
        let shortBlocks = blocks - raw % blocks
        let divisor = divisor(count)
        var start = 0
        var parts: [(data: ArraySlice<UInt8>, rest: [UInt8])] = []
        for block in 0..<blocks {
            let length = shortLength + (block < shortBlocks ? 0 : 1)
            let part = data[start..<start + length]
            parts.append((part, remainder(of: part, by: divisor)))
            start += length
        }
        var all: [UInt8] = []
        for place in 0...shortLength {
            for part in parts where place < part.data.count {
                all.append(part.data[part.data.startIndex + place])
            }
        }
        for place in 0..<count { for part in parts { all.append(part.rest[place]) } }
        return all
    }

    // MARK: Reed-Solomon over GF(2^8), modulo x^8 + x^4 + x^3 + x^2 + 1

    private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var product: UInt16 = 0
        for bit in stride(from: 7, through: 0, by: -1) {
            product = product << 1 ^ (product >> 7) * 0x11d
            if right >> UInt8(bit) & 1 == 1 { product ^= UInt16(left) }
        }
        return UInt8(truncatingIfNeeded: product)
    }

    private static func divisor(_ degree: Int) -> [UInt8] {
        var divisor = [UInt8](repeating: 0, count: degree)
        divisor[degree - 1] = 1
        var root: UInt8 = 1
        for _ in 0..<degree {
            for index in 0..<degree {
                divisor[index] = product(divisor[index], root)
                if index + 1 < degree { divisor[index] ^= divisor[index + 1] }
            }
            root = product(root, 2)
        }
        return divisor
    }

    private static func remainder(of data: ArraySlice<UInt8>, by divisor: [UInt8]) -> [UInt8] {
        var rest = [UInt8](repeating: 0, count: divisor.count)
        for byte in data {
            let factor = byte ^ rest.removeFirst()
            rest.append(0)
            for index in divisor.indices { rest[index] ^= product(divisor[index], factor) }
        }
        return rest
    }

    // MARK: Dots

    private mutating func fix(_ x: Int, _ y: Int, _ isDark: Bool) {
        guard (0..<size).contains(x), (0..<size).contains(y) else { return }
        dots[y * size + x] = isDark
        isFixed[y * size + x] = true
    }

    private mutating func drawPatterns(_ version: Int) {
        for place in 0..<size {
            fix(6, place, place % 2 == 0)
            fix(place, 6, place % 2 == 0)
        }
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] {
            for dy in -4...4 {
                for dx in -4...4 {
                    let distance = max(abs(dx), abs(dy))
                    fix(x + dx, y + dy, distance != 2 && distance != 4)
                }
            }
        }
        let places = alignment(version)
        for (row, y) in places.enumerated() {
            for (column, x) in places.enumerated() {
                let last = places.count - 1
                let isCorner =
                    (row == 0 && column == 0) || (row == 0 && column == last)
                    || (row == last && column == 0)
                guard !isCorner else { continue }
                for dy in -2...2 {
                    for dx in -2...2 { fix(x + dx, y + dy, max(abs(dx), abs(dy)) != 1) }
                }
            }
        }
        drawFormat()
        drawVersion(version)
    }

    private func alignment(_ version: Int) -> [Int] {
        guard version > 1 else { return [] }
        let count = version / 7 + 2
        let step = (version * 8 + count * 3 + 5) / (count * 4 - 4) * 2
        return [6] + (0..<count - 1).reversed().map { size - 7 - $0 * step }
    }

    /// Error correction M and mask 0, with their own correction, twice.
    private mutating func drawFormat() {
        let bits = Self.corrected(0, bits: 10, by: 0x537) ^ 0x5412
        let bit = { (index: Int) in bits >> index & 1 == 1 }
        for index in 0...5 { fix(8, index, bit(index)) }
        fix(8, 7, bit(6))
        fix(8, 8, bit(7))
        fix(7, 8, bit(8))
        for index in 9..<15 { fix(14 - index, 8, bit(index)) }
        for index in 0..<8 { fix(size - 1 - index, 8, bit(index)) }
        for index in 8..<15 { fix(8, size - 15 + index, bit(index)) }
        fix(8, size - 8, true)
    }

    private mutating func drawVersion(_ version: Int) {
        guard version >= 7 else { return }
        let bits = Self.corrected(version, bits: 12, by: 0x1f25)
        for index in 0..<18 {
            let (a, b) = (size - 11 + index % 3, index / 3)
            fix(a, b, bits >> index & 1 == 1)
            fix(b, a, bits >> index & 1 == 1)
        }
    }

    private static func corrected(_ value: Int, bits: Int, by divisor: Int) -> Int {
        var rest = value
        for _ in 0..<bits { rest = rest << 1 ^ (rest >> (bits - 1)) * divisor }
        return value << bits | rest
    }

    /// In columns of two, from the right to the left, up and down in turn.
    private mutating func place(_ bytes: [UInt8]) {
        var index = 0
        var right = size - 1
        while right >= 1 {
            if right == 6 { right = 5 }
            for step in 0..<size {
                for x in [right, right - 1] {
                    let y = (right + 1) & 2 == 0 ? size - 1 - step : step
                    guard !isFixed[y * size + x] else { continue }
                    let isSet =
                        index < bytes.count * 8 && bytes[index / 8] >> UInt8(7 - index % 8) & 1 == 1
                    index += 1
                    dots[y * size + x] = isSet != ((x + y) % 2 == 0)
                }
            }
            right -= 2
        }
    }
}

/// A code as an SVG of a page draws it: one path, a dot each unit, with the quiet zone around it.
struct QRPicture: Sendable {
    static let quietDots = 4

    let side: Int
    let path: String

    /// nil when the text is too long; pages show the text itself too.
    init?(_ text: String) {
        guard let code = QRCode(text) else { return nil }
        side = code.size + 2 * Self.quietDots
        var path = ""
        for y in 0..<code.size {
            for x in 0..<code.size where code.isDark(x, y) {
                path += "M\(x + Self.quietDots),\(y + Self.quietDots)h1v1h-1z"
            }
        }
        self.path = path
    }
}
