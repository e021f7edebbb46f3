import Foundation
import PollerDefinitions
import Synchronization
import TestSupport
import Testing

@testable import PollerModel
@testable import PollerRRD

@Suite struct GraphArgumentTests {
    /// The shipped traffic graph of one interface, an hour of it.
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
        let subject = GraphPlanner.Subject(
            graph: Graph(
                id: GraphID(1), device: DeviceID(7), template: template, dataSource: source.id,
                title: title),
            template: graphTemplate, file: file, createdAt: created, now: now, note: note)
        let range = try TimeRange(start: now.advanced(seconds: -3_600), end: now)
        return GraphPlanner.script(
            for: subject, try GraphRequest(range: range, width: width, theme: theme))
    }

    private func text(_ script: GraphScript) -> String {
        GraphArguments.arguments(for: script, folder: "/var/lib/pollerd").joined(separator: "\n")
            + "\n"
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

    @Test(arguments: hostileTexts)
    func `text stays text in every place of a picture`(hostile: String) async throws {
        let folder = try TemporaryFolder()
        let storage = RoundRobinStorage(folder: folder.path)
        let clock = ManualClock(1_700_086_400)
        let store = try JournaledStore(
            storage: storage, timekeeper: clock, logger: StoreFixture.silent)
        let renderer = LocalRenderer(storage: storage, store: store)
        let step = try #require(Step(seconds: 60))
        let file = RoundRobinFile(
            path: "rrd/1/1.rrd", step: step, heartbeatSeconds: 120,
            sources: [.init(name: "v", kind: .gauge)],
            archives: [.init(function: .average, stepsPerRow: 1, rows: 100)])
        try await store.create([file], start: Timestamp(seconds: 1_700_086_000))[0].get()
        let range = try TimeRange(
            start: Timestamp(seconds: 1_700_082_800), end: Timestamp(seconds: 1_700_086_400))
        let script = GraphScript(
            title: hostile, verticalLabel: hostile, range: range, width: 300, height: 80, scale: 1,
            theme: .light, hasLegend: true, base: .si, lowerLimit: nil, upperLimit: nil,
            elements: [
                .read(name: "v0", path: file.path, source: "v", function: .average),
                .area(name: "v0", color: Color(0x112233), legend: hostile, isStacked: false),
                .line(name: "v0", width: 1, color: Color(0x112233), legend: hostile),
                .summarize(name: "v1", of: "v0", by: .maximum),
                .print(
                    name: "v1", label: hostile, format: .scaled, isCompact: false, endsLine: true),
                .comment(hostile, .center), .comment(hostile, .left), .comment(hostile, .right),
            ])
        let image = try await renderer.render(script)
        #expect(image.bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]))
    }
}

@Suite struct RenderingTests {
    /// A line of a file that exists; librrd draws nothing at all without one.
    private func elements(in store: JournaledStore) async throws -> [GraphScript.Element] {
        let file = RoundRobinFile(
            path: "rrd/1/1.rrd", step: try #require(Step(seconds: 60)), heartbeatSeconds: 120,
            sources: [.init(name: "v", kind: .gauge)],
            archives: [.init(function: .average, stepsPerRow: 1, rows: 100)])
        try await store.create([file], start: Timestamp(seconds: 1_700_000_000))[0].get()
        return [
            .read(name: "v0", path: file.path, source: "v", function: .average),
            .line(name: "v0", width: 1, color: Color(0), legend: nil),
        ]
    }

    /// A picture of a day.
    private func script(
        width: Int = 300, height: Int = 100, scale: Int = 1, theme: GraphTheme = .light,
        _ elements: [GraphScript.Element]
    ) throws -> GraphScript {
        GraphScript(
            title: "t", verticalLabel: "v",
            range: try TimeRange(
                start: Timestamp(seconds: 1_700_000_000), end: Timestamp(seconds: 1_700_086_400)),
            width: width, height: height, scale: scale, theme: theme, hasLegend: true, base: .si,
            lowerLimit: nil, upperLimit: nil, elements: elements)
    }

    @Test(arguments: [(1, GraphTheme.light), (2, .dark)])
    func `a picture has the size that was asked for, and says where its plot lies`(
        scale: Int, theme: GraphTheme
    ) async throws {
        let fixture = try StoreFixture()
        let renderer = fixture.renderer
        let script = try script(
            width: 700, height: 200, scale: scale, theme: theme, await elements(in: fixture.store))
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

    @Test func `a missing or damaged file is an error that names it, not a picture`() async throws {
        let fixture = try StoreFixture()
        let renderer = fixture.renderer
        let script = try script([
            .read(name: "v0", path: "rrd/9/9.rrd", source: "v", function: .average),
            .line(name: "v0", width: 1, color: Color(0), legend: nil),
        ])
        await #expect {
            try await renderer.render(script)
        } throws: { error in
            (error as? RenderFailure)?.words.contains("rrd/9/9.rrd is not there") == true
        }
        try fixture.folder.write("no round-robin file", to: "rrd/9/9.rrd")
        await #expect {
            try await renderer.render(script)
        } throws: { error in
            (error as? RenderFailure)?.words.contains("rrd/9/9.rrd is not a round-robin file")
                == true
        }
    }

    @Test func `a picture that nobody wants any more is not drawn`() async throws {
        let fixture = try StoreFixture()
        let renderer = fixture.renderer
        let script = try script(await elements(in: fixture.store))
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
        let fixture = try StoreFixture()
        let renderer = fixture.renderer
        let script = try script(await elements(in: fixture.store))
        let pictures = try await [renderer.render(script), renderer.render(script)]
        #expect(pictures[0].bytes == pictures[1].bytes)
    }
}
