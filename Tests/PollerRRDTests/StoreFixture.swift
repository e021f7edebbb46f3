import Foundation
import Logging
import PollerModel
import Synchronization
import TestSupport

@testable import PollerRRD

/// A store in a folder of its own.
struct StoreFixture {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let folder: TemporaryFolder
    /// Where the store keeps all it has.
    let state: String
    let clock: ManualClock
    let log = LogLines()
    let happened = ReportedEvents()
    let store: JournaledStore
    let renderer = RowRenderer()

    init(now: Int64 = 1_700_000_000) throws {
        try self.init(folder: TemporaryFolder(), now: now)
    }

    private init(folder: TemporaryFolder, now: Int64) throws {
        try self.init(folder: folder, state: folder.path, clock: ManualClock(now))
    }

    /// A store in the folder `state`, which may be on another disk.
    init(folder: TemporaryFolder, state: String, clock: ManualClock) throws {
        self.folder = folder
        self.state = state
        self.clock = clock
        let storage = RoundRobinStorage(folder: state)
        let log = log
        store = try JournaledStore(
            storage: storage, timekeeper: clock, logger: Logger(label: "test") { _ in log },
            events: happened)
    }

    /// What a start finds after a death at this moment: a copy of the folder.
    func afterDeath() throws -> StoreFixture {
        let copy = try TemporaryFolder()
        let files = FileManager.default
        for name in try files.contentsOfDirectory(atPath: folder.path) {
            try files.copyItem(
                atPath: "\(folder.path)/\(name)", toPath: "\(copy.path)/\(name)")
        }
        return try StoreFixture(folder: copy, now: clock.now.wall.seconds)
    }

    /// Two counters a minute.
    static func file(
        _ id: Int = 1, kind: DataSourceKind = .counter, names: [String] = ["in", "out"]
    ) throws -> RoundRobinFile {
        guard let step = Step(seconds: 60) else { throw Unexpected("60 s are a step") }
        return RoundRobinFile(
            path: "rrd/1/\(id).rrd", step: step, heartbeatSeconds: 120,
            sources: names.map { .init(name: $0, kind: kind) },
            archives: [
                .init(function: .average, stepsPerRow: 1, rows: 100),
                .init(function: .average, stepsPerRow: 10, rows: 50),
                .init(function: .maximum, stepsPerRow: 10, rows: 50),
            ])
    }

    func file(
        _ id: Int = 1, kind: DataSourceKind = .counter, names: [String] = ["in", "out"]
    ) throws -> RoundRobinFile { try Self.file(id, kind: kind, names: names) }

    /// Sets the wall clock; time does not pass, so that nothing is written for want of other work.
    func set(wall seconds: Int64) {
        clock.setWall(by: seconds * 1_000 - clock.now.wall.milliseconds)
    }

    func path(_ file: RoundRobinFile) -> String { "\(state)/\(file.path)" }

    func accept(_ update: RoundRobinUpdate) async throws {
        _ = try await store.update([update])[0].get()
    }
}

func row(_ seconds: Int64, _ values: RoundRobinValue...) -> RoundRobinRow {
    RoundRobinRow(time: Timestamp(seconds: seconds), values: values)
}

/// Keeps what is logged.
final class LogLines: LogHandler, Sendable {
    private let lines = Mutex<[(event: String, text: String)]>([])

    var metadata: Logger.Metadata {
        get { [:] }
        set { _ = newValue }
    }
    var logLevel: Logger.Level {
        get { .info }
        set { _ = newValue }
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set { _ = newValue }
    }

    func log(event: LogEvent) {
        let name = event.metadata?["event"].map { "\($0)" } ?? ""
        lines.withLock { $0.append((name, "\(event.message)")) }
    }

    func texts(_ event: String) -> [String] {
        lines.withLock { $0.filter { $0.event == event }.map(\.text) }
    }

    /// Without those of files that begin with their first row, as most do here: the daemon makes
    /// them when it adds a data source.
    var events: [String] {
        lines.withLock { $0.map(\.event).filter { $0 != "file.begun_anew" } }
    }
}

extension RRDLibrary {
    /// Rows as text, for tests that do without a store.
    static func update(_ path: String, rows: [String]) throws(Failure) {
        let owned = rows.map { strdup($0) }
        defer { for text in owned { free(text) } }
        let vector: [UnsafePointer<CChar>?] = owned.map { UnsafePointer($0) } + [nil]
        try vector.withUnsafeBufferPointer { buffer in
            Result { () throws(Failure) in
                guard let base = buffer.baseAddress else { return }
                try update(path, rows: base, count: Int32(rows.count))
            }
        }.get()
    }
}
