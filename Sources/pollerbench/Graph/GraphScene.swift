import Foundation
import Logging
import PollerModel
import PollerRRD

/// A file of an interface's traffic with gaps in it, and the graph that shows it.
struct GraphScene {
    let folder: String
    let subject: GraphSubject
    let store: JournaledStore
    /// Of the newest row.
    let now: Timestamp

    /// What the interface carries, in bits per second.
    private static let speed = 1e9

    /// - Parameters:
    ///   - profile: one of the shipped.
    ///   - days: how far back the rows reach.
    init(folder: String, profile name: String, days: Int64) throws {
        let catalogue = try Catalogue.shipped()
        guard let template = catalogue.graphTemplates["interface_traffic"] else {
            throw BenchFailure(words: "there is no graph template interface_traffic")
        }
        self.folder = folder
        let files = BenchFiles(folder: folder, count: 1, profile: try .shipped(name, rows: nil))
        let step = files.profile.step.seconds
        now = Timestamp(seconds: Int64(time(nil)) / step * step)
        let start = now.advanced(seconds: -days * 86_400)
        let file = files.file(0)
        let logger = Logger(label: "pollerbench") { _ in SwiftLogNoOpLogHandler() }
        try files.create(since: start, logger: logger)
        try Traffic(start: start, end: now, step: step).write(to: file, below: folder, logger)
        subject = GraphSubject(
            title: "core-1 - Traffic - port 1 of core-1", template: template,
            parts: [
                .init(
                    source: DataSourceID(1), file: file, label: "", createdAt: start,
                    capacities: ["traffic_in": Self.speed / 8, "traffic_out": Self.speed / 8])
            ])
        store = try JournaledStore(
            storage: RoundRobinStorage(folder: folder), timekeeper: SlotClock(now),
            logger: logger)
    }

    var situation: GraphSituation { GraphSituation(now: now, zoneOffset: { _ in 3_600 }) }

    /// The last days up to now.
    func request(
        days: Int64, width: Int = GraphLimits.defaultWidth,
        height: Int = GraphLimits.defaultHeight, theme: GraphTheme = .light, scale: Int = 1,
        hasLegend: Bool = true, format: GraphFormat = .png
    ) throws -> GraphRequest {
        try GraphRequest(
            range: TimeRange(start: now.advanced(seconds: -days * 86_400), end: now),
            width: width, height: height, theme: theme, scale: scale, hasLegend: hasLegend,
            format: format)
    }

    func reads(_ request: GraphRequest) -> GraphReads {
        GraphPlanner.reads(for: subject, request, situation)
    }

    func plan(
        _ request: GraphRequest, _ reads: GraphReads,
        _ answers: [Result<RoundRobinSeries, StoreFailure>]
    ) -> GraphPlan {
        GraphPlanner.plan(
            subject, request, situation,
            rows: GraphRows(reads, answers, range: request.range))
    }
}

/// Two counters that rise and fall with the hours of a day, and are silent now and then: two hours
/// each nine days, and a day and a half each two months.
private struct Traffic {
    let start: Timestamp
    let end: Timestamp
    let step: Int64

    /// Rows that are written at once.
    private static let batch = 500
    private static let meanOctets = 20e6

    func write(to file: RoundRobinFile, below folder: String, _ logger: Logger) throws {
        let writer = try UnjournaledFiles(
            storage: RoundRobinStorage(folder: folder), logger: logger)
        var counts: [UInt64] = [0, 0]
        var rows: [RoundRobinRow] = []
        for time in stride(from: start.seconds + step, through: end.seconds, by: Int(step)) {
            for place in counts.indices {
                counts[place] += UInt64(octetsPerSecond(at: time, place) * Double(step))
            }
            if !isSilent(at: time - start.seconds) {
                rows.append(
                    RoundRobinRow(
                        time: Timestamp(seconds: time), values: counts.map { .counter($0) }))
            }
            guard rows.count == Self.batch || time + step > end.seconds else { continue }
            let update = RoundRobinUpdate(file: file, rows: rows)
            for case .failure(let failure) in writer.write([update], horizon: end) {
                throw BenchFailure(words: failure.words)
            }
            rows = []
        }
    }

    private func isSilent(at seconds: Int64) -> Bool {
        seconds % (9 * 86_400) < 7_200 || seconds % (60 * 86_400) < 129_600 && seconds > 129_600
    }

    private func octetsPerSecond(at seconds: Int64, _ place: Int) -> Double {
        let day = Double(seconds % 86_400) / 86_400 * 2 * .pi
        // As ragged as real traffic: what is smooth compresses better than it should.
        let noise = Double(StableHash.fnv1a(seconds, place) % 1_000) / 1_000
        return Self.meanOctets * (1.2 - cos(day) + noise) / Double(1 + 2 * place)
    }
}

extension StableHash {
    fileprivate static func fnv1a(_ seconds: Int64, _ place: Int) -> UInt64 {
        fnv1a("\(seconds).\(place)".utf8)
    }
}
