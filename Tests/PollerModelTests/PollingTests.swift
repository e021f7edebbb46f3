import TestSupport
import Testing

@testable import PollerModel

@Suite struct PollScheduleTests {
    @Test(arguments: [1, 10, 60, 300, 86_400] as [Int64])
    func `each step holds exactly one slot`(seconds: Int64) throws {
        let step = try #require(Step(seconds: seconds))
        let schedule = PollSchedule(step: step, device: DeviceID(42))
        var time = Timestamp(seconds: 1_700_000_000)
        for _ in 0..<100 {
            let next = schedule.next(after: time)
            #expect(next > time && next.milliseconds - time.milliseconds <= step.milliseconds)
            #expect((next.milliseconds - schedule.offsetMilliseconds) % step.milliseconds == 0)
            time = next
        }
    }

    @Test func `offsets stay the same for ever`() throws {
        // Read once and written down: another value would move every device of every user.
        let step = try #require(Step(seconds: 300))
        let offsets = [1, 2, 3, 1_000_000].map {
            PollSchedule(step: step, device: DeviceID($0)).offsetMilliseconds
        }
        #expect(offsets == [264_291, 49_581, 144_147, 148_577])
    }

    @Test func `offsets spread evenly`() throws {
        let step = try #require(Step(seconds: 60))
        var counts = [Int](repeating: 0, count: 10)
        for id in 1...10_000 {
            let schedule = PollSchedule(step: step, device: DeviceID(Int64(id)))
            counts[Int(schedule.offsetMilliseconds / 6_000)] += 1
        }
        #expect(counts.allSatisfy { (850...1_150).contains($0) }, "\(counts)")
    }

    @Test(arguments: [0, 86_401, -1] as [Int64])
    func `steps outside a second to a day do not exist`(seconds: Int64) {
        #expect(Step(seconds: seconds) == nil)
    }
}

@Suite struct PollQueueTests {
    private let start = Moment(
        wall: Timestamp(seconds: 1_700_000_000), monotonic: MonotonicTime(milliseconds: 0))

    /// Devices 1...count that were added long ago.
    private func definitions(
        _ count: Int64, seconds: Int64 = 60, version: Int64 = 1, addedSecondsAgo: Int64 = 100_000
    ) throws -> Definitions {
        let step = try #require(Step(seconds: seconds))
        let devices = (1...count).map { id in
            DeviceDefinition(
                device: Device(
                    id: DeviceID(id), name: "d\(id)",
                    target: SNMPTarget(
                        host: .address(IPAddress(bytes: [127, 0, 0, 1])),
                        credentials: .community(Secret("public"))),
                    step: step, template: "t", system: SystemDescription(),
                    createdAt: start.wall.advanced(seconds: -addedSecondsAgo)),
                rows: [], dataSources: [], graphs: [])
        }
        return Definitions(version: version, catalogue: .empty, devices: devices)
    }

    /// Plays `seconds` in steps of `tick` milliseconds; the polls by device.
    private func play(
        _ queue: inout PollQueue, from start: Moment, seconds: Int64, tick: Int64 = 250,
        drift: (Int64) -> Int64 = { _ in 0 }
    ) -> [DeviceID: [Timestamp]] {
        var polls: [DeviceID: [Timestamp]] = [:]
        for elapsed in stride(from: Int64(0), through: seconds * 1_000, by: Int.Stride(tick)) {
            let now = Moment(
                wall: start.wall.advanced(milliseconds: elapsed + drift(elapsed)),
                monotonic: start.monotonic.advanced(milliseconds: elapsed))
            for due in queue.due(at: now) { polls[due.device, default: []].append(due.slot) }
        }
        return polls
    }

    @Test func `every device is polled once in every step, at its slot`() throws {
        var queue = PollQueue()
        queue.follow(try definitions(200), now: start)
        let polls = play(&queue, from: start, seconds: 600)
        #expect(polls.count == 200)
        for (device, slots) in polls {
            let schedule = PollSchedule(step: try #require(Step(seconds: 60)), device: device)
            #expect(slots.count == 10)
            #expect(
                slots.allSatisfy { ($0.milliseconds - schedule.offsetMilliseconds) % 60_000 == 0 })
            #expect(Set(slots).count == 10)
        }
    }

    @Test(arguments: [-3, -1, 1, 3] as [Int64])
    func `clocks that drift by milliseconds never poll a slot twice`(drift: Int64) throws {
        var queue = PollQueue()
        queue.follow(try definitions(50, seconds: 10), now: start)
        let polls = play(&queue, from: start, seconds: 300, tick: 1) { $0 > 5_000 ? drift : 0 }
        for slots in polls.values {
            #expect(Set(slots).count == slots.count)
            #expect((29...31).contains(slots.count))
        }
    }

    @Test(arguments: [3_600_000, -3_600_000, 315_360_000_000] as [Int64])
    func `a clock that is set skips nobody for longer than a step`(jump: Int64) throws {
        var queue = PollQueue()
        queue.follow(try definitions(50), now: start)
        let polls = play(&queue, from: start, seconds: 600) { $0 > 200_000 ? jump : 0 }
        for slots in polls.values { #expect((9...12).contains(slots.count), "\(slots)") }
    }

    @Test(arguments: [10, 60, 300] as [Int64])
    func `after a start everybody is polled soon, and then at its slots`(seconds: Int64) throws {
        var queue = PollQueue()
        queue.follow(try definitions(1_000, seconds: seconds), now: start, isStart: true)
        let polls = play(&queue, from: start, seconds: seconds)
        #expect(polls.count == 1_000)
        for (device, slots) in polls {
            let first = try #require(slots.min())
            #expect(first <= start.wall.advanced(milliseconds: 9_000))
            let schedule = PollSchedule(step: try #require(Step(seconds: seconds)), device: device)
            #expect(slots.contains(schedule.next(after: start.wall)))
            #expect(slots.count <= 2)
        }
    }

    @Test func `after a start a large fleet is not polled all at once`() throws {
        var queue = PollQueue()
        queue.follow(try definitions(10_000, seconds: 300), now: start, isStart: true)
        let polls = play(&queue, from: start, seconds: 20).values.joined()
        let perSecond = Dictionary(grouping: polls) { $0.seconds }.mapValues(\.count)
        // Those whose slot it is come beside those who are greeted.
        #expect(perSecond.values.allSatisfy { $0 < 125 + 34 + 50 }, "\(perSecond)")
    }

    @Test func `slots that pass before anybody looks are counted`() throws {
        var queue = PollQueue()
        queue.follow(try definitions(20), now: start)
        let due = queue.due(at: start.advanced(milliseconds: 600_000))
        #expect(due.count == 20)
        #expect(due.allSatisfy { $0.skipped == 9 })
        // What follows is on time again.
        let polls = queue.due(at: start.advanced(milliseconds: 660_000))
        #expect(polls.count == 20 && polls.allSatisfy { $0.skipped == 0 })
    }

    @Test func `a removed device is not polled again, a changed step holds at once`() throws {
        var queue = PollQueue()
        queue.follow(try definitions(2), now: start)
        queue.follow(try definitions(1, seconds: 10, version: 2), now: start)
        let polls = play(&queue, from: start, seconds: 120)
        #expect(polls.keys.map(\.rawValue) == [1])
        #expect((12...13).contains(polls[DeviceID(1)]?.count ?? 0))
    }

    @Test func `a new device is polled at once, and again soon`() throws {
        var queue = PollQueue()
        queue.follow(try definitions(1, seconds: 300, addedSecondsAgo: 1), now: start)
        let polls = play(&queue, from: start, seconds: 30)[DeviceID(1)] ?? []
        #expect(
            polls.map { $0.seconds - start.wall.seconds }.filter { [0, 10].contains($0) } == [
                0, 10,
            ])
    }
}

extension Catalogue {
    static var empty: Catalogue {
        Catalogue(
            profiles: [], dataQueries: [], dataTemplates: [], graphTemplates: [],
            deviceTemplates: [])
    }
}
