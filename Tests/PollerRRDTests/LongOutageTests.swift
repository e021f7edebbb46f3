import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

/// Rows that wait for long, and starts in the midst of that.
@Suite struct LongOutageTests {
    private static let start: Int64 = 1_700_000_000

    private func writer(
        _ backend: DownBackend, _ folder: TemporaryFolder, _ syncer: JournalSyncer,
        _ clock: ManualClock, _ limits: Journal.Limits = Journal.Limits()
    ) -> StoreWriter {
        StoreWriter(
            backend: backend, folder: folder.path, syncer: syncer, timekeeper: clock,
            logger: StoreFixture.silent, limits: limits)
    }

    @Test func `whatever waits, and is written to the journal again, a start can read`() throws {
        let folder = try TemporaryFolder()
        let syncer = JournalSyncer(folder: folder.path)
        let clock = ManualClock(Self.start)
        let limits = Journal.Limits(
            usualSegmentBytes: 100_000, declarationFactor: 1, largestSegmentBytes: 200_000,
            largestPortionBytes: 20_000)
        let writer = writer(DownBackend(isDown: true), folder, syncer, clock, limits)
        // Several times as much as a segment may hold.
        let names = (0..<10).map { "d\($0)" }
        let files = try (1...100).map { try StoreFixture.file($0, kind: .gauge, names: names) }
        var accepted = 0
        for batch in Int64(0)..<20 {
            let first = Self.start + batch * 10
            clock.setWall(by: (first + 10) * 1_000 - clock.now.wall.milliseconds)
            let rows = (Int64(0)..<10).map { number in
                RoundRobinRow(
                    time: Timestamp(seconds: first + number), values: names.map { _ in .gauge(1) })
            }
            for part in stride(from: 0, to: files.count, by: 50) {
                let updates = files[part..<part + 50].map {
                    RoundRobinUpdate(file: $0, rows: rows)
                }
                let results = writer.update(updates)
                #expect(results.allSatisfy { $0.failure == nil })
            }
            accepted += files.count * rows.count
            _ = writer.work()
        }
        syncer.stop()
        #expect(writer.counters.bytesWaiting > 5 * limits.largestSegmentBytes)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let bytes = try Data(contentsOf: URL(filePath: "\(folder.path)/\(name)")).count
            // One portion more, and what it declares.
            #expect(bytes <= limits.largestSegmentBytes + 2 * limits.largestPortionBytes, "\(name)")
        }
        var times: [String: Set<Timestamp>] = [:]
        let report = JournalReplay.read(folder.path) { event in
            guard case .rows(let file, let rows) = event else { return }
            for position in rows.indices {
                times[file.path, default: []].insert(rows.time(position))
            }
        }
        #expect(report.unreadable.isEmpty && report.tornBytes == 0)
        #expect(times.values.reduce(0) { $0 + $1.count } == accepted)
    }

    @Test func `rows that were carried over many starts come before those accepted since`() throws {
        let folder = try TemporaryFolder()
        let clock = ManualClock(Self.start)
        let files = try (1...3).map { try StoreFixture.file($0, kind: .gauge, names: ["v"]) }
        let starts = Int64(14)
        for number in 0..<starts {
            let syncer = JournalSyncer(folder: folder.path)
            let writer = writer(DownBackend(isDown: true), folder, syncer, clock)
            clock.setWall(by: 60_000)
            let rows = [row(Self.start + number * 60, .gauge(Double(number)))]
            let results = writer.update(files.map { RoundRobinUpdate(file: $0, rows: rows) })
            #expect(results.allSatisfy { $0.failure == nil })
            // From the ninth segment on, what the oldest one keeps is written anew.
            _ = writer.work()
            syncer.stop()
        }
        let backend = DownBackend(isDown: false)
        let syncer = JournalSyncer(folder: folder.path)
        let last = writer(backend, folder, syncer, clock)
        #expect(last.counters.journalSegments < Int(starts))
        last.finish(by: .now + .seconds(5))
        syncer.stop()
        for file in files {
            let taken = backend.taken.filter { $0.file.path == file.path }.flatMap { write in
                write.rows.indices.map { write.rows.time($0).seconds }
            }
            #expect(taken == (0..<starts).map { Self.start + $0 * 60 })
        }
    }

    @Test(arguments: [["c", "d"], ["in", "out", "more"]])
    func `a definition that changed is told apart when the files cannot be written`(
        names: [String]
    ) throws {
        let folder = try TemporaryFolder()
        let clock = ManualClock(Self.start)
        let old = try StoreFixture.file(1, kind: .gauge, names: ["in", "out"])
        let new = try StoreFixture.file(1, kind: .gauge, names: names)
        let rows = { (count: Int, minutes: ClosedRange<Int64>) in
            minutes.map { minute in
                RoundRobinRow(
                    time: Timestamp(seconds: Self.start - 6_000 + minute * 60),
                    values: (0..<count).map { .gauge(Double(minute) + Double($0) / 10) })
            }
        }
        let first = JournalSyncer(folder: folder.path)
        let before = writer(DownBackend(isDown: false), folder, first, clock)
        _ = before.update([RoundRobinUpdate(file: old, rows: rows(2, 1...3))])
        _ = before.update([RoundRobinUpdate(file: new, rows: rows(names.count, 4...5))])
        _ = before.update([RoundRobinUpdate(file: new, rows: rows(names.count, 6...6))])
        first.stop()

        let backend = DownBackend(isDown: true)
        let second = JournalSyncer(folder: folder.path)
        let after = writer(backend, folder, second, clock)
        // Until the old ones are written, new ones have no place.
        let refused = after.update([RoundRobinUpdate(file: new, rows: rows(names.count, 7...7))])[0]
        #expect(refused.failure != nil)
        _ = after.work()
        backend.isDown = false
        #expect(try after.lastRows([new])[0].get().time.seconds == Self.start - 6_000 + 6 * 60)
        after.finish(by: .now + .seconds(5))
        #expect(after.counters.rowsWaiting == 0)
        #expect(backend.taken.map { $0.file.sources.map(\.name) } == [["in", "out"], names])
        #expect(
            backend.taken[0].rows.indices.map { backend.taken[0].rows.row($0) } == rows(2, 1...3))
        #expect(
            backend.taken[1].rows.indices.map { backend.taken[1].rows.row($0) }
                == rows(names.count, 4...6))
        second.stop()
    }
}

/// Deaths in an update, and what people do before the next start.
@Suite struct AfterDeathTests {
    private static let start: Int64 = 1_700_000_040

    private func rows(_ minutes: Range<Int64>) -> [RoundRobinRow] {
        minutes.map { row(Self.start + $0 * 60, .gauge(Double(100 + $0))) }
    }

    @Test func `a file that was restored from a backup stays as it was restored`() async throws {
        let fixture = try StoreFixture(now: Self.start + 13_000)
        let file = try fixture.file(1, kind: .gauge, names: ["v"])
        try await fixture.accept(RoundRobinUpdate(file: file, rows: rows(0..<160)))
        try await fixture.store.settle([file.path])
        let backup = try Data(contentsOf: URL(filePath: fixture.path(file)))
        try await fixture.accept(RoundRobinUpdate(file: file, rows: rows(160..<200)))
        try await fixture.store.settle([file.path])
        let head = FileHead()
        try head.read(fixture.path(file), horizon: Timestamp(seconds: Self.start * 2))
        let inFlight = try InFlight(folder: "\(fixture.state)/journal")
        try head.withBytes { try inFlight.begin(file.path, head: $0) }
        try backup.write(to: URL(filePath: fixture.path(file)))

        let later = try fixture.afterDeath()
        #expect(later.log.texts("file.repaired").isEmpty)
        #expect(later.log.texts("file.replaced").count == 1)
        let series = try await later.store.series(
            of: file, function: .average, start: Timestamp(seconds: Self.start + 120 * 60),
            end: Timestamp(seconds: Self.start + 199 * 60 - 1))
        #expect(series.rows.count >= 79)
        for (position, row) in series.rows.prefix(79).enumerated() {
            let minute = (series.start.seconds - Self.start) / 60 + Int64(position) + 1
            #expect(
                row[0].map { abs($0 - Double(100 + minute)) < 1.01 } == true, "\(minute): \(row)")
        }
    }

    @Test func `a half-changed file is repaired also when it cannot be moved away`() async throws {
        let fixture = try StoreFixture(now: Self.start + 13_000)
        let file = try fixture.file(1, kind: .gauge, names: ["v"])
        try await fixture.accept(RoundRobinUpdate(file: file, rows: rows(0..<20)))
        try await fixture.store.settle([file.path])
        let head = FileHead()
        try head.read(fixture.path(file), horizon: Timestamp(seconds: Self.start * 2))
        let inFlight = try InFlight(folder: "\(fixture.state)/journal")
        let before = try head.withBytes { (bytes) throws(SystemError) -> [UInt8] in
            try inFlight.begin(file.path, head: bytes)
            return Array(bytes)
        }
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: fixture.path(file))))
        bytes[head.layout.pointer(0)] ^= 1
        try Data(bytes).write(to: URL(filePath: fixture.path(file)))
        try fixture.folder.write("2 \(file.path)\n", to: "journal/deaths")
        try fixture.folder.write("in the way", to: "quarantine")
        let later = try fixture.afterDeath()
        #expect(later.log.texts("file.quarantine_failed").count == 1)
        let now = try Data(contentsOf: URL(filePath: later.path(file)))
        #expect([UInt8](now.prefix(before.count)) == before)
    }
}
