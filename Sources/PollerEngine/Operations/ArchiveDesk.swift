package import Logging
package import PollerModel
import Synchronization

/// Carries out what is asked for round-robin files.
package final class ArchiveDesk: ArchiveOperations {
    /// Files between two reports, and data sources in one change of the inventory.
    static let portion = 50

    /// So long a file waits for the first sample of its new step, in old steps.
    static let patienceSteps: Int64 = 2
    private static let pauseMilliseconds: Int64 = 1_000

    private let reshaper: any ArchiveReshaper
    private let store: any RoundRobinStore
    private let inventory: any DeviceInventory
    private let timekeeper: any Timekeeper
    private let logger: Logger
    private let events: any EventLog
    private let isBusy = Mutex(false)

    package init(
        store: some RoundRobinStore & ArchiveReshaper, inventory: some DeviceInventory,
        timekeeper: some Timekeeper, logger: Logger, events: any EventLog = NoEvents()
    ) {
        reshaper = store
        self.store = store
        self.inventory = inventory
        self.timekeeper = timekeeper
        self.logger = logger
        self.events = events
    }

    package func reshape(
        _ request: ReshapeRequest, report: @escaping @Sendable (ReshapeProgress) async -> Void
    ) async throws(OperationFailure) -> ReshapeProgress {
        let sources = try selected(request)
        guard !request.isDryRun else { return try await plan(sources, request, report) }
        let isFree = isBusy.withLock { busy in
            defer { busy = true }
            return !busy
        }
        guard isFree else {
            throw .invalid(
                words: "files are being reshaped already", fix: "wait until that is done")
        }
        defer { isBusy.withLock { $0 = false } }
        return try await change(sources, request, report)
    }

    private func selected(_ request: ReshapeRequest) throws(OperationFailure) -> [DataSource] {
        let definitions = inventory.definitions
        if let name = request.profile {
            do {
                _ = try definitions.catalogue.profile(named: name)
            } catch {
                throw .notFound(words: error.words, fix: error.fix)
            }
        }
        guard !request.devices.isEmpty || !request.sources.isEmpty else {
            return definitions.devices.values.flatMap(\.dataSources).sorted { $0.id < $1.id }
        }
        var chosen: [DataSourceID: DataSource] = [:]
        for device in request.devices {
            guard let definition = definitions.devices[device] else {
                throw .notFound(
                    words: "there is no device \(device)", fix: "see pollerctl device list")
            }
            for source in definition.dataSources { chosen[source.id] = source }
        }
        for id in request.sources {
            guard let found = definitions.dataSource(id) else {
                throw .notFound(
                    words: "there is no data source \(id)", fix: "see pollerctl data-source list")
            }
            chosen[id] = found.source
        }
        return chosen.values.sorted { $0.id < $1.id }
    }

    private func plan(
        _ sources: [DataSource], _ request: ReshapeRequest,
        _ report: @Sendable (ReshapeProgress) async -> Void
    ) async throws(OperationFailure) -> ReshapeProgress {
        var progress = ReshapeProgress(isDryRun: true, total: sources.count)
        for portion in portions(sources) {
            let files = self.files(portion, request, &progress)
            for result in await reshaper.plans(files.map(\.file)) {
                switch result {
                case .success(let plan): progress.count(plan)
                case .failure(let failure): progress.count(failure.words)
                }
            }
            if Task.isCancelled { return progress }
            await report(progress)
        }
        return progress
    }

    private func change(
        _ sources: [DataSource], _ request: ReshapeRequest,
        _ report: @Sendable (ReshapeProgress) async -> Void
    ) async throws(OperationFailure) -> ReshapeProgress {
        var progress = ReshapeProgress(isDryRun: false, total: sources.count)
        let stamp = timekeeper.now.wall.rfc3339.filter { $0 != "-" && $0 != ":" }
        let undoFolder = "reshaped/\(stamp)"
        logger.notice(
            "\(sources.count) files are to be reshaped; the old ones stay in \(undoFolder)",
            metadata: ["event": "reshape.started"])
        // Samples that are further apart than a file's heartbeat are unknown to it. So a file that
        // becomes more patient is changed before its samples come more seldom, and one that becomes
        // less patient once they come more often.
        let (tightened, others) = split(sources, request)
        for portion in portions(others) where !Task.isCancelled {
            let done = await reshape(portion, request, undoFolder, &progress)
            try await adopt(done, request.profile)
            await report(progress)
        }
        if !tightened.isEmpty, !Task.isCancelled {
            try await adopt(tightened.map(\.id), request.profile)
            await follow(tightened, request, undoFolder, &progress, report)
        }
        logger.notice(
            """
            \(progress.reshaped) files were reshaped, \(progress.unchanged) were as they should be, \
            \(progress.failed) could not be
            """, metadata: ["event": "reshape.ended"])
        events.report(
            NewEvent(
                .filesReshaped,
                "\(progress.reshaped) files were reshaped, \(progress.failed) could not be"))
        return progress
    }

    /// Those whose heartbeat becomes shorter, and the others.
    private func split(
        _ sources: [DataSource], _ request: ReshapeRequest
    ) -> (tightened: [DataSource], others: [DataSource]) {
        let profiles = inventory.definitions.catalogue.profiles
        guard let wanted = request.profile.flatMap({ profiles[$0] }) else { return ([], sources) }
        let isTightened = { (source: DataSource) in
            (profiles[source.profile]?.heartbeatSeconds ?? 0) > wanted.heartbeatSeconds
        }
        return (sources.filter(isTightened), sources.filter { !isTightened($0) })
    }

    /// Reshapes files as their first samples of the new step come in.
    private func follow(
        _ sources: [DataSource], _ request: ReshapeRequest, _ undoFolder: String,
        _ progress: inout ReshapeProgress, _ report: @Sendable (ReshapeProgress) async -> Void
    ) async {
        let begun = timekeeper.now
        var waiting = sources
        while !waiting.isEmpty, !Task.isCancelled {
            var left: [DataSource] = []
            for portion in portions(waiting) where !Task.isCancelled {
                let ready = await self.ready(portion, since: begun)
                left += portion.filter { !ready.contains($0.id) }
                guard !ready.isEmpty else { continue }
                _ = await reshape(
                    portion.filter { ready.contains($0.id) }[...], request, undoFolder, &progress)
                await report(progress)
            }
            waiting = left
            guard !waiting.isEmpty else { return }
            await report(progress)
            let pause = timekeeper.now.monotonic.advanced(milliseconds: Self.pauseMilliseconds)
            // Cancelled: the loop ends.
            try? await timekeeper.sleep(until: pause)
        }
    }

    /// Data sources that have been sampled since, or that nothing is to be expected of.
    private func ready(
        _ sources: ArraySlice<DataSource>, since begun: Moment
    ) async -> Set<DataSourceID> {
        let definitions = inventory.definitions
        let files = sources.compactMap { source in
            RoundRobinFile(dataSource: source, catalogue: definitions.catalogue).map {
                (source: source, file: $0)
            }
        }
        var ready = Set(sources.map(\.id)).subtracting(files.map(\.source.id))
        let waited = timekeeper.now.monotonic.milliseconds - begun.monotonic.milliseconds
        for ((source, file), row) in zip(files, await store.lastRows(files.map(\.file))) {
            let isPolled = definitions.devices[source.device]?.device.isEnabled ?? false
            let isSampled = row.success.map { $0.time > begun.wall } ?? true
            let isOverdue = waited > Self.patienceSteps * file.step.milliseconds
            if isSampled || !isPolled || isOverdue { ready.insert(source.id) }
        }
        return ready
    }

    /// - Returns: those whose files are as they are to be.
    private func reshape(
        _ sources: ArraySlice<DataSource>, _ request: ReshapeRequest, _ undoFolder: String,
        _ progress: inout ReshapeProgress
    ) async -> [DataSourceID] {
        let files = files(sources, request, &progress)
        let results = await reshaper.reshape(files.map(\.file), undoFolder: undoFolder)
        var done: [DataSourceID] = []
        for ((source, _), result) in zip(files, results) {
            switch result {
            case .success(let report):
                done.append(source.id)
                progress.count(report.plan)
                if !report.plan.isNothingToDo { progress.undoFolder = undoFolder }
            case .failure(let failure): progress.count(failure.words)
            }
        }
        return done
    }

    private func adopt(
        _ sources: [DataSourceID], _ profile: String?
    ) async throws(OperationFailure) {
        guard let profile else { return }
        // A device may have been deleted meanwhile, and its data sources with it.
        let present = sources.filter { id in
            inventory.definitions.dataSource(id).map { $0.source.profile != profile } ?? false
        }
        guard !present.isEmpty else { return }
        do {
            _ = try await inventory.setProfile(of: present, to: profile)
        } catch {
            throw .inventory(error)
        }
    }

    private func portions(_ sources: [DataSource]) -> [ArraySlice<DataSource>] {
        stride(from: 0, to: sources.count, by: Self.portion).map {
            sources[$0..<min($0 + Self.portion, sources.count)]
        }
    }

    /// The files as they are to be; data sources that the catalogue no longer describes are
    /// counted as failures.
    private func files(
        _ sources: ArraySlice<DataSource>, _ request: ReshapeRequest,
        _ progress: inout ReshapeProgress
    ) -> [(source: DataSource, file: RoundRobinFile)] {
        let definitions = inventory.definitions
        return sources.compactMap { source in
            // Deleted since the beginning.
            guard definitions.dataSource(source.id) != nil else {
                progress.count("data source \(source.id) was deleted meanwhile")
                return nil
            }
            let file = RoundRobinFile(
                dataSource: source, catalogue: definitions.catalogue,
                profile: request.profile ?? source.profile)
            guard let file else {
                progress.count(
                    "\(source.path): the catalogue lacks its template \(source.template) or its "
                        + "profile \(request.profile ?? source.profile)")
                return nil
            }
            return (source, file)
        }
    }
}
