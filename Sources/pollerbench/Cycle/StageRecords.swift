import CBench
import Logging
import PollerDefinitions
import PollerEngine
import PollerModel

/// What polls leave behind for explanations, by itself: the board, the record of interruptions and
/// the events, joined and written as the daemon does it. What polls bring is made beforehand.
struct StageRecords {
    /// How all devices fare.
    enum State: String, CaseIterable {
        /// All values are known.
        case well
        /// They answer, and have none of the objects: the most that can go wrong, since each data
        /// source is interrupted by itself.
        case lost
        /// The first of it ends all that went on before.
        case recovered
        /// They do not answer.
        case silent
    }

    /// What one poll brings.
    private struct Poll {
        let plan: DevicePlan
        let answers: PollAnswers
        /// `samples[i]` is of `plan.sources[i]`.
        let samples: [[DecodedSample]]
    }

    /// CPU seconds of some cycles, and what is in memory behind them.
    private struct Usage {
        var seconds: [Double] = []
        var allocatedBytes = 0
        var residentMebibytes = 0
    }

    /// Devices are polled in as many parts, as by the slots of a minute.
    private static let secondsOfCycle = 60
    private static let cycles = 5
    /// An hour behind the devices' birth.
    private static let start = Timestamp(seconds: 1_795_003_600)

    private let definitions: Definitions
    private let plans: [DevicePlan]
    private let sourceCount: Int
    private let clock = SteppedClock(Self.start)
    private let board: StatusBoard
    private let interruptions: InterruptionRecorder
    private let events: EventRecorder
    private let recorder: PollRecorder
    /// When values were known last.
    private var lastKnown = Self.start

    private init(_ inventory: Inventory, logger: Logger) throws {
        let definitions = inventory.definitions
        self.definitions = definitions
        plans = definitions.devices.keys.sorted().compactMap { id in
            definitions.devices[id].map {
                PollPlanner.plan(for: $0, catalogue: definitions.catalogue)
            }
        }
        sourceCount = plans.reduce(0) { $0 + $1.sources.count }
        board = StatusBoard(startedAt: Self.start)
        events = EventRecorder(
            nextID: try inventory.nextEventID(), store: inventory, inventory: inventory,
            timekeeper: clock, logger: logger)
        interruptions = InterruptionRecorder(
            startedAt: Self.start, definitions: definitions, store: inventory, logger: logger,
            events: events)
        recorder = PollRecorder(board: board, logger: logger, events: events)
    }

    /// Prints a line for each state, in the order in which one daemon goes through them.
    ///
    /// - Parameter cycleMicroseconds: CPU time of a data source in a whole cycle.
    static func measure(
        devices: Int, interfaces: Int, home: String, cycleMicroseconds: Double, logger: Logger
    ) async throws {
        let path = "\(home)/pollerd.sqlite"
        let race = try InventoryRace(path: path, interfaces: interfaces)
        try await race.add(devices: devices)
        let inventory = try Inventory(path: path, catalogue: race.catalogue)
        var records = try StageRecords(inventory, logger: logger)
        cbench_trim()
        let allocated = cbench_allocated_bytes()
        let resident = try ProcessClock.residentMebibytes
        for state in State.allCases {
            var usage = try await records.run(state)
            usage.allocatedBytes -= allocated
            usage.residentMebibytes -= resident
            records.figures(state, usage, cycleMicroseconds).print()
        }
        try inventory.close()
    }

    private mutating func run(_ state: State) async throws -> Usage {
        var usage = Usage()
        for _ in 0..<Self.cycles { usage.seconds.append(await cycle(state)) }
        usage.allocatedBytes = cbench_allocated_bytes()
        usage.residentMebibytes = try ProcessClock.residentMebibytes
        return usage
    }

    private func figures(
        _ state: State, _ usage: Usage, _ cycleMicroseconds: Double
    ) -> Figures {
        let perSource = { (seconds: Double) in seconds * 1e6 / Double(sourceCount) }
        let mean = usage.seconds.reduce(0, +) / Double(usage.seconds.count)
        let most = usage.seconds.max() ?? 0
        var figures = Figures(bench: "cycle", of: "stages, \(state.rawValue)")
        figures.add("devices", plans.count)
        figures.add("data_sources", sourceCount)
        figures.add("cycles", usage.seconds.count)
        figures.add("cpu_seconds_per_cycle", mean)
        figures.add("most_cpu_seconds_of_a_cycle", most)
        figures.add("microseconds_per_source", perSource(mean))
        figures.add("cycle_microseconds_per_source", cycleMicroseconds)
        figures.add("share", perSource(mean) / cycleMicroseconds)
        figures.add("most_share", perSource(most) / cycleMicroseconds)
        figures.add(
            "allocated_bytes_per_source", Double(usage.allocatedBytes) / Double(sourceCount))
        figures.add("resident_growth_mebibytes", usage.residentMebibytes)
        return figures
    }

    // MARK: Recording

    /// Each device is polled once.
    ///
    /// - Returns: CPU seconds of all threads for what is recorded and written.
    private mutating func cycle(_ state: State) async -> Double {
        var seconds = 0.0
        for second in 0..<Self.secondsOfCycle {
            clock.advance(milliseconds: 1_000)
            let now = clock.now
            let polls = stride(from: second, to: plans.count, by: Self.secondsOfCycle).map {
                poll(plans[$0], state, at: now)
            }
            if state == .well || state == .recovered { lastKnown = now.wall }
            let start = ProcessClock.seconds
            for poll in polls { record(poll, isSilent: state == .silent, at: now) }
            let unwritten = interruptions.tick(definitions, at: now) {
                board.device($0).lastAnswer
            }
            if let unwritten { await interruptions.write(unwritten) }
            await events.write()
            seconds += ProcessClock.seconds - start
        }
        return seconds
    }

    /// In the order of `DevicePoller`.
    private func record(_ poll: Poll, isSilent: Bool, at now: Moment) {
        let (plan, device) = (poll.plan, poll.plan.device)
        interruptions.hear(poll.answers, of: plan, lastAnswer: board.device(device).lastAnswer)
        recorder.report(plan, poll.answers, ping: nil)
        var statuses: [(DataSourceID, SourceStatus)] = []
        for (source, samples) in zip(plan.sources, poll.samples) {
            var status = SourceStatus(of: source, samples, at: now.wall)
            (status.lastKnown, status.lastStored) = (lastKnown, now.wall)
            statuses.append((source.dataSource, status))
        }
        recorder.report(statuses, of: device, isSilent: isSilent)
        lazy var births = Dictionary(
            plan.sources.map { ($0.dataSource, $0.createdAt) }, uniquingKeysWith: { $1 })
        interruptions.hear(statuses, of: device, at: now) { births[$0] }
    }

    // MARK: What polls bring

    private func poll(_ plan: DevicePlan, _ state: State, at now: Moment) -> Poll {
        state == .silent ? silentPoll(plan, at: now) : answeredPoll(plan, state, at: now)
    }

    private func silentPoll(_ plan: DevicePlan, at now: Moment) -> Poll {
        let failure = SNMPFailure.noAnswer(attempts: 3, milliseconds: 4_500)
        let lost = SampleDecoder.lost(.noAnswer(failure))
        let response = SNMPGetResponse(
            groups: [.failure(failure)],
            effort: SNMPEffort(messages: 3, retransmissions: 2, microseconds: 4_500_000))
        return Poll(
            plan: plan,
            answers: PollAnswers(response: response, positions: [], finishedAt: now),
            samples: plan.sources.map { $0.items.map { _ in lost } })
    }

    private func answeredPoll(_ plan: DevicePlan, _ state: State, at now: Moment) -> Poll {
        let ticks = Self.ticks(at: now)
        let asked = plan.sources.filter { !$0.objects.isEmpty }
        let value: SNMPValue =
            state == .lost ? .noSuchInstance : .counter64(Self.count(at: now))
        let values: [[SNMPValue]] =
            [[.timeTicks(ticks)]] + asked.map { $0.objects.map { _ in value } }
        let response = SNMPGetResponse(
            groups: values.map { group in
                .success(
                    SNMPGroupAnswer(
                        values: group.map { .success($0) }, companion: .timeTicks(ticks),
                        receivedAt: now))
            }, effort: SNMPEffort(messages: 1, microseconds: 5_000))
        return Poll(
            plan: plan,
            answers: PollAnswers(
                response: response,
                positions: asked.enumerated().map { ($1.dataSource, $0 + 1) }, finishedAt: now),
            samples: plan.sources.map { sample(of: $0, state, at: now) })
    }

    private func sample(
        of source: PlannedSource, _ state: State, at now: Moment
    ) -> [DecodedSample] {
        let before = now.advanced(milliseconds: -Int64(Self.secondsOfCycle) * 1_000)
        let memory = CounterMemory(
            raw: Self.count(at: before), receivedAt: before.wall, monotonic: before.monotonic,
            uptimeTicks: Self.ticks(at: before))
        return source.items.map { item in
            SampleDecoder.sample(
                of: item, memory: memory, measured: { _ in SampleDecoder.measured(1) },
                reading: { position in
                    let object = source.objects[position]
                    guard state != .lost else {
                        return .failure(.absent(object: object, exception: "noSuchInstance"))
                    }
                    return .success(
                        SampleDecoder.Reading(
                            value: .counter64(Self.count(at: now)), object: object,
                            receivedAt: now, uptimeTicks: Self.ticks(at: now)))
                })
        }
    }

    /// A thousand a second.
    private static func count(at now: Moment) -> UInt64 { UInt64(now.monotonic.milliseconds) }

    /// sysUpTime, in hundredths of a second.
    private static func ticks(at now: Moment) -> UInt32 {
        UInt32(truncatingIfNeeded: now.monotonic.milliseconds / 10)
    }
}
