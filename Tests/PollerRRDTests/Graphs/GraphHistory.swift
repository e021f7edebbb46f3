import Foundation
import TestSupport
import Testing

@testable import PollerModel

/// Fourteen months of one data source: two counters and a gauge, with short and long gaps, and a
/// restart of the agent. They end shortly after summer time ends or begins in Berlin.
enum GraphHistory {
    enum Season: String, CaseIterable, CustomTestStringConvertible {
        /// Behind the day of 25 hours, Sunday 2023-10-29.
        case autumn
        /// Behind the day of 23 hours, Sunday 2024-03-31.
        case spring

        var now: Int64 { self == .autumn ? 1_698_653_863 : 1_711_959_463 }
        var testDescription: String { rawValue }
    }

    static let names = ["in", "out", "level"]
    static let seconds: Int64 = 426 * 86_400

    static func zoneOffset(_ time: Int64) -> Int64 {
        let zone = TimeZone(identifier: "Europe/Berlin") ?? .gmt
        return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(time))))
    }

    static func file(_ profile: Profile) -> RoundRobinFile {
        RoundRobinFile(
            path: "rrd/1/1.rrd", step: profile.step, heartbeatSeconds: profile.heartbeatSeconds,
            sources: [
                .init(name: "in", kind: .counter), .init(name: "out", kind: .counter),
                .init(name: "level", kind: .gauge),
            ], archives: profile.archives)
    }

    /// Before `now`: where it begins, and how long it is.
    private static let gaps: [(ago: Int64, seconds: Int64)] = [
        (1_900, 130), (9_000, 1_500), (40_000, 5_000), (70_000, 61), (4 * 86_400, 30_000),
        (16 * 86_400, 2 * 86_400), (100 * 86_400 + 77, 6 * 86_400), (250 * 86_400, 40_000),
    ]
    private static let restartsAgo: [Int64] = [5_400, 50_000, 3 * 86_400, 20 * 86_400, 90 * 86_400]
    /// So long samples come each step; before, as seldom as the heartbeat lets them.
    private static let denseSeconds: Int64 = 9 * 86_400

    /// Fills a file with it, up to now.
    static func fill(_ file: RoundRobinFile, in folder: GraphFolder, now: Int64) throws {
        let step = file.step.seconds
        let start = (now - seconds) / step * step
        try folder.create(file, start: start - step)
        var generator = SeededGenerator(seed: UInt64(step))
        var (octetsIn, octetsOut): (UInt64, UInt64) = (1 << 40, 1 << 41)
        var restarts = restartsAgo.map { now - $0 }.sorted()
        var rows: [String] = []
        var time = start + step / 3
        var before = time
        while time <= now {
            let elapsed = UInt64(time - before)
            // A wave of a day, and what no wave foretells.
            let wave = abs((time + 30_000) % 86_400 - 43_200)
            octetsIn += elapsed * (UInt64(wave) * 30 + generator.next() % 900_000)
            octetsOut += elapsed * (UInt64(wave) + generator.next() % 12_345)
            if let restart = restarts.first, time > restart {
                restarts.removeFirst()
                rows.append("\(time - 1):U:U:U")
                (octetsIn, octetsOut) = (generator.next() % 1_000, generator.next() % 1_000)
            }
            let level = Double(generator.next() % 10_007) / 97
            before = time
            if !isGap(time, now) { rows.append("\(time):\(octetsIn):\(octetsOut):\(level)") }
            if rows.count >= 20_000 {
                try folder.update(file, rows)
                rows = []
            }
            time += now - time > denseSeconds ? max(step, file.heartbeatSeconds) : step
        }
        try folder.update(file, rows)
    }

    private static func isGap(_ time: Int64, _ now: Int64) -> Bool {
        gaps.contains { (now - $0.ago..<now - $0.ago + $0.seconds).contains(time) }
    }

    /// Each kind of series, with all numbers there are.
    static func template() throws -> GraphTemplate {
        var settings = GraphSettings(verticalLabel: "bits per second")
        settings.lowerLimit = 0
        func series(
            _ label: String, _ value: String, _ style: GraphTemplate.Style,
            _ format: GraphTemplate.NumberFormat
        ) throws -> GraphItem {
            .series(
                GraphTemplate.Series(
                    label: label, value: try Expression(value, variables: Set(names)),
                    style: style, color: .palette(.blue), format: format))
        }
        return GraphTemplate(
            name: "history", title: try TitlePattern("History", fields: []), source: "here",
            dataTemplate: "history", settings: settings,
            items: [
                try series("Inbound", "in,8,*", .area, .scaled),
                try series("Outbound", "out,8,*", .line, .whole),
                try series("Level", "level", .numbers, .decimal),
            ], numbers: NumberColumn.allCases)
    }
}
