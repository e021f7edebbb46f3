import Testing

@testable import PollerModel

/// What librrd is told of a plan, and what is computed for its numbers.
@Suite struct PlanBuilderTests {
    private let fixture: CatalogueFixture
    private let subject: GraphSubject
    private let situation: GraphSituation
    private let range: TimeRange

    init() throws {
        fixture = try CatalogueFixture()
        let definition = fixture.device(interfaces: ["ge-0"])
        subject = try #require(
            GraphSubject(
                graph: definition.graphs[0], of: definition, catalogue: fixture.catalogue))
        let now = fixture.created.advanced(seconds: 86_400)
        situation = GraphSituation(now: now, zoneOffset: { _ in 0 })
        range = try TimeRange(start: now.advanced(seconds: -3_600), end: now)
    }

    /// - Parameter isBroken: whether the file cannot be read.
    private func builder(isBroken: Bool = false) throws -> PlanBuilder {
        let reads = GraphPlanner.reads(
            for: subject, try GraphRequest(range: range), situation)
        let answers = reads.all.map { read -> Result<RoundRobinSeries, StoreFailure> in
            guard !isBroken else { return .failure(.stopped) }
            let names = ["traffic_in", "traffic_out"]
            return .success(
                RoundRobinSeries(
                    start: range.start, stepSeconds: read.rowSeconds, names: names,
                    values: (0..<120).map(Double.init)))
        }
        return PlanBuilder(GraphRows(reads, answers, range: range), subject, situation)
    }

    private func line(_ name: String) -> GraphScript.Element {
        .line(
            name: name, GraphStroke(width: 1), color: Color(0x112233), legend: nil,
            isStacked: false)
    }

    private func names(_ elements: [GraphScript.Element]) -> [String] {
        elements.compactMap { element in
            switch element {
            case .read(let name, _), .compute(let name, _), .shift(let name, _): name
            default: nil
            }
        }
    }

    @Test func `librrd reads and computes only what is drawn`() throws {
        var builder = try builder()
        let first = builder.read("traffic_in", part: 0, .average)
        let other = builder.read("traffic_out", part: 0, .average)
        let eightfold = builder.compute(
            try Expression("\(first),8,*", variables: [first]))
        let sum = builder.compute(
            try Expression("\(first),\(other),+", variables: [first, other]))
        builder.append(.shift(name: sum, seconds: 60))
        builder.append(line(eightfold))
        builder.append(.comment("in + out", .left))
        #expect(names(builder.elements) == [first, other, eightfold, sum, sum])
        #expect(names(builder.neededElements) == [first, eightfold])
        #expect(builder.neededElements.last == .comment("in + out", .left))
        // The numbers of what is not drawn are there all the same.
        #expect(builder.column(sum).first == 1)
        builder.append(line(sum))
        #expect(builder.neededElements == builder.elements)
    }

    @Test func `what was computed for librrd only gets its column once numbers are made of it`()
        throws
    {
        var builder = try builder()
        let name = builder.read("traffic_in", part: 0, .average)
        let value = try Expression("\(name),UN", variables: [name])
        let unread = builder.compute(value, isRead: false)
        #expect(!builder.hasColumn(unread))
        #expect(builder.compute(value) == unread)
        #expect(builder.column(unread).prefix(60).allSatisfy { $0 == 0 })
        #expect(builder.elements.count == 2)
    }

    @Test func `a file that cannot be read is unknown in all its names`() throws {
        var builder = try builder(isBroken: true)
        let name = builder.read("traffic_in", part: 0, .average)
        #expect(builder.read("traffic_in", part: 0, .maximum) == name)
        let other = builder.read("traffic_out", part: 0, .average)
        #expect(builder.column(name).count == builder.frame.count)
        let columns = builder.column(name) + builder.column(other)
        #expect(columns.allSatisfy { $0.isNaN })
        #expect(builder.lent.count == 1 && builder.lent[0].names.count == 2)
    }
}

@Suite struct UnknownRowTests {
    private let frame = ColumnFrame(start: 0, stepSeconds: 10, count: 6)

    private func stretches(_ columns: [[Double]], _ expected: Range<Int>) -> [[Int64]] {
        UnknownRows(columns: columns, frame: frame, expected: expected).stretches
            .map { [$0.start.seconds, $0.end.seconds] }
    }

    @Test func `a row is a gap where no column knows it`() {
        let columns: [[Double]] = [
            [1, .nan, .nan, 1, .nan, .nan], [1, 1, .nan, .nan, .nan, .nan],
        ]
        #expect(stretches(columns, 0..<6) == [[20, 30], [40, 60]])
        // What could not be known is none.
        #expect(stretches(columns, 3..<5) == [[40, 50]])
        #expect(stretches(columns, 2..<2) == [])
        #expect(stretches([], 1..<3) == [[10, 30]])
    }
}
