import Foundation
import PollerDefinitions
import Synchronization
import TestSupport
import Testing

@testable import PollerModel
@testable import PollerRRD

@Suite struct GraphArgumentTests {
    /// A shipped graph of one data source, an hour of it, with a gap and a row that are the same
    /// each time.
    private func script(
        _ template: String = "interface_traffic", width: Int = 700, note: GraphNote? = nil,
        title: String = "sw1 - Traffic - Gi0/1", theme: GraphTheme = .light
    ) throws -> GraphScript {
        let (catalogue, problems) = (ShippedCatalogue.catalogue, ShippedCatalogue.problems)
        try #require(problems.isEmpty, "\(problems)")
        let graphTemplate = try #require(catalogue.graphTemplates[template])
        let created = Timestamp(seconds: 1_700_000_000)
        let source = DataSource(
            id: DataSourceID(42), device: DeviceID(7), template: graphTemplate.dataTemplate,
            row: nil,
            profile: "one_minute", width: .wide, createdAt: created)
        let file = try #require(RoundRobinFile(dataSource: source, catalogue: catalogue))
        let now = created.advanced(seconds: 86_400)
        let subject = GraphSubject(
            title: title, template: graphTemplate,
            parts: [
                .init(
                    source: source.id, file: file, label: "", createdAt: created, capacities: [:])
            ])
        let range = try TimeRange(start: now.advanced(seconds: -3_600), end: now)
        let request = try GraphRequest(range: range, width: width, theme: theme)
        let situation = GraphSituation(now: now, zoneOffset: { _ in 0 }, note: note)
        let reads = GraphPlanner.reads(for: subject, request, situation)
        let names = file.sources.map(\.name)
        let gap = now.seconds - 2_000..<now.seconds - 1_400
        let answers = reads.all.map { read in
            Result<RoundRobinSeries, StoreFailure>.success(
                RoundRobinSeries(answering: read, names: names) { name, end in
                    let place = Double(names.firstIndex(of: name) ?? 0)
                    return gap.contains(end) ? .nan : (place + 1) * Double(end / 60 % 37) * 12_345.5
                })
        }
        let rows = GraphRows(reads, answers, range: range)
        return GraphPlanner.plan(subject, request, situation, rows: rows).script
    }

    private func text(
        _ script: GraphScript, _ place: GraphArguments.Place = .memory
    ) -> String {
        GraphArguments.arguments(for: script, reading: place).joined(separator: "\n") + "\n"
    }

    @Test(arguments: [
        "interface_traffic", "interface_errors", "ucd_cpu", "ucd_memory", "storage_used",
    ])
    func `shipped graphs become the arguments they always were`(template: String) throws {
        try expectSnapshot(text(script(template)), "\(template).txt")
    }

    @Test func `a narrow and dark graph with a note`() throws {
        let note = GraphNote(text: "No data since 14:05: nothing answered", isEmpty: false)
        try expectSnapshot(
            text(script(width: 300, note: note, theme: .dark)), "narrow_dark_note.txt")
    }

    @Test func `as somebody types it, the same arguments read the files`() throws {
        let script = try script()
        let files = text(script, .files(folder: "/var/lib/pollerd"))
        try expectSnapshot(files, "interface_traffic_files.txt")
        func rest(_ text: String) -> [Substring] {
            text.split(separator: "\n").filter { !$0.hasPrefix("DEF:") }
        }
        #expect(rest(files) == rest(text(script)))
    }

    @Test(arguments: [
        ("in: 5 %", 8, "in: 5 %"), ("in: 5 %", 7, "in: 5 "), (" a ", 3, " a "), (" a ", 2, " a"),
        ("a\\b", 9, "a\u{2216}b"), ("é", 2, "é"), ("é", 1, ""), ("", 5, ""), ("a\tb", 5, "a b"),
    ])
    func `plain text is left as it is up to its limit`(text: String, limit: Int, plain: String) {
        #expect(GraphArguments.plain(text, bytes: limit) == plain)
    }

    @Test(arguments: hostileTexts)
    func `text stays text in every place of a picture`(hostile: String) async throws {
        let range = try TimeRange(
            start: Timestamp(seconds: 1_700_082_800), end: Timestamp(seconds: 1_700_086_400))
        let rows = RoundRobinSeries(
            answering: SeriesRead(
                path: "rrd/1/1.rrd", function: .average, range: range, rowSeconds: 60),
            names: ["v"]
        ) { _, _ in 50 }
        let (color, stroke) = (Color(0x112233), GraphStroke(width: 1, dashes: [2, 2]))
        var script = GraphScript.picture(
            title: hostile, verticalLabel: hostile, range: range, width: 300, height: 80,
            rows: [rows],
            [
                .read("v0", "v"),
                .area(name: "v0", color: color, legend: hostile, isStacked: false),
                .line(name: "v0", stroke, color: color, legend: hostile, isStacked: true),
                .tick(name: "v0", share: 0.1, color: color, legend: hostile),
                .horizontalRule(20, stroke, color: color, legend: hostile),
                .verticalRule(range.start, stroke, color: color, legend: hostile),
                .comment(hostile, .none), .comment(hostile, .center), .comment(hostile, .left),
                .comment(hostile, .right),
            ])
        script.settings.rightAxis = .init(scale: 2, shift: 0, label: hostile)
        let renderer = RowRenderer()
        for format in GraphFormat.allCases {
            script.format = format
            let image = try await renderer.render(script)
            let start: [UInt8] =
                format == .png ? [0x89, 0x50, 0x4e, 0x47] : Array("<?xml".utf8)
            #expect(image.bytes.starts(with: start))
        }
    }
}

@Suite struct RenderingTests {
    private let renderer = RowRenderer()

    /// A picture of a day with one line.
    private func script(
        width: Int = 300, height: Int = 100, scale: Int = 1, theme: GraphTheme = .light
    ) throws -> GraphScript {
        let range = try TimeRange(
            start: Timestamp(seconds: 1_700_000_000), end: Timestamp(seconds: 1_700_086_400))
        let rows = RoundRobinSeries(
            answering: SeriesRead(
                path: "rrd/1/1.rrd", function: .average, range: range, rowSeconds: 300),
            names: ["v"]
        ) { _, end in Double(end / 300 % 90) }
        return .picture(
            range: range, width: width, height: height, scale: scale, theme: theme, rows: [rows],
            [.read("v0", "v"), .line("v0")])
    }

    @Test(arguments: [(1, GraphTheme.light), (2, .dark)])
    func `a picture has the size that was asked for, and says where its plot lies`(
        scale: Int, theme: GraphTheme
    ) async throws {
        let script = try script(width: 700, height: 200, scale: scale, theme: theme)
        let image = try await renderer.render(script)
        #expect(image.plot.width == 700 * scale && image.plot.height == 200 * scale)
        #expect(image.plot.left > 0 && image.plot.left + image.plot.width <= image.width)
        #expect(image.plot.top > 0 && image.plot.top + image.plot.height <= image.height)
        #expect(image.range == script.range)
        // IHDR: the width is in bytes 16...19.
        let width = image.bytes[16..<20].reduce(0) { $0 << 8 | Int($1) }
        #expect(width == image.width)
        await renderer.stop()
        await #expect(throws: RenderFailure.stopped) { try await renderer.render(script) }
    }

    @Test func `a name that its rows do not have is an error that says it`() async throws {
        var script = try script()
        script.elements[0] = .read("v0", "w")
        await #expect {
            try await renderer.render(script)
        } throws: { error in
            (error as? RenderFailure)?.words.contains("No DS called 'w'") == true
        }
    }

    @Test func `a picture that nobody wants any more is not drawn`() async throws {
        let script = try script()
        let asked = Atomic(0)
        await #expect(throws: RenderFailure.unwanted) {
            try await renderer.render(script) {
                asked.add(1, ordering: .relaxed)
                return false
            }
        }
        #expect(asked.load(ordering: .relaxed) == 1)
        #expect(try await !renderer.render(script) { true }.bytes.isEmpty)
    }

    @Test func `the same picture has the same bytes`() async throws {
        let script = try script()
        let pictures = try await [renderer.render(script), RowRenderer().render(script)]
        #expect(pictures[0].bytes == pictures[1].bytes)
    }
}
