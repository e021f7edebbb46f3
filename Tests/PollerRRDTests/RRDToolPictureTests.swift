import Foundation
import TestSupport
import Testing

@testable import PollerModel
@testable import PollerRRD

/// The command line that is shown of a picture, given to the real rrdtool. Drawings are compared,
/// because our PNGs are compressed in another way.
@Suite(.enabled(if: Program.find("rrdtool") != nil, "rrdtool is not installed"))
struct RRDToolPictureTests {
    private static let start: Int64 = 1_700_000_040
    private static let rowCount = 240
    private static let views: [(String, String, Int64, @Sendable (inout GraphView) -> Void)] = [
        ("interface_traffic", "an hour", 3_600, { _ in }),
        ("interface_traffic", "two hours and a bit", 7_311, { _ in }),
        ("interface_traffic", "a day", 86_400, { $0.percentile = 95 }),
        ("interface_traffic", "a week", 7 * 86_400, { $0.showsPeaks = true }),
        ("interface_traffic", "logarithmic", 10_800, { $0.axis = .logarithmic }),
        ("interface_traffic", "per cent", 10_800, { $0.axis = .percent }),
        ("interface_traffic", "bytes", 10_800, { $0.units = .bytes }),
        ("interface_traffic", "capacity", 10_800, { $0.showsCapacity = true }),
        ("interface_traffic", "iec", 10_800, { $0.base = .iec }),
        ("interface_errors", "an hour", 3_600, { _ in }),
        ("ucd_cpu", "two hours", 7_200, { _ in }),
        ("ucd_memory", "a day", 86_400, { _ in }),
        ("storage_used", "a month", 30 * 86_400, { _ in }),
        ("ucd_load", "a year", 365 * 86_400, { _ in }),
        ("uptime", "a day", 86_400, { _ in }),
    ]

    /// A shipped graph of a file with three hours of data, a gap, and an hour of silence behind.
    private func subject(
        _ template: String, title: String, store: JournaledStore
    ) async throws -> GraphSubject {
        let catalogue = ShippedCatalogue.catalogue
        let graphTemplate = try #require(catalogue.graphTemplates[template], "\(template)")
        let created = Timestamp(seconds: Self.start)
        let source = DataSource(
            id: DataSourceID(42), device: DeviceID(7), template: graphTemplate.dataTemplate,
            row: nil, profile: "one_minute", width: .wide, createdAt: created)
        let file = try #require(RoundRobinFile(dataSource: source, catalogue: catalogue))
        try await store.create([file], start: created)[0].get()
        let rows = (1...Self.rowCount).compactMap { minute -> RoundRobinRow? in
            guard !(90..<110).contains(minute), minute < 180 else { return nil }
            return RoundRobinRow(
                time: Timestamp(seconds: Self.start + Int64(minute) * 60),
                values: file.sources.indices.map { place in
                    let wave = Double((minute * (place + 3)) % 61) + 2
                    return file.sources[place].kind == .counter
                        ? .counter(UInt64(minute * minute * 4_000 * (place + 1)))
                        : .gauge(wave)
                })
        }
        _ = try await store.update([RoundRobinUpdate(file: file, rows: rows)])[0].get()
        try await store.settle([file.path])
        let capacities = Dictionary(
            file.sources.map { ($0.name, 1_000_000.0) }, uniquingKeysWith: { first, _ in first })
        return GraphSubject(
            title: title, template: graphTemplate,
            parts: [
                .init(
                    source: source.id, file: file, label: "", createdAt: created,
                    capacities: capacities)
            ])
    }

    private func script(
        _ subject: GraphSubject, _ request: GraphRequest, _ store: JournaledStore
    ) async -> GraphScript {
        let situation = GraphSituation(
            now: Timestamp(seconds: Self.start + Int64(Self.rowCount) * 60),
            zoneOffset: { _ in 0 })
        let reads = GraphPlanner.reads(for: subject, request, situation)
        let rows = GraphRows(reads, await store.series(reads.all), range: request.range)
        return GraphPlanner.plan(subject, request, situation, rows: rows).script
    }

    /// What rrdtool draws, and what our renderer does.
    private func pictures(
        _ template: String, seconds: Int64, title: String = "sw1 - Gi0/1",
        format: GraphFormat = .svg, scale: Int = 1, hasLegend: Bool = true,
        view change: (inout GraphView) -> Void
    ) async throws -> (theirs: Data, ours: Data) {
        let folder = try TemporaryFolder()
        let end = Self.start + Int64(Self.rowCount) * 60
        let store = try JournaledStore(
            storage: RoundRobinStorage(folder: folder.path), timekeeper: ManualClock(end),
            logger: StoreFixture.silent)
        let subject = try await subject(template, title: title, store: store)
        var view = GraphView()
        change(&view)
        let range = try TimeRange(
            start: Timestamp(seconds: end - seconds), end: Timestamp(seconds: end))
        let request = try GraphRequest(
            range: range, theme: .dark, scale: scale, hasLegend: hasLegend, format: format,
            view: view)
        let script = await script(subject, request, store)
        let renderer = RowRenderer()
        let ours = try await renderer.render(script)
        let rrdtool = try #require(Program.find("rrdtool"))
        let file = "\(folder.path)/picture"
        let result = try await Program.run(
            rrdtool, ["graph", file] + renderer.command(for: script, folder: folder.path),
            environment: ["LC_ALL": "C"])
        try #require(result.status == 0, "\(result.errors)")
        await renderer.stop()
        return (
            try Self.comparable(Data(contentsOf: URL(filePath: file)), format),
            Self.comparable(Data(ours.bytes), format)
        )
    }

    /// Cairo numbers the surfaces of a process.
    private static func comparable(_ picture: Data, _ format: GraphFormat) -> Data {
        guard format == .svg else { return picture }
        return Data(
            String(decoding: picture, as: UTF8.self).replacing(/surface\d+/, with: "surface").utf8)
    }

    @Test(arguments: 0..<views.count)
    func `rrdtool draws the very same picture from the files`(number: Int) async throws {
        let (template, name, seconds, change) = Self.views[number]
        let (theirs, ours) = try await pictures(template, seconds: seconds, view: change)
        #expect(theirs == ours, "\(template), \(name): \(theirs.count) and \(ours.count) bytes")
    }

    @Test func `as PNG it is as large; without a legend and at twice the size it is the same`()
        async throws
    {
        let png = try await pictures("interface_traffic", seconds: 3_600, format: .png) { _ in }
        // Signature and header, which say width and height.
        #expect(png.theirs.prefix(26) == png.ours.prefix(26))
        #expect(png.ours.starts(with: [0x89, 0x50, 0x4e, 0x47]))
        let large = try await pictures(
            "interface_traffic", seconds: 3_600, scale: 2, hasLegend: false
        ) { _ in }
        #expect(large.theirs == large.ours)
    }

    @Test(arguments: hostileTexts)
    func `a title stays a title`(hostile: String) async throws {
        let title = DeviceText(hostile).text
        let (theirs, ours) = try await pictures(
            "interface_traffic", seconds: 3_600, title: title
        ) { _ in }
        #expect(theirs == ours)
    }
}
