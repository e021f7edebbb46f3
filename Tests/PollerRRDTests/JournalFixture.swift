import Foundation
import PollerModel
import TestSupport

@testable import PollerRRD

/// A journal that a store wrote, and what a replay makes of it.
struct JournalFixture {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What a replay tells of one kind of event or another, to be compared.
    enum Told: Hashable {
        case row(path: String, RoundRobinRow)
        case removed(path: String)
    }

    func replay() -> (told: [Told], report: JournalReplay.Report) {
        var told: [Told] = []
        let report = JournalReplay.read(folder.path) { event in
            switch event {
            case .segment: break
            case .removed(let path): told.append(.removed(path: path))
            case .rows(let file, let rows):
                told += rows.indices.map { .row(path: file.path, rows.row($0)) }
            }
        }
        return (told, report)
    }

    func path(_ number: UInt64) -> String { "\(folder.path)/\(JournalSegment.name(number))" }

    func write(_ bytes: some Collection<UInt8>, to number: UInt64) throws {
        try Data(bytes).write(to: URL(filePath: path(number)))
    }

    func bytes(_ number: UInt64) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path(number))))
    }

    /// Appends `count` records of two files' rows, and removals between them.
    ///
    /// - Returns: what was appended, and after how many bytes each record was there.
    func fill(_ count: Int) throws -> (told: [Told], ends: [(bytes: Int, told: Int)]) {
        let syncer = JournalSyncer(folder: folder.path)
        defer { syncer.stop() }
        let journal = Journal(folder: folder.path, syncer: syncer)
        let one = BufferedFile(try StoreFixture.file(1))
        let other = BufferedFile(try StoreFixture.file(2, kind: .gauge, names: ["v"]))
        var told: [Told] = []
        var ends: [(bytes: Int, told: Int)] = []
        for number in 0..<count {
            let time = 1_700_000_000 + Int64(number) * 60
            if number % 7 == 6 {
                try journal.append(removed: other.file.path)
                told.append(.removed(path: other.file.path))
            } else {
                let first = row(time, .counter(UInt64(number)), .unknown)
                let second = row(time, .gauge(Double(number) / 3))
                try journal.append([
                    JournalEntry(one, adding: [first]), JournalEntry(other, adding: [second]),
                ])
                told.append(.row(path: one.file.path, first))
                told.append(.row(path: other.file.path, second))
            }
            ends.append((journal.bytes, told.count))
        }
        return (told, ends)
    }
}

extension RoundRobinRow {
    /// For arrays of rows that are compared.
    static func counters(_ range: ClosedRange<Int>, from start: Int64) -> [RoundRobinRow] {
        range.map { number in
            row(
                start + Int64(number) * 60, .counter(UInt64(number) * 60_000),
                .counter(UInt64(number) * 6_000))
        }
    }
}
