import Foundation
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

@Suite struct IntegrityTests {
    private let start = Timestamp(seconds: 1_700_000_000)
    private let nobody: @Sendable (String) -> Bool = { _ in false }

    /// A store with one file and two rows, the second of which still waits for it.
    private func fixture() async throws -> (StoreFixture, RoundRobinFile) {
        let fixture = try StoreFixture()
        let file = try fixture.file()
        try await fixture.store.create([file], start: start)[0].get()
        // The second is a step ahead: while the clock stands, nothing is written that is not due.
        fixture.clock.advance(milliseconds: 60_000)
        for time in [60, 120] as [Int64] {
            try await fixture.accept(
                .init(
                    file: file,
                    rows: [row(start.seconds + time, .counter(UInt64(time)), .unknown)]))
            if time == 60 { try await fixture.store.settle([file.path]) }
        }
        return (fixture, file)
    }

    private func put(_ text: String, at place: String, _ fixture: StoreFixture) throws {
        try fixture.folder.write(text, to: place)
        // Older than what may just be being made.
        try age(place, fixture, seconds: OrphanFile.youngestSeconds)
    }

    private func age(_ place: String, _ fixture: StoreFixture, seconds: Int64) throws {
        let time = fixture.clock.now.wall.seconds - seconds
        let times = [
            timeval(tv_sec: Int(time), tv_usec: 0), timeval(tv_sec: Int(time), tv_usec: 0),
        ]
        try #require(utimes("\(fixture.folder.path)/\(place)", times) == 0)
    }

    private func exists(_ place: String, _ fixture: StoreFixture) -> Bool {
        FileManager.default.fileExists(atPath: "\(fixture.folder.path)/\(place)")
    }

    // MARK: What a file says

    @Test func `info is what rrdtool says, for every profile, with and without values`()
        async throws
    {
        let rrdtool = try #require(Program.find("rrdtool"), "rrdtool is not installed")
        let (catalogue, problems) = (ShippedCatalogue.catalogue, ShippedCatalogue.problems)
        try #require(problems.isEmpty && catalogue.profiles.count >= 4)
        let fixture = try StoreFixture()
        for (number, profile) in catalogue.profiles.values.enumerated() {
            let file = RoundRobinFile(
                path: "rrd/1/\(number + 1).rrd", step: profile.step,
                heartbeatSeconds: profile.heartbeatSeconds,
                sources: [
                    .init(name: "count", kind: .counter), .init(name: "level", kind: .gauge),
                ], archives: profile.archives)
            try await fixture.store.create([file], start: fixture.clock.now.wall)[0].get()
            try await expectInfo(of: file, rrdtool, fixture)
            for index in 0..<40 {
                fixture.clock.advance(milliseconds: profile.step.milliseconds)
                let isKnown = index % 7 != 3
                let values: [RoundRobinValue] = [
                    isKnown ? .counter(1 << 60 + UInt64(index * 12_345)) : .unknown,
                    isKnown ? .gauge(Double(index) / 3 - 5) : .unknown,
                ]
                try await fixture.accept(
                    .init(file: file, rows: [.init(time: fixture.clock.now.wall, values: values)]))
                if index % 13 == 0 { try await expectInfo(of: file, rrdtool, fixture) }
            }
            try await expectInfo(of: file, rrdtool, fixture)
        }
    }

    private func expectInfo(
        of file: RoundRobinFile, _ rrdtool: String, _ fixture: StoreFixture
    ) async throws {
        let place = try #require(ArchivePlace(file.path))
        // First ours, which brings what waits into the file.
        let info = try await fixture.store.info(place)
        let expected = try await Program.run(
            "/bin/sh",
            ["-c", "cd \"$0\" && exec \"$1\" info \"$2\"", fixture.folder.path, rrdtool, file.path])
        #expect(info.text == expected.output && expected.output.contains("filename = \"rrd/1/"))
        let last = info.entries.first { $0.key == "last_update" }?.value
        #expect(last == .integer(try await fixture.store.lastRows([file])[0].get().time.seconds))
    }

    @Test func `info of a file that is missing or damaged is refused, and moves nothing`()
        async throws
    {
        let (fixture, file) = try await fixture()
        let place = try #require(ArchivePlace(file.path))
        let missing = try #require(ArchivePlace("rrd/9/9.rrd"))
        await #expect(throws: ArchiveFailure.missing(missing)) {
            try await fixture.store.info(missing)
        }
        try fixture.folder.write("no round-robin file", to: file.path)
        await #expect {
            try await fixture.store.info(place)
        } throws: { error in
            guard case .damaged(place, let words) = error as? ArchiveFailure else { return false }
            return words.contains("is not a round-robin file")
        }
        #expect(exists(file.path, fixture) && !exists("quarantine", fixture))
    }

    // MARK: Looking at files

    @Test func `a sound file is seen whole, with the row that waits for it`() async throws {
        let (fixture, file) = try await fixture()
        let seen = try await fixture.store.observe([file])[0]
        guard case .sound(let layout) = seen.content else { throw Unexpected("\(seen)") }
        #expect(layout.stepSeconds == 60 && layout.archives == file.archives)
        #expect(layout.sources.map(\.kind) == ["COUNTER", "COUNTER"])
        #expect(layout.sources.map(\.heartbeatSeconds) == [120, 120])
        #expect(seen.newest == start.advanced(seconds: 120))
        #expect(seen.isWhole && seen.librrdWords == nil && seen.trouble == nil)
        #expect(seen.rights?.isUsable == true && seen.rights?.modeText == "0640")
        #expect(seen.rights?.owner == seen.rights?.user)
        let counters = fixture.store.counters
        #expect(counters.rowsWaiting == 1 && counters.rowsWritten == 1)
    }

    /// How a file is spoilt, and the words that say so.
    enum Harm: CaseIterable {
        case removed, shortened, foreign, fifo, link, folder, step
    }

    @Test(arguments: Harm.allCases)
    func `what must not be opened is told, and stays where it is`(harm: Harm) async throws {
        let (fixture, file) = try await fixture()
        let path = fixture.path(file)
        let words: String
        switch harm {
        case .removed:
            unlink(path)
            words = ""
        case .shortened:
            truncate(path, 1_000)
            words = "has 1000 bytes and should have"
        case .foreign:
            try fixture.folder.write(String(repeating: "x", count: 4_000), to: file.path)
            words = "is not a round-robin file"
        case .fifo:
            unlink(path)
            mkfifo(path, 0o640)
            words = "is a FIFO, not a file"
        case .link:
            try FileManager.default.moveItem(atPath: path, toPath: path + ".real")
            symlink(path + ".real", path)
            words = "is a symbolic link, not a file"
        case .folder:
            unlink(path)
            mkdir(path, 0o750)
            words = "is a folder, not a file"
        case .step:
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seek(toOffset: UInt64(HeadLayout.stepOffset))
            try handle.write(contentsOf: Data(count: 8))
            words = "is damaged: the step cannot be true"
        }
        let seen = try await fixture.store.observe([file])[0]
        switch seen.content {
        case .missing: #expect(harm == .removed)
        case .damaged(let found): #expect(found.hasPrefix(words) && !words.isEmpty, "\(found)")
        default: Issue.record("\(seen)")
        }
        #expect(exists(file.path, fixture) != (harm == .removed))
        #expect(!exists("quarantine", fixture))
    }

    @Test func `holes are seen, and many files are looked at in pieces`() async throws {
        let fixture = try StoreFixture()
        let count = JournaledStore.largestPiece * 2 + 1
        let files = try (1...count).map { try fixture.file($0) }
        for result in await fixture.store.create(files, start: start) { try result.get() }
        let sparse = fixture.path(files[count - 1])
        let bytes = try Data(contentsOf: URL(filePath: sparse))
        let handle = try #require(FileHandle(forWritingAtPath: sparse))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: bytes.prefix(2_000))
        try handle.truncate(atOffset: UInt64(bytes.count))
        let seen = try await fixture.store.observe(files)
        #expect(seen.count == count && seen.dropLast().allSatisfy(\.isWhole))
        #expect(seen.last?.isWhole == false)
    }

    @Test func `rows that cannot be written are told with the file they wait for`() async throws {
        let (fixture, file) = try await fixture()
        let path = fixture.path(file)
        unlink(path)
        mkdir(path, 0o750)
        symlink("nowhere/at/all", "\(fixture.folder.path)/quarantine")
        await #expect(throws: StoreFailure.self) { try await fixture.store.settle([file.path]) }
        let seen = try await fixture.store.observe([file])[0]
        #expect(seen.trouble?.words.contains("cannot be") == true)
        #expect(seen.newest == start.advanced(seconds: 120))
    }

    // MARK: What belongs to nobody

    @Test func `what belongs to no data source is found with its size, what is young is not`()
        async throws
    {
        let (fixture, file) = try await fixture()
        try put("123", at: "rrd/1/9.rrd", fixture)
        try put("1234", at: "rrd/1/1.rrdAbC123", fixture)
        try put("12345", at: "rrd/notes.txt", fixture)
        try put("123456", at: "rrd/1/deep/er/file", fixture)
        symlink("/etc", "\(fixture.folder.path)/rrd/link")
        try put("1", at: "rrd/2/young.rrd", fixture)
        try age("rrd/2/young.rrd", fixture, seconds: OrphanFile.youngestSeconds - 1)
        let known = file.path
        let found = try await fixture.store.orphans { $0 == known }
        #expect(
            found.files.map(\.file) == [
                "rrd/notes.txt", "rrd/1/deep/er/file", "rrd/1/9.rrd", "rrd/1/1.rrdAbC123",
            ])
        #expect(found.count == 4 && found.bytes == 18)
        #expect(found.files.allSatisfy { $0.ageSeconds == OrphanFile.youngestSeconds })
    }

    @Test func `a purge moves them to a folder of its own, and takes empty folders along`()
        async throws
    {
        let (fixture, file) = try await fixture()
        try put("123", at: "rrd/8/9.rrd", fixture)
        try put("1234", at: "rrd/1/1.rrdAbC123", fixture)
        let known = file.path
        let first = try await fixture.store.purge { $0 == known }
        let folder = try #require(first.folder)
        #expect(folder == "archive/20231114T221420Z")
        #expect(first.moved.count == 2 && first.moved.bytes == 7 && first.kept.isEmpty)
        let moved = try String(
            contentsOfFile: "\(fixture.folder.path)/\(folder)/rrd/8/9.rrd", encoding: .utf8)
        #expect(moved == "123" && exists("\(folder)/rrd/1/1.rrdAbC123", fixture))
        #expect(!exists("rrd/8", fixture) && exists(file.path, fixture))
        // Within the same second, and never over what is there.
        try put("other", at: "rrd/8/9.rrd", fixture)
        let second = try await fixture.store.purge { $0 == known }
        #expect(second.folder == folder + ".1")
        let nothing = try await fixture.store.purge { $0 == known }
        #expect(nothing.folder == nil && nothing.moved.count == 0)
        #expect(!exists(folder + ".2", fixture))
    }

    @Test func `what waits for a purged file goes with it, and no start brings it back`()
        async throws
    {
        let (fixture, file) = try await fixture()
        #expect(fixture.store.counters.rowsWaiting == 1)
        try age(file.path, fixture, seconds: 86_400)
        let result = try await fixture.store.purge(unless: nobody)
        let folder = try #require(result.folder)
        #expect(fixture.store.counters.rowsWaiting == 0)
        let head = FileHead()
        try head.read("\(fixture.folder.path)/\(folder)/\(file.path)", horizon: start)
        #expect(head.lastUpdate == start.advanced(seconds: 120))
        let restarted = try fixture.afterDeath()
        #expect(restarted.store.counters.rowsWaiting == 0)
        await restarted.store.stop()
        #expect(!exists(file.path, restarted))
    }

    @Test func `a file that became known meanwhile stays`() async throws {
        let (fixture, file) = try await fixture()
        try await fixture.store.settle([file.path])
        try age(file.path, fixture, seconds: 86_400)
        let asked = Counter()
        let known = file.path
        let result = try await fixture.store.purge { $0 == known && asked.next() > 1 }
        #expect(result.moved.count == 0 && result.folder == nil)
        #expect(result.kept.map(\.reason) == ["belongs to a data source meanwhile"])
        #expect(exists(file.path, fixture))
    }

    @Test func `a file that cannot be moved stays, with the reason`() async throws {
        let (fixture, file) = try await fixture()
        try put("123", at: "rrd/8/9.rrd", fixture)
        try fixture.folder.write("in the way", to: "archive")
        let known = file.path
        await #expect {
            try await fixture.store.purge { $0 == known }
        } throws: { error in
            (error as? ArchiveFailure)?.words.contains("Not a directory") == true
        }
        #expect(exists("rrd/8/9.rrd", fixture))
    }

    // MARK: Quarantine, and other machines

    @Test func `the quarantine is told with its reasons`() async throws {
        let (fixture, file) = try await fixture()
        #expect(try await fixture.store.quarantined() == QuarantineTally())
        try fixture.folder.write("no round-robin file", to: file.path)
        try await fixture.store.settle([file.path])
        let found = try await fixture.store.quarantined()
        let only = try #require(found.files.first)
        #expect(found.count == 1 && only.bytes == 19)
        #expect(only.file.hasPrefix("quarantine/") && only.file.hasSuffix("-rrd-1-1.rrd"))
        #expect(only.reason?.contains("is not a round-robin file") == true)
    }

    @Test func `files of another machine are not looked after`() async throws {
        let folder = try TemporaryFolder()
        let store = JournaledStore(
            CachedFiles(.unix(path: "/nowhere/rrdcached.sock")), folder: folder.path,
            timekeeper: ManualClock(1_700_000_000),
            logger: StoreFixture.silent)
        let place = try #require(ArchivePlace("rrd/1/1.rrd"))
        await #expect(throws: ArchiveFailure.elsewhere) { try await store.info(place) }
        await #expect(throws: ArchiveFailure.elsewhere) {
            try await store.observe([StoreFixture.file()])
        }
        await #expect(throws: ArchiveFailure.elsewhere) { try await store.purge(unless: nobody) }
        await store.stop()
        await #expect(throws: ArchiveFailure.store(.stopped)) { try await store.quarantined() }
    }
}

/// Counts how often it was asked.
private final class Counter: @unchecked Sendable {
    // @unchecked: only the writer's thread asks.
    private var count = 0

    func next() -> Int {
        count += 1
        return count
    }
}
