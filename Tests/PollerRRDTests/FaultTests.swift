import Foundation
import Glibc
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

/// Something else in the place of a file, while the store runs.
@Suite struct FaultTests {
    /// What is put in a file's place. Each ends in `quarantine/`.
    enum Fault: String, CaseIterable {
        case fifo = "is a FIFO"
        case folder = "is a folder"
        case link = "is a symbolic link"
        case socket = "is a socket"
        case nothing = "has 0 bytes"
        case cut = "bytes and should have"
        case long = "bytes and should have "
        case text = "is not a round-robin file"
        case oldMachine = "was made on another kind of machine"
        case newVersion = "is of a version of round-robin files that is not known"
        case computed = "has a computed data source, in, whose code is not run"
        case foreign = "holds load instead of in, out"
        case damaged = "is damaged: the step cannot be true"
        case ahead = "s ahead of the clock"

        /// Puts it at `path`, where a sound file was.
        func replace(_ path: String, in folder: TemporaryFolder) throws {
            var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
            try FileManager.default.removeItem(atPath: path)
            switch self {
            case .fifo: try check(mkfifo(path, 0o640))
            case .folder: try check(mkdir(path, 0o750))
            case .link:
                let target = try folder.write("precious", to: "target")
                try check(symlink(target, path))
            case .socket: try bindSocket(at: path)
            case .nothing: bytes = []
            case .cut: bytes.removeLast(100)
            case .long: bytes.append(0)
            case .text: bytes = Array("no round-robin file, but a rather long text\n".utf8)
            case .oldMachine: bytes.removeSubrange(12..<16)
            case .newVersion: bytes[7] = 0x37
            case .computed:
                bytes.replaceSubrange(148..<156, with: Array("COMPUTE\0".utf8))
            case .foreign:
                bytes = try HeadFixture(["DS:load:GAUGE:120:U:U", "RRA:AVERAGE:0.5:1:9"]).bytes
            case .damaged: bytes.replaceSubrange(40..<48, with: [UInt8](repeating: 0, count: 8))
            case .ahead:
                let layout = HeadLayout(version: 3, sourceCount: 2, archiveCount: 3)
                bytes.withUnsafeMutableBytes {
                    $0.storeBytes(
                        of: UInt64(4_200_000_000), toByteOffset: layout.lastUpdate, as: UInt64.self)
                }
            }
            switch self {
            case .fifo, .folder, .link, .socket: break
            default: try Data(bytes).write(to: URL(filePath: path))
            }
        }

        private func check(_ code: Int32) throws {
            guard code == 0 else {
                throw Unexpected("\(self): \(String(cString: strerror(errno)))")
            }
        }

        private func bindSocket(at path: String) throws {
            let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            try check(
                withUnsafePointer(to: &address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                    }
                })
        }
    }

    static let start: Int64 = 1_700_000_040

    @Test(.timeLimit(.minutes(10)), arguments: Fault.allCases)
    func `what lies in a file's place is moved away, and nothing that waits is lost`(
        fault: Fault
    ) async throws {
        let fixture = try StoreFixture(now: Self.start + 3_600)
        let files = [try fixture.file(1), try fixture.file(2), try fixture.file(3)]
        func accept(_ range: ClosedRange<Int>) async throws {
            for file in files {
                try await fixture.accept(
                    .init(file: file, rows: RoundRobinRow.counters(range, from: Self.start)))
            }
        }
        try await accept(0...3)
        try await fixture.store.settle(files.map(\.path))
        let bad = files[1]
        try fault.replace(fixture.path(bad), in: fixture.folder)
        // Whoever reads it meanwhile is told, and nothing hangs or ends.
        let early = await fixture.store.lastRows([bad])[0]
        if fault != .foreign { #expect(early.failure != nil) }
        // A foreign file is sound, and has nothing of what is drawn.
        if fault == .foreign {
            await #expect(throws: RenderFailure.self) { try await draw(bad, fixture) }
        } else {
            await #expect {
                try await draw(bad, fixture)
            } throws: { error in
                (error as? StoreFailure)?.words.contains(bad.path) == true
            }
        }

        try await accept(4...9)
        try await fixture.store.settle(files.map(\.path))
        for file in files {
            let last = try await fixture.store.lastRows([file])[0].get()
            #expect(last.time.seconds == Self.start + 9 * 60)
            let series = try await fixture.store.series(
                of: file, function: .average, start: Timestamp(seconds: Self.start),
                end: Timestamp(seconds: Self.start + 9 * 60 - 1))
            // The new file has the rows that waited, and none of those before.
            let known: [Double?] =
                file == bad ? Array(repeating: nil, count: 4) : [1_000, 1_000, 1_000, 1_000]
            #expect(series.rows.map { $0[0] } == known + [1_000, 1_000, 1_000, 1_000, 1_000])
            try await draw(file, fixture)
        }
        let home = "\(fixture.folder.path)/quarantine"
        let moved = try FileManager.default.contentsOfDirectory(atPath: home).sorted()
        try #require(moved.count == 2, "\(moved)")
        #expect(moved[0].hasSuffix("-rrd-1-2.rrd") && moved[1] == moved[0] + ".txt")
        let note = try String(contentsOfFile: "\(home)/\(moved[1])", encoding: .utf8)
        #expect(note.contains(fault.rawValue), "\(note)")
        #expect(fixture.log.events == ["file.quarantined"], "\(fixture.log.events)")
        let happened = fixture.happened.events
        #expect(happened.map(\.kind) == [.fileQuarantined], "\(happened)")
        #expect(happened[0].subject == .source(DataSourceID(2), of: DeviceID(1)))
        #expect(fixture.log.texts("file.quarantined")[0].contains(fault.rawValue))
        #expect(fixture.store.counters.filesInTrouble == 0)
        #expect(fixture.store.counters.filesQuarantined == 1)
        if fault == .link {
            let target = try String(
                contentsOfFile: "\(fixture.folder.path)/target", encoding: .utf8)
            #expect(target == "precious")
        }
    }

    @Test func `a file with holes gets its blocks before it is written, each time`() async throws {
        let fixture = try StoreFixture(now: Self.start + 3_600)
        let file = try fixture.file()
        let path = fixture.path(file)
        for round in 0..<2 {
            let rows = RoundRobinRow.counters(round * 10...round * 10 + 5, from: Self.start)
            try await fixture.accept(.init(file: file, rows: rows))
            try await fixture.store.settle([file.path])
            try punchHoles(in: path)
            try #require(blocks(of: path) * 512 < size(of: path), "the file system keeps no holes")
            let more = RoundRobinRow.counters(
                round * 10 + 6...round * 10 + 9, from: Self.start)
            try await fixture.accept(.init(file: file, rows: more))
            try await fixture.store.settle([file.path])
            #expect(blocks(of: path) * 512 >= size(of: path))
            #expect(fixture.log.texts("file.filled").count == round + 1)
        }
        let last = try await fixture.store.lastRows([file])[0].get()
        #expect(last.time.seconds == Self.start + 19 * 60)
        #expect(Set(fixture.log.events) == ["file.filled"])
    }

    @Test func `many files with one trouble make one line, and one when it is over`() async throws {
        let fixture = try StoreFixture(now: Self.start + 3_600)
        let files = try (1...20).map { try fixture.file($0) }
        // In the place of the folder of all files, so that none can be made.
        try fixture.folder.write("in the way", to: "rrd")
        for file in files {
            try await fixture.accept(
                .init(file: file, rows: RoundRobinRow.counters(0...9, from: Self.start)))
            await #expect(throws: StoreFailure.self) { try await fixture.store.settle([file.path]) }
        }
        #expect(fixture.store.counters.filesInTrouble == 20)
        #expect(fixture.log.events == ["file_failed"], "\(fixture.log.events)")
        // One of them is wanted no more; it is no trouble then.
        let gone = try fixture.file(21)
        try await fixture.accept(
            .init(file: gone, rows: RoundRobinRow.counters(0...9, from: Self.start)))
        await #expect(throws: StoreFailure.self) { try await fixture.store.settle([gone.path]) }
        _ = await fixture.store.remove([gone.path])
        #expect(fixture.store.counters.filesInTrouble == 20)
        // Nothing to write proves nothing of the journal.
        _ = await fixture.store.update([.init(file: files[0], rows: [])])
        // Rows are accepted all the same, and the answer says what is wrong.
        let more = await fixture.store.update(
            files.map { .init(file: $0, rows: RoundRobinRow.counters(10...10, from: Self.start)) })
        #expect(try more.allSatisfy { try $0.get().trouble != nil })
        try FileManager.default.removeItem(atPath: "\(fixture.folder.path)/rrd")
        fixture.clock.advance(milliseconds: 10_000)
        try await waitUntil("all files are written") { fixture.store.counters.rowsWaiting == 0 }
        #expect(fixture.log.events == ["file_failed", "file.recovered"])
        #expect(fixture.store.counters.rowsWritten == 220)
        #expect(fixture.store.counters.filesInTrouble == 0)
    }

    @Test func `a file that cannot be moved away is said once`() async throws {
        let fixture = try StoreFixture(now: Self.start + 3_600)
        let file = try fixture.file()
        try fixture.folder.write("in the way", to: "quarantine")
        try fixture.folder.write("no round-robin file", to: file.path)
        try await fixture.accept(
            .init(file: file, rows: RoundRobinRow.counters(0...9, from: Self.start)))
        for _ in 0..<5 {
            await #expect(throws: StoreFailure.self) { try await fixture.store.settle([file.path]) }
            fixture.clock.advance(milliseconds: 10_000)
        }
        #expect(fixture.log.events == ["file_failed"], "\(fixture.log.events)")
        #expect(fixture.log.texts("file_failed")[0].contains("quarantine"))
        try FileManager.default.removeItem(atPath: "\(fixture.folder.path)/quarantine")
        try await fixture.store.settle([file.path])
        #expect(fixture.log.events == ["file_failed", "file.quarantined", "file.recovered"])
    }

    @Test func `a definition that changes while its file cannot be written mixes no values`()
        async throws
    {
        let fixture = try StoreFixture(now: Self.start + 3_600)
        let (two, one) = (try fixture.file(), try fixture.file(names: ["other"]))
        try fixture.folder.write("in the way", to: "rrd")
        try await fixture.accept(
            .init(file: two, rows: RoundRobinRow.counters(0...9, from: Self.start)))
        let refused = await fixture.store.update([
            .init(file: one, rows: [row(Self.start + 600, .counter(1))])
        ])[0]
        #expect(refused.failure != nil)
        try FileManager.default.removeItem(atPath: "\(fixture.folder.path)/rrd")
        try await fixture.store.settle([two.path])
        #expect(try await fixture.store.lastRows([two])[0].get().time.seconds == Self.start + 540)
    }

    private func draw(_ file: RoundRobinFile, _ fixture: StoreFixture) async throws {
        try await fixture.draw(file, from: Self.start, to: Self.start + 600)
    }
}

/// A restore that leaves out blocks of zeros and unknown values alike.
func punchHoles(in path: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    try FileManager.default.removeItem(atPath: path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o640)
    guard descriptor >= 0 else { throw Unexpected(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    // Rows beyond the first page are left to the hole; they read as zeros, which they may be.
    let kept = min(bytes.count, 4_096)
    guard pwrite(descriptor, bytes, kept, 0) == kept, ftruncate(descriptor, off_t(bytes.count)) == 0
    else { throw Unexpected(String(cString: strerror(errno))) }
}

private func status(_ path: String) -> stat {
    var status = stat()
    lstat(path, &status)
    return status
}

func blocks(of path: String) -> Int { Int(status(path).st_blocks) }
func size(of path: String) -> Int { Int(status(path).st_size) }
