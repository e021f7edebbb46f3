import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

private typealias Fixture = ReshapeFixture

/// A random history, the layout it was written in, and the one it is to have.
private struct Case {
    let from: RoundRobinFile
    let to: RoundRobinFile
    /// Ascending; the first is one minute behind midnight or later. nil is unknown.
    let samples: [(seconds: Int64, value: Double?)]
    /// How many samples there are before the file is reshaped.
    let split: Int

    init(seed: UInt64, unknown: Double) throws {
        var random = SeededGenerator(seed: seed)
        from = try Self.file(&random)
        to = try Self.file(&random)
        let interval = Int64([10, 30, 60, 300].randomElement(using: &random) ?? 60)
        var samples: [(seconds: Int64, value: Double?)] = []
        var time = Fixture.midnight
        var isUnknown = false
        for _ in 0..<Int.random(in: 200...900, using: &random) {
            time += max(
                1, interval + Int64.random(in: -interval / 3...interval / 3, using: &random))
            if Double.random(in: 0..<1, using: &random) < unknown { isUnknown.toggle() }
            samples.append(
                (time, isUnknown ? nil : Double.random(in: -50...1_000, using: &random)))
        }
        self.samples = samples
        split = Int.random(in: samples.count / 3..<samples.count, using: &random)
    }

    private static func file(_ random: inout SeededGenerator) throws -> RoundRobinFile {
        let step = Int64([10, 30, 60, 300].randomElement(using: &random) ?? 60)
        var archives: [RoundRobinArchive] = []
        var steps = 1
        for _ in 0..<3 {
            for function in ConsolidationFunction.allCases
            where function == .average || Bool.random(using: &random) {
                archives.append(
                    Fixture.archive(
                        function, steps, Int.random(in: 30...300, using: &random)))
            }
            steps *= Int.random(in: 2...12, using: &random)
        }
        return try Fixture.file(step: step, archives)
    }

    var before: [String] { lines(samples[..<split]) }
    var after: [String] { lines(samples[split...]) }

    private func lines(_ samples: ArraySlice<(seconds: Int64, value: Double?)>) -> [String] {
        samples.map { "\($0.seconds):\($0.value.map { "\($0)" } ?? "U")" }
    }

    /// The true mean between two times; nil where it is not known throughout.
    func mean(_ start: Int64, _ end: Int64) -> Double? {
        guard start >= Fixture.midnight, end <= samples[split - 1].seconds else { return nil }
        var sum = 0.0
        var from = Fixture.midnight
        for sample in samples[..<split] {
            let overlap = min(end, sample.seconds) - max(start, from)
            from = sample.seconds
            guard overlap > 0 else { continue }
            guard let value = sample.value else { return nil }
            sum += Double(overlap) * value
        }
        return sum / Double(end - start)
    }
}

@Suite struct ReshapeTwinTests {
    @Test func `means stay true to the samples, whatever the layouts`() throws {
        for seed in UInt64(1)...200 {
            let fixture = try Fixture()
            let test = try Case(seed: seed, unknown: seed.isMultiple(of: 2) ? 0 : 0.02)
            try fixture.make("f.rrd", test.from, start: Fixture.midnight)
            try fixture.feed("f.rrd", test.before)
            let old = try fixture.contents("f.rrd")
            let report = try fixture.reshape("f.rrd", to: test.to)
            let new = try fixture.contents("f.rrd")
            for (position, archive) in new.archives.enumerated() {
                let length = new.rowSeconds(archive)
                // Where some archive of the old file tells whole rows, they are true, also where
                // a finer one tells only part of them.
                func isTold(_ row: SeenRow) -> Bool {
                    archive.function == .average
                        && old.archives.contains {
                            $0.function == .average && length.isMultiple(of: old.rowSeconds($0))
                                && old.start($0) <= row.start && old.end($0) >= row.end
                        }
                }
                var sums = (new: 0.0, scale: 0.0, true: 0.0)
                for row in new.known(position) {
                    #expect((-50...1_000).contains(row.value), "seed \(seed)")
                    guard isTold(row), let mean = test.mean(row.start, row.end) else { continue }
                    #expect(isNear(row.value, mean), "seed \(seed) \(position) \(row) \(mean)")
                    sums.new += row.value * Double(length)
                    sums.true += mean * Double(length)
                    sums.scale += abs(mean) * Double(length)
                }
                #expect(
                    abs(sums.new - sums.true) <= sums.scale * 1e-9, "seed \(seed) \(position)")
            }
            for archive in report.archives where seed.isMultiple(of: 2) {
                for source in archive.sources {
                    // Only the ends of the window may be known on one side and not on the other.
                    let rowSeconds = Double(archive.rowSeconds)
                    let difference = abs(source.before.integral - source.after.integral)
                    #expect(
                        difference <= 2 * rowSeconds * 1_000, "seed \(seed) \(archive) \(source)")
                }
            }
        }
    }

    @Test func `rows that follow are those of a file that was always so`() throws {
        for seed in UInt64(1)...200 {
            let fixture = try Fixture()
            let hasUnknown = !seed.isMultiple(of: 2)
            let test = try Case(seed: 1_000 + seed, unknown: hasUnknown ? 0.02 : 0)
            try fixture.make("f.rrd", test.from, start: Fixture.midnight)
            try fixture.make("twin.rrd", test.to, start: Fixture.midnight)
            try fixture.feed("f.rrd", test.before)
            try fixture.feed("twin.rrd", test.before)
            try fixture.reshape("f.rrd", to: test.to)
            let moment = try fixture.contents("f.rrd").lastUpdateSeconds
            try fixture.feed("f.rrd", test.after)
            try fixture.feed("twin.rrd", test.after)
            let new = try fixture.contents("f.rrd")
            let twin = try fixture.contents("twin.rrd")
            // A step of the old file tells no more than its mean; where its end is not at hand
            // yet, a shorter row of the new one is not known better.
            let step = test.from.step.seconds
            let reached = max(step, test.to.step.seconds)
            for (position, archive) in new.archives.enumerated() {
                let length = new.rowSeconds(archive)
                for (row, other) in zip(new.rows(position), twin.rows(position)) {
                    guard row.end > moment else { continue }
                    let isWhollyLater = row.start >= moment + reached
                    let isToldExactly =
                        !hasUnknown && archive.function == .average
                        && length.isMultiple(of: step) && old(test, reaches: row.start, moment)
                    guard isWhollyLater || isToldExactly else { continue }
                    #expect(
                        isNear(row.value, other.value),
                        "seed \(seed) \(position) \(row) \(other.value) at \(moment)")
                }
            }
            #expect(new.sources[0].lastText == twin.sources[0].lastText)
            if test.after.isEmpty { continue }
            #expect(new.lastUpdate == twin.lastUpdate)
        }
    }

    private func old(_ test: Case, reaches start: Int64, _ moment: Int64) -> Bool {
        let archive = test.from.archives[0]
        let end = moment / test.from.step.seconds * test.from.step.seconds
        return start >= end - Int64(archive.rows) * test.from.step.seconds
    }

    @Test func `the step in progress is exact between the seconds too`() throws {
        let fixture = try Fixture()
        let archives = [Fixture.archive(.average, 1, 100), Fixture.archive(.average, 5, 100)]
        let from = try Fixture.file(step: 60, kind: .counter, archives)
        let to = try Fixture.file(step: 300, kind: .counter, archives)
        try fixture.make("f.rrd", from, start: Fixture.midnight)
        try fixture.make("twin.rrd", to, start: Fixture.midnight)
        let lines = (Int64(0)..<90).map {
            "\(Fixture.midnight + 1 + $0 * 47).250:\(9_000_000 + $0 * $0 * 1_000)"
        }
        for name in ["f.rrd", "twin.rrd"] { try fixture.feed(name, Array(lines[..<70])) }
        try fixture.reshape("f.rrd", to: to)
        let (one, other) = (try fixture.contents("f.rrd"), try fixture.contents("twin.rrd"))
        #expect(one.lastUpdate == other.lastUpdate && one.lastUpdateMicroseconds > 0)
        #expect(isNear(one.sources[0].sum, other.sources[0].sum))
        #expect(one.sources[0].unknownSeconds == other.sources[0].unknownSeconds)
        for name in ["f.rrd", "twin.rrd"] { try fixture.feed(name, Array(lines[70...])) }
        let (new, twin) = (try fixture.contents("f.rrd"), try fixture.contents("twin.rrd"))
        for position in 0...1 {
            // The very first second is unknown, which a row of a minute does not keep.
            let rows = zip(new.rows(position), twin.rows(position))
            for (row, same) in rows where row.start != Fixture.midnight {
                #expect(isNear(row.value, same.value), "\(position) \(row) \(same.value)")
            }
        }
    }

    @Test(arguments: [(60, 300), (300, 60), (60, 120), (120, 10)])
    func `what is unknown of the step in progress stays counted`(from: Int64, to: Int64) throws {
        let fixture = try Fixture()
        let archives = [Fixture.archive(.average, 1, 200), Fixture.archive(.average, 5, 100)]
        let old = try Fixture.file(step: from, kind: .counter, archives)
        let new = try Fixture.file(step: to, kind: .counter, archives)
        // The counter begins anew at 1260 s: all since the value before is unknown.
        var lines = (Int64(0)...20).map { "\(Fixture.midnight + $0 * 60):\($0 * 6_000)" }
        lines += ["\(Fixture.midnight + 1_259):U", "\(Fixture.midnight + 1_260):0"]
        lines.append("\(Fixture.midnight + 1_275):1500")
        let later = (Int64(0)...20).map {
            "\(Fixture.midnight + 1_320 + $0 * 60):\(6_000 + $0 * 6_000)"
        }
        for (name, file) in [("f.rrd", old), ("twin.rrd", new)] {
            try fixture.make(name, file, start: Fixture.midnight - 1)
            try fixture.feed(name, lines)
        }
        try fixture.reshape("f.rrd", to: new)
        for name in ["f.rrd", "twin.rrd"] { try fixture.feed(name, later) }
        let contents = try fixture.contents("f.rrd")
        let twin = try fixture.contents("twin.rrd")
        for position in 0...1 {
            let rows = zip(contents.rows(position), twin.rows(position))
            for (row, same) in rows where row.end > Fixture.midnight + 1_275 {
                // Only where the old step held both: it does not tell which second was which.
                let isMixed = from > to && row.start < Fixture.midnight + 1_320
                #expect(
                    isMixed
                        ? isNear(row.value, 100) || row.value.isNaN
                        : isNear(row.value, same.value), "\(position) \(row) \(same.value)")
            }
        }
    }
}
