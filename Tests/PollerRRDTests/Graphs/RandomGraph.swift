import TestSupport

@testable import PollerModel

/// A graph, and what is asked of it, by chance from a seed: all that the catalogue's reader, the
/// API and a user could bring together, at the limits too.
struct RandomGraph {
    let seed: UInt64
    private(set) var subject: GraphSubject
    private(set) var request: GraphRequest
    private(set) var situation: GraphSituation
    private var generator: RandomChoice

    /// 2023-11-14.
    static let now: Int64 = 1_700_000_000
    static let names = ["a", "b", "c", "d", "e", "f", "g", "h"]
    /// Values of all parts that one picture usually reads, so that a test run ends.
    private static let usualValues: Int64 = 30_000

    init(seed: UInt64) throws {
        self.seed = seed
        var choice = RandomChoice(seed: seed)
        let count = choice.one(in: 1...Self.names.count)
        let names = Array(Self.names.prefix(count))
        let template = try RandomTemplate(names: names).template(&choice)
        let range = try Self.range(&choice)
        let parts = Self.parts(names, range, &choice)
        subject = GraphSubject(
            title: choice.text(), template: template, parts: parts,
            arrangement: Self.arrangement(template, &choice))
        request = try Self.request(range, &choice)
        situation = Self.situation(&choice)
        generator = choice
    }

    private static func range(_ choice: inout RandomChoice) throws -> TimeRange {
        let limits = GraphLimits.rangeSeconds
        let lengths: [Int64] = [
            limits.lowerBound, 59, 3_600, 86_400, 604_800, 2_678_400, 31_622_400,
            limits.upperBound,
        ]
        var length = choice.pick(lengths)
        if choice.chance(2) { length = choice.seconds(in: limits.lowerBound...length) }
        var end = Self.now + (choice.chance(4) ? choice.seconds(in: -400_000_000...400_000_000) : 0)
        end = min(max(end, length), GraphLimits.latestSeconds)
        return try TimeRange(
            start: Timestamp(seconds: end - length), end: Timestamp(seconds: end))
    }

    private static func parts(
        _ names: [String], _ range: TimeRange, _ choice: inout RandomChoice
    ) -> [GraphSubject.Part] {
        let count = choice.chance(2) ? 1 : choice.one(in: 1...60)
        let isLabelled = count > 1 || choice.chance(4)
        let mostValues = choice.chance(100) ? GraphLimits.mostRows : usualValues
        return (0..<count).compactMap { number in
            guard let step = Step(seconds: choice.pick([1, 10, 60, 300, 3_600])) else {
                return nil
            }
            let created = Self.now - choice.seconds(in: 0...1_000_000_000)
            // The longest rows hold any range in few enough of them.
            let longest = max(
                step.seconds, range.seconds * Int64(count * names.count) / mostValues)
            let steps = Int(longest / step.seconds) + 1
            var archives: [RoundRobinArchive] = []
            for function in [ConsolidationFunction.average, .maximum, .minimum, .last]
            where function == .average || choice.chance(2) {
                archives.append(.init(function: function, stepsPerRow: steps, rows: 200_000))
                archives.append(.init(function: function, stepsPerRow: steps * 12, rows: 200_000))
            }
            return GraphSubject.Part(
                source: DataSourceID(Int64(number + 1)),
                file: RoundRobinFile(
                    path: "rrd/1/\(number + 1).rrd", step: step,
                    heartbeatSeconds: 2 * step.seconds,
                    sources: names.map { .init(name: $0, kind: .gauge) }, archives: archives),
                label: isLabelled ? choice.text() : "",
                createdAt: Timestamp(seconds: created),
                capacities: choice.chance(2) ? [names[0]: choice.magnitude()] : [:])
        }
    }

    private static func arrangement(
        _ template: GraphTemplate, _ choice: inout RandomChoice
    ) -> GraphSubject.Arrangement {
        var arrangement = GraphSubject.Arrangement()
        arrangement.kind = choice.pick(Aggregate.Arrangement.allCases)
        arrangement.isMirrored = choice.chance(3)
        arrangement.hasTotal = choice.chance(3)
        arrangement.unknowns = choice.pick(Aggregate.Unknowns.allCases)
        // The reader leaves at least one.
        let first = template.series[0].label
        if choice.chance(4), template.series.contains(where: { $0.label != first }) {
            arrangement.skipped = [first]
        }
        arrangement.palette =
            choice.chance(4) ? .own([Color(0x123456)]) : .named(choice.pick(Palette.Name.allCases))
        return arrangement
    }

    private static func request(
        _ range: TimeRange, _ choice: inout RandomChoice
    ) throws -> GraphRequest {
        var view = GraphView()
        view.units = choice.pick(GraphView.Units.allCases)
        view.axis = choice.pick(GraphView.Axis.allCases)
        view.base = choice.pick([nil, .si, .iec])
        view.comparison = choice.pick([nil, nil, .day, .week])
        view.percentile = choice.pick([nil, nil, 95, GraphLimits.percentiles.lowerBound, 100])
        view.showsCapacity = choice.pick([nil, true, false])
        view.showsPeaks = choice.pick([nil, true, false])
        // Pictures at the limits take half a second each.
        let isLarge = choice.chance(25)
        let (width, height) = (
            isLarge ? GraphLimits.width.upperBound : choice.pick([100, 300, 479, 480, 700, 1_200]),
            isLarge ? GraphLimits.height.upperBound : choice.pick([20, 21, 60, 100, 200, 400])
        )
        return try GraphRequest(
            range: range, width: width, height: height,
            theme: choice.pick(GraphTheme.allCases), scale: isLarge ? 1 : choice.pick([1, 1, 2]),
            hasLegend: !choice.chance(8), format: choice.pick([.png, .png, .svg]), view: view)
    }

    private static func situation(_ choice: inout RandomChoice) -> GraphSituation {
        let offset = choice.pick([0, 3_600, -43_200, 50_400, 20_700] as [Int64])
        let texts = (0..<choice.one(in: 0...3)).map { _ in choice.text() }
        let note =
            choice.chance(6) ? GraphNote(text: choice.text(), isEmpty: choice.chance(2)) : nil
        return GraphSituation(
            now: Timestamp(seconds: Self.now), zoneOffset: { _ in offset }, note: note,
            explain: { gaps, _ in gaps.isEmpty ? [] : texts })
    }

    // MARK: What the files hold

    /// The picture, of rows by chance: waves, constants, gaps, zeroes, numbers of all sizes.
    mutating func plan() -> GraphPlan {
        let reads = GraphPlanner.reads(for: subject, request, situation)
        var answers: [Result<RoundRobinSeries, StoreFailure>] = []
        for (place, part) in zip(subject.parts, reads.parts) {
            for read in part.all {
                answers.append(answer(read, names: place.file.sources.map(\.name)))
            }
        }
        let rows = GraphRows(reads, answers, range: request.range)
        return GraphPlanner.plan(subject, request, situation, rows: rows)
    }

    private mutating func answer(
        _ read: SeriesRead, names: [String]
    ) -> Result<RoundRobinSeries, StoreFailure> {
        if generator.chance(40) {
            return .failure(
                .failed(path: read.path, operation: "read", detail: generator.text()))
        }
        let first = read.range.start.seconds / read.rowSeconds
        let count = Int(read.range.end.seconds / read.rowSeconds + 1 - first)
        var values = [Double](repeating: .nan, count: count * names.count)
        for place in names.indices {
            let (kind, size) = (generator.one(in: 0...6), generator.magnitude())
            for row in 0..<count {
                let value: Double =
                    switch kind {
                    case 0: .nan
                    case 1: size
                    case 2: Double(row % 17) * size / 16
                    case 3: row % 5 == 0 ? .nan : Double(row) * size
                    case 4: Double(Int(generator.next() % 2_001) - 1_000) * size / 1_000
                    case 5: 0
                    default: generator.chance(50) ? .nan : Double(row % 100) + size
                    }
                values[row * names.count + place] = value
            }
        }
        return .success(
            RoundRobinSeries(
                start: Timestamp(seconds: first * read.rowSeconds), stepSeconds: read.rowSeconds,
                names: names, values: values))
    }
}
