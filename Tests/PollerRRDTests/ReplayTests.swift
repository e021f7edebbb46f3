import Foundation
import Glibc
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

/// What a start makes of the journal that a death left.
@Suite struct ReplayTests {
    private let start: Int64 = 1_700_000_040

    private func rates(_ fixture: StoreFixture, _ file: RoundRobinFile) async throws -> [Double?] {
        try await fixture.store.series(
            of: file, function: .average, start: Timestamp(seconds: start),
            end: Timestamp(seconds: start + 29 * 60)
        ).rows.map { $0[0] }
    }

    @Test func `a death after a death changes nothing`() async throws {
        let fixture = try StoreFixture(now: start + 3_600)
        let file = try fixture.file()
        // The first batch is in the file, the second only in the journal.
        try await fixture.accept(
            .init(file: file, rows: RoundRobinRow.counters(0...14, from: start)))
        try await fixture.store.settle([file.path])
        try await fixture.accept(
            .init(file: file, rows: RoundRobinRow.counters(15...16, from: start)))
        let dead = try fixture.afterDeath()
        #expect(dead.store.counters.rowsReplayed == 17)
        #expect(dead.log.texts("journal.replayed").count == 1)
        let deadAgain = try dead.afterDeath()
        let expected = try await rates(fixture, file)
        #expect(expected.compactMap { $0 }.count == 16)
        for later in [dead, deadAgain] {
            #expect(try await rates(later, file) == expected)
            // The journal is still there, and is replayed once more over files that have it all.
            let once = try later.afterDeath()
            #expect(try await rates(once, file) == expected)
            #expect(
                try Data(contentsOf: URL(filePath: once.path(file)))
                    == Data(contentsOf: URL(filePath: later.path(file))))
        }
    }

    @Test func `rows between the seconds are known again after a death`() async throws {
        let fixture = try StoreFixture(now: start + 3_600)
        let files = try (1...100).map { try fixture.file($0) }
        // librrd keeps some of these a microsecond early.
        let rows = files.indices.map { number in
            RoundRobinRow(
                time: Timestamp(milliseconds: start * 1_000 + Int64(number) * 60_137 % 3_000_000),
                values: [.counter(UInt64(number)), .counter(0)])
        }
        for (file, row) in zip(files, rows) {
            try await fixture.accept(.init(file: file, rows: [row]))
        }
        try await fixture.store.settle(files.map(\.path))
        let dead = try fixture.afterDeath()
        try await dead.store.settle(files.map(\.path))
        for file in files {
            let bytes = try [fixture, dead].map {
                try Data(contentsOf: URL(filePath: $0.path(file)))
            }
            #expect(bytes[0] == bytes[1])
        }
        let last = try await dead.store.lastRows(files).map { try $0.get().time }
        #expect(last == rows.map(\.time))
    }

    @Test func `half a record is cut off and said in one line`() async throws {
        let fixture = try StoreFixture(now: start + 3_600)
        let file = try fixture.file()
        try await fixture.accept(
            .init(file: file, rows: RoundRobinRow.counters(0...0, from: start)))
        let segment = "\(fixture.folder.path)/journal/\(JournalSegment.name(1))"
        let handle = try #require(FileHandle(forWritingAtPath: segment))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data([40, 0, 0, 0, 1, 2, 3, 4, 3, 0, 0]))
        try handle.close()
        let dead = try fixture.afterDeath()
        #expect(dead.store.counters.tornBytes == 11)
        #expect(dead.log.texts("journal.torn").count == 1)
        #expect(dead.log.texts("journal.torn")[0].contains("11 bytes"))
        #expect(dead.store.counters.rowsWaiting == 1)
    }

    @Test func `a removed file stays removed`() async throws {
        let fixture = try StoreFixture(now: start + 3_600)
        let (gone, kept) = (try fixture.file(1), try fixture.file(2))
        for file in [gone, kept] {
            try await fixture.accept(
                .init(file: file, rows: RoundRobinRow.counters(0...0, from: start)))
        }
        _ = await fixture.store.remove([gone.path])
        let dead = try fixture.afterDeath()
        #expect(dead.store.counters.rowsWaiting == 1)
        try await dead.store.settle([gone.path, kept.path])
        #expect(!FileManager.default.fileExists(atPath: dead.path(gone)))
        #expect(FileManager.default.fileExists(atPath: dead.path(kept)))
    }

    @Test func `a segment that cannot be read is said, and the rest is there`() async throws {
        let fixture = try StoreFixture(now: start + 3_600)
        let file = try fixture.file()
        try await fixture.accept(
            .init(file: file, rows: RoundRobinRow.counters(0...0, from: start)))
        try FileManager.default.createDirectory(
            atPath: "\(fixture.folder.path)/journal/\(JournalSegment.name(9))",
            withIntermediateDirectories: false)
        let dead = try fixture.afterDeath()
        #expect(dead.log.texts("journal.unreadable").count == 1)
        #expect(dead.store.counters.rowsWaiting == 1)
        try await dead.accept(.init(file: file, rows: RoundRobinRow.counters(1...1, from: start)))
        #expect(dead.log.texts("journal.failed").isEmpty)
    }

    @Test func `segments go when their rows are in the files, and old rows move on`() async throws {
        let fixture = try StoreFixture(now: start + 3_600)
        // Of those whose first batch is more than one row.
        let files = try (1...60).map { try fixture.file($0) }
            .filter { FlushPolicy($0).firstRows > 2 }
        try #require(files.count > 39)
        // One more start than segments may be; each goes on in a segment of its own, and each
        // leaves rows that no batch is complete for.
        var current = fixture
        for round in 0..<12 {
            try await current.accept(
                .init(
                    file: files[round],
                    rows: RoundRobinRow.counters(0...0, from: start + Int64(round))))
            current = try current.afterDeath()
            try #require(current.store.counters.rowsWaiting == round + 1)
        }
        // The first row opens a segment; then the oldest can move into it.
        try await current.accept(
            .init(file: files[39], rows: RoundRobinRow.counters(0...0, from: start)))
        try await waitUntil("at most eight segments are kept") {
            current.store.counters.journalSegments <= 8
        }
        let dead = try current.afterDeath()
        #expect(dead.store.counters.rowsWaiting == 13)
        // All of them in the files, and the next row lets all segments but its own go.
        try await dead.store.settle(files.map(\.path))
        try await dead.accept(
            .init(file: files[20], rows: RoundRobinRow.counters(0...0, from: start)))
        try await waitUntil("the old segments are removed") {
            let names = try FileManager.default.contentsOfDirectory(
                atPath: "\(dead.folder.path)/journal")
            return names.compactMap(JournalSegment.number).count == 1
        }
        #expect(try dead.afterDeath().store.counters.rowsWaiting == 1)
    }

    @Test func `more rows at once than one record holds are refused, not lost`() async throws {
        let fixture = try StoreFixture(now: start + 60 * 60_000)
        let file = try fixture.file()
        // In the way, so that the rows stay in the journal.
        try fixture.folder.write("in the way", to: "rrd")
        let largest = StoreWriter.largestFileBytes / PackedRows.bytes(ofValues: 2)
        let many = RoundRobinRow.counters(1...largest + 1, from: start)
        let refused = await fixture.store.update([.init(file: file, rows: many)])[0]
        #expect(refused.failure?.words.contains("at once") == true)
        try await fixture.accept(.init(file: file, rows: Array(many.dropLast())))
        let dead = try fixture.afterDeath()
        #expect(dead.store.counters.tornBytes == 0)
        #expect(dead.store.counters.rowsReplayed == largest)
        #expect(try await dead.store.lastRows([file])[0].get().time == many[largest - 1].time)
    }
}
