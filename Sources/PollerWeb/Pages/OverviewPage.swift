import PollerModel

/// `/`: what is up, what is down and why, what is largest, and how the poller itself fares; and the
/// next step when there is nothing yet.
struct OverviewPage {
    let services: WebServices

    struct Content {
        let hasDevices: Bool
        let devices: Int
        let up: Int
        let down: Int
        let recovering: Int
        let hasRecovering: Bool
        let hasDown: Bool
        let unknown: Int
        let disabled: Int
        let hasDisabled: Bool
        let dataSources: Int
        let graphs: Int
        let failures: [Failure]
        let hasFailures: Bool
        let lost: [Lost]
        let hasLost: Bool
        let tops: [Top]
        let poller: [DevicePage.Fact]
        let startedAt: String
        let unreadiness: [String]
    }

    /// Devices that fail for the same reason.
    struct Failure {
        let words: String
        let fix: String
        let count: Int
        let devices: [Entry]
        let more: Int
        let hasMore: Bool
    }

    struct Entry {
        let link: String
        let name: String
        let since: String?
        /// Where it is not the same for all.
        let own: String?
    }

    /// Data sources without a value for the same reason.
    struct Lost {
        let count: Int
        let why: String
        let sources: [Entry]
        let others: Int?
    }

    /// A list of the largest.
    struct Top {
        let heading: String
        let largest: [Largest]
    }

    struct Largest {
        let link: String
        let label: String
        let value: String
    }

    /// Devices named for each reason.
    static let namedPerReason = 10

    func content() -> Content {
        let counts = services.definitions.fleetCounts
        let summary = services.fleet
        let format = Format(services)
        let failures = summary.failures.compactMap { failure($0, format) }
        let count = { summary.states[$0] ?? 0 }
        return Content(
            hasDevices: counts.devices > 0, devices: counts.devices,
            up: count(.up), down: count(.down), recovering: count(.recovering),
            hasRecovering: count(.recovering) > 0, hasDown: count(.down) > 0,
            unknown: count(.unknown), disabled: count(.disabled),
            hasDisabled: count(.disabled) > 0,
            dataSources: counts.dataSources, graphs: counts.graphs,
            failures: failures, hasFailures: !failures.isEmpty,
            lost: summary.lostSources.map(lost), hasLost: !summary.lostSources.isEmpty,
            tops: tops(summary), poller: poller(),
            startedAt: format.time(services.status.summary().startedAt),
            unreadiness: services.unreadiness())
    }

    /// What devices that fail for the same reason have in common, and what is of each alone.
    private func failure(
        _ group: [(device: Device, status: DeviceStatus)], _ format: Format
    ) -> Failure? {
        guard let first = group.first?.status.reason else { return nil }
        let isCommon = group.allSatisfy { $0.status.reason?.words == first.words }
        let named = group.sorted { NaturalText($0.device.name) < NaturalText($1.device.name) }
            .prefix(Self.namedPerReason)
        return Failure(
            words: isCommon ? first.words : first.summary, fix: first.fix, count: group.count,
            devices: named.map { device, status in
                Entry(
                    link: "/devices/\(device.id)", name: device.name,
                    since: status.reasonSince.map(format.time),
                    own: isCommon ? nil : status.reason?.words)
            },
            more: max(0, group.count - Self.namedPerReason),
            hasMore: group.count > Self.namedPerReason)
    }

    private func lost(_ lost: FleetSummary.Lost) -> Lost {
        Lost(
            count: lost.count, why: lost.words,
            sources: lost.named.map { device, source in
                Entry(
                    link: "/devices/\(device.id)?tab=data",
                    name: "\(device.name): \(title(of: source, device))", since: nil, own: nil)
            }, others: lost.count > lost.named.count ? lost.count - lost.named.count : nil)
    }

    private func title(of source: DataSource, _ device: Device) -> String {
        guard let definition = services.definitions.devices[device.id] else {
            return source.template
        }
        return services.title(of: source, definition)
    }

    // MARK: The largest

    private func tops(_ summary: FleetSummary) -> [Top] {
        let bits = { (value: Double) in
            Format.number(value * InterfaceTemplates.bits) + "bit/s"
        }
        let lists: [(String, FleetSummary.Top, (Double) -> String)] = [
            ("Busiest interfaces", summary.busiest, bits),
            ("Most errors and discards", summary.mostErrors, { Format.number($0) + "/s" }),
            ("Hottest sensors", summary.hottest, { Format.number($0) + " °C" }),
            ("Slowest devices", summary.slowest, Self.duration),
        ]
        return lists.filter { !$0.1.entries.isEmpty }.map { heading, top, words in
            Top(
                heading: heading,
                largest: top.entries.map { value, device, source in
                    largest(device, source, words(value))
                })
        }
    }

    private static func duration(_ milliseconds: Double) -> String {
        milliseconds < 1_000
            ? Format.number(milliseconds) + " ms" : Format.number(milliseconds / 1_000) + " s"
    }

    /// Leads to the graph that shows it, else to the device.
    private func largest(_ device: Device, _ source: DataSource?, _ value: String) -> Largest {
        let definition = services.definitions.devices[device.id]
        let graph = source.flatMap { source in
            definition?.graphs.first { $0.dataSource == source.id }?.id
        }
        let row = source.flatMap { source in
            definition?.row(of: source).map { services.definitions.catalogue.name(of: $0) }
        }
        return Largest(
            link: graph.map { "/graphs/\($0)" } ?? "/devices/\(device.id)",
            label: device.name + (row.map { " · \($0)" } ?? ""), value: value)
    }

    // MARK: The poller

    private func poller() -> [DevicePage.Fact] {
        let summary = services.status.summary()
        let store = services.store.counters
        let silence = summary.lastTick.map {
            services.timekeeper.now.monotonic.milliseconds - $0.milliseconds
        }
        let facts: [(String, String?)] = [
            ("Polls", "\(summary.polls)"), ("of them without an answer", "\(summary.failedPolls)"),
            ("Under way", "\(summary.pollsUnderWay)"), ("Slots missed", "\(summary.missedSlots)"),
            ("The loop ran", silence.map { "\(max($0, 0) / 1_000) s ago" }),
            ("Samples written", "\(summary.rowsWritten)"),
            ("Samples refused", "\(summary.rowsRefused)"),
            ("Samples that wait to be written", "\(store.rowsWaiting)"),
            (
                "Files that cannot be written",
                store.filesInTrouble > 0 ? "\(store.filesInTrouble)" : nil
            ),
            ("Requests sent again for want of an answer", "\(summary.snmp.timeouts)"),
        ]
        return facts.compactMap { term, text in
            text.map { DevicePage.Fact(term: term, text: $0) }
        }
    }
}

extension WebServices {
    /// What somebody's devices have in common and which of them stand out, as of a moment ago.
    var fleet: FleetSummary {
        let definitions = definitions
        return fleets.summary(
            for: ScopeKey(CurrentViewer.viewer.scope, by: trees.trees),
            version: definitions.version,
            at: timekeeper.now.monotonic
        ) { FleetSummary(definitions, status) }
    }
}
