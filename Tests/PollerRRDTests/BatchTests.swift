import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

/// Between a row that is accepted and its file.
@Suite struct BatchTests {
    private static let start: Int64 = 1_700_000_000

    /// Accepts the rows of so many minutes; 1000 and 2000 a second.
    private func accept(
        _ minutes: ClosedRange<Int64>, to file: RoundRobinFile, _ fixture: StoreFixture
    ) async throws {
        for minute in minutes {
            fixture.set(wall: Self.start + minute * 60)
            try await fixture.accept(update(minute, file))
        }
    }

    private func update(_ minute: Int64, _ file: RoundRobinFile) -> RoundRobinUpdate {
        let count = UInt64(minute * 60_000)
        let values = (0..<file.sources.count).map {
            RoundRobinValue.counter(count * UInt64($0 + 1))
        }
        return RoundRobinUpdate(
            file: file,
            rows: [
                RoundRobinRow(
                    time: Timestamp(seconds: Self.start + minute * 60), values: values)
            ])
    }

    /// What rrdtool says of a file without anything being brought into it.
    private func lastUpdate(_ fixture: StoreFixture, _ file: RoundRobinFile) throws -> Int64 {
        let head = FileHead()
        try head.read(fixture.path(file), horizon: Timestamp(seconds: Self.start * 2))
        return head.lastUpdate.seconds
    }

    private func rates(
        _ fixture: StoreFixture, _ file: RoundRobinFile, minutes: ClosedRange<Int64>
    ) async throws -> [[Double?]] {
        // Rows end at full minutes, 20 s into those that are counted here.
        let first = Self.start + minutes.lowerBound * 60 - 20
        let last = first + (minutes.upperBound - minutes.lowerBound) * 60
        let series = try await fixture.store.series(
            of: file, function: .average, start: Timestamp(seconds: first - 60),
            end: Timestamp(seconds: last - 1))
        return Array(series.rows.prefix(Int((last - first) / 60) + 1))
    }

    @Test func `rows wait for each other, and go into their file with one call`() async throws {
        let fixture = try StoreFixture()
        let file = try fixture.file()
        _ = await fixture.store.create([file], start: Timestamp(seconds: Self.start))
        let policy = FlushPolicy(file)
        #expect(policy.rows == 12 && (1...12).contains(policy.firstRows))
        try await accept(1...Int64(policy.firstRows), to: file, fixture)
        try await waitUntil("the first batch is written") { fixture.store.counters.writes == 1 }
        try await accept(
            Int64(policy.firstRows + 1)...Int64(policy.firstRows + 11), to: file, fixture)
        #expect(fixture.store.counters.rowsWaiting == 11)
        #expect(fixture.store.counters.writes == 1)
        #expect(
            try lastUpdate(fixture, file) == Self.start + Int64(policy.firstRows) * 60)
        try await accept(
            Int64(policy.firstRows + 12)...Int64(policy.firstRows + 12), to: file, fixture)
        try await waitUntil("the second batch is written") { fixture.store.counters.writes == 2 }
        #expect(fixture.store.counters.rowsWaiting == 0)
        #expect(fixture.store.counters.bytesWaiting == 0)
        #expect(fixture.store.counters.rowsWritten == policy.firstRows + 12)
    }

    @Test func `files that began together are not all due together`() throws {
        let policies = try (1...1_000).map { FlushPolicy(try StoreFixture.file($0)) }
        let counts = Dictionary(grouping: policies, by: \.firstRows).mapValues(\.count)
        #expect(Set(counts.keys) == Set(1...12))
        #expect(counts.values.allSatisfy { (40...140).contains($0) }, "\(counts)")
        #expect(Set(policies.map(\.ageMilliseconds)).count > 100)
    }

    @Test func `a file that has waited long enough is due, and not before`() throws {
        let file = BufferedFile(try StoreFixture.file())
        var queue = FlushQueue()
        let now = MonotonicTime(milliseconds: 1_000_000)
        file.rows.append(row(Self.start, .counter(1), .counter(2)))
        file.deadline = now.advanced(milliseconds: file.policy.ageMilliseconds)
        queue.remember(file)
        queue.expire(at: file.deadline.advanced(milliseconds: -1))
        #expect(queue.isEmpty)
        queue.expire(at: file.deadline.advanced(milliseconds: 8_000))
        #expect(queue.count == 1)
        #expect(queue.take(5).first === file)
        // Written meanwhile, and waiting anew: its old deadline counts for nothing.
        queue.remember(file)
        file.deadline = file.deadline.advanced(milliseconds: 1_000_000)
        queue.expire(at: now.advanced(milliseconds: file.policy.ageMilliseconds + 20_000))
        #expect(queue.isEmpty)
    }

    @Test func `with leisure, files are written before they are due`() async throws {
        let fixture = try StoreFixture()
        // Of twenty files one is not due with its first row.
        let file = try #require(
            try (1...20).map { try fixture.file($0) }.first { FlushPolicy($0).firstRows > 1 })
        _ = await fixture.store.create([file], start: Timestamp(seconds: Self.start))
        try await accept(1...1, to: file, fixture)
        #expect(fixture.store.counters.rowsWaiting == 1)
        fixture.clock.advance(milliseconds: 1_000)
        try await waitUntil("the row is written") { fixture.store.counters.rowsWaiting == 0 }
        #expect(try lastUpdate(fixture, file) == Self.start + 60)
    }

    @Test func `whoever reads a file sees what was accepted last`() async throws {
        let fixture = try StoreFixture()
        let file = try fixture.file()
        _ = await fixture.store.create([file], start: Timestamp(seconds: Self.start))
        for minute in Int64(1)...30 {
            try await accept(minute...minute, to: file, fixture)
            let last = try await fixture.store.lastRows([file])[0].get()
            #expect(last.time.seconds == Self.start + minute * 60)
            #expect(last.values["out"] == .counter(UInt64(minute * 120_000)))
            guard minute > 3, minute.isMultiple(of: 7) else { continue }
            let rows = try await rates(fixture, file, minutes: 3...minute)
            #expect(rows.count == minute - 2)
            #expect(rows.allSatisfy { $0 == [1_000, 2_000] }, "\(rows)")
        }
    }

    @Test func `a row that is not later than the newest is refused, waiting or written`()
        async throws
    {
        let fixture = try StoreFixture()
        let file = try fixture.file()
        _ = await fixture.store.create([file], start: Timestamp(seconds: Self.start))
        try await accept(1...3, to: file, fixture)
        func refusal() async throws -> StoreFailure? {
            await fixture.store.update([update(3, file)])[0].failure
        }
        let words = "is not later than that of the row before, 2023-11-14T22:16:20Z"
        #expect(try await refusal()?.words.contains(words) == true)
        try await fixture.store.settle([file.path])
        #expect(try await refusal()?.words.contains(words) == true)
        let later = try fixture.afterDeath()
        let result = await later.store.update([update(3, file)])[0]
        #expect(result.failure?.words.contains(words) == true)
        #expect(later.store.counters.rowsRefused == 1)
    }

    @Test func `rows of one file twice at once are refused, and harm nothing`() async throws {
        let fixture = try StoreFixture()
        let file = try fixture.file()
        _ = await fixture.store.create([file], start: Timestamp(seconds: Self.start))
        fixture.set(wall: Self.start + 120)
        let results = await fixture.store.update([update(1, file), update(2, file)])
        #expect(results[0].failure == nil)
        #expect(results[1].failure?.words.contains("twice at once") == true)
        try await accept(2...2, to: file, fixture)
        #expect(try await fixture.store.lastRows([file])[0].get().time.seconds == Self.start + 120)
    }

    @Test func `stopping writes what waits`() async throws {
        let fixture = try StoreFixture()
        let file = try fixture.file()
        _ = await fixture.store.create([file], start: Timestamp(seconds: Self.start))
        try await accept(1...5, to: file, fixture)
        await fixture.store.stop()
        #expect(try lastUpdate(fixture, file) == Self.start + 5 * 60)
    }

    @Test func `what waits at a death is there at the next start`() async throws {
        let fixture = try StoreFixture()
        let files = try (1...30).map { try fixture.file($0) }
        _ = await fixture.store.create(files, start: Timestamp(seconds: Self.start))
        for file in files { try await accept(1...17, to: file, fixture) }
        let later = try fixture.afterDeath()
        #expect(later.log.texts("journal.replayed").count == 1)
        for file in files {
            let last = try await later.store.lastRows([file])[0].get()
            #expect(last.time.seconds == Self.start + 17 * 60)
            let rows = try await rates(later, file, minutes: 3...17)
            #expect(rows.count == 15 && rows.allSatisfy { $0 == [1_000, 2_000] }, "\(rows)")
        }
        // And nothing comes twice.
        for file in files { try await later.store.settle([file.path]) }
        let third = try later.afterDeath()
        try await third.store.settle(files.map(\.path))
        for file in files {
            let bytes = try [later, third].map {
                try Data(contentsOf: URL(filePath: $0.path(file)))
            }
            #expect(bytes[0] == bytes[1])
        }
    }

    @Test func `what waits for a file that is removed is not written any more`() async throws {
        let fixture = try StoreFixture()
        let file = try fixture.file()
        _ = await fixture.store.create([file], start: Timestamp(seconds: Self.start))
        try await accept(1...2, to: file, fixture)
        try await fixture.store.remove([file.path])[0].get()
        #expect(fixture.store.counters.rowsWaiting == 0)
        let later = try fixture.afterDeath()
        #expect(later.store.counters.rowsReplayed == 0)
        #expect(!FileManager.default.fileExists(atPath: later.path(file)))
    }

    @Test func `a file of another definition takes the values that it has a place for`()
        async throws
    {
        let fixture = try StoreFixture()
        let old = try fixture.file(names: ["in", "out"])
        _ = await fixture.store.create([old], start: Timestamp(seconds: Self.start))
        try await accept(1...4, to: old, fixture)
        let new = try fixture.file(names: ["errors", "in"])
        fixture.set(wall: Self.start + 301)
        for minute in Int64(5)...8 {
            fixture.set(wall: Self.start + minute * 60)
            let row = RoundRobinRow(
                time: Timestamp(seconds: Self.start + minute * 60),
                values: [.counter(7), .counter(UInt64(minute * 60_000))])
            try await fixture.accept(RoundRobinUpdate(file: new, rows: [row]))
        }
        let later = try fixture.afterDeath()
        let rows = try await rates(later, new, minutes: 3...8)
        #expect(rows.map { $0[0] } == [1_000, 1_000, 1_000, 1_000, 1_000, 1_000], "\(rows)")
        // What is no longer measured is unknown, not what it was. Of the third row, the first 20 s
        // are known.
        #expect(rows.map { $0[1] } == [2_000, 2_000, 2_000, nil, nil, nil], "\(rows)")
    }
}

/// Deaths while librrd works.
@Suite struct InFlightTests {
    private static let start: Int64 = 1_700_000_000

    private func rows(_ minutes: ClosedRange<Int64>) -> [RoundRobinRow] {
        minutes.map {
            row(
                Self.start + $0 * 60, .counter(UInt64($0 * 60_000)), .counter(UInt64($0 * 120_000)))
        }
    }

    private func dump(_ path: String) async throws -> String {
        let rrdtool = try #require(Program.find("rrdtool"), "rrdtool is not installed")
        let result = try await Program.run(rrdtool, ["dump", path])
        return result.output.replacing(path, with: "")
    }

    /// A store that died while it wrote rows 11 to 20, of which librrd had done some.
    private func death(after done: Int64) async throws -> (StoreFixture, RoundRobinFile) {
        let fixture = try StoreFixture(now: Self.start + 1_200)
        let file = try fixture.file()
        _ = await fixture.store.create([file], start: Timestamp(seconds: Self.start))
        try await fixture.accept(RoundRobinUpdate(file: file, rows: rows(1...10)))
        try await fixture.store.settle([file.path])
        // More than the first batch, so it is written at once; that is what the copy below undoes.
        let before = try Data(contentsOf: URL(filePath: fixture.path(file)))
        try await fixture.accept(RoundRobinUpdate(file: file, rows: rows(11...20)))
        try await fixture.store.settle([file.path])
        try before.write(to: URL(filePath: fixture.path(file)))
        let head = FileHead()
        try head.read(fixture.path(file), horizon: Timestamp(seconds: Self.start * 2))
        let inFlight = try InFlight(folder: "\(fixture.folder.path)/journal")
        try head.withBytes { try inFlight.begin(file.path, head: $0) }
        guard done > 10 else { return (fixture, file) }
        var packed = PackedRows(valueCount: 2)
        for row in rows(11...done) { packed.append(row) }
        var text = RowText()
        text.set(packed, from: 0, places: [0, 1])
        try text.withRows { try RRDLibrary.update(fixture.path(file), rows: $0, count: $1) }
        return (fixture, file)
    }

    @Test(arguments: [10, 11, 15, 20] as [Int64])
    func `an update that a death interrupted is taken back and done again`(done: Int64)
        async throws
    {
        let (fixture, file) = try await death(after: done)
        // As if the pointers of the archives had been moved and the time not: librrd writes the
        // head in that order.
        let head = FileHead()
        try head.read(fixture.path(file), horizon: Timestamp(seconds: Self.start * 2))
        let handle = try #require(FileHandle(forUpdatingAtPath: fixture.path(file)))
        try handle.seek(toOffset: UInt64(head.layout.pointer(0)))
        try handle.write(contentsOf: Data([77, 0, 0, 0, 0, 0, 0, 0]))
        try handle.close()
        let later = try fixture.afterDeath()
        #expect(later.log.texts("file.repaired").count == 1)
        try await later.store.settle([file.path])

        let twin = try StoreFixture(now: Self.start + 1_200)
        _ = await twin.store.create([file], start: Timestamp(seconds: Self.start))
        try await twin.accept(RoundRobinUpdate(file: file, rows: rows(1...20)))
        try await twin.store.settle([file.path])
        #expect(try await dump(later.path(file)) == dump(twin.path(file)))
    }

    @Test func `a file at which the daemon dies three times in a row goes to the quarantine`()
        async throws
    {
        var (fixture, file) = try await death(after: 10)
        for number in 1...2 {
            let later = try fixture.afterDeath()
            #expect(later.log.texts("file.repaired").count == 1, "\(number)")
            let inFlight = try InFlight(folder: "\(later.folder.path)/journal")
            let head = FileHead()
            try head.read(later.path(file), horizon: Timestamp(seconds: Self.start * 2))
            try head.withBytes { try inFlight.begin(file.path, head: $0) }
            fixture = later
        }
        let last = try fixture.afterDeath()
        let lines = last.log.texts("file.quarantined")
        #expect(lines.count == 1 && lines[0].contains("died 3 times in a row"), "\(lines)")
        let kept = try FileManager.default.contentsOfDirectory(
            atPath: "\(last.folder.path)/quarantine"
        ).sorted()
        #expect(kept.count == 2 && kept[0].hasSuffix("-rrd-1-1.rrd") && kept[1].hasSuffix(".txt"))
        // A fresh file takes what the journal holds.
        try await last.store.settle([file.path])
        let newest = try await last.store.lastRows([file])[0].get()
        #expect(newest.time.seconds == Self.start + 1_200)
    }

    @Test func `a death between two updates is nobody's`() async throws {
        let (fixture, file) = try await death(after: 10)
        let later = try fixture.afterDeath()
        try await later.store.settle([file.path])
        for _ in 1...4 {
            let next = try later.afterDeath()
            #expect(next.log.texts("file.repaired").isEmpty)
            #expect(next.log.texts("file.quarantined").isEmpty)
        }
    }

    @Test func `half a note of what is in flight is none`() throws {
        let folder = try TemporaryFolder()
        let inFlight = try InFlight(folder: folder.path)
        #expect(inFlight.interrupted() == nil)
        let head = [UInt8](repeating: 7, count: 3_000)
        try head.withUnsafeBytes { try inFlight.begin("rrd/1/1.rrd", head: $0) }
        let found = try #require(inFlight.interrupted())
        #expect(found.path == "rrd/1/1.rrd" && found.head == head && found.work == .update)
        let path = "\(folder.path)/\(InFlight.name)"
        let whole = try Data(contentsOf: URL(filePath: path))
        // What lies behind the note is room for longer ones.
        let length = 32 + found.path.utf8.count + head.count
        #expect(whole.count >= length)
        for count in stride(from: 0, to: length, by: 97) {
            try whole.prefix(count).write(to: URL(filePath: path))
            #expect(try InFlight(folder: folder.path).interrupted() == nil, "\(count)")
        }
        inFlight.end()
    }
}
