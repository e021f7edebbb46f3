import Foundation
import Synchronization
import TestSupport
import Testing

@testable import PollerRRD

/// A disk that hangs, and what lies in the journal's folder that nobody of us put there.
@Suite struct JournalEndTests {
    /// A disk that takes nothing until it is let go.
    private final class HangingDisk: Sendable {
        let asked = Atomic(false)
        private let gate = DispatchSemaphore(value: 0)

        func sync() -> Int32 {
            asked.store(true, ordering: .relaxed)
            gate.wait()
            gate.signal()
            return 0
        }

        func letGo() { gate.signal() }
    }

    @Test func `a disk that hangs does not hang the end, and what it has not taken is told`()
        async throws
    {
        let folder = try TemporaryFolder()
        let disk = HangingDisk()
        let syncer = JournalSyncer(folder: folder.path) { _ in disk.sync() }
        let first = try JournalSegment(folder: folder.path, number: 1)
        syncer.wrote(first)
        try await waitUntil("the disk is asked") { disk.asked.load(ordering: .relaxed) }
        let second = try JournalSegment(folder: folder.path, number: 2)
        syncer.wrote(first)
        syncer.wrote(second)
        let end = await syncer.stopAside(patienceMilliseconds: 50)
        #expect(end == .late(unsynced: [first.path, second.path]))
        disk.letGo()
        #expect(await syncer.stopAside(patienceMilliseconds: 60_000) == .done)
    }

    @Test func `many ends at a time hold no thread that others need`() async throws {
        let disk = HangingDisk()
        let folder = try TemporaryFolder()
        let syncer = JournalSyncer(folder: folder.path) { _ in disk.sync() }
        syncer.wrote(try JournalSegment(folder: folder.path, number: 1))
        await withTaskGroup(of: Void.self) { group in
            // More than the cooperative pool has threads.
            for _ in 0..<100 {
                group.addTask {
                    #expect(await syncer.stopAside(patienceMilliseconds: 60_000) == .done)
                }
            }
            group.addTask { disk.letGo() }
        }
    }

    @Test func `a pipe in the place of the count of deaths holds nothing up`() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/\(Deaths.name)"
        try #require(mkfifo(path, 0o600) == 0)
        var deaths = Deaths(folder: folder.path)
        #expect(deaths.isEmpty)
        #expect(deaths.count("rrd/1/1.rrd") == 1)
        // It is a file from then on.
        #expect(!Deaths(folder: folder.path).isEmpty)
    }

    @Test func `counts of deaths that are too many or behind a link are not read`() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/\(Deaths.name)"
        try folder.write("2 rrd/1/1.rrd\n", to: "elsewhere")
        try #require(symlink("\(folder.path)/elsewhere", path) == 0)
        #expect(Deaths(folder: folder.path).isEmpty)
        try FileManager.default.removeItem(atPath: path)
        try folder.write("2 rrd/1/1.rrd\n", to: Deaths.name)
        #expect(!Deaths(folder: folder.path).isEmpty)
        try #require(truncate(path, 2 << 20) == 0)
        #expect(Deaths(folder: folder.path).isEmpty)
    }
}
