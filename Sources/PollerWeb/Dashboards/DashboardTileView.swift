import PollerModel

/// What the tiles of a dashboard show at present, to whoever looks.
struct DashboardTileView {
    private let services: WebServices
    /// Tiles beside each other: the more, the narrower the pictures.
    private let columns: Int
    private let definitions: Definitions
    private let tops: [TopList: [TopList.Entry]]

    /// One of the parts is there.
    struct Content {
        /// nil where there is none, or where the graph has it.
        var tileHeading: String?
        var tileLink: String?
        var graph: [GraphCard] = []
        var isText = false
        var lines: [Line] = []
        var top: [Top] = []
        var states: [States] = []
        /// Why there is nothing.
        var lack: String?
    }

    struct Line {
        let text: String
    }

    struct Top {
        let unit: String
        let entries: [Entry]
    }

    struct Entry {
        let name: String
        let link: String
        let value: String
        /// Of the largest, 0 to 100.
        let share: Int
    }

    struct States {
        let counts: [Count]
        let down: [Down]
        let more: Int
        let hasMore: Bool
    }

    struct Count {
        let state: String
        let symbol: String
        let number: Int
        /// How it is shown: what is of no device is not shown in its colour.
        let look: String
    }

    struct Down {
        let name: String
        let link: String
        let since: String?
        let reason: String?
    }

    /// Devices that are named where they are down.
    static let largestNamed = 10

    init(_ dashboard: Dashboard, services: WebServices) {
        self.services = services
        columns = dashboard.columns
        let (definitions, now) = (services.definitions, services.now)
        self.definitions = definitions
        let lists = Array(
            Set(
                dashboard.tiles.compactMap { tile -> TopList? in
                    if case .top(let list) = tile.content { list } else { nil }
                }))
        let found = TopList.entries(of: lists, in: definitions) {
            services.status.statuses(of: $0)
        } value: { list, status, source, definition in
            let profile = definitions.catalogue.profiles[source.profile]
            let step = profile?.step.seconds ?? definition.device.step.seconds
            guard now.seconds - status.sampledAt.seconds <= step * Self.currentSteps,
                case .success(let number)? = status.items.first(where: { $0.name == list.item })?
                    .shown
            else { return nil }
            return number
        }
        tops = Dictionary(uniqueKeysWithValues: zip(lists, found))
    }

    func content(_ tile: DashboardTile) -> Content {
        switch tile.content {
        case .graph(let id, let from, let to): graph(id, from, to, tile.title)
        case .text(let text):
            Content(
                tileHeading: tile.title, isText: true,
                lines: text.split(separator: "\n", omittingEmptySubsequences: false).map {
                    Line(text: String($0))
                })
        case .top(let list): top(list, tile.title)
        case .states(let rule): states(rule, tile.title)
        }
    }

    private func lacking(_ title: String?, _ lack: String) -> Content {
        Content(tileHeading: title, lack: lack)
    }

    // MARK: Graphs

    private func graph(
        _ id: GraphID, _ from: TimeExpression, _ to: TimeExpression, _ title: String?
    ) -> Content {
        guard let drawing = services.memberships.drawing(id, in: definitions) else {
            return lacking(
                title, "Graph \(id) was removed, or is none of those that you may see.")
        }
        let range: TimeRange
        do {
            range = try TimeRange(
                start: from.timestamp(
                    now: services.now, edge: .start, zoneOffset: services.zoneOffset),
                end: to.timestamp(now: services.now, edge: .end, zoneOffset: services.zoneOffset))
        } catch {
            return lacking(title, "Its range, \(from.text) to \(to.text): \(error.words).")
        }
        let card = GraphCard.tile(
            drawing, title: title, from: from.text, to: to.text, range: range,
            width: columns == 1 ? 1_000 : columns == 2 ? 640 : 420,
            height: columns == 1 ? 220 : 140, services: services)
        return Content(graph: [card])
    }

    // MARK: Top lists

    /// Polls for which a value counts as the present one.
    private static let currentSteps: Int64 = 3

    private func top(_ list: TopList, _ title: String?) -> Content {
        let template = definitions.catalogue.dataTemplates[list.template]
        let item = template?.items.first { $0.name == list.item }
        let usual = "\(list.count) largest: \(template?.title ?? list.template), \(list.item)"
        guard let item else {
            return lacking(
                title ?? usual, "The catalogue has no field \(list.item) of \(list.template).")
        }
        // Rates of octets are told in bits, as graphs tell them.
        let isOctets = item.kind == .counter && ["octets", "bytes"].contains(item.unit)
        let found = tops[list] ?? []
        guard let largest = found.first?.value else {
            return lacking(
                title ?? usual,
                "Nothing of this kind has a value at present. Values come with "
                    + "the polls; the overview says what fails.")
        }
        let entries = found.map { entry in
            let graph = entry.definition.graphs.first { $0.dataSource == entry.source.id }
            let share = largest > 0 ? Int((max(0, entry.value) / largest * 100).rounded()) : 0
            return Entry(
                name: graph?.title ?? services.title(of: entry.source, entry.definition),
                link: graph.map { "/graphs/\($0.id)" } ?? "/devices/\(entry.source.device)",
                value: Format.number(entry.value * (isOctets ? 8 : 1)), share: share)
        }
        let unit = isOctets ? "bit/s" : item.kind == .counter ? "\(item.unit)/s" : item.unit
        return Content(tileHeading: title ?? usual, top: [Top(unit: unit, entries: entries)])
    }

    // MARK: States

    private func states(_ rule: MemberRule, _ title: String?) -> Content {
        let title = title ?? (rule.isEmpty ? "All devices" : "Devices: \(rule.words)")
        let devices = definitions.fleet.map(\.device).filter { rule.matches($0) }
        guard !devices.isEmpty else {
            return lacking(
                title, rule.isEmpty ? "There are no devices yet." : "No device is like that now.")
        }
        var counts: [DeviceStatus.State: Int] = [:]
        var down: [(device: Device, status: DeviceStatus)] = []
        for device in devices {
            let status = services.status.device(device.id)
            let state = device.isEnabled ? status.state : .disabled
            counts[state, default: 0] += 1
            if state == .down { down.append((device, status)) }
        }
        let format = Format(services)
        let named = NaturalOrder.sorted(down, by: \.device.name, last: \.device.id)
            .prefix(Self.largestNamed)
        let order: [DeviceStatus.State] = [.down, .recovering, .up, .unknown, .disabled]
        let view = States(
            counts: order.filter { counts[$0] != nil || $0 == .down || $0 == .up }.map {
                let number = counts[$0] ?? 0
                return Count(
                    state: $0.rawValue, symbol: $0.symbol, number: number,
                    look: number == 0 ? "unknown" : $0.rawValue)
            },
            down: named.map { device, status in
                Down(
                    name: device.name, link: "/devices/\(device.id)",
                    since: status.reasonSince.map(format.time), reason: status.reason?.words)
            },
            more: down.count - named.count, hasMore: down.count > named.count)
        return Content(
            tileHeading: title, tileLink: rule.isEmpty ? "/devices" : nil, states: [view])
    }
}
