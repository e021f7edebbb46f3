import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

/// Round-robin files of librrd's own making in a folder of their own, to be reshaped.
struct ReshapeFixture {
    /// Midnight of a day, so that rows of all lengths begin here.
    static let midnight: Int64 = 1_699_920_000

    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func path(_ name: String) -> String { "\(folder.path)/\(name)" }
    var undo: String { path("undo/1/old.rrd") }

    static func file(
        step: Int64, heartbeat: Int64 = 86_400, kind: DataSourceKind = .gauge,
        names: [String] = ["v"], _ archives: [RoundRobinArchive]
    ) throws -> RoundRobinFile {
        RoundRobinFile(
            path: "rrd/1/1.rrd", step: try #require(Step(seconds: step)),
            heartbeatSeconds: heartbeat, sources: names.map { .init(name: $0, kind: kind) },
            archives: archives)
    }

    static func archive(
        _ function: ConsolidationFunction, _ steps: Int, _ rows: Int, unknownShare: Double = 0.5
    ) -> RoundRobinArchive {
        .init(function: function, stepsPerRow: steps, rows: rows, unknownShare: unknownShare)
    }

    /// Makes a file that has been empty since `start`.
    func make(_ name: String, _ file: RoundRobinFile, start: Int64) throws {
        try RRDLibrary.create(
            path(name), step: file.step, lastUpdate: start, definitions: file.definitions)
    }

    /// Adds rows in librrd's own form.
    func feed(_ name: String, _ rows: [String]) throws {
        for first in stride(from: 0, to: rows.count, by: 500) {
            try RRDLibrary.update(
                path(name), rows: Array(rows[first..<min(first + 500, rows.count)]))
        }
    }

    func contents(_ name: String) throws -> RoundRobinContents {
        let now = Timestamp(seconds: Self.midnight + 100_000_000)
        return try ContentsReader.contents(
            try ContentsReader.bytes(path(name), horizon: now), horizon: now)
    }

    @discardableResult
    func reshape(_ name: String, to file: RoundRobinFile) throws -> ReshapeReport {
        try Reshaper.reshape(
            path(name), to: file, keepOldAt: path("undo/\(UUID().uuidString)"),
            horizon: Timestamp(seconds: Self.midnight + 100_000_000))
    }
}

/// One row of an archive and one data source.
struct SeenRow {
    /// Seconds.
    let start: Int64
    let end: Int64
    let value: Double
}

extension RoundRobinContents {
    /// The rows of one archive, oldest first.
    func rows(_ archive: Int, source: Int = 0) -> [SeenRow] {
        let own = archives[archive]
        let length = rowSeconds(own)
        return (0..<own.rowCount).map { row in
            let begin = start(own) + Int64(row) * length
            return SeenRow(
                start: begin, end: begin + length,
                value: own.values[row * sources.count + source])
        }
    }

    func known(_ archive: Int, source: Int = 0) -> [SeenRow] {
        rows(archive, source: source).filter { !$0.value.isNaN }
    }
}

func isNear(_ one: Double, _ other: Double, _ tolerance: Double = 1e-9) -> Bool {
    one.isNaN && other.isNaN || abs(one - other) <= tolerance * max(abs(one), abs(other), 1)
}

/// Cacti's default profile and our two finer ones (`Resources/profiles`).
enum Profiles {
    static let fiveMinutes = [(1, 600), (6, 700), (24, 775), (288, 797)].flatMap { steps, rows in
        ConsolidationFunction.allCases.map { ReshapeFixture.archive($0, steps, rows) }
    }
    static let oneMinute =
        [ReshapeFixture.archive(.average, 1, 1_500)]
        + [(10, 1_020), (60, 780), (720, 760)].flatMap { steps, rows in
            [
                ReshapeFixture.archive(.average, steps, rows),
                .init(
                    function: .maximum, stepsPerRow: steps, rows: rows),
            ]
        }
    static let tenSeconds =
        [ReshapeFixture.archive(.average, 1, 8_700)]
        + [(60, 1_020), (360, 780), (4_320, 760)].flatMap { steps, rows in
            [
                ReshapeFixture.archive(.average, steps, rows),
                .init(
                    function: .maximum, stepsPerRow: steps, rows: rows),
            ]
        }
}
