import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

/// A disk without room. The store lives, says once why and once that it is over, and loses nothing
/// that it accepted.
@Suite(.enabled(if: SmallDisk.isPermitted, "this process may not mount"))
struct FullDiskTests {
    private let start: Int64 = 1_700_000_040

    private func fixture(
        _ disk: SmallDisk, clock: ManualClock? = nil
    ) throws -> StoreFixture {
        try StoreFixture(
            folder: TemporaryFolder(), state: disk.path, clock: clock ?? ManualClock(start + 36_000)
        )
    }

    private func rows(_ range: ClosedRange<Int>) -> [RoundRobinRow] {
        RoundRobinRow.counters(range, from: start)
    }

    /// That every row up to `last` is in the file, read by a store that starts now.
    private func expect(
        _ file: RoundRobinFile, on disk: SmallDisk, from first: Int = 0, to last: Int
    ) async throws {
        let fixture = try fixture(disk)
        defer { withExtendedLifetime(fixture) {} }
        let series = try await fixture.store.series(
            of: file, function: .average, start: Timestamp(seconds: start + Int64(first) * 60),
            end: Timestamp(seconds: start + Int64(last) * 60 - 1))
        #expect(
            series.rows.map { $0[0] } == Array(repeating: 1_000, count: last - first),
            "\(file.path)")
        await fixture.store.stop()
    }

    /// The journal's last block takes some more.
    private func fillJournal(
        of fixture: StoreFixture, with file: RoundRobinFile, from first: Int = 1
    ) async throws {
        for time in stride(from: first, to: 500, by: 60) {
            guard fixture.store.counters.journalTrouble == nil else { return }
            try await fixture.accept(.init(file: file, rows: rows(time...time + 59)))
        }
        throw Unexpected("the journal has room for ever")
    }

    @Test(arguments: [SmallDisk.Kind.memory] + (SmallDisk.hasLoop ? [.ext4] : []))
    func `without room, rows go straight to files that are there, and those of others wait`(
        kind: SmallDisk.Kind
    ) async throws {
        let disk = try await SmallDisk(kind, kilobytes: 4_096)
        let fixture = try fixture(disk)
        let (old, new) = (try fixture.file(1), try fixture.file(2))
        try await fixture.accept(.init(file: old, rows: rows(0...3)))
        try await fixture.store.settle([old.path])
        let bulk = try fixture.file(9)
        try await fixture.accept(.init(file: bulk, rows: rows(0...0)))
        try await fixture.store.settle([bulk.path])
        // Accepted while there was room, for a file that is made when there is none.
        try await fixture.accept(.init(file: new, rows: rows(0...0)))
        try disk.fill()

        try await fillJournal(of: fixture, with: bulk)
        var time = 4
        try #require(fixture.store.counters.journalTrouble?.contains("No space left") == true)
        for _ in 0..<5 {
            fixture.clock.advance(milliseconds: 1_100)
            try await fixture.accept(.init(file: old, rows: rows(time...time)))
            time += 1
        }
        let last = try await fixture.store.lastRows([old])[0].get()
        #expect(last.time.seconds == start + Int64(time - 1) * 60)
        // What cannot be kept anywhere is not accepted.
        let another = try fixture.file(3)
        let refused = await fixture.store.update([.init(file: another, rows: rows(0...0))])[0]
        #expect(refused.failure?.words.contains("No space left") == true, "\(refused)")
        await #expect(throws: StoreFailure.self) { try await fixture.store.settle([new.path]) }
        let created = await fixture.store.create([another], start: Timestamp(seconds: start))[0]
        #expect(created.failure?.words.contains("No space left") == true, "\(created)")
        #expect(fixture.log.texts("journal.failed").count == 1)
        #expect(fixture.log.texts("file_failed").count == 1, "\(fixture.log.texts("file_failed"))")
        #expect(fixture.log.texts("file_failed")[0].contains("No space left"))
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(disk.path)/rrd/1")
        #expect(left.sorted() == ["1.rrd", "9.rrd"], "librrd leaves half a file: \(left)")

        try disk.makeRoom()
        fixture.clock.advance(milliseconds: 10_000)
        try await fixture.accept(.init(file: old, rows: rows(time...time)))
        try await fixture.accept(.init(file: another, rows: rows(1...1)))
        try await waitUntil("the file is made") {
            fixture.clock.advance(milliseconds: 1_000)
            return fixture.store.counters.filesInTrouble == 0
        }
        #expect(fixture.store.counters.journalTrouble == nil)
        #expect(fixture.log.texts("journal.recovered").count == 1)
        #expect(fixture.log.texts("file.recovered").count == 1)
        #expect(
            Set(fixture.log.events) == [
                "journal.failed", "file_failed", "journal.recovered", "file.recovered",
            ])
        try await fixture.accept(.init(file: new, rows: rows(1...time)))
        await fixture.store.stop()
        try await expect(old, on: disk, to: time)
        try await expect(new, on: disk, to: time)
    }

    @Test func `a start without room goes on with what is there`() async throws {
        let disk = try await SmallDisk(.memory, kilobytes: 4_096)
        var fixture = try fixture(disk)
        let file = try fixture.file()
        try await fixture.accept(.init(file: file, rows: rows(0...3)))
        try await fixture.store.settle([file.path])
        await fixture.store.stop()
        try disk.fill()
        fixture = try self.fixture(disk)
        try await fixture.accept(.init(file: file, rows: rows(4...6)))
        #expect(
            fixture.log.events == ["journal.failed"], "\(fixture.log.events)")
        await fixture.store.stop()
        try disk.makeRoom()
        try await expect(file, on: disk, to: 6)
    }

    @Test func `a removal that the journal has no room for is not undone`() async throws {
        let disk = try await SmallDisk(.memory, kilobytes: 4_096)
        let fixture = try fixture(disk)
        let (gone, kept) = (try fixture.file(1), try fixture.file(2))
        for file in [gone, kept] {
            try await fixture.accept(.init(file: file, rows: rows(0...3)))
            try await fixture.store.settle([file.path])
        }
        try disk.fill()
        try await fillJournal(of: fixture, with: kept, from: 4)
        for result in await fixture.store.remove([gone.path]) { try result.get() }
        // Nothing to write proves nothing of the journal.
        fixture.clock.advance(milliseconds: 10_000)
        try await fixture.accept(.init(file: kept, rows: []))
        #expect(fixture.log.texts("journal.recovered").isEmpty)
        try disk.makeRoom()
        fixture.clock.advance(milliseconds: 10_000)
        try await waitUntil("the journal is written again") {
            try await fixture.accept(.init(file: kept, rows: []))
            return JournalReplay.read("\(disk.path)/journal") { _ in }.records > 0
                && Self.tells("\(disk.path)/journal", removed: gone.path)
        }
        await fixture.store.stop()
        let later = try self.fixture(disk)
        try await later.store.settle([gone.path, kept.path])
        #expect(!FileManager.default.fileExists(atPath: later.path(gone)))
        await later.store.stop()
    }

    private static func tells(_ journal: String, removed path: String) -> Bool {
        var isTold = false
        _ = JournalReplay.read(journal) { event in
            if case .removed(path) = event { isTold = true }
        }
        return isTold
    }

    @Test func `a file with holes on a full disk waits, and ends nothing`() async throws {
        let disk = try await SmallDisk(.memory, kilobytes: 4_096)
        let fixture = try fixture(disk)
        let (sparse, whole) = (try fixture.file(1), try fixture.file(2))
        for file in [sparse, whole] {
            try await fixture.accept(.init(file: file, rows: rows(0...3)))
            try await fixture.store.settle([file.path])
        }
        try punchHoles(in: fixture.path(sparse))
        try disk.fill()
        var trouble: StoreFailure?
        for time in 4...30 {
            try await fixture.accept(.init(file: whole, rows: rows(time...time)))
            let taken = await fixture.store.update([.init(file: sparse, rows: rows(time...time))])[
                0]
            do {
                _ = try taken.get()
                try await fixture.store.settle([sparse.path])
            } catch {
                trouble = error
            }
            fixture.clock.advance(milliseconds: 1_100)
        }
        #expect(trouble?.words.contains("it has holes") == true, "\(String(describing: trouble))")
        #expect(fixture.log.texts("file_failed").count == 1)
        try disk.makeRoom()
        fixture.clock.advance(milliseconds: 10_000)
        try await fixture.accept(.init(file: sparse, rows: rows(31...31)))
        try await fixture.store.settle([sparse.path, whole.path])
        #expect(blocks(of: fixture.path(sparse)) * 512 >= size(of: fixture.path(sparse)))
        await fixture.store.stop()
        try await expect(whole, on: disk, to: 30)
    }

    @Test func `files on a disk that is read-only wait for the day when it is not`() async throws {
        let disk = try await SmallDisk(.memory, kilobytes: 4_096)
        let fixture = try fixture(disk)
        let files = try (1...6).map { try fixture.file($0) }
        for file in files.dropLast() {
            try await fixture.accept(.init(file: file, rows: rows(0...3)))
            try await fixture.store.settle([file.path])
        }
        try disk.makeReadOnly("rrd", true)
        for file in files {
            try await fixture.accept(.init(file: file, rows: rows(4...9)))
            await #expect(throws: StoreFailure.self) { try await fixture.store.settle([file.path]) }
        }
        #expect(fixture.store.counters.filesInTrouble == 6)
        let lines = fixture.log.texts("file_failed")
        // Five could not be opened, and one not be made.
        #expect((1...2).contains(lines.count), "\(lines)")
        #expect(lines.allSatisfy { $0.contains("Read-only file system") }, "\(lines)")
        for file in files.dropLast() {
            let last = try await fixture.store.lastRows([file])[0].get()
            #expect(last.time.seconds == start + 9 * 60)
        }
        try disk.makeReadOnly("rrd", false)
        fixture.clock.advance(milliseconds: 10_000)
        try await waitUntil("all files are written") { fixture.store.counters.rowsWaiting == 0 }
        #expect(fixture.log.texts("file.recovered").count == 1)
        await fixture.store.stop()
        for file in files.dropLast() { try await expect(file, on: disk, to: 9) }
        try await expect(try #require(files.last), on: disk, from: 4, to: 9)
    }

    @Test(.enabled(if: SmallDisk.hasLoop, "there are no loop devices, or no mkfs.ext4"))
    func `a disk that turns read-only takes nothing that was accepted along`() async throws {
        let disk = try await SmallDisk(.ext4, kilobytes: 8_192)
        let files = try (1...4).map { try StoreFixture.file($0) }
        try await turnReadOnly(disk, files)
        try await disk.repair()
        for file in files { try await expect(file, on: disk, to: 5) }
    }

    private func turnReadOnly(_ disk: SmallDisk, _ files: [RoundRobinFile]) async throws {
        let fixture = try fixture(disk)
        for file in files {
            try await fixture.accept(.init(file: file, rows: rows(0...3)))
            try await fixture.store.settle([file.path])
            try await fixture.accept(.init(file: file, rows: rows(4...5)))
        }
        // The journal is on the disk a second later; before, a disk that fails may take it along.
        sync()
        try await disk.fail()
        for file in files {
            let refused = await fixture.store.update([.init(file: file, rows: rows(6...6))])[0]
            #expect(refused.failure?.words.contains("Read-only file system") == true, "\(refused)")
        }
        // What waits can still be asked for, and what is in the files be read.
        let last = try await fixture.store.lastRows([files[0]])[0].get()
        #expect(last.time.seconds == start + 5 * 60)
        #expect(fixture.log.texts("journal.failed").count == 1)
        #expect(fixture.log.texts("file_failed").count == 1, "\(fixture.log.texts("file_failed"))")
        await fixture.store.stop()
    }
}
