import CRRD
import Foundation
import PollerModel

/// Reads a journal back, at the start.
enum JournalReplay {
    /// What was found.
    struct Report {
        struct Segment {
            let number: UInt64
            let bytes: Int
        }
        /// Of all segments, also of those that could not be read.
        var largestNumber: UInt64 = 0
        /// In ascending order.
        var segments: [Segment] = []
        var records = 0
        var rows = 0
        /// The newest time any row had.
        var newest: Timestamp?
        /// Bytes at ends of segments that a death left half written.
        var tornBytes = 0
        /// Bytes between whole records that were none: a disk that lost something.
        var damagedBytes = 0
        /// Segments that could not be read, with the reason.
        var unreadable: [(path: String, words: String)] = []
    }

    /// A segment that says it is larger is not read: none of ours is.
    static let largestSegmentBytes = Journal.largestSegmentBytes + (64 << 20)

    /// What the journal tells, in the order in which it happened.
    enum Event {
        /// At the front of each segment: rows before were of former ones.
        case segment(UInt64)
        case rows(RoundRobinFile, PackedRows)
        case removed(path: String)
    }

    static func read(_ folder: String, _ body: (Event) -> Void) -> Report {
        var report = Report()
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            report.unreadable.append((folder, error.localizedDescription))
            return report
        }
        let numbers = names.compactMap(JournalSegment.number).sorted()
        report.largestNumber = numbers.last ?? 0
        for number in numbers {
            let path = "\(folder)/\(JournalSegment.name(number))"
            let bytes: [UInt8]
            do {
                bytes = try RegularFile.contents(path, largestBytes: largestSegmentBytes)
            } catch {
                report.unreadable.append((path, error.words))
                continue
            }
            report.segments.append(.init(number: number, bytes: bytes.count))
            body(.segment(number))
            read(bytes, &report, body)
        }
        return report
    }

    private static func read(
        _ bytes: [UInt8], _ report: inout Report, _ body: (Event) -> Void
    ) {
        var layouts: [UInt32: RoundRobinFile] = [:]
        var files: [UInt32: RoundRobinFile] = [:]
        var position = 0
        if bytes.starts(with: JournalRecord.magic), bytes.count >= JournalRecord.segmentHeaderBytes
        {
            position = JournalRecord.segmentHeaderBytes
        }
        while position < bytes.count {
            guard let content = content(bytes, at: position) else {
                // Behind a place where the disk lost something there may be whole records.
                guard let next = nextRecord(bytes, after: position) else {
                    report.tornBytes += bytes.count - position
                    return
                }
                report.damagedBytes += next - position
                position = next
                continue
            }
            position = content.upperBound
            var reader = JournalRecordReader(bytes, content)
            guard let record = reader.read() else {
                report.damagedBytes += content.count
                continue
            }
            report.records += 1
            take(record, &layouts, &files, &report, body)
        }
    }

    private static func take(
        _ record: JournalRecord, _ layouts: inout [UInt32: RoundRobinFile],
        _ files: inout [UInt32: RoundRobinFile], _ report: inout Report, _ body: (Event) -> Void
    ) {
        switch record {
        case .layout(let id, let layout): layouts[id] = layout
        case .file(let id, let layout, let path):
            guard let layout = layouts[layout] else { return }
            files[id] = RoundRobinFile(
                path: path, step: layout.step, heartbeatSeconds: layout.heartbeatSeconds,
                sources: layout.sources, archives: layout.archives)
        case .rows(let pieces):
            for piece in pieces {
                // Rows of a file whose declaration was lost are nobody's.
                guard let file = files[piece.file],
                    let rows = PackedRows(valueCount: file.sources.count, bytes: piece.bytes),
                    !rows.isEmpty
                else {
                    report.damagedBytes += piece.bytes.count
                    continue
                }
                report.rows += rows.count
                let last = rows.time(rows.count - 1)
                report.newest = max(report.newest ?? last, last)
                body(.rows(file, rows))
            }
        case .removed(let path): body(.removed(path: path))
        case .newest(let time): report.newest = max(report.newest ?? time, time)
        }
    }

    /// Kind and content of the record at `position`; nil when none is there.
    private static func content(_ bytes: [UInt8], at position: Int) -> Range<Int>? {
        let start = position + JournalRecord.headerBytes
        guard start < bytes.count else { return nil }
        return bytes.withUnsafeBytes { all in
            let length = Int(
                UInt32(littleEndian: all.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
            let sum = UInt32(
                littleEndian: all.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self))
            guard (1...JournalRecord.largestBytes).contains(length), length <= all.count - start,
                crrd_checksum(all.baseAddress.map { $0 + start }, length) == sum
            else { return nil }
            return start..<start + length
        }
    }

    private static func nextRecord(_ bytes: [UInt8], after position: Int) -> Int? {
        (position + 1..<max(position + 1, bytes.count)).first {
            content(bytes, at: $0) != nil
        }
    }
}
