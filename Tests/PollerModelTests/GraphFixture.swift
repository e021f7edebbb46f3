import TestSupport
import Testing

@testable import PollerModel

/// A graph of files whose rows a test makes up.
struct GraphFixture {
    /// A whole minute, 46 min 40 s past an hour.
    static let now = Timestamp(seconds: 1_700_000_040)

    var verticalLabel = "bits per second"
    var items: [GraphItem] = [.series(series("In", "v"))]
    var numbers = NumberColumn.usual
    var parts = [Part()]
    var arrangement = GraphSubject.Arrangement()
    var view = GraphView()
    var end = now
    var seconds: Int64 = 3_600
    var width = 700
    var hasLegend = true
    var marks: [EventMark] = []
    var note: GraphNote?
    var zoneOffset: @Sendable (Int64) -> Int64 = { _ in 0 }
    /// Of the row that ends at this second.
    var value: (_ part: Int, _ name: String, _ end: Int64, ConsolidationFunction) -> Double = {
        _, _, _, _ in 10
    }

    struct Part {
        var label = ""
        /// Of the data source, in seconds before `now`.
        var age: Int64 = 1_000_000
        var capacity: Double?
        var names = ["v", "w"]
        var failure: StoreFailure?
    }

    static func series(
        _ label: String, _ name: String, _ style: GraphTemplate.Style = .line,
        format: GraphTemplate.NumberFormat = .scaled
    ) -> GraphTemplate.Series {
        .init(
            label: label, value: Expression(variable: name), style: style,
            color: .palette(.blue), format: format)
    }

    /// Minutes for a day, hours for a month with their peaks.
    private func file(_ number: Int) throws -> RoundRobinFile {
        RoundRobinFile(
            path: "rrd/1/\(number).rrd", step: try #require(Step(seconds: 60)),
            heartbeatSeconds: 120,
            sources: parts[number].names.map { .init(name: $0, kind: .gauge) },
            archives: [
                .init(function: .average, stepsPerRow: 1, rows: 1_500),
                .init(function: .average, stepsPerRow: 60, rows: 800),
                .init(function: .maximum, stepsPerRow: 60, rows: 800),
            ])
    }

    private static func template(
        _ settings: GraphSettings, _ items: [GraphItem], _ numbers: [NumberColumn]
    ) throws -> GraphTemplate {
        GraphTemplate(
            name: "t", title: try TitlePattern("t", fields: []), source: "test",
            dataTemplate: "d", settings: settings, items: items, numbers: numbers)
    }

    func subject() throws -> GraphSubject {
        GraphSubject(
            title: "Title",
            template: try Self.template(
                GraphSettings(verticalLabel: verticalLabel), items, numbers),
            parts: try parts.enumerated().map { number, part in
                var capacities: [String: Double] = [:]
                if let capacity = part.capacity {
                    for name in part.names { capacities[name] = capacity }
                }
                return .init(
                    source: DataSourceID(Int64(number)), file: try file(number),
                    label: part.label, createdAt: Self.now.advanced(seconds: -part.age),
                    capacities: capacities)
            }, arrangement: arrangement)
    }

    var situation: GraphSituation {
        GraphSituation(now: Self.now, zoneOffset: zoneOffset, note: note, marks: marks)
    }

    func request() throws -> GraphRequest {
        try GraphRequest(
            range: TimeRange(start: end.advanced(seconds: -seconds), end: end), width: width,
            hasLegend: hasLegend, view: view)
    }

    func reads() throws -> GraphReads {
        GraphPlanner.reads(for: try subject(), try request(), situation)
    }

    func plan() throws -> GraphPlan {
        let (subject, request, reads) = (try subject(), try request(), try reads())
        let answers = reads.all.map { read -> Result<RoundRobinSeries, StoreFailure> in
            guard let number = subject.parts.firstIndex(where: { $0.file.path == read.path }) else {
                return .failure(.stopped)
            }
            if let failure = parts[number].failure { return .failure(failure) }
            return .success(
                RoundRobinSeries(answering: read, names: parts[number].names) { name, end in
                    value(number, name, end, read.function)
                })
        }
        return GraphPlanner.plan(
            subject, request, situation,
            rows: GraphRows(reads, answers, range: request.range))
    }

    // MARK: Of files alone

    static func subject(_ files: [RoundRobinFile]) throws -> GraphSubject {
        GraphSubject(
            title: "Title",
            template: try template(
                GraphSettings(verticalLabel: "v"), [.series(series("In", "v"))],
                NumberColumn.usual),
            parts: files.enumerated().map { number, file in
                .init(
                    source: DataSourceID(Int64(number)), file: file,
                    label: files.count == 1 ? "" : "\(number)",
                    createdAt: now.advanced(seconds: -1_000_000), capacities: [:])
            })
    }

    static func reads(
        _ subject: GraphSubject, _ start: Timestamp, _ end: Timestamp, now: Timestamp
    ) throws -> GraphReads {
        GraphPlanner.reads(
            for: subject, try GraphRequest(range: TimeRange(start: start, end: end)),
            GraphSituation(now: now, zoneOffset: { _ in 0 }))
    }
}

extension GraphPlan {
    var comments: [String] {
        script.elements.compactMap { element in
            if case .comment(let text, _) = element { text } else { nil }
        }
    }

    /// How what has this name is computed; nil for what is read.
    func expression(_ wanted: String) -> Expression? {
        script.elements.lazy.compactMap { element in
            if case .compute(wanted, let value) = element { value } else { nil }
        }.first
    }

    var horizontalRules: [Double] {
        script.elements.compactMap { element in
            if case .horizontalRule(let value, _, _, _) = element { value } else { nil }
        }
    }
}

extension GraphScript.Element {
    /// What stands beside its box in the legend.
    var legend: String? {
        switch self {
        case .area(_, _, let text, _), .line(_, _, _, let text, _), .tick(_, _, _, let text),
            .horizontalRule(_, _, _, let text), .verticalRule(_, _, _, let text):
            text
        case .read, .compute, .shift, .comment, .alignment: nil
        }
    }
}
