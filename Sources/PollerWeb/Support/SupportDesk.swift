import Foundation
import PollerModel

/// Puts a support bundle together: of what whoever asks may see, which is everything.
struct SupportDesk {
    let services: WebServices

    /// - Parameter hasNames: whether names and addresses stay.
    func bundle(hasNames: Bool) async throws -> SupportBundle {
        let definitions = services.definitions
        let accounts = try await services.accounts.said {
            try await services.accounts.register.accounts()
        }
        let known = Set(accounts.map(\.name))
        let events = try await newestEvents().map { $0.withoutTypedName(unless: known) }
        let failing = failing(definitions)
        var drafts = [SupportBundle.Draft("README.txt", Self.introduction(hasNames))]
        drafts += await services.support?.supportDrafts() ?? []
        drafts.append(SupportBundle.Draft("settings.txt", settings))
        if let health = services.health {
            let report = HealthReport(await health.examine())
            drafts.append(try Self.json("doctor.json", [report]))
        }
        drafts.append(SupportBundle.Draft("status.txt", status(definitions)))
        if let meter = services.meter {
            let text = MetricText.text(await meter.numbers().families, .prometheus)
            drafts.append(SupportBundle.Draft("metrics.txt", text))
        }
        drafts.append(
            try Self.json(
                "devices.jsonl",
                definitions.devicesByName.map {
                    SupportDevice($0, services.status.device($0.device.id))
                }))
        drafts.append(try Self.json("events.jsonl", events.map { EventReport($0) }))
        drafts += try await explanations(of: failing)
        let touched = Set(events.compactMap(\.subject.device)).union(failing.map(\.device.id))
        return SupportBundle(
            drafts, scrubber: scrubber(definitions, accounts, touched, hasNames),
            hasNames: hasNames, at: services.now)
    }

    private static func introduction(_ hasNames: Bool) -> String {
        """
        A support bundle of pollerd.

        Not in it: \(SupportBundle.never.joined(separator: ", ")).
        \(hasNames
            ? "Names and addresses of devices are in it."
            : "Names and addresses are replaced: device-3 is the device with the id 3.")

        version.txt       pollerd, its libraries, and the schema of its database
        machine.txt       the machine
        settings.txt      what is set, and what the default would be
        state-folder.txt  files of the state folder, with sizes and rights
        doctor.json       what pollerctl doctor finds
        status.txt        how many devices are in which state, for which reason
        metrics.txt       what /metrics says
        devices.jsonl     each device
        events.jsonl      the newest \(SupportBundle.largestEventCount) events
        explain/          why some of the failing devices fail

        """
    }

    /// One object on each line.
    private static func json(
        _ name: String, _ values: [some Encodable]
    ) throws -> SupportBundle.Draft {
        let encoder = JSONAnswer.encoder()
        let lines = try values.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        return SupportBundle.Draft(name, lines.map { $0 + "\n" }.joined())
    }

    // MARK: Parts

    /// Values as they are written; comments of the file, in which anything may stand, are not.
    private var settings: String {
        "\(services.settings.file)\n\n"
            + services.settings.entries.map { entry in
                "\(entry.key): \(entry.value)"
                    + (entry.value == entry.standard ? "" : "   (default: \(entry.standard))")
                    + "\n"
            }.joined()
    }

    private func status(_ definitions: Definitions) -> String {
        var states: [String: Int] = [:]
        var reasons: [String: Int] = [:]
        for definition in definitions.devices.values {
            let device = definition.device
            let status = services.status.device(device.id)
            states[device.isEnabled ? status.state.rawValue : "disabled", default: 0] += 1
            guard device.isEnabled, let reason = status.reason else { continue }
            reasons[reason.code, default: 0] += 1
        }
        let summary = services.status.summary()
        let store = summary.store
        let listed = { (counts: [String: Int]) in
            counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "  \($0.value) \($0.key)\n" }.joined()
        }
        return """
            devices: \(definitions.devices.count)
            \(listed(states))data sources: \(definitions.dataSourceCount)
            graphs: \(definitions.graphCount)
            devices that fail, by reason:
            \(listed(reasons))since \(summary.startedAt.rfc3339):
              polls: \(summary.polls), failed \(summary.failedPolls), missed slots \(summary.missedSlots)
              rows: \(summary.rowsWritten) written, \(summary.rowsRefused) refused
              SNMP: \(summary.snmp.answers) answers, \(summary.snmp.timeouts) repeated, \
            \(summary.snmp.kernelDrops) dropped by the kernel
              store: \(store.rowsWaiting) rows wait, \(store.filesInTrouble) files in trouble

            """
    }

    private func newestEvents() async throws -> [Event] {
        var events: [Event] = []
        var query = EventQuery()
        while events.count < SupportBundle.largestEventCount {
            query.limit = min(
                EventLimits.largestPage, SupportBundle.largestEventCount - events.count)
            let page = try await services.events(query)
            events += page
            guard page.count == query.limit, let last = page.last else { break }
            query.before = last.id
        }
        return events
    }

    /// One for each reason first, then others.
    private func failing(_ definitions: Definitions) -> [DeviceDefinition] {
        var (first, others): ([DeviceDefinition], [DeviceDefinition]) = ([], [])
        var seen: Set<String> = []
        for definition in definitions.devicesByName where definition.device.isEnabled {
            guard let reason = services.status.device(definition.device.id).reason else { continue }
            if seen.insert(reason.code).inserted {
                first.append(definition)
            } else {
                others.append(definition)
            }
        }
        return Array((first + others).prefix(SupportBundle.largestExplainedCount))
    }

    private func explanations(
        of failing: [DeviceDefinition]
    ) async throws -> [SupportBundle.Draft] {
        let desk = ExplainDesk(services: services)
        var drafts: [SupportBundle.Draft] = []
        for definition in failing {
            var reports = [ExplanationReport(await desk.explain(definition))]
            if let source = definition.dataSources.first {
                let usual = Query(parameters: [:])
                reports.append(
                    ExplanationReport(try await desk.explain(source, of: definition, usual)))
            }
            drafts.append(try Self.json("explain/device-\(definition.device.id).jsonl", reports))
        }
        return drafts
    }

    // MARK: What is taken out

    /// - Parameter touched: devices whose parts may be named.
    private func scrubber(
        _ definitions: Definitions, _ accounts: [Account], _ touched: Set<DeviceID>,
        _ hasNames: Bool
    ) -> Scrubber {
        var scrubber = Scrubber(keepsNames: hasNames)
        // The daemon's own device is called as the program is, which is nobody's secret.
        let others = definitions.devices.values.filter { !$0.device.isDaemon }
        for definition in others.sorted(by: { $0.device.id < $1.device.id }) {
            scrubber.add(definition)
            if touched.contains(definition.device.id) { scrubber.addParts(of: definition) }
        }
        let devices = others.map(\.device)
        let groups = [
            ("site", Set(devices.compactMap(\.site)).sorted()),
            ("tag", Set(devices.flatMap(\.tags)).sorted()),
            ("web-host", services.site.outside.hosts.sorted()),
        ]
        for (word, names) in groups {
            for (index, name) in names.enumerated() {
                scrubber.add(name: name, pseudonym: "\(word)-\(index + 1)")
            }
        }
        for aggregate in definitions.aggregates.values {
            scrubber.add(name: aggregate.title, pseudonym: "graph-\(aggregate.id)")
        }
        for tree in services.trees.trees.values {
            scrubber.add(name: tree.name, pseudonym: "tree-\(tree.id)")
        }
        for account in accounts {
            scrubber.add(name: account.name.description, pseudonym: "user-\(account.id)")
        }
        return scrubber
    }
}

extension Event {
    /// The same without what somebody typed as a name when he could not log in: it may have been
    /// his password.
    ///
    /// - Parameter known: the names of all accounts, which stay.
    fileprivate func withoutTypedName(unless known: Set<AccountName>) -> Event {
        guard [.loginFailed, .loginLocked].contains(kind) else { return self }
        // What cannot be the name of an account is none.
        let typed = details["account"].flatMap { try? AccountName($0) }
        if let typed, known.contains(typed) { return self }
        var cleaned = details
        cleaned["account"] = Scrubber.removed
        return Event(
            id: id,
            NewEvent(
                kind, of: subject, "\(kind.title): \(Scrubber.removed) is no account",
                details: cleaned), time: time, name: name, count: count, lastTime: lastTime)
    }
}

extension Event.Subject {
    fileprivate var device: DeviceID? {
        switch self {
        case .device(let id), .source(_, let id): id
        case .none, .graph: nil
        }
    }
}
