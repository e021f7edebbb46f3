import Foundation
import TestSupport
import Testing

@testable import PollerModel
@testable import PollerRRD

/// One file at one time: what a picture of it says, beside what this works out from rrdtool's rows.
struct NumbersTwin {
    let folder: GraphFolder
    let file: RoundRobinFile
    let now: Int64

    private var createdAt: Int64 { now - GraphHistory.seconds }
    private var step: Int64 { file.step.seconds }

    func range(_ from: String, _ to: String) throws -> TimeRange {
        let (start, end) = (try #require(TimeExpression(from)), try #require(TimeExpression(to)))
        let now = Timestamp(seconds: now)
        return try TimeRange(
            start: start.timestamp(now: now, edge: .start, zoneOffset: GraphHistory.zoneOffset),
            end: end.timestamp(now: now, edge: .end, zoneOffset: GraphHistory.zoneOffset))
    }

    /// Compares all that a picture says of a range.
    ///
    /// - Returns: how many numbers of its legend were compared.
    func compare(_ from: String, _ to: String) async throws -> Int {
        let range = try range(from, to)
        let plan = try plan(range)
        let row = rowSeconds(range)
        #expect(plan.frame.stepSeconds == row, "\(from) \(to)")
        let means = try await rows("AVERAGE", range, row)
        let peaks =
            row > step && lengths("MAX").contains { $0.row == row }
            ? try await rows("MAX", range, row) : nil
        let newest = row > step ? try await newestSteps() : nil
        var (cells, known, expected) = (0, 0, 0)
        for (place, name) in GraphHistory.names.enumerated() {
            let context = "\(from) to \(to), \(name), rows of \(row) s"
            let factor = name == "level" ? 1.0 : 8
            func numbers(_ rows: Rows) -> PrintedNumbers {
                let column = rows.columns[name] ?? []
                return PrintedNumbers(column.map { $0 * factor }, rowSeconds: row)
            }
            let column = numbers(means)
            let could = max(expectedCount(means.starts, row), column.known.count)
            #expect(plan.series[place].numbers.knownRows == column.known.count, "\(context)")
            #expect(plan.series[place].numbers.expectedRows == could, "\(context)")
            if name != "level" {
                known += column.known.count
                expected += could
            }
            let isNow = range.end.seconds > now - row
            var last = column.known.last
            if isNow {
                last =
                    newest.map { ($0[name] ?? nil).map { $0 * factor } }
                    ?? lastOfFour(means, name, factor)
            }
            let wanted: [String: Double?] = [
                isNow ? "Current" : "Last": last,
                "Average": column.average, "Minimum": column.known.min(),
                "Maximum": column.known.max(),
                "Peak": peaks.flatMap { numbers($0).known.max() } as Double?,
                "95th": column.percentile(95), "Total": column.total.map { $0 / 8 },
            ]
            cells += compareLegend(plan, place, name, wanted, context)
        }
        compareShare(plan, known: known, expected: expected, "\(from) to \(to)")
        return cells
    }

    private func plan(_ range: TimeRange) throws -> GraphPlan {
        let part = GraphSubject.Part(
            source: DataSourceID(1), file: file, label: "",
            createdAt: Timestamp(seconds: createdAt), capacities: [:])
        return folder.plan(
            GraphSubject(
                title: "History", template: try GraphHistory.template(), parts: [part]),
            try GraphRequest(range: range),
            GraphSituation(now: Timestamp(seconds: now), zoneOffset: GraphHistory.zoneOffset))
    }

    // MARK: Rows

    private struct Rows {
        let starts: [Int64]
        let columns: [String: [Double]]
    }

    private func lengths(_ function: String) -> [(row: Int64, reach: Int64)] {
        file.archives.filter { $0.function.rawValue == function }.map {
            (Int64($0.stepsPerRow) * step, Int64($0.stepsPerRow) * Int64($0.rows) * step)
        }.sorted { $0.row < $1.row }
    }

    /// The finest archive of means that reaches back to the start, else the one that reaches
    /// furthest.
    private func rowSeconds(_ range: TimeRange) -> Int64 {
        let all = lengths("AVERAGE")
        return all.first { $0.reach >= now - range.start.seconds }?.row ?? all[all.count - 1].row
    }

    /// A row belongs to a range when it begins in it; where none does, those that reach into it.
    private func rows(_ function: String, _ range: TimeRange, _ row: Int64) async throws -> Rows {
        let (start, end) = (range.start.seconds, range.end.seconds)
        let all = try await folder.fetch(
            file, function, from: start, to: end + row, rowSeconds: row)
        let begun = all.starts.indices.filter { (start..<end).contains(all.starts[$0]) }
        let places =
            begun.isEmpty
            ? all.starts.indices.filter { all.starts[$0] < end && all.starts[$0] + row > start }
            : begun
        return Rows(
            starts: places.map { all.starts[$0] },
            columns: all.columns.mapValues { column in places.map { column[$0] } })
    }

    /// The newest of the last four steps that is known.
    private func newestSteps() async throws -> [String: Double?] {
        let rows = try await folder.fetch(
            file, "AVERAGE", from: now - 4 * step, to: now, rowSeconds: step)
        return rows.columns.mapValues { $0.last { !$0.isNaN } }
    }

    /// The same of rows that are single steps: of the last four that are over.
    private func lastOfFour(_ rows: Rows, _ name: String, _ factor: Double) -> Double? {
        zip(rows.starts, rows.columns[name] ?? []).filter { $0.0 + step <= now }
            .suffix(4).last { !$0.1.isNaN }.map { $0.1 * factor }
    }

    /// Rows that begin behind the second sample, and end two steps before now.
    private func expectedCount(_ starts: [Int64], _ row: Int64) -> Int {
        starts.count { $0 >= createdAt + 2 * step && $0 + row <= now - 2 * step }
    }

    // MARK: What is printed

    /// - Returns: how many numbers stand there.
    private func compareLegend(
        _ plan: GraphPlan, _ place: Int, _ name: String, _ wanted: [String: Double?],
        _ context: String
    ) -> Int {
        let lines = plan.script.elements.compactMap(\.legendText)
        let label = plan.series[place].label
        guard let header = lines.first(where: { $0.contains("Average") })?.cells else {
            #expect(plan.isEmpty, "\(context)")
            return 0
        }
        guard let line = lines.first(where: { $0.trimmed.hasPrefix(label) }) else {
            Issue.record("\(context): no line of \(label)")
            return 0
        }
        let cells = String(line.trimmed.dropFirst(label.count)).cells
        #expect(cells.count == header.count, "\(context): \(line)")
        for (column, cell) in zip(header, cells) {
            guard let number = wanted[column] else {
                Issue.record("\(context): no number is called \(column)")
                continue
            }
            let printed =
                switch (column, name) {
                case ("Total", _): PrintedNumbers.scaled(number, unit: "B")
                case (_, "in"): PrintedNumbers.scaled(number)
                case (_, "out"): PrintedNumbers.fixed(number, decimals: 0)
                default: PrintedNumbers.fixed(number, decimals: 2)
                }
            #expect(cell == printed, "\(context): \(column) is \(String(describing: number))")
        }
        return cells.count
    }

    /// The share that is known, as it is written below the numbers.
    private func compareShare(_ plan: GraphPlan, known: Int, expected: Int, _ context: String) {
        guard !plan.isEmpty, expected > 0 else { return }
        let share = Double(known) / Double(expected)
        let text = String(format: "%.1f %% known", share * 100)
        let lines = plan.script.elements.compactMap(\.legendText)
        #expect(
            lines.contains { $0.contains(text) } == (share < 0.9995),
            "\(context): \(known) of \(expected)")
    }
}

extension GraphScript.Element {
    /// What it writes into the legend.
    var legendText: String? {
        switch self {
        case .comment(let text, _): text
        case .area(_, _, let text, _), .line(_, _, _, let text, _), .tick(_, _, _, let text),
            .horizontalRule(_, _, _, let text), .verticalRule(_, _, _, let text):
            text
        case .read, .compute, .shift, .alignment: nil
        }
    }
}
