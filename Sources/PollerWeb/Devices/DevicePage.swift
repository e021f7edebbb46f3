import PollerModel

/// The parts of a device's page; each has an address of its own.
enum DeviceTab: String, CaseIterable {
    case graphs, interfaces, sensors, data, events, configuration

    var title: String {
        switch self {
        case .graphs: "Graphs"
        case .interfaces: "Interfaces"
        case .sensors: "Sensors"
        case .data: "Data sources"
        case .events: "Events"
        case .configuration: "Configuration"
        }
    }

    init(_ query: Query) throws(WebProblem) {
        guard let word = query.text("tab") else {
            self = .graphs
            return
        }
        guard let tab = DeviceTab(rawValue: word) else {
            let known = Self.allCases.map(\.rawValue)
            throw .badRequest(
                "a device's page has no part “\(DeviceText(word).text)”"
                    + Suggestion.phrase(for: word, among: known),
                fix: "use one of \(known.joined(separator: ", "))")
        }
        self = tab
    }
}

/// `/devices/{id}?tab=`: how a device is, and one part of what is known of it.
struct DevicePage {
    let services: WebServices
    static let largestGraphCount = 60

    struct Content {
        let id: String
        let name: String
        let state: String
        let symbol: String
        /// What `reason` stands under.
        let heading: String
        let reason: String?
        let fix: String?
        let since: String?
        let facts: [Fact]
        let isPolled: Bool
        /// Whether it is the daemon itself.
        let isDaemon: Bool
        /// Until when its polls are written to the log in full; nil: they are not.
        let debugUntil: String?
        let tabs: [Tab]
        let graphs: Graphs?
        let interfaces: InterfaceTable.Content?
        let sensors: ValueTables.Content?
        let sources: ValueTables.Content?
        let events: Events?
        let configuration: DeviceConfiguration?
    }

    struct Fact {
        let term: String
        let text: String
    }

    struct Tab {
        let tabTitle: String
        let link: String
        let isCurrent: Bool
        let count: Int?
    }

    struct Graphs {
        let cards: [GraphCard]
        let hasCards: Bool
        let moreGraphs: String?
    }

    struct Events {
        let outages: [DeviceOutages.Row]
        let hasOutages: Bool
        let latest: DeviceEvents
    }

    func content(
        _ definition: DeviceDefinition, _ query: Query
    ) async throws(WebProblem) -> Content {
        let device = definition.device
        let tab = try DeviceTab(query)
        let status = services.status.device(device.id)
        let state = services.status.state(of: device)
        let reason = device.isEnabled ? status.reason : nil
        let format = Format(services)
        let tables = ValueTables(services: services)
        return Content(
            id: "\(device.id)", name: device.name, state: state.rawValue, symbol: state.symbol,
            heading: isTroubleOnly(status) ? "Trouble" : "No answer",
            reason: reason?.words, fix: reason?.fix,
            since: status.reasonSince.map(format.time), facts: facts(device, status, format),
            isPolled: device.isEnabled, isDaemon: device.isDaemon,
            debugUntil: status.debugUntil.map(format.time), tabs: tabs(definition, current: tab),
            graphs: tab == .graphs ? try graphs(of: definition) : nil,
            interfaces: tab == .interfaces
                ? try await InterfaceTable(services: services).content(definition, query) : nil,
            sensors: tab == .sensors ? try tables.sensors(of: definition, query) : nil,
            sources: tab == .data ? try tables.all(of: definition, query) : nil,
            events: tab == .events ? try await events(of: definition, format) : nil,
            configuration: tab == .configuration
                ? DeviceConfiguration(definition, status, services: services) : nil)
    }

    /// Whether values are there all the same, or the device counts as up without them.
    private func isTroubleOnly(_ status: DeviceStatus) -> Bool {
        status.failure == nil || (status.outage == nil && status.state.isAnswering)
    }

    private func facts(
        _ device: Device, _ status: DeviceStatus, _ format: Format
    ) -> [Fact] {
        let known = services.definitions.catalogue.deviceTemplates
        let facts: [(String, String?)] = [
            ("Address", device.target.place), ("SNMP", device.target.words),
            ("Kind", device.templates.map { known[$0]?.title ?? $0 }.joined(separator: ", ")),
            ("Description", device.system.description?.text),
            ("Uptime", status.uptimeSeconds.map(DurationText.words)),
            ("Last poll", status.lastPoll.map(format.time)), ("Took", duration(status)),
            ("Of its interval", budget(device, status)),
            ("System name", device.system.name?.text), ("Contact", device.system.contact?.text),
            ("Location", device.system.location?.text), ("Site", device.site),
            ("Tags", device.tags.joined(separator: ", ")),
        ]
        return facts.compactMap { term, text in
            guard let text, !text.isEmpty else { return nil }
            return Fact(term: term, text: text)
        }
    }

    private func duration(_ status: DeviceStatus) -> String? {
        guard status.failure == nil, let milliseconds = status.pollMilliseconds else {
            return nil
        }
        let messages = status.effort.messages
        return "\(milliseconds) ms, \(messages) \(messages == 1 ? "request" : "requests")"
    }

    /// Where the time of a poll goes.
    private func budget(_ device: Device, _ status: DeviceStatus) -> String? {
        guard let budget = status.currentBudget else { return nil }
        return budget.words(of: device.step)
    }

    private func tabs(_ definition: DeviceDefinition, current: DeviceTab) -> [Tab] {
        let templates = services.definitions.catalogue.dataTemplates
        let counts: [DeviceTab: Int] = [
            .graphs: definition.graphs.count,
            .interfaces: definition.rows.count {
                $0.isPresent && $0.query == InterfaceTemplates.query
            },
            .sensors: definition.dataSources.count {
                $0.row != nil && templates[$0.template]?.query != InterfaceTemplates.query
            },
            .data: definition.dataSources.count,
        ]
        return DeviceTab.allCases.map { tab in
            Tab(
                tabTitle: tab.title, link: "/devices/\(definition.device.id)?tab=\(tab.rawValue)",
                isCurrent: tab == current, count: counts[tab])
        }
    }

    private func graphs(of definition: DeviceDefinition) throws(WebProblem) -> Graphs {
        var cards: [GraphCard] = []
        for graph in definition.graphs.prefix(Self.largestGraphCount) {
            cards.append(try GraphCard.thumbnail(.graph(graph, definition), services: services))
        }
        return Graphs(
            cards: cards, hasCards: !cards.isEmpty,
            moreGraphs: definition.graphs.count > cards.count
                ? "/graphs?device=\(definition.device.id)" : nil)
    }

    private func events(
        of definition: DeviceDefinition, _ format: Format
    ) async throws(WebProblem) -> Events {
        let outages = try DeviceOutages(services: services).rows(of: definition, format)
        return Events(
            outages: outages, hasOutages: !outages.isEmpty,
            latest: try await DeviceEvents(of: definition.device.id, services))
    }
}
