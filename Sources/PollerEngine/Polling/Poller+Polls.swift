import Logging
import PollerModel

/// One poll of one device: what is asked, what of it is kept, and which tables are read again.
extension Poller {
    /// After tables were read again, they rest for this many times as long as that took, so that
    /// an agent whose tables change all the time is not asked for nothing else.
    static let restFactor: Int64 = 4
    static let longestRestMilliseconds: Int64 = 600_000

    func poll(_ device: DeviceID, at slot: Timestamp, _ occasion: PollOccasion) async {
        var memory = memories.take(device)
        let definitions = inventory.definitions
        guard let definition = definitions.devices[device] else { return }
        await poll(definition, definitions.catalogue, &memory, at: slot, occasion)
        memories.put(memory, for: device)
        // It may have been removed meanwhile.
        if inventory.definitions.devices[device] == nil { forget(definition) }
    }

    private func poll(
        _ definition: DeviceDefinition, _ catalogue: Catalogue, _ memory: inout DeviceMemory,
        at slot: Timestamp, _ occasion: PollOccasion
    ) async {
        await recallWatches(of: definition.device.id, &memory)
        let plan = Self.plan(for: definition, catalogue, &memory)
        let turn = memory.turn(of: plan, at: slot, occasion)
        let probes = RowProbe.choose(
            of: turn.asked.sources, in: definition, catalogue: catalogue, turn: memory.probeTurn)
        guard plan.availability.method.usesPing else {
            // Without one there is nothing to do meanwhile, and tasks of their own cost more than
            // what they would do.
            guard let answers = await ask(turn, probes, &memory, at: slot, occasion) else { return }
            devicePoller.report(plan, answers, ping: nil)
            let kept = await keep(
                answers, to: turn.told(answers), of: definition, catalogue, memory)
            memory = kept.memory
            count(kept.rereading, of: plan.device)
            return
        }
        // Values do not wait for the ping; what is said of the device does.
        async let ping = devicePoller.ping(plan)
        guard let answers = await ask(turn, probes, &memory, at: slot, occasion) else { return }
        let before = memory
        async let kept = keep(answers, to: turn.told(answers), of: definition, catalogue, before)
        devicePoller.report(plan, answers, ping: await ping)
        let rest = await kept
        memory = rest.memory
        count(rest.rereading, of: plan.device)
    }

    /// The device is busy with it as with the poll itself, whose budget was reported before.
    private func count(_ rereading: PollBudget.Part?, of device: DeviceID) {
        guard let rereading else { return }
        board.change(device) { $0.budget = $0.budget?.adding(rereading) }
    }

    private func ask(
        _ turn: DeviceMemory.Turn, _ probes: [RowProbe], _ memory: inout DeviceMemory,
        at slot: Timestamp, _ occasion: PollOccasion
    ) async -> PollAnswers? {
        let answers = await devicePoller.ask(
            turn.asked, probes: probes, memory: &memory, isForced: occasion == .order)
        guard let answers else { return nil }
        // Nobody knows what happens while an agent is silent: then all rows are looked at.
        memory.probeTurn = answers.failure == nil ? memory.probeTurn + 1 : 0
        memory.note(turn.told(answers), askedAt: slot, isAnswered: answers.failure == nil)
        return answers
    }

    /// Stores the answers, those of tables that may have moved once these were read again.
    ///
    /// - Returns: what is left for the next poll, and how long tables were read again; nil: they
    ///   were not.
    private func keep(
        _ answers: PollAnswers, to plan: DevicePlan, of definition: DeviceDefinition,
        _ catalogue: Catalogue, _ known: DeviceMemory
    ) async -> (memory: DeviceMemory, rereading: PollBudget.Part?) {
        guard isPresent(definition.device) else { return (known, nil) }
        var memory = known
        let device = definition.device.id
        let owed = memory.owed
        // What no table can have moved does not wait.
        await devicePoller.keep(answers, to: plan, current: plan, memory: &memory, doubts: true) {
            $0.table.map { !owed.contains($0) } ?? true
        }
        let waiting = memory.owed
        var rereading: PollBudget.Part?
        if answers.failure == nil { rereading = await readOwedTables(of: device, &memory) }
        guard let now = inventory.definitions.devices[device], isPresent(definition.device) else {
            return (memory, rereading)
        }
        if !waiting.isEmpty {
            let current = Self.plan(for: now, catalogue, &memory)
            await devicePoller.keep(
                answers, to: plan, current: current, memory: &memory, doubts: false
            ) {
                $0.table.map { waiting.contains($0) } ?? false
            }
        }
        guard answers.failure == nil else { return (memory, rereading) }
        await remember(devicePoller.watched(plan, answers), of: device, &memory)
        if !now.device.isDiscovered { await reindexer.complete(device) }
        return (memory, rereading)
    }

    /// Whether the device still exists, and is the agent it was: else its answers are nobody's.
    private func isPresent(_ device: Device) -> Bool {
        inventory.definitions.devices[device.id].map { $0.device.agentSince == device.agentSince }
            ?? false
    }

    private static func plan(
        for definition: DeviceDefinition, _ catalogue: Catalogue, _ memory: inout DeviceMemory
    ) -> DevicePlan {
        if let known = memory.plan, known.revision == definition.revision { return known.plan }
        let plan = PollPlanner.plan(for: definition, catalogue: catalogue)
        memory.adopt(plan, revision: definition.revision)
        return plan
    }

    private func recallWatches(of device: DeviceID, _ memory: inout DeviceMemory) async {
        guard memory.watches == nil else { return }
        do {
            memory.watches = try await inventory.watchValues(of: device)
        } catch {
            log(error, device)
        }
    }

    /// Reads tables again whose rows may have moved, unless that was tried just now.
    ///
    /// - Returns: how long that took; nil when nothing was read.
    private func readOwedTables(
        of device: DeviceID, _ memory: inout DeviceMemory
    ) async -> PollBudget.Part? {
        let start = timekeeper.now.monotonic
        let isJudging = memory.nextJudging.map { start >= $0 } ?? true
        var wanted = isJudging ? memory.owed.union(memory.unfinished) : memory.owed
        if let plan = memory.plan?.plan { wanted.formUnion(memory.rereadings(of: plan, at: start)) }
        guard !wanted.isEmpty, memory.nextReading.map({ start >= $0 }) ?? true else {
            return nil
        }
        for query in wanted.sorted() {
            memory.note(await reindexer.reindex(device, query: query), of: query)
            memory.noteReading(of: query, memory.plan?.plan, at: timekeeper.now.monotonic)
        }
        let end = timekeeper.now.monotonic
        let took = end.milliseconds - start.milliseconds
        memory.nextReading = end.advanced(
            milliseconds: min(took * Self.restFactor, Self.longestRestMilliseconds))
        // What could not be read just now is seldom there a moment later, and nothing waits for it.
        memory.nextJudging =
            memory.unfinished.isEmpty
            ? nil : end.advanced(milliseconds: Self.longestRestMilliseconds)
        return PollBudget.Part(.rereading, microseconds: end.microseconds - start.microseconds)
    }

    /// Keeps what was watched, so that the next change is seen, also after a restart.
    private func remember(
        _ watched: [(watch: PlannedWatch, value: String)], of device: DeviceID,
        _ memory: inout DeviceMemory
    ) async {
        guard var values = memory.watches else { return }
        for (watch, value) in watched where !memory.owed.contains(watch.query) {
            values[watch.object] = value
        }
        guard values != memory.watches, !values.isEmpty else { return }
        do {
            try await inventory.setWatchValues(values, of: device)
            memory.watches = values
        } catch {
            log(error, device)
        }
    }

    private func log(_ failure: InventoryFailure, _ device: DeviceID) {
        logger.warning(
            "device \(device): \(failure.words)",
            metadata: ["event": "inventory.failed", "device": "\(device)"])
    }
}
