import Foundation
import TestSupport
import Testing

@testable import PollerModel
@testable import PollerRRD

/// The command that a person is shown: every shipped graph as arguments that read files.
@Suite struct PictureCommandTests {
    private static let now: Int64 = 1_700_086_400

    /// A picture of a shipped template with a few rows, whose file lies in the folder.
    private func picture(
        _ template: GraphTemplate, _ number: Int64, in folder: GraphFolder
    ) throws -> (GraphPlan, RoundRobinFile) {
        let catalogue = ShippedCatalogue.catalogue
        let data = try #require(catalogue.dataTemplates[template.dataTemplate])
        let file = RoundRobinFile(
            path: "rrd/1/\(number).rrd", step: try #require(Step(seconds: 60)),
            heartbeatSeconds: 120, sources: data.fileSources,
            archives: [
                .init(function: .average, stepsPerRow: 1, rows: 200),
                .init(function: .maximum, stepsPerRow: 10, rows: 20),
            ])
        try folder.create(file, start: Self.now - 7_200)
        let rows = (1...100).map { (row: Int) -> String in
            let values = file.sources.indices.map { place in
                row == 50 ? "U" : String((row * 7 + place * 13) * (row % 5 + 1))
            }
            return "\(Self.now - 6_000 + Int64(60 * row)):" + values.joined(separator: ":")
        }
        try folder.update(file, rows)
        let created = Timestamp(seconds: Self.now - 7_200)
        let subject = GraphSubject(
            title: "\(template.name): 100 % of “it”", template: template,
            parts: [
                .init(
                    source: DataSourceID(number), file: file, label: "", createdAt: created,
                    capacities: [:])
            ])
        let range = try TimeRange(
            start: Timestamp(seconds: Self.now - 3_600), end: Timestamp(seconds: Self.now))
        let plan = folder.plan(
            subject, try GraphRequest(range: range, width: 400, height: 80),
            GraphSituation(now: Timestamp(seconds: Self.now), zoneOffset: { _ in 3_600 }))
        return (plan, file)
    }

    @Test(arguments: [true, false])
    func `a graph of numbers only is a picture, with and without a legend`(
        hasLegend: Bool
    ) throws {
        let folder = try GraphFolder()
        let all = try GraphHistory.template()
        let template = GraphTemplate(
            name: all.name, title: all.title, source: all.source, dataTemplate: all.dataTemplate,
            settings: all.settings, items: Array(all.items.suffix(1)), numbers: all.numbers)
        let profile = try #require(ShippedCatalogue.catalogue.profiles["one_minute"])
        let file = GraphHistory.file(profile)
        try folder.create(file, start: Self.now - 7_200)
        let created = Timestamp(seconds: Self.now - 7_200)
        let subject = GraphSubject(
            title: "Numbers", template: template,
            parts: [
                .init(
                    source: DataSourceID(1), file: file, label: "", createdAt: created,
                    capacities: [:])
            ])
        let range = try TimeRange(start: created, end: Timestamp(seconds: Self.now))
        let plan = folder.plan(
            subject, try GraphRequest(range: range, hasLegend: hasLegend),
            GraphSituation(now: Timestamp(seconds: Self.now + 600), zoneOffset: { _ in 0 }))
        #expect(try folder.draw(plan.script).plot.width == GraphLimits.defaultWidth)
    }

    @Test(.timeLimit(.minutes(10)))
    func `each shipped graph is a command that librrd takes, and the picture is ours`() throws {
        let folder = try GraphFolder()
        let templates = ShippedCatalogue.catalogue.graphTemplates.sorted { $0.key < $1.key }
        #expect(templates.count >= 900)
        for (number, entry) in templates.enumerated()
        where !Places.isFast || number.isMultiple(of: 20) {
            do {
                let (plan, file) = try picture(entry.value, Int64(number + 1), in: folder)
                let fromFiles = try folder.draw(plan.script, readsFiles: true)
                let ours = try folder.draw(plan.script)
                #expect(fromFiles.plot == ours.plot, "\(entry.key)")
                #expect(fromFiles.width == ours.width, "\(entry.key)")
                #expect(fromFiles.height == ours.height, "\(entry.key)")
                #expect(!plan.isEmpty, "\(entry.key)")
                try folder.remove(file)
            } catch {
                Issue.record("\(entry.key): \(error)")
            }
        }
    }

    @Test func `the real rrdtool draws the command, as large as ours`() async throws {
        let folder = try GraphFolder()
        let templates = ShippedCatalogue.catalogue.graphTemplates.sorted { $0.key < $1.key }
        let places = stride(from: 3, to: templates.count, by: templates.count / 25)
        for place in places {
            let (plan, _) = try picture(templates[place].value, Int64(place), in: folder)
            let picture = "\(folder.path)/\(place).png"
            let output = try await folder.rrdtool(
                ["graph", picture] + folder.arguments(plan.script))
            let ours = try folder.draw(plan.script)
            #expect(
                output.trimmed == "\(ours.width)x\(ours.height)", "\(templates[place].key)")
        }
        #expect(Array(places).count >= 25)
    }
}
