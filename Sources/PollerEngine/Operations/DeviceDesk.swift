package import Logging
package import PollerModel

/// Carries out what pages and commands ask for.
package struct DeviceDesk: DeviceOperations {
    let transport: any SNMPTransport
    private let pings: any PingTransport
    let store: any RoundRobinStore
    let inventory: any DeviceInventory
    let timekeeper: any Timekeeper
    let poller: Poller
    let board: StatusBoard
    private let defaultStep: Step
    let logger: Logger
    let events: any EventLog

    package init(
        transport: some SNMPTransport, pings: some PingTransport, store: some RoundRobinStore,
        inventory: some DeviceInventory, timekeeper: some Timekeeper, poller: Poller,
        board: StatusBoard, defaultStep: Step, logger: Logger, events: any EventLog = NoEvents()
    ) {
        self.transport = transport
        self.pings = pings
        self.store = store
        self.inventory = inventory
        self.timekeeper = timekeeper
        self.poller = poller
        self.board = board
        self.defaultStep = defaultStep
        self.logger = logger
        self.events = events
    }

    // MARK: Test

    package func test(
        _ target: SNMPTarget, availability: AvailabilityPolicy,
        report: @escaping @Sendable (TestStep) async -> Void
    ) async -> [TestStep] {
        var steps: [TestStep] = []
        do {
            try checkMayBeAsked(target)
        } catch {
            let step = TestStep(
                .resolve, ok: false, milliseconds: 0, detail: error.words, reason: error.code,
                fix: error.fix)
            await report(step)
            return [step]
        }
        do {
            _ = try await approach(target, availability, isStrict: true).go { step in
                steps.append(step)
                await report(step)
            }
        } catch {
            // The failed step was reported.
        }
        return steps
    }

    /// The daemon is asked as the device that it is, which not everybody sees, and never because
    /// somebody names it: its numbers are of everything.
    func checkMayBeAsked(_ target: SNMPTarget) throws(OperationFailure) {
        guard target.host == .daemon, inventory.definitions.daemon?.device.target != target else {
            return
        }
        throw Self.namesDaemon
    }

    private static let namesDaemon = OperationFailure.invalid(
        words: "\(DeviceHost.daemon) is the daemon itself",
        fix: "it adds itself where self_monitoring.enabled is true")

    private func approach(
        _ target: SNMPTarget, _ availability: AvailabilityPolicy, isStrict: Bool
    ) -> DeviceApproach {
        DeviceApproach(
            target: target, availability: availability, isStrict: isStrict,
            discovery: DeviceDiscovery(
                transport: transport, catalogue: inventory.definitions.catalogue,
                timekeeper: timekeeper),
            pinger: DevicePinger(transport: transport, pings: pings), timekeeper: timekeeper)
    }

    // MARK: Add

    package func add(
        _ request: AddDeviceRequest, report: @escaping @Sendable (TestStep) async -> Void
    ) async throws(OperationFailure) -> AddedDevice {
        guard request.target.host != .daemon || request.isDaemon else { throw Self.namesDaemon }
        let catalogue = inventory.definitions.catalogue
        let step = request.step ?? defaultStep
        guard let profile = catalogue.profile(step: step) else {
            let steps = catalogue.steps.map { String($0.seconds) }.joined(separator: ", ")
            throw .invalid(
                words: "there is no profile with a step of \(step)",
                fix: "use one of \(steps) seconds, or write a profile")
        }
        try checkFree(request.target)
        let wanted = try request.template.map { name throws(OperationFailure) in
            try template(named: name, catalogue)
        }
        let discovered = try await discover(request, wanted: wanted, catalogue, report: report)
        let name = Self.name(request, discovered.system)
        let proposals = GraphSelection.proposals(
            by: request.graphs, for: discovered,
            of: TitleSubject(
                name: name, host: request.target.host, system: discovered.system,
                site: request.site), catalogue: catalogue)
        let new = NewDevice(
            name: name, target: request.target, availability: request.availability,
            profile: profile, site: request.site, tags: request.tags,
            graphPolicy: request.graphs,
            isTemplateChosen: wanted != nil, discovered: discovered, proposals: proposals)
        let definition = request.isDryRun ? nil : try await keep(new, catalogue)
        return AddedDevice(
            definition: definition, name: name, template: discovered.kind.main, step: step,
            hasAnswered: discovered.hasAnswered, proposals: proposals,
            findings: Findings.lines(discovered, proposals: proposals, catalogue: catalogue))
    }

    /// Known before anything is sent; the inventory checks again when it adds.
    private func checkFree(_ target: SNMPTarget) throws(OperationFailure) {
        let taken = inventory.definitions.devices.values.first {
            $0.device.target.host == target.host && $0.device.target.port == target.port
        }
        if let taken {
            throw .inventory(.hostTaken(target.host, port: target.port, by: taken.device.id))
        }
    }

    private func template(
        named name: String, _ catalogue: Catalogue
    ) throws(OperationFailure) -> DeviceTemplate {
        if let template = catalogue.deviceTemplates[name] { return template }
        let known = catalogue.deviceTemplates.keys
        throw .invalid(
            words: "there is no device template “\(name)”"
                + Suggestion.phrase(for: name, among: known),
            fix: "use one of \(known.sorted().joined(separator: ", "))")
    }

    /// What the device has; without a test, a device that does not answer has what needs no
    /// answer, and the rest is discovered with its first one.
    private func discover(
        _ request: AddDeviceRequest, wanted: DeviceTemplate?, _ catalogue: Catalogue,
        report: (TestStep) async -> Void
    ) async throws(OperationFailure) -> DiscoveredDevice {
        let approach = approach(
            request.target, request.availability, isStrict: request.isTested)
        let answer: DeviceDiscovery.SystemAnswer
        do {
            answer = try await approach.go(report: report)
        } catch {
            guard !request.isTested else { throw error }
            return try unseen(approach.discovery, wanted: wanted, catalogue)
        }
        let start = timekeeper.now.monotonic
        let columns = approach.discovery.columns(of: request.target)
        do {
            var kind = wanted.map { catalogue.kind(chosen: $0) }
            if kind == nil {
                kind = try await approach.discovery.kind(
                    of: request.target, system: answer.system, columns: columns)
            }
            guard let kind else { throw Self.emptyCatalogue }
            let discovered = try await approach.discovery.discover(
                request.target, system: answer.system, kind: kind, columns: columns,
                judgesOffers: request.graphs == .all)
            await report(
                TestStep(
                    .tables, ok: true,
                    milliseconds: timekeeper.now.monotonic.milliseconds - start.milliseconds,
                    detail: Findings.summary(discovered, messages: columns.messages)))
            return discovered
        } catch let failure as SNMPFailure {
            guard !request.isTested else { throw .unreachable(failure) }
            return try unseen(approach.discovery, wanted: wanted, catalogue)
        } catch {
            throw Self.emptyCatalogue
        }
    }

    /// What a device has of which nothing was seen.
    private func unseen(
        _ discovery: DeviceDiscovery, wanted: DeviceTemplate?, _ catalogue: Catalogue
    ) throws(OperationFailure) -> DiscoveredDevice {
        let chosen = wanted.map { catalogue.kind(chosen: $0) }
        guard let kind = chosen ?? catalogue.kind(of: SystemDescription()) else {
            throw Self.emptyCatalogue
        }
        let ownMeasurements = discovery.dataTemplates(of: kind).filter { data in
            data.query == nil && data.items.allSatisfy { $0.objects(.wide).isEmpty }
        }
        return DiscoveredDevice(
            system: SystemDescription(), kind: kind, tables: [:],
            scalars: Dictionary(
                uniqueKeysWithValues: ownMeasurements.map { ($0.name, CounterWidth.wide) }),
            hasAnswered: false)
    }

    private static let emptyCatalogue = OperationFailure.invalid(
        words: "the catalogue is empty", fix: "run pollerd --check")

    private static func name(_ request: AddDeviceRequest, _ system: SystemDescription) -> String {
        let name = request.name ?? system.name?.text ?? ""
        let chosen = name.isEmpty ? request.target.host.description : name
        return chosen.cut(toScalars: Device.longestName)
    }

    /// Writes the device and makes its files; when one cannot be made, nothing stays.
    private func keep(
        _ new: NewDevice, _ catalogue: Catalogue
    ) async throws(OperationFailure) -> DeviceDefinition {
        let now = timekeeper.now.wall
        let definition: DeviceDefinition
        do {
            definition = try await inventory.add(new, at: now)
        } catch {
            throw .inventory(error)
        }
        let results = await store.create(definition.files(catalogue), start: now)
        for case .failure(let failure) in results {
            do {
                try await delete(definition.device.id, keepsData: false)
            } catch {
                logger.error(
                    """
                    device \(definition.device.id) was added without all its files, and could \
                    not be removed again: \(error.words)
                    """,
                    metadata: [
                        "event": "device.half_added", "device": "\(definition.device.id)",
                    ])
            }
            throw .store(failure)
        }
        logger.notice(
            """
            device \(definition.device.id) (\(new.name)) was added with \
            \(definition.graphs.count) graphs
            """,
            metadata: ["event": "device.added", "device": "\(definition.device.id)"])
        events.report(
            NewEvent(
                .deviceAdded, of: .device(definition.device.id),
                "the device was added with \(definition.graphs.count) graphs"))
        return definition
    }

    // MARK: Change, poll and delete

    package func change(
        _ device: DeviceID, to change: DeviceChange
    ) async throws(OperationFailure) -> DeviceDefinition {
        guard let before = inventory.definitions.devices[device] else {
            throw Self.unknown(device)
        }
        try Self.checkFits(change, before.device)
        let definition: DeviceDefinition
        do {
            definition = try await inventory.change(
                device, to: change, at: timekeeper.now.wall)
        } catch {
            throw .inventory(error)
        }
        tell(definition.device, before: before.device)
        return definition
    }

    package func change(
        _ devices: [DeviceID], to change: DeviceChange
    ) async throws(OperationFailure) -> [DeviceDefinition] {
        let known = inventory.definitions.devices
        for device in devices {
            guard let before = known[device] else { continue }
            try Self.checkFits(change, before.device)
        }
        let definitions: [DeviceDefinition]
        do {
            definitions = try await inventory.change(devices, to: change, at: timekeeper.now.wall)
        } catch {
            throw .inventory(error)
        }
        for definition in definitions {
            tell(definition.device, before: known[definition.device.id]?.device)
        }
        return definitions
    }

    private func tell(_ device: Device, before: Device?) {
        var fields: Logger.Metadata = ["event": "device.changed", "device": "\(device.id)"]
        var words = ""
        if let before, before.isEnabled, !device.isEnabled {
            fields["reason"] = "\(Interruption.Reason.disabled.code)"
            words = ": it is disabled, and not polled any more"
        } else if let before, before.agentSince != device.agentSince {
            fields["reason"] = "\(UnknownReason.firstSample.code)"
            words = ": it is another agent, of whose counters the first sample has no rate"
        }
        logger.notice(
            "device \(device.id) (\(device.name)) was changed\(words)", metadata: fields)
        events.report(NewEvent(.deviceChanged, of: .device(device.id), "the device was changed"))
    }

    /// The daemon is asked by nobody else and nowhere else, and nothing else becomes the daemon.
    private static func checkFits(
        _ change: DeviceChange, _ device: Device
    ) throws(OperationFailure) {
        let isMistaken =
            device.isDaemon
            ? change.target != DeviceChange.Target() : change.target.host == .daemon
        guard isMistaken else { return }
        throw .invalid(
            words: device.isDaemon
                ? "\(device.name) is the daemon itself: how it is asked cannot be changed"
                : "\(DeviceHost.daemon) is the daemon itself",
            fix: device.isDaemon
                ? "change its name, site or tags only, or disable it"
                : "give another address")
    }

    package func debug(
        _ device: DeviceID, seconds: Int64
    ) async throws(OperationFailure) -> Timestamp? {
        guard inventory.definitions.devices[device] != nil else { throw Self.unknown(device) }
        let range = DeviceDebugging.secondsRange
        guard seconds == 0 || range.contains(seconds) else {
            throw .invalid(
                words: "a device is debugged for \(range.lowerBound) to \(range.upperBound) s, "
                    + "not \(seconds) s",
                fix: "leave it out for \(DeviceDebugging.defaultSeconds) s")
        }
        let until = poller.debug(device, seconds: seconds)
        guard until != nil || seconds == 0 else {
            // By their ids: not everybody may know each of them by its name.
            let ids = poller.debugged.map(\.description).joined(separator: ", ")
            throw .conflict(
                words: "\(DeviceDebugging.mostDevices) devices are debugged already: \(ids)",
                fix: "end one of them: pollerctl device debug ID --off")
        }
        return until
    }

    package func poll(_ device: DeviceID) async throws(OperationFailure) -> DeviceStatus {
        guard inventory.definitions.devices[device] != nil else { throw Self.unknown(device) }
        guard await poller.pollNow(device) else { throw .busy(device) }
        return board.device(device)
    }

    package func remaps(of device: DeviceID) async throws(OperationFailure) -> [Remap] {
        guard inventory.definitions.devices[device] != nil else { throw Self.unknown(device) }
        return try await remapDesk.remaps(of: device)
    }

    package func undoRemap(
        _ remap: RemapID, of device: DeviceID
    ) async throws(OperationFailure) -> DeviceDefinition {
        guard inventory.definitions.devices[device] != nil else { throw Self.unknown(device) }
        return try await remapDesk.undo(remap, of: device)
    }

    private var remapDesk: RemapDesk {
        RemapDesk(
            store: store, inventory: inventory, timekeeper: timekeeper, poller: poller,
            logger: logger, events: events)
    }

    package func delete(_ device: DeviceID, keepsData: Bool) async throws(OperationFailure) {
        guard inventory.definitions.devices[device] != nil else { throw Self.unknown(device) }
        if let own = inventory.definitions.daemon?.device, own.id == device, own.isEnabled {
            throw .conflict(
                words: "\(own.name) is the daemon itself, and would be back at the next start",
                fix: "pollerctl device disable \(own.name), or set self_monitoring.enabled to "
                    + "false and restart pollerd")
        }
        // As it was removed, with what a poll found a moment before.
        let definition: DeviceDefinition
        do {
            definition = try await inventory.remove(device)
        } catch {
            throw .inventory(error)
        }
        let rest = keepsData ? "; its files stay in rrd/\(device)" : ""
        logger.notice(
            "device \(device) (\(definition.device.name)) was removed\(rest)",
            metadata: ["event": "device.removed", "device": "\(device)"])
        events.report(
            NewEvent(
                .deviceRemoved, of: .device(device), name: definition.device.name,
                "the device was removed\(rest)"))
        guard !keepsData else { return }
        // A poll under way would make the files again.
        await poller.settle(device)
        let results = await store.remove(definition.dataSources.map(\.path))
        for case .failure(let failure) in results { throw .store(failure) }
    }

    static func unknown(_ device: DeviceID) -> OperationFailure {
        .notFound(words: "there is no device \(device)", fix: "see pollerctl device list")
    }
}
