import PollerModel
import TestSupport
import Testing

@testable import PollerEngine

/// What the store does not take, as the recorder hears it.
@Suite struct RefusalTests {
    private static let device = DeviceID(1)
    private static let source = DataSourceID(1)
    private let clock = ManualClock()
    private let recorder: InterruptionRecorder
    private let definitions: Definitions

    init() throws {
        let step = try #require(Step(seconds: 60))
        recorder = InterruptionRecorder(startedAt: clock.now.wall, logger: Fixture.logger)
        definitions = Definitions(
            version: 1, catalogue: try Fixture.catalogue(),
            devices: [Fixture.device(1, width: .wide, step: step, createdAt: clock.now.wall)])
    }

    /// A sample a second after the last; nil: it is stored.
    private func hear(
        _ failure: StoreFailure? = nil, isKnown: Bool = true, isKept: Bool = false,
        after last: Timestamp? = nil
    ) {
        let before = last ?? clock.now.wall
        clock.advance(milliseconds: 1_000)
        let now = clock.now
        var status = SourceStatus(
            items: [
                .init(name: "in", raw: nil, shown: isKnown ? .success(1) : .failure(.firstSample))
            ], sampledAt: now.wall)
        status.storeFailure = failure
        status.lastKnown = isKnown ? now.wall : before
        status.lastStored = failure == nil || isKept ? now.wall : before
        recorder.hear([(Self.source, status)], of: Self.device, at: now) { _ in nil }
    }

    private func tick() {
        _ = recorder.tick(definitions, at: clock.now) { _ in nil }
    }

    private func noted() throws -> [Interruption] {
        try recorder.interruptions(
            of: nil,
            in: TimeRange(
                start: Timestamp(seconds: 1_600_000_000), end: Timestamp(seconds: 1_800_000_000)))
    }

    @Test(arguments: [
        (StoreFailure.clockDoubted(path: "rrd/1/1.rrd"), "clock_doubted"),
        (.overloaded(waiting: 9), "store_overloaded"),
    ])
    func `a store that takes nothing is said once, until it was quiet for a minute`(
        failure: StoreFailure, code: String
    ) throws {
        hear()
        let stored = clock.now.wall
        for _ in 0..<10 {
            hear(failure)
            tick()
        }
        let last = clock.now.wall
        #expect(try noted().map(\.scope) == [.poller])
        #expect(try noted().map(\.code) == [code])
        #expect(try noted().map(\.start) == [stored])
        clock.advance(milliseconds: InterruptionRecorder.quietMilliseconds - 1)
        tick()
        #expect(try noted().map(\.end) == [nil])
        clock.advance(milliseconds: 1)
        tick()
        #expect(try noted().map(\.end) == [last])
    }

    @Test func `a clock that went back ends it by the clock of now`() throws {
        hear()
        let stored = clock.now.wall
        clock.setWall(by: 86_400_000)
        hear(.clockDoubted(path: "rrd/1/1.rrd"), after: stored)
        clock.setWall(by: -86_400_000)
        let back = clock.now.wall
        clock.advance(milliseconds: InterruptionRecorder.quietMilliseconds)
        tick()
        #expect(try noted().map(\.end) == [back])
    }

    @Test func `a file that cannot be written interrupts its data source`() throws {
        hear()
        let stored = clock.now.wall
        hear(.failed(path: "rrd/1/1.rrd", operation: "written", detail: "no"))
        let lost = clock.now.wall
        hear()
        #expect(try noted().map(\.scope) == [.source(Self.source)])
        #expect(try noted().map(\.code) == ["file_failed"])
        #expect(try noted().map(\.end) == [lost])
        #expect(try noted().map(\.start) == [stored])
    }

    @Test func `what waits for its file is not lost, and the end is no trouble`() throws {
        hear()
        hear(.failed(path: "rrd/1/1.rrd", operation: "written", detail: "no"), isKept: true)
        hear(.stopped)
        hear(nil, isKnown: false)
        #expect(try noted().isEmpty)
    }

    @Test func `ten thousand devices without trouble cost next to nothing`() {
        let now = clock.now
        var status = SourceStatus(
            items: ["in", "out"].map { .init(name: $0, raw: 1, shown: .success(1)) },
            sampledAt: now.wall)
        status.lastKnown = now.wall
        status.lastStored = now.wall
        let samples = (1...24).map { (DataSourceID(Int64($0)), status) }
        let (_, took) = ThreadTime.measure {
            for number in Int64(1)...10_000 {
                recorder.hear(samples, of: DeviceID(number), at: now) { _ in nil }
            }
        }
        #expect(recorder.version == 0)
        // Of a minute that is given to it; an unoptimised build takes a hundred times as long.
        #expect(took < .seconds(6), "\(took)")
    }
}
