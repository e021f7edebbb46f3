import Logging
import PollerModel

/// One poll of one device: asks, decodes, stores, and says how it went.
struct DevicePoller: Sendable {
    let transport: any SNMPTransport
    let pinger: DevicePinger
    let store: any RoundRobinStore
    let timekeeper: any Timekeeper
    let board: StatusBoard
    let recorder: PollRecorder
    let interruptions: InterruptionRecorder
    let logger: Logger
    let events: any EventLog
    let debugBook: DebugBook

    init(
        transport: any SNMPTransport, pings: any PingTransport, store: any RoundRobinStore,
        timekeeper: any Timekeeper, board: StatusBoard, interruptions: InterruptionRecorder,
        logger: Logger, events: any EventLog
    ) {
        self.transport = transport
        pinger = DevicePinger(transport: transport, pings: pings)
        self.store = store
        self.timekeeper = timekeeper
        self.board = board
        recorder = PollRecorder(board: board, logger: logger, events: events)
        debugBook = DebugBook(board: board, logger: logger)
        self.interruptions = interruptions
        self.logger = logger
        self.events = events
    }

    /// A device that is down is sent a question once more, and then left alone until its next
    /// slot.
    static let retriesWhileDown = 1
    /// Polls without an answer after which not every slot is used to ask again, when slots are
    /// closer than `longestProbePause`.
    static let silentPollsToRest = 3
    static let longestProbePause: Int64 = 60_000

    /// Asks for everything in the plan. Notes which tables are to be read again before the answers
    /// may be stored. nil when the poller was stopped meanwhile.
    ///
    /// - Parameters:
    ///   - plan: without the data sources whose turn it is not.
    ///   - probes: rows that are looked at on the way.
    ///   - isForced: whether somebody waits for it, so that a device that is down is asked all the
    ///     same.
    func ask(
        _ plan: DevicePlan, probes: [RowProbe], memory: inout DeviceMemory, isForced: Bool
    ) async -> PollAnswers? {
        await recall(plan, into: &memory)
        let silence = isForced ? nil : rest(memory)
        let isSilent = memory.silentPolls > 0
        let answers =
            if let silence {
                PollAnswers(
                    response: SNMPGetResponse(
                        groups: [.failure(silence)], effort: SNMPEffort()),
                    positions: [], finishedAt: timekeeper.now)
            } else {
                await get(plan, probes, isSilent: isSilent)
            }
        guard answers.failure != .stopped else { return nil }
        interruptions.hear(
            answers, of: plan, lastAnswer: board.device(plan.device).lastAnswer)
        if silence == nil {
            countSilence(answers.failure, plan, &memory)
            judge(plan, answers, memory: &memory)
        }
        return answers
    }

    /// nil when what counts for the device is no ping.
    func ping(_ plan: DevicePlan) async -> Result<PingAnswer, PingFailure>? {
        await pinger.ping(plan)
    }

    /// Says how the poll went.
    func report(
        _ plan: DevicePlan, _ answers: PollAnswers, ping: Result<PingAnswer, PingFailure>?
    ) {
        recorder.report(plan, answers, ping: ping)
    }

    private func get(
        _ plan: DevicePlan, _ probes: [RowProbe], isSilent: Bool
    ) async -> PollAnswers {
        // The first group tells whether the device is there at all.
        var lead = plan.watches.map(\.object)
        if plan.availability.method == .sysDescr { lead.append(WellKnownObject.sysDescr) }
        if lead.isEmpty { lead = [WellKnownObject.sysUpTime] }
        let asked = plan.sources.filter { !$0.objects.isEmpty }
        var groups = [lead] + asked.map(\.objects)
        // Where no data source is due, an agent that fails at a watched object is there all the
        // same.
        if asked.isEmpty, lead != [WellKnownObject.sysUpTime] {
            groups.append([WellKnownObject.sysUpTime])
        }
        var purposes =
            [PollBudget.Purpose.scalars]
            + asked.map { $0.table.map { .table($0) } ?? .scalars }
        if purposes.count < groups.count { purposes.append(.scalars) }
        // At the end: a table that moved in between is then seen in this poll, not in the next.
        if !probes.isEmpty {
            groups.append(probes.map(\.object))
            purposes.append(.probes)
        }
        var target = plan.target
        if isSilent { target.retries = min(target.retries, Self.retriesWhileDown) }
        let start = timekeeper.now.monotonic
        let response = await transport.get(
            SNMPGetRequest(
                target: target, groups: groups, companion: WellKnownObject.sysUpTime))
        let end = timekeeper.now
        let shares = groups.indices.map { position in
            PollBudget.Group(
                purposes[position], objects: groups[position].count,
                answeredAt: response.groups[position].success?.receivedAt.monotonic)
        }
        let budget = PollBudget(
            from: start, to: end.monotonic, askedMicroseconds: response.effort.microseconds,
            groups: shares)
        board.changeSummary {
            $0.timing.took(microseconds: budget.microseconds, at: end.monotonic)
        }
        let answers = PollAnswers(
            response: response, positions: asked.enumerated().map { ($1.dataSource, $0 + 1) },
            probes: probes, budget: budget, finishedAt: end)
        if debugBook.isOn(plan.device, at: end.monotonic) {
            debugBook.write(plan, answers, shares)
        }
        return answers
    }

    /// Why a device that is down is not asked at this slot; nil when it is.
    private func rest(_ memory: DeviceMemory) -> SNMPFailure? {
        guard let next = memory.nextProbe, timekeeper.now.monotonic < next else { return nil }
        return memory.silence
    }

    private func countSilence(
        _ failure: SNMPFailure?, _ plan: DevicePlan, _ memory: inout DeviceMemory
    ) {
        // Where errors count as answers, one of a minute ago would say nothing of now.
        let isAnswer = plan.availability.method == .getNext && failure?.isFromAgent == true
        guard let failure, !isAnswer else {
            memory.forgetSilence()
            return
        }
        memory.silentPolls += 1
        memory.silence = failure
        let doublings = memory.silentPolls - Self.silentPollsToRest
        guard doublings > 0 else { return }
        let step = plan.step.milliseconds
        let pause = min(step << min(doublings, 10), Self.longestProbePause)
        // Half a step early, so that the slot at the end of the pause counts.
        let wait = pause - step / 2
        memory.nextProbe = wait > 0 ? timekeeper.now.monotonic.advanced(milliseconds: wait) : nil
    }

    /// After a start, the files themselves remember the newest counters, so that a restart of
    /// the poller costs no interval.
    private func recall(_ plan: DevicePlan, into memory: inout DeviceMemory) async {
        guard memory.recalled == nil || memory.recalled != memory.plan?.revision else { return }
        defer { memory.recalled = memory.plan?.revision }
        let missing = plan.sources.filter { memory.sources[$0.dataSource] == nil }
        guard !missing.isEmpty else { return }
        let isStart = memory.answeredAt == nil
        let rows = await store.lastRows(missing.map(\.file))
        for (source, row) in zip(missing, rows) {
            // A file that cannot be read is said when the sample is written.
            let row = row.success
            let isOwn = row.map { plan.isOfAgent($0.time) } ?? (plan.agentSince == nil)
            memory.sources[source.dataSource] = DeviceMemory.Source(
                counters: source.items.map { item in
                    guard isOwn, case .counter(let raw)? = row?.values[item.name], let row else {
                        return nil
                    }
                    return CounterMemory(
                        raw: raw, receivedAt: row.time, monotonic: nil, uptimeTicks: nil)
                },
                lastRow: row?.time, isBroken: !isOwn)
            // So that a restart of the agent is noticed that happened while the poller was not
            // there, or after which the table could not be read.
            if isStart, let table = source.table {
                let isKnown = row?.values.values.contains { $0 != .unknown } ?? false
                let seen = isKnown ? row?.time ?? source.createdAt : source.createdAt
                memory.tablesSeenAt[table] = max(memory.tablesSeenAt[table] ?? seen, seen)
            }
        }
    }

    /// Stores the answers to those of the plan's sources that `isMeant`.
    ///
    /// - Parameters:
    ///   - current: the plan as it is now, after tables were read again. A value that was asked for
    ///     at an index that is now another row's is nobody's.
    ///   - doubts: whether tables about which their values raise doubts are owed from now on, and
    ///     nothing of them is stored.
    func keep(
        _ answers: PollAnswers, to plan: DevicePlan, current: DevicePlan,
        memory: inout DeviceMemory, doubts: Bool, where isMeant: (PlannedSource) -> Bool
    ) async {
        // Of almost all polls they are the same.
        let changed =
            current.sources == plan.sources
            ? nil
            : Dictionary(current.sources.map { ($0.dataSource, $0) }, uniquingKeysWith: { $1 })
        var drafts: [SourceDraft] = []
        for asked in plan.sources where isMeant(asked) && !answers.isStopped(asked) {
            // As it is now: its scale and its limit may have changed with the table.
            let present: PlannedSource? =
                if let changed { changed[asked.dataSource] } else { asked }
            drafts.append(
                SourceDraft(
                    present ?? asked, of: answers, known: memory.sources[asked.dataSource],
                    lostFor: lossOf(asked, present, memory)))
        }
        if doubts {
            let doubted = memory.doubt(
                drafts.filter(\.isDoubtful).compactMap { draft in
                    draft.source.table.map { (draft.source.dataSource, $0) }
                }, at: timekeeper.now.monotonic)
            drafts.removeAll { $0.source.table.map(doubted.contains) ?? false }
        }
        await store(
            drafts, of: plan.device, isSilent: answers.failure != nil, memory: &memory)
    }

    /// - Parameter isSilent: whether the device gave no values in this poll.
    private func store(
        _ drafts: [SourceDraft], of device: DeviceID, isSilent: Bool,
        memory: inout DeviceMemory
    ) async {
        var pending: [(source: DataSourceID, status: SourceStatus)] = []
        var updates: [RoundRobinUpdate] = []
        var statuses: [(DataSourceID, SourceStatus)] = []
        for draft in drafts {
            let id = draft.source.dataSource
            var kept = draft.memory
            var status = draft.status
            (status.lastKnown, status.lastStored) = (kept.lastKnown, kept.lastStored)
            let rows = SampleDecoder.rows(
                draft.items, at: draft.time, after: kept.lastRow, isBroken: kept.isBroken)
            if rows.isEmpty { kept.isBroken = true }
            memory.sources[id] = kept
            if rows.isEmpty {
                status.items = status.items.map {
                    SourceStatus.Item(name: $0.name, raw: $0.raw, shown: .failure(.notAfterLast))
                }
                statuses.append((id, status))
            } else {
                pending.append((id, status))
                updates.append(RoundRobinUpdate(file: draft.source.file, rows: rows))
            }
        }
        let results = await store.update(updates)
        for (position, result) in results.enumerated() {
            let source = pending[position].source
            var status = pending[position].status
            switch result {
            case .success(let accepted):
                status.storeFailure = accepted.trouble
                memory.sources[source]?.accepted(updates[position], at: status.sampledAt)
                status.lastStored = status.sampledAt
            case .failure(let failure):
                memory.sources[source]?.isBroken = true
                status.storeFailure = failure
                log(failure, source, updates[position].file)
            }
            statuses.append((source, status))
        }
        recorder.report(statuses, of: device, isSilent: isSilent)
        if debugBook.isOn(device, at: timekeeper.now.monotonic) {
            debugBook.write(statuses, of: device)
        }
        lazy var births = Dictionary(
            drafts.map { ($0.source.dataSource, $0.source.createdAt) }, uniquingKeysWith: { $1 })
        interruptions.hear(statuses, of: device, at: timekeeper.now) { births[$0] }
        let refused = results.count { $0.failure != nil }
        board.changeSummary {
            $0.rowsWritten += results.count - refused
            $0.rowsRefused += refused
        }
    }

    /// Why the answer to `asked` is not the value of its row; nil when it is.
    private func lossOf(
        _ asked: PlannedSource, _ present: PlannedSource?, _ memory: DeviceMemory
    ) -> UnknownReason? {
        guard let table = asked.table else { return nil }
        if memory.owed.contains(table) { return .tableUnread(table: table) }
        guard let present else { return .rowGone(table: table) }
        return present.objects == asked.objects ? nil : .rowMoved(table: table)
    }

    private func log(_ failure: StoreFailure, _ source: DataSourceID, _ file: RoundRobinFile) {
        switch failure {
        case .refused, .overloaded: break
        // The store says these once, and not for each data source and poll.
        case .failed, .clockDoubted, .stopped: return
        }
        logger.error(
            "data source \(source): \(failure.words)",
            metadata: ["event": "\(failure.code)", "file": "\(file.path)"])
    }

    /// What the poll says about the device's tables.
    private func judge(_ plan: DevicePlan, _ answers: PollAnswers, memory: inout DeviceMemory) {
        for clock in answers.clocks {
            if hasRestarted(clock.ticks, clock.at, memory) {
                logger.notice(
                    "device \(plan.device): the agent restarted; its tables are read again",
                    metadata: [
                        "event": "device.restarted", "device": "\(plan.device)",
                        "reason": "\(UnknownReason.agentRestarted.code)",
                    ])
                events.report(
                    NewEvent(
                        .deviceRestarted, of: .device(plan.device),
                        "the agent restarted; its tables are read again", at: clock.at))
                memory.owed = Set(plan.tables)
            } else if memory.answeredAt == nil {
                for table in plan.tables {
                    let seen = memory.tablesSeenAt[table] ?? plan.createdAt
                    let isOld = SampleDecoder.hasRestarted(
                        now: clock.ticks, before: nil, elapsedSeconds: seconds(seen, clock.at))
                    if isOld || !plan.isOfAgent(seen) { memory.owed.insert(table) }
                }
            }
            memory.answeredAt = clock.at
            memory.uptimeTicks = clock.ticks ?? memory.uptimeTicks
        }
        memory.owed.formIntersection(plan.tables)
        memory.unfinished.formIntersection(plan.tables)
        for (watch, value) in watched(plan, answers) {
            if let before = memory.watches?[watch.object], before != value {
                memory.owed.insert(watch.query)
            }
        }
        _ = memory.doubt(answers.contradictions, at: timekeeper.now.monotonic)
        // Without what was watched before, nothing tells whether it changed.
        if memory.watches == nil { memory.owed.formUnion(plan.watches.map(\.query)) }
    }

    private func hasRestarted(
        _ ticks: UInt32?, _ time: Timestamp, _ memory: DeviceMemory
    ) -> Bool {
        guard let answeredAt = memory.answeredAt else { return false }
        return SampleDecoder.hasRestarted(
            now: ticks, before: memory.uptimeTicks, elapsedSeconds: seconds(answeredAt, time))
    }

    private func seconds(_ start: Timestamp, _ end: Timestamp) -> Double {
        Double(end.milliseconds - start.milliseconds) / 1_000
    }

    /// The watched objects as they are now; one that the agent does not have, or fails at, tells
    /// nothing.
    func watched(
        _ plan: DevicePlan, _ answers: PollAnswers
    ) -> [(watch: PlannedWatch, value: String)] {
        guard let lead = answers.lead.success else { return [] }
        return zip(plan.watches, lead.values).compactMap { watch, value in
            value.success?.wholeNumber.map { (watch, String($0)) }
        }
    }
}

extension Result {
    var success: Success? { if case .success(let value) = self { value } else { nil } }
    var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
