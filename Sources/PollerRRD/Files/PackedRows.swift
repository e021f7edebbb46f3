import PollerModel

/// Rows of one file as the journal and the buffers keep them: a time and the values, nine bytes
/// for each value. A tenth of the memory of `RoundRobinRow`s, and written to the journal as it is.
struct PackedRows: Hashable {
    private static let timeBytes = 8
    private static let valueBytes = 9
    private enum Tag {
        static let unknown: UInt8 = 0
        static let counter: UInt8 = 1
        static let gauge: UInt8 = 2
    }

    let valueCount: Int
    private(set) var bytes: [UInt8] = []

    /// - Parameter rowCount: how many are expected.
    init(valueCount: Int, rowCount: Int = 0) {
        self.valueCount = valueCount
        if rowCount > 0 { bytes.reserveCapacity(rowCount * rowBytes) }
    }

    /// - Parameter bytes: as another `PackedRows` of as many values had them; nil when they are not.
    init?(valueCount: Int, bytes: some Collection<UInt8>) {
        self.valueCount = valueCount
        self.bytes = Array(bytes)
        guard self.bytes.count.isMultiple(of: rowBytes) else { return nil }
        let isSound = indices.allSatisfy { row in
            (0..<valueCount).allSatisfy {
                self.bytes[offset(row, $0)] <= Tag.gauge
            }
        }
        guard isSound else { return nil }
    }

    private var rowBytes: Int { Self.timeBytes + valueCount * Self.valueBytes }
    var count: Int { bytes.count / rowBytes }
    var isEmpty: Bool { bytes.isEmpty }
    var indices: Range<Int> { 0..<count }

    private func offset(_ row: Int, _ value: Int) -> Int {
        row * rowBytes + Self.timeBytes + value * Self.valueBytes
    }

    mutating func append(_ row: RoundRobinRow) {
        precondition(row.values.count == valueCount)
        append(UInt64(bitPattern: row.time.milliseconds))
        for value in row.values {
            switch value {
            case .unknown:
                bytes.append(Tag.unknown)
                append(0)
            case .counter(let number):
                bytes.append(Tag.counter)
                append(number)
            case .gauge(let number):
                bytes.append(Tag.gauge)
                append(number.bitPattern)
            }
        }
    }

    mutating func append(_ rows: PackedRows) {
        precondition(rows.valueCount == valueCount)
        bytes += rows.bytes
    }

    /// Keeps the memory: as many rows will come again.
    mutating func removeLast(_ count: Int) { bytes.removeLast(count * rowBytes) }

    func time(_ row: Int) -> Timestamp {
        Timestamp(milliseconds: Int64(bitPattern: word(row * rowBytes)))
    }

    func value(_ row: Int, _ position: Int) -> RoundRobinValue {
        let start = offset(row, position)
        switch bytes[start] {
        case Tag.counter: return .counter(word(start + 1))
        case Tag.gauge: return .gauge(Double(bitPattern: word(start + 1)))
        default: return .unknown
        }
    }

    func row(_ position: Int) -> RoundRobinRow {
        RoundRobinRow(
            time: time(position), values: (0..<valueCount).map { value(position, $0) })
    }

    private mutating func append(_ word: UInt64) {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private func word(_ offset: Int) -> UInt64 {
        bytes.withUnsafeBytes {
            UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
    }
}
