import Foundation
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

/// The guard takes every file that is sound: one that it refused would be moved away, and with it
/// its history.
@Suite struct SoundFileTests {
    private let horizon = Timestamp(seconds: 1 << 40)

    @Test func `every shape that is shipped passes`() throws {
        let (catalogue, problems) = (ShippedCatalogue.catalogue, ShippedCatalogue.problems)
        try #require(problems.isEmpty, "\(problems)")
        let folder = try TemporaryFolder()
        let head = FileHead()
        var count = 0
        for template in catalogue.dataTemplates.values {
            for profile in catalogue.profiles.values {
                count += 1
                let source = DataSource(
                    id: DataSourceID(Int64(count)), device: DeviceID(1), template: template.name,
                    row: nil, profile: profile.name, width: .wide,
                    createdAt: Timestamp(seconds: 1_700_000_000))
                let file = try #require(RoundRobinFile(dataSource: source, catalogue: catalogue))
                let path = "\(folder.path)/\(count).rrd"
                try RRDLibrary.create(
                    path, step: file.step, lastUpdate: 1_700_000_000, definitions: file.definitions)
                try head.read(path, horizon: horizon)
                #expect(head.hasSources(file.sources))
                #expect(head.archives == file.archives)
                #expect(head.isWhole)
            }
        }
        #expect(count >= 30)
    }

    @Test(.enabled(if: Program.find("rrdtool") != nil, "rrdtool is not installed"))
    func `files that rrdtool makes pass, forecasts included`() async throws {
        let folder = try TemporaryFolder()
        let rrdtool = try #require(Program.find("rrdtool"))
        let head = FileHead()
        let shapes = [
            ["DS:a:DERIVE:600:0:U", "DS:b:ABSOLUTE:600:U:1e9", "RRA:AVERAGE:0:1:100"],
            ["DS:a:DCOUNTER:600:U:U", "DS:b:DDERIVE:600:-5:5", "RRA:MIN:0.9:1:10"],
            [
                "DS:a:GAUGE:1:U:U", "DS:b:COUNTER:315360000:0:18446744073709551615",
                "RRA:LAST:0:7:9",
            ],
            ["DS:a:GAUGE:600:U:U", "DS:b:GAUGE:600:U:U", "RRA:HWPREDICT:300:0.1:0.0035:30"],
            ["DS:a:GAUGE:600:U:U", "DS:b:GAUGE:600:U:U", "RRA:MHWPREDICT:300:0.1:0.0035:30"],
            [
                "DS:a:COUNTER:600:U:U", "DS:b:GAUGE:600:U:U", "RRA:AVERAGE:0.5:1:600",
                "RRA:HWPREDICT:300:0.1:0.0035:30:3", "RRA:SEASONAL:30:0.1:2:smoothing-window=0.5",
                "RRA:DEVSEASONAL:30:0.1:2", "RRA:DEVPREDICT:300:4", "RRA:FAILURES:30:7:9:4",
            ],
        ]
        for (number, shape) in shapes.enumerated() {
            let path = "\(folder.path)/\(number).rrd"
            let made = try await Program.run(
                rrdtool, ["create", path, "--start", "1700000000", "--step", "300"] + shape)
            try #require(made.status == 0, "\(shape): \(made.errors)")
            try head.read(path, horizon: horizon)
            for round in 1...4 {
                let rows = (0..<60).map { row in
                    let time = 1_700_000_000 + (round * 60 + row) * 300
                    return "\(time):\(time % 977):\(row.isMultiple(of: 7) ? "U" : "\(row)")"
                }
                let updated = try await Program.run(rrdtool, ["update", path] + rows)
                try #require(updated.status == 0, "\(shape): \(updated.errors)")
                try head.read(path, horizon: horizon)
            }
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a hundred files with all kinds of content pass, and read as they were written`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder()
        let head = FileHead()
        for number in 0..<100 {
            let content = RandomContent(&generator)
            let path = "\(folder.path)/\(number).rrd"
            try RRDLibrary.create(
                path, step: content.file.step, lastUpdate: content.start - 1,
                definitions: content.file.definitions)
            var written: PackedRows?
            for rows in content.batches {
                var text = RowText()
                text.set(rows, from: 0, places: Array(0..<content.file.sources.count))
                try text.withRows { rows, count throws(RRDLibrary.Failure) in
                    try RRDLibrary.update(path, rows: rows, count: count)
                }
                written = rows
                do {
                    try head.read(path, horizon: horizon)
                } catch {
                    Issue.record("seed \(seed), file \(number): \(error.words)")
                    continue
                }
                let last = rows.row(rows.count - 1)
                #expect(head.lastUpdate == last.time, "seed \(seed), file \(number)")
                let texts = head.lastTexts
                for (source, value) in zip(content.file.sources, last.values) {
                    let read = RowText.value(texts[source.name] ?? "", kind: source.kind)
                    #expect(read == value, "seed \(seed), file \(number), \(source.name)")
                }
            }
            #expect(written != nil)
        }
    }
}

/// A file and rows for it, of every kind there is.
private struct RandomContent {
    let file: RoundRobinFile
    let start: Int64
    private(set) var batches: [PackedRows] = []

    init(_ generator: inout SeededGenerator) {
        start = .random(in: 400_000_000...1_800_000_000, using: &generator)
        let step = Step(
            seconds: [1, 10, 60, 300, 3_600, 86_400].randomElement(using: &generator) ?? 60)
        guard let step else { preconditionFailure("all of these are steps") }
        let kinds = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
            DataSourceKind.allCases.randomElement(using: &generator) ?? .gauge
        }
        file = RoundRobinFile(
            path: "rrd/1/1.rrd", step: step,
            heartbeatSeconds: step.seconds * .random(in: 1...3, using: &generator),
            sources: kinds.enumerated().map { .init(name: "s\($0)", kind: $1) },
            archives: (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                RoundRobinArchive(
                    function: ConsolidationFunction.allCases.randomElement(using: &generator)
                        ?? .last,
                    stepsPerRow: .random(in: 1...300, using: &generator),
                    rows: .random(in: 1...500, using: &generator),
                    unknownShare: .random(in: 0..<1, using: &generator))
            })
        var time = start * 1_000
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            var rows = PackedRows(valueCount: kinds.count)
            for _ in 0..<Int.random(in: 1...60, using: &generator) {
                // Mostly a step apart, at times a second or a thousand steps.
                let steps: Int64 =
                    [1_000, 1_000, 1_000, 3, 1_000_000].randomElement(using: &generator) ?? 1
                time += max(1, step.seconds * Int64.random(in: 1...steps, using: &generator))
                rows.append(
                    RoundRobinRow(
                        time: Timestamp(milliseconds: time),
                        values: kinds.map { Self.value($0, &generator) }))
            }
            batches.append(rows)
        }
    }

    private static func value(
        _ kind: DataSourceKind, _ generator: inout SeededGenerator
    ) -> RoundRobinValue {
        if Int.random(in: 0..<8, using: &generator) == 0 { return .unknown }
        switch kind {
        case .counter:
            let bits = UInt64.random(in: 0 ... .max, using: &generator)
            return .counter(bits >> UInt64.random(in: 0...63, using: &generator))
        case .gauge:
            let bits = UInt64.random(in: 0 ... .max, using: &generator)
            let wild = Double(bitPattern: bits)
            let tame = Double.random(in: -1e6...1e6, using: &generator)
            return .gauge(Bool.random(using: &generator) && wild.isFinite ? wild : tame)
        }
    }
}
