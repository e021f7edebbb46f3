import TestSupport
import Testing

@testable import PollerModel
@testable import PollerWeb

@Suite struct PictureKeyTests {
    private let fixture: WebFixture
    private let now = Timestamp(seconds: 1_795_622_409)

    init() throws { fixture = try WebFixture(devices: 2) }

    private func request(
        hours: Int64 = 24, width: Int = 700, height: Int = 200, theme: GraphTheme = .light,
        scale: Int = 1, hasLegend: Bool = true, format: GraphFormat = .png,
        view change: (inout GraphView) -> Void = { _ in }
    ) throws -> GraphRequest {
        var view = GraphView()
        change(&view)
        let end = Timestamp(seconds: 1_795_622_400)
        return try GraphRequest(
            range: TimeRange(start: end.advanced(seconds: -3_600 * hours), end: end),
            width: width, height: height, theme: theme, scale: scale, hasLegend: hasLegend,
            format: format, view: view)
    }

    private func key(
        graph: Int64 = 1, definitions: Definitions? = nil, request: GraphRequest? = nil,
        now: Timestamp? = nil, notes: [GraphNote] = []
    ) throws -> PictureKey {
        let definitions = definitions ?? fixture.inventory.definitions
        return try key(
            try #require(definitions.drawing(GraphID(graph))), request: request, now: now,
            notes: notes)
    }

    private func key(
        _ drawing: Drawing, request: GraphRequest? = nil, now: Timestamp? = nil,
        notes: [GraphNote] = []
    ) throws -> PictureKey {
        PictureKey(
            drawing, request: try request ?? self.request(), status: fixture.status,
            interruptions: fixture.interruptions, now: now ?? self.now, notes: { notes })
    }

    /// The first graph as somebody tries it.
    private func tried(_ change: (inout GraphOverride) -> Void) throws -> PictureKey {
        var override = GraphOverride()
        change(&override)
        let drawing = try #require(fixture.inventory.definitions.drawing(GraphID(1)))
        return try key(drawing.trying(override))
    }

    /// An aggregate of these data sources.
    private func aggregate(
        _ sources: [Int64], _ change: (inout Aggregate) -> Void = { _ in }
    ) throws -> PictureKey {
        var aggregate = Aggregate(
            id: GraphID(9), title: "All", template: "interface_traffic",
            members: .list(sources.map { DataSourceID($0) }), arrangement: .sum,
            createdAt: Timestamp(seconds: 1_795_000_000))
        change(&aggregate)
        return try key(
            .aggregate(aggregate, aggregate.members(in: fixture.inventory.definitions)))
    }

    private func stored(_ seconds: Int64?, sampled: Int64 = 1_795_622_400) -> SourceStatus {
        var status = SourceStatus(items: [], sampledAt: Timestamp(seconds: sampled))
        status.lastStored = seconds.map { Timestamp(seconds: $0) }
        return status
    }

    @Test func `each thing that changes the picture makes another key`() throws {
        let empty = GraphNote(text: "No data", isEmpty: true)
        let definitions = fixture.inventory.definitions
        let changed = definitions.replacing(DeviceID(1), with: definitions.devices[DeviceID(1)])
        var keys = [
            try key(), try key(graph: 2), try aggregate([1]), try aggregate([2]),
            try aggregate([1, 2]), try aggregate([2, 1]), try aggregate([1, 2]) { $0.title = "x" },
            try aggregate([1, 2]) { $0.arrangement = .stack },
            try aggregate([1, 2]) { $0.unknowns = .known }, try key(definitions: changed),
            try tried { $0.percentile = 95 }, try tried { $0.title = "Uplink" },
            try tried { $0["Inbound"].color = .palette(.plum) },
            try key(request: request(hours: 23)), try key(request: request(width: 701)),
            try key(request: request(height: 201)), try key(request: request(theme: .dark)),
            try key(request: request(scale: 2)), try key(request: request(hasLegend: false)),
            try key(request: request(format: .svg)),
            try key(request: request { $0.units = .bytes }),
            try key(request: request { $0.axis = .percent }),
            try key(request: request { $0.base = .iec }),
            try key(request: request { $0.comparison = .week }),
            try key(request: request { $0.percentile = 95 }),
            try key(request: request { $0.showsCapacity = true }),
            try key(request: request { $0.showsPeaks = false }),
            try key(notes: [empty]), try key(notes: [GraphNote(text: "No data", isEmpty: false)]),
            try key(notes: [GraphNote(text: "No data yet", isEmpty: true)]),
            try key(now: now.advanced(seconds: 111)),
        ]
        for time in [1_795_622_340, 1_795_622_400] as [Int64] {
            fixture.status.set(source: stored(time))
            keys.append(try key())
        }
        #expect(Set(keys).count == keys.count)
    }

    @Test func `nothing else does`() throws {
        fixture.status.set(source: stored(1_795_622_340))
        let first = try key()
        #expect(try key() == first)
        // A pixel of a day is worth two minutes; 1,795,622,400 is a whole number of them.
        #expect(try key(now: now.advanced(seconds: 110)) == first)
        #expect(try key(now: now.advanced(seconds: -9)) == first)
        #expect(try key(now: now.advanced(seconds: -10)) != first)
        // A sample that was refused is in no file.
        fixture.status.set(source: stored(1_795_622_340, sampled: 1_795_622_460))
        #expect(try key() == first)
        // Another device may change as it likes.
        let definitions = fixture.inventory.definitions
        let changed = definitions.replacing(DeviceID(2), with: definitions.devices[DeviceID(2)])
        #expect(try key(definitions: changed) == first)
    }

    @Test func `the newest sample is no later than now, however coarse a picture is`() throws {
        fixture.status.set(source: stored(1_795_622_403))
        let year = try key(request: request(hours: 24 * 365))
        #expect(year.now == Timestamp(seconds: 1_795_622_403))
        // A clock that was set back does not bring the future.
        let early = try key(
            request: request(hours: 24 * 365), now: Timestamp(seconds: 1_795_622_400))
        #expect(early.now == Timestamp(seconds: 1_795_622_400))
        fixture.status.set(source: stored(1_795_000_000))
        let old = try key(request: request(hours: 24 * 365))
        #expect(old.now < now && old.now > now.advanced(seconds: -600))
    }

    @Test func `before the first sample since the start, the newest row is looked for at present`()
        throws
    {
        let year = try key(request: request(hours: 24 * 365))
        #expect(year.now <= now && year.now > now.advanced(seconds: -60))
    }

    @Test func `the rows are looked up before the notes are made`() throws {
        fixture.status.set(source: stored(1_795_622_340))
        let drawing = try #require(fixture.inventory.definitions.drawing(GraphID(1)))
        let key = PictureKey(
            drawing, request: try request(), status: fixture.status,
            interruptions: fixture.interruptions, now: now
        ) {
            fixture.status.set(source: stored(1_795_622_400))
            return []
        }
        #expect(key.rows.map(\.storedAt) == [Timestamp(seconds: 1_795_622_340)])
    }
}
