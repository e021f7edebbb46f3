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
        scale: Int = 1, hasLegend: Bool = true
    ) throws -> GraphRequest {
        let end = Timestamp(seconds: 1_795_622_400)
        return try GraphRequest(
            range: TimeRange(start: end.advanced(seconds: -3_600 * hours), end: end),
            width: width, height: height, theme: theme, scale: scale, hasLegend: hasLegend)
    }

    private func key(
        graph: GraphID = GraphID(1), definitions: Definitions? = nil, devices: [Int64] = [1],
        sources: [Int64] = [1], request: GraphRequest? = nil, now: Timestamp? = nil,
        notes: [GraphNote] = []
    ) throws -> PictureKey {
        let definitions = definitions ?? fixture.inventory.definitions
        return PictureKey(
            graph: graph,
            devices: try devices.map { try #require(definitions.devices[DeviceID($0)]) },
            sources: sources.map { DataSourceID($0) }, request: try request ?? self.request(),
            status: fixture.status, now: now ?? self.now, notes: { notes })
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
            try key(), try key(graph: GraphID(2)), try key(devices: [2]), try key(devices: [1, 2]),
            try key(sources: [2]), try key(sources: [1, 2]), try key(definitions: changed),
            try key(request: request(hours: 23)), try key(request: request(width: 701)),
            try key(request: request(height: 201)), try key(request: request(theme: .dark)),
            try key(request: request(scale: 2)), try key(request: request(hasLegend: false)),
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

    @Test func `the rows are looked up before the notes are made`() throws {
        fixture.status.set(source: stored(1_795_622_340))
        let definition = try #require(fixture.inventory.definitions.devices[DeviceID(1)])
        let key = PictureKey(
            graph: GraphID(1), devices: [definition], sources: [DataSourceID(1)],
            request: try request(), status: fixture.status, now: now
        ) {
            fixture.status.set(source: stored(1_795_622_400))
            return []
        }
        #expect(key.rows.map(\.storedAt) == [Timestamp(seconds: 1_795_622_340)])
    }
}
