import TestSupport
import Testing

@testable import PollerModel

/// A device whose data sources have steps of their own, one each; played without a poller.
private struct MixedDevice {
    static let start = Moment(
        wall: Timestamp(seconds: 1_700_000_000), monotonic: MonotonicTime(milliseconds: 0))

    let id: DeviceID
    let steps: [Step]
    let definitions: Definitions

    /// - Parameter absent: the steps of data sources whose row the device does not list any more.
    init(_ id: Int64, step: Int64, sources: [Int64], absent: [Int64] = []) throws {
        self.id = DeviceID(id)
        let own = try #require(Step(seconds: step))
        steps = try sources.map { try #require(Step(seconds: $0)) }
        let device = self.id
        let created = Self.start.wall.advanced(seconds: -1_000_000)
        let rows = sources.enumerated().map { position, seconds in
            QueryRow(
                id: QueryRowID(Int64(position + 1)), device: device, query: "rows",
                index: [UInt32(position + 1)], fields: [:], isPresent: !absent.contains(seconds))
        }
        let definition = DeviceDefinition(
            device: Device(
                id: device, name: "d",
                target: SNMPTarget(
                    host: .address(IPAddress(bytes: [127, 0, 0, 1])),
                    credentials: .community(Secret("public"))),
                step: own, template: "t", system: SystemDescription(), createdAt: created),
            rows: rows,
            dataSources: zip(rows, sources).map { row, seconds in
                DataSource(
                    id: DataSourceID(row.id.rawValue), device: device, template: "t", row: row.id,
                    profile: "p\(seconds)", width: .wide, createdAt: created)
            }, graphs: [])
        let catalogue = Catalogue(
            profiles: Set(steps).map {
                Profile(
                    name: "p\($0.seconds)", title: "", step: $0,
                    heartbeatSeconds: $0.seconds * 2,
                    archives: [.init(function: .average, stepsPerRow: 1, rows: 10)])
            }, dataQueries: [],
            dataTemplates: [
                DataTemplate(name: "t", title: "", source: "", query: "rows", items: [])
            ],
            graphTemplates: [], deviceTemplates: [])
        definitions = Definitions(version: 1, catalogue: catalogue, devices: [definition])
    }

    var pollStep: Step? {
        definitions.devices[id].map {
            PollPlanner.step(of: $0, catalogue: definitions.catalogue)
        }
    }

    struct Ask: Hashable {
        let slot: Timestamp
        let monotonic: Int64
    }

    /// What goes wrong.
    struct Trouble {
        /// Polls of a thousand that are still under way at the next slot.
        var busyPermille = 0
        /// The wall clock is set about so often, by up to as much as a day.
        var clockSteps = 0
        var seed: UInt64 = 0
    }

    /// Each source's asks within so many days, and how often the wall clock was set.
    func play(days: Int64, _ trouble: Trouble = Trouble()) -> (asks: [[Ask]], settings: Int) {
        var random = SeededGenerator(seed: trouble.seed)
        var queue = PollQueue()
        queue.follow(definitions, now: Self.start)
        var turns = steps.map { _ in SourceTurn() }
        var asks: [[Ask]] = steps.map { _ in [] }
        var settings = 0
        var offset: Int64 = 0
        let end = days * 86_400_000
        while let next = queue.next, next.milliseconds < end {
            // The loop is never exactly in time.
            let monotonic = next.milliseconds + Int64.random(in: 0..<50, using: &random)
            let odds = Int64(trouble.clockSteps) * (pollStep?.milliseconds ?? 0)
            if Int64.random(in: 0..<end, using: &random) < odds {
                let sizes: [Int64] = [1_000, 100_000, 86_400_000]
                let size = sizes[Int.random(in: sizes.indices, using: &random)]
                offset += Int64.random(in: -size...size, using: &random)
                settings += 1
            }
            let now = Moment(
                wall: Self.start.wall.advanced(milliseconds: monotonic + offset),
                monotonic: MonotonicTime(milliseconds: monotonic))
            for due in queue.due(at: now) {
                if Int.random(in: 0..<1_000, using: &random) < trouble.busyPermille { continue }
                for (position, step) in steps.enumerated()
                where turns[position].isDue(PollSchedule(step: step, device: id), at: due.slot) {
                    turns[position].ask(at: due.slot, isAnswered: true)
                    asks[position].append(Ask(slot: due.slot, monotonic: monotonic))
                }
            }
        }
        return (asks, settings)
    }
}

@Suite struct SourceTurnTests {
    @Test func `the slots of a step are among those of each step that divides it`() throws {
        for id in 1...1_000 {
            let offsets = try [10, 60, 300, 86_400].map { seconds in
                PollSchedule(
                    step: try #require(Step(seconds: seconds)), device: DeviceID(Int64(id))
                ).offsetMilliseconds
            }
            #expect(offsets[1] % 10_000 == offsets[0])
            #expect(offsets[2] % 60_000 == offsets[1])
            #expect(offsets[3] % 300_000 == offsets[2])
        }
    }

    @Test(
        arguments: [
            (60, [300, 10], 10), (60, [300], 60), (300, [60, 60], 60), (60, [], 60),
        ] as [(Int64, [Int64], Int64)])
    func `a device is polled at the smallest step of it and of what is measured on it`(
        step: Int64, sources: [Int64], expected: Int64
    ) throws {
        let device = try MixedDevice(1, step: step, sources: sources)
        #expect(device.pollStep?.seconds == expected)
    }

    @Test func `what a device does not list any more makes it no faster`() throws {
        let device = try MixedDevice(1, step: 60, sources: [300, 10], absent: [10])
        #expect(device.pollStep?.seconds == 60)
    }

    @Test(
        arguments: [
            (60, [10, 60, 300]), (300, [60, 300, 86_400]), (10, [300, 3_600]), (7, [7, 21, 70]),
        ] as [(Int64, [Int64])])
    func `samples are exactly a step apart, at the slots of the step`(
        step: Int64, sources: [Int64]
    ) throws {
        for id in [1, 42, 77_777] as [Int64] {
            let device = try MixedDevice(id, step: step, sources: sources)
            for (step, asks) in zip(device.steps, device.play(days: 3).asks) {
                // The first of all is taken at once.
                let slots = asks.map(\.slot.milliseconds).dropFirst()
                #expect(
                    zip(slots, slots.dropFirst()).allSatisfy { $1 - $0 == step.milliseconds })
                let offset = PollSchedule(step: step, device: device.id).offsetMilliseconds
                #expect(slots.allSatisfy { ($0 - offset) % step.milliseconds == 0 })
                #expect(abs(slots.count - Int(3 * 86_400 / step.seconds)) <= 1)
            }
        }
    }

    @Test(arguments: [(60, [45, 60, 100]), (7, [10, 60, 301])] as [(Int64, [Int64])])
    func `a step that fits no slot takes the first one behind each of its own`(
        step: Int64, sources: [Int64]
    ) throws {
        let device = try MixedDevice(3, step: step, sources: sources)
        let base = try #require(device.pollStep).milliseconds
        for (step, asks) in zip(device.steps, device.play(days: 2).asks) {
            #expect(abs(asks.count - Int(2 * 86_400 / step.seconds)) <= 2)
            let schedule = PollSchedule(step: step, device: device.id)
            #expect(
                asks.dropFirst().allSatisfy { ask in
                    schedule.next(after: ask.slot.advanced(milliseconds: -base)) <= ask.slot
                })
        }
    }

    @Test func `a slot in which the device was busy is made up for at the next, not a step later`()
        throws
    {
        let seed = UInt64.random(in: .min ... .max)
        let device = try MixedDevice(9, step: 60, sources: [10, 60, 300])
        let asks = device.play(days: 5, .init(busyPermille: 200, seed: seed)).asks
        for (step, asks) in zip(device.steps, asks) where step.seconds > 10 {
            // Each slot of its own has its sample: thirty misses in a row do not happen.
            let schedule = PollSchedule(step: step, device: device.id)
            let owned = Set(asks.dropFirst().map { schedule.next(after: $0.slot).milliseconds })
            let lost = Int(5 * 86_400 / step.seconds) - owned.count
            #expect(step.seconds == 60 ? lost <= 20 : lost <= 1, "seed \(seed): \(lost)")
            #expect(owned.count >= asks.count - 1, "seed \(seed)")
        }
    }

    @Test func `a clock that is set takes nobody's turn for longer than a step more`() throws {
        let seed = UInt64.random(in: .min ... .max)
        let device = try MixedDevice(5, step: 60, sources: [10, 60, 300, 3_600])
        let (asks, settings) = device.play(days: 20, .init(clockSteps: 200, seed: seed))
        #expect(settings > 100, "seed \(seed)")
        for (step, asks) in zip(device.steps, asks) {
            let times = asks.map(\.monotonic)
            let longest = zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? 0
            // One step, another when the clock was set back, and the slots of the device.
            #expect(longest <= 2 * step.milliseconds + 21_000, "seed \(seed), \(step)")
            let regular = Int(20 * 86_400 / step.seconds)
            #expect(asks.count <= regular + 2 * settings + 2, "seed \(seed), \(step)")
        }
    }

    @Test func `what a silent device owes stays owed until it answers`() throws {
        var turn = SourceTurn()
        let schedule = PollSchedule(step: try #require(Step(seconds: 300)), device: DeviceID(1))
        let slot = schedule.next(after: Timestamp(seconds: 1_700_000_000))
        #expect(turn.isDue(schedule, at: slot) && !turn.isOwed)
        turn.ask(at: slot, isAnswered: false)
        let next = slot.advanced(seconds: 10)
        #expect(!turn.isDue(schedule, at: next) && turn.isOwed)
        turn.ask(at: next, isAnswered: true)
        #expect(!turn.isOwed)
        #expect(!turn.isDue(schedule, at: slot.advanced(milliseconds: 299_999)))
        #expect(turn.isDue(schedule, at: slot.advanced(milliseconds: 300_000)))
    }
}
