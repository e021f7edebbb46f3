import Foundation
import TestSupport

@testable import PollerModel
@testable import PollerRRD

/// Files of Cacti's default profile with the traffic of a few interfaces, of which each lacks some.
struct CactiTwin {
    let folder: GraphFolder
    let files: [RoundRobinFile]
    private let now: Int64
    private static let seconds: Int64 = 410 * 86_400

    init(now: Int64) async throws {
        self.now = now
        folder = try GraphFolder()
        guard let profile = ShippedCatalogue.catalogue.profiles["five_minutes"] else {
            throw Unexpected("the profile of five minutes is shipped")
        }
        files = (1...4).map { number in
            RoundRobinFile(
                path: "rrd/1/\(number).rrd", step: profile.step,
                heartbeatSeconds: profile.heartbeatSeconds,
                sources: ["traffic_in", "traffic_out"].map { .init(name: $0, kind: .counter) },
                archives: profile.archives)
        }
        for (place, file) in files.enumerated() { try fill(file, place) }
    }

    private func fill(_ file: RoundRobinFile, _ place: Int) throws {
        let start = (now - Self.seconds) / 300 * 300
        try folder.create(file, start: start)
        var generator = SeededGenerator(seed: UInt64(place))
        var (octetsIn, octetsOut): (UInt64, UInt64) = (1_000, 2_000)
        var rows: [String] = []
        for time in stride(from: start + 7, through: now, by: 300) {
            octetsIn += generator.next() % 400_000_000
            octetsOut += generator.next() % 90_000_000
            let isGap = Self.isGap(secondsAgo: now - time, Int64(place))
            if !isGap { rows.append("\(time):\(octetsIn):\(octetsOut)") }
        }
        try folder.update(file, rows)
    }

    /// All lack an hour and some days; each lacks some by itself, in each archive.
    private static func isGap(secondsAgo: Int64, _ place: Int64) -> Bool {
        let (day, hour) = (secondsAgo / 86_400, secondsAgo / 3_600)
        if hour == 3 || day == 15 || day == 16 || (200..<204).contains(day) { return true }
        if hour % 40 == place, hour % 80 < 40 { return true }
        if day == 5 + place || day == 20 + place { return true }
        return (300 + 10 * place..<304 + 10 * place).contains(day)
    }

    /// Our picture of the first files, as the shipped traffic graph.
    func plan(
        _ range: TimeRange, parts: Int, as arrangement: GraphSubject.Arrangement = .init(),
        view: GraphView = GraphView()
    ) throws -> GraphPlan {
        guard let template = ShippedCatalogue.catalogue.graphTemplates["interface_traffic"] else {
            throw Unexpected("the graph of traffic is shipped")
        }
        let subject = GraphSubject(
            title: "Traffic", template: template,
            parts: files.prefix(parts).enumerated().map { place, file in
                GraphSubject.Part(
                    source: DataSourceID(Int64(place + 1)), file: file,
                    label: parts == 1 ? "" : "port \(place)",
                    createdAt: Timestamp(seconds: now - 3 * Self.seconds), capacities: [:])
            }, arrangement: arrangement)
        return folder.plan(
            subject, try GraphRequest(range: range, view: view),
            GraphSituation(now: Timestamp(seconds: now), zoneOffset: { _ in 3_600 }))
    }

    /// What our own command plots: of each area and line, the column that librrd reads from the
    /// files and computes.
    func exportDrawn(_ plan: GraphPlan, rowSeconds: Int64) async throws -> [[Double]] {
        let arguments = folder.arguments(plan.script)
        let definitions = arguments.filter { $0.hasPrefix("DEF:") || $0.hasPrefix("CDEF:") }
        var names: [String] = []
        for element in plan.script.elements {
            switch element {
            case .area(let name, _, _, _), .line(let name, _, _, _, _): names.append(name)
            default: break
            }
        }
        return try await export(
            definitions, names: names, plan.script.range, rowSeconds: rowSeconds)
    }

    /// Of how many parts each row is known.
    func knownParts(_ range: TimeRange, rowSeconds: Int64) async throws -> [Int] {
        var counts: [Int] = []
        for file in files {
            let column = try await export(
                ["DEF:a=\(folder.path(file)):traffic_in:AVERAGE"], names: ["a"], range,
                rowSeconds: rowSeconds)[0]
            if counts.isEmpty { counts = Array(repeating: 0, count: column.count) }
            for (row, value) in column.enumerated() where !value.isNaN { counts[row] += 1 }
        }
        return counts
    }

    /// Columns that the real rrdtool exports.
    func export(
        _ definitions: [String], names: [String], _ range: TimeRange, rowSeconds: Int64
    ) async throws -> [[Double]] {
        let output = try await folder.rrdtool(
            [
                "xport", "--maxrows", "10000", "--start", "\(range.start.seconds)", "--end",
                "\(range.end.seconds - 1)", "--step", "\(rowSeconds)",
            ] + definitions + names.map { "XPORT:\($0)" })
        var columns = [[Double]](repeating: [], count: names.count)
        for line in output.split(separator: "\n") where line.contains("<row>") {
            let values = line.split(separator: "<v>").dropFirst()
            guard values.count == names.count else { throw Unexpected("\(line)") }
            for (column, value) in values.enumerated() {
                columns[column].append(Double(value.prefix { $0 != "<" }) ?? .nan)
            }
        }
        return columns
    }
}
