import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct GraphCSVTests {
    private let now = Timestamp(seconds: 1_795_622_400)

    /// The traffic of one or more interfaces over rows of five minutes, with peaks, where what
    /// `values` says is known.
    private func plan(
        _ labels: [String], values: (Int64) -> Double
    ) throws -> GraphPlan {
        let catalogue = ShippedCatalogue.catalogue
        let template = try #require(catalogue.graphTemplates["interface_traffic"])
        let created = Timestamp(seconds: 1_700_000_000)
        let parts = try labels.enumerated().map { place, label in
            let source = DataSource(
                id: DataSourceID(Int64(place + 1)), device: DeviceID(1),
                template: template.dataTemplate, row: nil, profile: "one_minute", width: .wide,
                createdAt: created)
            return GraphSubject.Part(
                source: source.id,
                file: try #require(RoundRobinFile(dataSource: source, catalogue: catalogue)),
                label: label, createdAt: created, capacities: [:])
        }
        let subject = GraphSubject(title: "T", template: template, parts: parts)
        let range = try TimeRange(start: now.advanced(seconds: -30 * 86_400), end: now)
        let request = try GraphRequest(range: range)
        let situation = GraphSituation(now: now, zoneOffset: { _ in 0 })
        let reads = GraphPlanner.reads(for: subject, request, situation)
        let answers = reads.all.map { read in
            Result<RoundRobinSeries, StoreFailure>.success(
                RoundRobinSeries(answering: read, names: ["traffic_in", "traffic_out"]) { _, end in
                    values(end)
                })
        }
        return GraphPlanner.plan(
            subject, request, situation, rows: GraphRows(reads, answers, range: range))
    }

    @Test func `peaks stand behind their series, and gaps are empty`() throws {
        let plan = try plan([""]) { $0 % 7_200 == 0 ? .nan : 0.1 }
        let text = String(decoding: GraphCSV.bytes(plan), as: UTF8.self)
        let lines = text.components(separatedBy: "\r\n")
        let names = lines[0].split(separator: ",")
        #expect(
            names.prefix(5) == ["time", "Inbound", "Inbound peak", "Outbound", "Outbound peak"])
        #expect(lines.count == plan.frame.count + 2)
        let known = lines.dropFirst().first { $0.contains("0.8") }
        #expect(known?.split(separator: ",")[1...4] == ["0.8", "0.8", "0.8", "0.8"])
        let blanks = String(repeating: ",", count: names.count - 1)
        let unknown = lines.filter { $0.hasSuffix("Z" + blanks) }
        #expect(!unknown.isEmpty && unknown.count <= plan.frame.count / 2 + 1)
        #expect(!text.lowercased().contains("nan"))
        #expect(GraphCSV.cellCount(plan) == plan.frame.count * (names.count - 1))
    }

    @Test(arguments: hostileTexts)
    func `what a member is called begins no formula and no cell`(hostile: String) throws {
        let label = DeviceText(hostile).text
        guard !label.isEmpty else { return }
        let plan = try plan([label, "b"]) { _ in 1 }
        let text = String(decoding: GraphCSV.bytes(plan), as: UTF8.self)
        let cells = try #require(Self.cells(text).first)
        #expect(cells.count == 1 + GraphCSV.cellCount(plan) / plan.frame.count)
        for cell in cells { #expect(!"=+-@\t\r".contains(cell.first ?? " "), "\(cell)") }
    }

    /// RFC 4180, read as plainly as it is written there.
    private static func cells(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = ""
        var isQuoted = false
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"" where isQuoted && rest.first == "\"":
                rest.removeFirst()
                cell.unicodeScalars.append("\"")
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                row.append(cell)
                cell = ""
            case "\n" where !isQuoted:
                rows.append(row + [cell])
                (row, cell) = ([], "")
            case "\r" where !isQuoted: break
            default: cell.unicodeScalars.append(scalar)
            }
        }
        return rows
    }
}
