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

    init(valueCount: Int) { self.valueCount = valueCount }

    /// - Precondition: all rows have as many values.
    init(_ rows: [RoundRobinRow]) {
        valueCount = rows.first?.values.count ?? 0
        bytes.reserveCapacity(rows.count * rowBytes)
        for row in rows { append(row) }
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

    /// Bytes of one row.
    static func bytes(ofValues count: Int) -> Int { timeBytes + count * valueBytes }

    var rowBytes: Int { Self.bytes(ofValues: valueCount) }
    var count: Int { bytes.count / rowBytes }
    var isEmpty: Bool { bytes.isEmpty }
    var indices: Range<Int> { 0..<count }

    private func offset(_ row: Int, _ value: Int) -> Int {
        row * rowBytes + Self.timeBytes + value * Self.valueBytes
    }

    mutating func append(_ row: RoundRobinRow) {
        precondition(row.values.count == valueCount)
        withUnsafeTemporaryAllocation(byteCount: rowBytes, alignment: 8) { packed in
            packed.storeBytes(of: row.time.milliseconds.littleEndian, as: Int64.self)
            var offset = Self.timeBytes
            for value in row.values {
                let (tag, word) =
                    switch value {
                    case .unknown: (Tag.unknown, UInt64(0))
                    case .counter(let number): (Tag.counter, number)
                    case .gauge(let number): (Tag.gauge, number.bitPattern)
                    }
                packed[offset] = tag
                packed.storeBytes(
                    of: word.littleEndian, toByteOffset: offset + 1, as: UInt64.self)
                offset += Self.valueBytes
            }
            bytes.append(contentsOf: packed)
        }
    }

    /// - Precondition: they have as many values.
    mutating func append(_ rows: PackedRows) {
        precondition(rows.valueCount == valueCount)
        bytes += rows.bytes
    }

    /// Puts the rows into the order of time; of several with one time, the first stays.
    mutating func sort() {
        guard indices.dropFirst().contains(where: { time($0 - 1) >= time($0) }) else { return }
        var sorted = PackedRows(valueCount: valueCount)
        sorted.reserve(count)
        var last: Timestamp?
        for row in indices.sorted(by: { (time($0), $0) < (time($1), $1) }) {
            if let last, time(row) <= last { continue }
            last = time(row)
            sorted.bytes += bytes[row * rowBytes..<(row + 1) * rowBytes]
        }
        self = sorted
    }

    /// Room for so many rows, without growing on the way.
    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count * rowBytes) }

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

    private func word(_ offset: Int) -> UInt64 {
        bytes.withUnsafeBytes {
            UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
    }
}
