import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

private typealias Fixture = ReshapeFixture

@Suite struct ReshapeTests {
    private let start = ReshapeFixture.midnight

    /// A counter of 1000 a second, every `interval` seconds, up to `seconds` behind midnight.
    private func steady(
        _ fixture: ReshapeFixture, step: Int64, interval: Int64, until seconds: Int64
    ) throws {
        let file = try Fixture.file(
            step: step, kind: .counter,
            [
                Fixture.archive(.average, 1, 300), Fixture.archive(.average, 6, 200),
                Fixture.archive(.maximum, 6, 200),
            ])
        try fixture.make("f.rrd", file, start: start - 1)
        var times = Array(stride(from: Int64(0), through: seconds, by: Int(interval)))
        if times.last != seconds { times.append(seconds) }
        try fixture.feed("f.rrd", times.map { "\(start + $0):\(5_000_000 + $0 * 1_000)" })
    }

    @Test(arguments: [(300, 60), (60, 300), (300, 10), (60, 60), (300, 300), (60, 420)])
    func `a steady rate stays what it is to the newest second`(from: Int64, to: Int64) throws {
        let fixture = try Fixture()
        // An odd number of seconds, in the middle of steps and rows.
        let seconds: Int64 = 20 * 3_600 + 137
        try steady(fixture, step: from, interval: 60, until: seconds)
        try fixture.reshape(
            "f.rrd",
            to: try Fixture.file(
                step: to, kind: .counter,
                [
                    Fixture.archive(.average, 1, 400), Fixture.archive(.average, 12, 100),
                    Fixture.archive(.maximum, 12, 100), Fixture.archive(.minimum, 4, 100),
                    Fixture.archive(.last, 4, 100),
                ]))
        try fixture.feed(
            "f.rrd",
            (Int64(1)...50).map {
                "\(start + seconds + $0 * 60):\(5_000_000 + (seconds + $0 * 60) * 1_000)"
            })
        let contents = try fixture.contents("f.rrd")
        for position in contents.archives.indices {
            let rows = contents.rows(position)
            for row in rows where row.start >= start + 300 {
                // What is older than the old file reached cannot be known.
                let isReached = row.start >= start + seconds - 300 * from
                if isReached { #expect(isNear(row.value, 1_000), "\(position) \(row)") }
            }
            #expect(rows.last?.value.isNaN == false)
        }
    }

    @Test func `the first difference after it is taken from the newest value before it`() throws {
        let fixture = try Fixture()
        try steady(fixture, step: 300, interval: 300, until: 3_750)
        let before = try fixture.contents("f.rrd")
        let file = try Fixture.file(
            step: 60, kind: .counter, [Fixture.archive(.average, 1, 100)])
        try fixture.reshape("f.rrd", to: file)
        let after = try fixture.contents("f.rrd")
        #expect(after.lastUpdate == before.lastUpdate)
        #expect(after.sources[0].lastText == before.sources[0].lastText)
        #expect(after.sources[0].lastText == "8750000")
        // 30 s of the minute are over, at 1000 a second.
        #expect(isNear(after.sources[0].sum, 30_000) && after.sources[0].unknownSeconds == 0)
    }

    @Test func `sources go by name, new ones begin unknown`() throws {
        let fixture = try Fixture()
        let archives = [Fixture.archive(.average, 1, 100), Fixture.archive(.maximum, 5, 50)]
        try fixture.make(
            "f.rrd", try Fixture.file(step: 60, names: ["a", "b"], archives), start: start)
        try fixture.feed("f.rrd", (Int64(1)...90).map { "\(start + $0 * 60):\($0):\($0 * 2)" })
        let before = try fixture.contents("f.rrd")
        let report = try fixture.reshape(
            "f.rrd", to: try Fixture.file(step: 60, names: ["c", "b"], archives))
        #expect(
            report.plan.changes == [
                .sourceAdded("c"), .sourceRemoved("a"),
            ])
        try fixture.feed("f.rrd", (Int64(91)...100).map { "\(start + $0 * 60):7:\($0 * 2)" })
        let after = try fixture.contents("f.rrd")
        #expect(after.sources.map(\.name) == ["c", "b"])
        let old = before.known(0, source: 1).map(\.value)
        #expect(
            after.known(0, source: 1).map(\.value) == old + (Int64(91)...100).map { Double($0) * 2 }
        )
        #expect(after.known(0, source: 0).map(\.value) == Array(repeating: 7, count: 10))
        #expect(after.known(1, source: 0).map(\.value) == [7, 7])
    }

    @Test func `a gauge that becomes a counter begins unknown`() throws {
        let fixture = try Fixture()
        let archives = [Fixture.archive(.average, 1, 100)]
        try fixture.make("f.rrd", try Fixture.file(step: 60, archives), start: start)
        try fixture.feed("f.rrd", (Int64(1)...90).map { "\(start + $0 * 60):\($0)" })
        let report = try fixture.reshape(
            "f.rrd", to: try Fixture.file(step: 60, kind: .counter, archives))
        #expect(
            report.plan.changes == [
                .kind(source: "v", from: "GAUGE", to: "COUNTER", keepsHistory: false)
            ])
        let after = try fixture.contents("f.rrd")
        #expect(after.sources[0].lastText == "U" && after.known(0).isEmpty)
    }

    @Test(arguments: [
        ("DERIVE", "7", "7"), ("DERIVE", "-7", "U"), ("ABSOLUTE", "7", "U"),
        ("DCOUNTER", "7.5", "U"), ("COUNTER", "7", "7"),
    ])
    func `rates of other kinds keep their history, and their count where it goes on`(
        kind: String, text: String, kept: String
    ) throws {
        let fixture = try Fixture()
        try RRDLibrary.create(
            fixture.path("f.rrd"), step: try #require(Step(seconds: 60)), lastUpdate: start,
            definitions: ["DS:v:\(kind):300:-100:1000000", "RRA:AVERAGE:0.5:1:50"])
        let values = kind == "ABSOLUTE" ? ["60", "60"] : ["0", "60"]
        try fixture.feed(
            "f.rrd",
            [
                "\(start + 60):\(values[0])", "\(start + 120):\(values[1])",
                "\(start + 180):\(text)",
            ])
        let report = try fixture.reshape(
            "f.rrd",
            to: try Fixture.file(
                step: 60, heartbeat: 300, kind: .counter, [Fixture.archive(.average, 1, 60)]))
        #expect(report.plan.changes.contains(.boundsDropped(source: "v")))
        let after = try fixture.contents("f.rrd")
        #expect(after.sources[0].lastText == kept)
        #expect(after.known(0).contains { $0.end == start + 120 && isNear($0.value, 1) })
    }

    @Test func `unknown stretches stay unknown, also between finer and coarser rows`() throws {
        let fixture = try Fixture()
        let archives = [Fixture.archive(.average, 1, 600), Fixture.archive(.average, 5, 200)]
        try fixture.make("f.rrd", try Fixture.file(step: 60, archives), start: start)
        // Unknown from 100 min to 130 min, and for the newest 20 s.
        var rows = (Int64(1)...300).map {
            "\(start + $0 * 60):\((101...130).contains($0) ? "U" : "5")"
        }
        rows.append("\(start + 18_020):U")
        try fixture.feed("f.rrd", rows)
        try fixture.reshape(
            "f.rrd",
            to: try Fixture.file(
                step: 30,
                [
                    Fixture.archive(.average, 1, 800), Fixture.archive(.average, 20, 200),
                    Fixture.archive(.maximum, 20, 200), Fixture.archive(.last, 20, 200),
                ]))
        let after = try fixture.contents("f.rrd")
        for position in after.archives.indices {
            for row in after.rows(position) where row.start >= start {
                let isUnknown = row.start >= start + 6_000 && row.end <= start + 7_800
                #expect(row.value.isNaN == isUnknown, "\(position) \(row)")
                if !isUnknown { #expect(row.value == 5) }
            }
        }
        #expect(after.sources[0].unknownSeconds == 20 && after.sources[0].sum.isNaN)
    }

    @Test func `extremes and newest values stay those of what they cover`() throws {
        let fixture = try Fixture()
        let functions: [ConsolidationFunction] = [.average, .minimum, .maximum, .last]
        let archives = functions.map { Fixture.archive($0, 1, 200) }
        try fixture.make("f.rrd", try Fixture.file(step: 60, archives), start: start)
        try fixture.feed("f.rrd", (Int64(1)...100).map { "\(start + $0 * 60):\($0 % 10)" })
        try fixture.reshape(
            "f.rrd",
            to: try Fixture.file(step: 300, functions.map { Fixture.archive($0, 2, 20) }))
        let after = try fixture.contents("f.rrd")
        // Rows of ten values, 1 … 9 and 0.
        for row in after.known(0) { #expect(isNear(row.value, 4.5)) }
        #expect(after.known(0).count == 10)
        #expect(after.known(1).map(\.value) == Array(repeating: 0, count: 10))
        #expect(after.known(2).map(\.value) == Array(repeating: 9, count: 10))
        #expect(after.known(3).map(\.value) == Array(repeating: 0, count: 10))
    }

    @Test func `a peak in the step in progress is not lost on the way to a coarser one`() throws {
        let fixture = try Fixture()
        let archives = [Fixture.archive(.average, 1, 100), Fixture.archive(.maximum, 1, 100)]
        try fixture.make("f.rrd", try Fixture.file(step: 60, archives), start: start)
        try fixture.feed(
            "f.rrd", (Int64(1)...12).map { "\(start + $0 * 60):\($0 == 11 ? 100 : 1)" })
        try fixture.reshape(
            "f.rrd", to: try Fixture.file(step: 300, [Fixture.archive(.maximum, 4, 10)]))
        try fixture.feed("f.rrd", (Int64(13)...20).map { "\(start + $0 * 60):1" })
        #expect(try fixture.contents("f.rrd").known(0).map(\.value) == [100])
    }

    @Test func `where a function is missing the means stand for it`() throws {
        let fixture = try Fixture()
        try fixture.make(
            "f.rrd",
            try Fixture.file(
                step: 60, [Fixture.archive(.average, 1, 60), Fixture.archive(.average, 10, 50)]),
            start: start)
        try fixture.feed("f.rrd", (Int64(1)...300).map { "\(start + $0 * 60):\($0 % 10)" })
        try fixture.reshape(
            "f.rrd",
            to: try Fixture.file(
                step: 60, [Fixture.archive(.average, 1, 60), Fixture.archive(.maximum, 10, 50)]))
        let after = try fixture.contents("f.rrd")
        #expect(after.known(1).suffix(6).map(\.value) == Array(repeating: 9, count: 6))
        let older = after.known(1).dropLast(6)
        #expect(older.count == 24)
        #expect(older.allSatisfy { isNear($0.value, 4.5) })
    }

    @Test func `archives that stay are the same to the bit`() throws {
        let fixture = try Fixture()
        try fixture.make(
            "f.rrd", try Fixture.file(step: 300, Profiles.fiveMinutes), start: start)
        var random = SeededGenerator(seed: 4)
        try fixture.feed(
            "f.rrd",
            (Int64(1)...3_000).map {
                "\(start + $0 * 300 + 17):\(Double.random(in: 0...1e9, using: &random))"
            })
        let before = try fixture.contents("f.rrd")
        try fixture.reshape(
            "f.rrd",
            to: try Fixture.file(
                step: 300, Profiles.fiveMinutes + [Fixture.archive(.average, 12, 500)]))
        let after = try fixture.contents("f.rrd")
        for (old, new) in zip(before.archives, after.archives) {
            #expect(zip(old.values, new.values).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
            #expect(
                old.stepsPerRow == 1
                    || old.states[0].value.bitPattern == new.states[0].value.bitPattern)
        }
        #expect(after.known(16).count == 250)
    }

    @Test func `Cacti's archives become ours of one minute, and rrdtool reads them`() async throws {
        let fixture = try Fixture()
        let old = try Fixture.file(
            step: 300, kind: .counter, names: ["in", "out"], Profiles.fiveMinutes)
        try fixture.make("f.rrd", old, start: start)
        var random = SeededGenerator(seed: 7)
        var counts = (UInt64(0), UInt64(0))
        try fixture.feed(
            "f.rrd",
            (Int64(1)...12_000).map {
                counts.0 += .random(in: 0...300_000, using: &random)
                counts.1 += .random(in: 0...300_000, using: &random)
                return "\(start + $0 * 300 - 17):\(counts.0):\(counts.1)"
            })
        let new = try Fixture.file(
            step: 60, kind: .counter, names: ["in", "out"], Profiles.oneMinute)
        let report = try fixture.reshape("f.rrd", to: new)
        #expect(report.archives.count == 4)
        for archive in report.archives {
            for source in archive.sources {
                let (before, after) = (source.before, source.after)
                #expect(before.knownSeconds > 0)
                #expect(isNear(before.integral, after.integral, 0.001), "\(archive)")
            }
        }
        let rrdtool = try #require(Program.find("rrdtool"), "rrdtool is not installed")
        let info = try await Program.run(rrdtool, ["info", fixture.path("f.rrd")])
        #expect(info.output.contains("step = 60\n"))
        #expect(info.output.contains("ds[in].last_ds = \"\(counts.0)\""))
        let dump = try await Program.run(rrdtool, ["dump", fixture.path("f.rrd")])
        #expect(dump.status == 0 && dump.output.contains("<cf>MAX</cf>"))
    }
}
