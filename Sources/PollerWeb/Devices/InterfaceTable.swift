import PollerModel

/// The interfaces of a device: what they are, what they carry now, and what they carried in the
/// last day. Files are read for the page that is shown, and for no other.
struct InterfaceTable {
    let services: WebServices
    static let pageSize = 50

    enum Column: String, CaseIterable {
        case name, alias, speed, state, received = "in", sent = "out", errors
    }

    struct Content {
        let headings: [ListOrder<Column>.Heading]
        let interfaces: [Row]
        let isEmpty: Bool
        let previous: String?
        let next: String?
        let range: String
    }

    struct Row {
        let interface: String
        /// To the graph of its traffic; nil where there is none.
        let graph: String?
        let alias: String
        let speed: String
        let status: String
        let statusClass: String
        let received: String
        let sent: String
        let errors: String
        /// Values that 95 % of the last day's do not exceed, in and out.
        let percentile: String
        let curve: Sparkline?
        let curveWords: String
    }

    func content(_ definition: DeviceDefinition, _ query: Query) async throws(WebProblem) -> Content
    {
        let order = try ListOrder<Column>(query, standard: .name)
        let path = "/devices/\(definition.device.id)"
        let all = sorted(interfaces(of: definition), by: order)
        let base = [("tab", DeviceTab.interfaces.rawValue)]
        let pages = Pages(
            count: all.count, size: Self.pageSize, page: try query.integer("page", default: 1),
            path: path, parameters: base + order.parameters)
        let shown = Array(all[pages.range])
        let days = await lastDay(of: shown)
        return Content(
            headings: order.headings(Self.columns, path: path, parameters: base),
            interfaces: zip(shown, days).map { row($0, day: $1) }, isEmpty: all.isEmpty,
            previous: pages.previous, next: pages.next, range: pages.text)
    }

    private static let columns: [(key: Column?, title: String, isNumber: Bool)] = [
        (.name, "Interface", false), (.alias, "Alias", false), (.state, "State", false),
        (.speed, "Speed", true), (.received, "In now", true), (.sent, "Out now", true),
        (.errors, "Errors now", true), (nil, "95 % in / out", true), (nil, "Last 24 h", false),
    ]

    // MARK: What is known without files

    private struct Interface {
        let row: QueryRow
        let name: String
        let speed: UInt64?
        let traffic: DataSource?
        let file: RoundRobinFile?
        let graph: GraphID?
        let received: Double?
        let sent: Double?
        let errors: Double?

        var alias: String { row.fields["ifAlias"]?.text ?? "" }
    }

    private func interfaces(of definition: DeviceDefinition) -> [Interface] {
        let catalogue = services.definitions.catalogue
        let query = catalogue.dataQueries[InterfaceTemplates.query]
        let rows = definition.rows.filter { $0.query == InterfaceTemplates.query && $0.isPresent }
        let wanted = [InterfaceTemplates.traffic, InterfaceTemplates.errors]
        let sources = definition.dataSources.filter {
            $0.row != nil && wanted.contains($0.template)
        }
        var known: [QueryRowID: [String: (source: DataSource, values: LastValues)]] = [:]
        for (source, status) in zip(sources, services.status.statuses(of: sources)) {
            guard let row = source.row else { continue }
            known[row, default: [:]][source.template] = (source, LastValues(status))
        }
        let graphs = Dictionary(
            definition.graphs.map { ($0.dataSource, $0.id) },
            uniquingKeysWith: { first, _ in first })
        return rows.map { row in
            let traffic = known[row.id]?[InterfaceTemplates.traffic]
            let errors = known[row.id]?[InterfaceTemplates.errors]
            return Interface(
                row: row, name: catalogue.name(of: row),
                speed: query?.speedBitsPerSecond(of: row.fields), traffic: traffic?.source,
                file: traffic.flatMap {
                    RoundRobinFile(dataSource: $0.source, catalogue: catalogue)
                }, graph: traffic.flatMap { graphs[$0.source.id] },
                received: traffic?.values[InterfaceTemplates.received],
                sent: traffic?.values[InterfaceTemplates.sent],
                errors: errors?.values.sum(
                    of: InterfaceTemplates.errorItems + InterfaceTemplates.discardItems))
        }
    }

    private func sorted(_ all: [Interface], by order: ListOrder<Column>) -> [Interface] {
        switch order.key {
        case .name: order.sorted(all) { NaturalText($0.name) }
        case .alias: order.sorted(all) { $0.alias.isEmpty ? nil : NaturalText($0.alias) }
        case .speed: order.sorted(all) { $0.speed }
        case .state: order.sorted(all) { Self.status(of: $0.row).rank }
        case .received: order.sorted(all) { $0.received }
        case .sent: order.sorted(all) { $0.sent }
        case .errors: order.sorted(all) { $0.errors }
        }
    }

    // MARK: The last day

    private struct Day {
        let received: [Double]
        let sent: [Double]
        let frame: ColumnFrame
    }

    /// `days[i]` is of `interfaces[i]`; nil where nothing was read.
    private func lastDay(of interfaces: [Interface]) async -> [Day?] {
        let now = services.now
        // A machine without a usable clock has no last day.
        guard let range = try? services.range(from: now.advanced(seconds: -86_400), to: now) else {
            return interfaces.map { _ in nil }
        }
        let reads = interfaces.map { interface -> SeriesRead? in
            guard let file = interface.file,
                let seconds = file.rowSeconds(.average, over: range, now: now)
            else { return nil }
            return SeriesRead(
                path: file.path, function: .average, range: range, rowSeconds: seconds)
        }
        var answers = await services.store.series(reads.compactMap { $0 }).makeIterator()
        return reads.map { read in
            guard read != nil, case .success(let series)? = answers.next(),
                let received = series.column(InterfaceTemplates.received),
                let sent = series.column(InterfaceTemplates.sent)
            else { return nil }
            return Day(
                received: received, sent: sent,
                frame: ColumnFrame(
                    start: series.start.seconds, stepSeconds: series.stepSeconds,
                    count: series.rowCount))
        }
    }

    // MARK: Words

    private func row(_ interface: Interface, day: Day?) -> Row {
        let status = Self.status(of: interface.row)
        let percentiles = day.map { day in
            [day.received, day.sent].map {
                Statistic.percentileOfKnown(95).value(of: $0, frame: day.frame).value
            }
        }
        let hasDay = percentiles?.contains { $0 != nil } ?? false
        let texts = (percentiles ?? []).map(Self.bits)
        let percentile = hasDay ? texts.joined(separator: " / ") : "–"
        return Row(
            interface: interface.name, graph: interface.graph.map { "/graphs/\($0)" },
            alias: interface.alias,
            speed: interface.speed.map { Format.number(Double($0)) + "bit/s" } ?? "–",
            status: status.words, statusClass: status.style,
            received: Self.bits(interface.received),
            sent: Self.bits(interface.sent),
            errors: interface.errors.map { "\(Format.number($0))/s" } ?? "–",
            percentile: percentile,
            curve: hasDay ? day.map { Sparkline(($0.received, $0.sent)) } : nil,
            curveWords: "\(interface.name), last 24 hours: 95 % of the time at most \(percentile)")
    }

    /// Octets a second as bits a second.
    private static func bits(_ value: Double?) -> String {
        value.map { Format.number($0 * InterfaceTemplates.bits) + "bit/s" } ?? "–"
    }

    /// RFC 2863, ifAdminStatus and ifOperStatus, as they were when the table was read.
    private static func status(of row: QueryRow) -> (words: String, style: String, rank: Int) {
        if row.fields["ifAdminStatus"]?.integer == 2 { return ("– switched off", "disabled", 3) }
        return switch row.fields["ifOperStatus"]?.integer {
        case 1: ("✓ up", "up", 1)
        case 2, 7: ("✗ down", "down", 0)
        case 5: ("– dormant", "disabled", 2)
        case 6: ("– not there", "disabled", 4)
        case 3: ("? testing", "unknown", 5)
        default: ("? unknown", "unknown", 6)
        }
    }
}

/// A text in the `NaturalOrder`: `eth2` comes before `eth10`.
struct NaturalText: Comparable {
    private let key: [UInt8]

    init(_ text: String) { key = NaturalOrder.key(text) }

    static func < (one: NaturalText, other: NaturalText) -> Bool {
        one.key.lexicographicallyPrecedes(other.key)
    }
}
