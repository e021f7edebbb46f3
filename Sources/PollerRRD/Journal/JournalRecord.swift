import CRRD
import PollerModel

/// What the journal is made of.
///
/// A segment is a file: eight bytes that tell what it is, its number, and records one behind the
/// other. A record is its length (u32), a checksum (u32, CRC-32C over all behind it), its kind
/// (u8) and its content; numbers are little-endian. Each segment declares the layouts and files it
/// speaks of itself, so that it can be read without the ones before it.
enum JournalRecord {
    /// What a file is made of, under a number of this segment.
    case layout(id: UInt32, RoundRobinFile)
    /// Where a file lies, under a number of this segment.
    case file(id: UInt32, layout: UInt32, path: String)
    /// What one poll of a device added to its files.
    case rows([(file: UInt32, bytes: ArraySlice<UInt8>)])
    /// A file that was removed, and with it every row before this record.
    case removed(path: String)
    /// The newest time that any row had when the segment began.
    case newest(Timestamp)

    static let magic = Array("PLRDJ001".utf8)
    static let segmentHeaderBytes = 16
    static let headerBytes = 8
    /// A record that says it is longer is none. Small, so that the search for the next whole record
    /// behind damage stays short.
    static let largestBytes = 1 << 20

    enum Kind {
        static let layout: UInt8 = 1
        static let file: UInt8 = 2
        static let rows: UInt8 = 3
        static let removed: UInt8 = 4
        static let newest: UInt8 = 5
    }
}

/// Appends records to bytes. One record is open at a time.
struct JournalBytes {
    private(set) var bytes: [UInt8] = []
    private var start = 0

    var count: Int { bytes.count }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func segmentHeader(_ number: UInt64) {
        bytes += JournalRecord.magic
        append(number)
    }

    mutating func layout(_ id: UInt32, _ file: RoundRobinFile) {
        begin(JournalRecord.Kind.layout)
        append(id)
        append(UInt32(clamping: file.step.seconds))
        append(UInt32(clamping: file.heartbeatSeconds))
        append(UInt16(clamping: file.sources.count))
        for source in file.sources {
            bytes.append(source.kind.journalCode)
            append(text: source.name)
        }
        append(UInt16(clamping: file.archives.count))
        for archive in file.archives {
            bytes.append(archive.function.journalCode)
            append(UInt32(clamping: archive.stepsPerRow))
            append(UInt32(clamping: archive.rows))
            append(archive.unknownShare.bitPattern)
        }
        end()
    }

    mutating func file(_ id: UInt32, layout: UInt32, path: String) {
        begin(JournalRecord.Kind.file)
        append(id)
        append(layout)
        append(text: path)
        end()
    }

    mutating func beginRows() { begin(JournalRecord.Kind.rows) }

    /// A part of what is in a file's buffer.
    mutating func rows(_ rows: Range<Int>, of file: BufferedFile) {
        let size = file.rows.rowBytes
        append(file.mark.id)
        append(UInt32(rows.count * size))
        file.rows.bytes.withUnsafeBytes {
            bytes.append(contentsOf: $0[rows.lowerBound * size..<rows.upperBound * size])
        }
    }

    mutating func endRows() { end() }

    mutating func removed(_ path: String) {
        begin(JournalRecord.Kind.removed)
        append(text: path)
        end()
    }

    mutating func newest(_ time: Timestamp) {
        begin(JournalRecord.Kind.newest)
        append(UInt64(bitPattern: time.milliseconds))
        end()
    }

    /// Bytes of the record that is open.
    var openBytes: Int { bytes.count - start }

    private mutating func begin(_ kind: UInt8) {
        start = bytes.count
        append(UInt64(0))
        bytes.append(kind)
    }

    private mutating func end() {
        let content = start + JournalRecord.headerBytes
        let length = UInt32(bytes.count - content)
        bytes.withUnsafeMutableBytes { all in
            let sum = crrd_checksum(all.baseAddress.map { $0 + content }, Int(length))
            all.storeBytes(of: length.littleEndian, toByteOffset: start, as: UInt32.self)
            all.storeBytes(of: sum.littleEndian, toByteOffset: start + 4, as: UInt32.self)
        }
    }

    private mutating func append(text: String) {
        append(UInt16(clamping: text.utf8.count))
        bytes += text.utf8.prefix(Int(UInt16.max))
    }

    private mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Reads the content of one record whose checksum was right. What does not fit is nil all the
/// same: a segment may come from another version.
struct JournalRecordReader {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    /// - Parameter range: kind and content of one record in the bytes of a segment.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    mutating func read() -> JournalRecord? {
        guard let kind: UInt8 = number() else { return nil }
        switch kind {
        case JournalRecord.Kind.layout: return layout()
        case JournalRecord.Kind.file:
            guard let id: UInt32 = number(), let layout: UInt32 = number(), let path = text() else {
                return nil
            }
            return .file(id: id, layout: layout, path: path)
        case JournalRecord.Kind.rows:
            var rows: [(file: UInt32, bytes: ArraySlice<UInt8>)] = []
            while position < end {
                guard let file: UInt32 = number(), let count: UInt32 = number(),
                    let slice = slice(Int(count))
                else { return nil }
                rows.append((file, slice))
            }
            return .rows(rows)
        case JournalRecord.Kind.removed: return text().map { .removed(path: $0) }
        case JournalRecord.Kind.newest:
            guard let milliseconds: UInt64 = number() else { return nil }
            return .newest(Timestamp(milliseconds: Int64(bitPattern: milliseconds)))
        default: return nil
        }
    }

    private mutating func layout() -> JournalRecord? {
        guard let id: UInt32 = number(), let seconds: UInt32 = number(),
            let step = Step(seconds: Int64(seconds)), let heartbeat: UInt32 = number(),
            let sourceCount: UInt16 = number()
        else { return nil }
        var sources: [RoundRobinFile.Source] = []
        for _ in 0..<sourceCount {
            guard let code: UInt8 = number(), let kind = DataSourceKind(journalCode: code),
                let name = text()
            else { return nil }
            sources.append(.init(name: name, kind: kind))
        }
        guard let archiveCount: UInt16 = number() else { return nil }
        var archives: [RoundRobinArchive] = []
        for _ in 0..<archiveCount {
            guard let code: UInt8 = number(),
                let function = ConsolidationFunction(journalCode: code),
                let steps: UInt32 = number(), let rows: UInt32 = number(),
                let share: UInt64 = number()
            else { return nil }
            archives.append(
                RoundRobinArchive(
                    function: function, stepsPerRow: Int(steps), rows: Int(rows),
                    unknownShare: Double(bitPattern: share)))
        }
        guard position == end else { return nil }
        return .layout(
            id: id,
            RoundRobinFile(
                path: "", step: step, heartbeatSeconds: Int64(heartbeat), sources: sources,
                archives: archives))
    }

    private mutating func number<Number: FixedWidthInteger>() -> Number? {
        let size = MemoryLayout<Number>.size
        guard end - position >= size else { return nil }
        defer { position += size }
        return bytes.withUnsafeBytes {
            Number(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Number.self))
        }
    }

    private mutating func slice(_ count: Int) -> ArraySlice<UInt8>? {
        guard end - position >= count else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }

    private mutating func text() -> String? {
        guard let count: UInt16 = number(), let slice = slice(Int(count)) else { return nil }
        return String(validating: slice, as: UTF8.self)
    }
}

extension DataSourceKind {
    fileprivate var journalCode: UInt8 {
        switch self {
        case .gauge: 1
        case .counter: 2
        }
    }

    fileprivate init?(journalCode: UInt8) {
        guard let kind = Self.allCases.first(where: { $0.journalCode == journalCode }) else {
            return nil
        }
        self = kind
    }
}

extension ConsolidationFunction {
    fileprivate var journalCode: UInt8 {
        switch self {
        case .average: 1
        case .minimum: 2
        case .maximum: 3
        case .last: 4
        }
    }

    fileprivate init?(journalCode: UInt8) {
        guard let function = Self.allCases.first(where: { $0.journalCode == journalCode }) else {
            return nil
        }
        self = function
    }
}
