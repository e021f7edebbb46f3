import PollerModel

/// `/devices/{id}/live?sources=&interval=`: which data sources are shown, and where.
struct LivePage {
    let services: WebServices

    /// Data sources that can be chosen from; a larger device is filtered by `?q=`.
    static let largestChoice = 200

    struct Content {
        let name: String
        let device: String
        let choices: [Choice]
        let hasChoices: Bool
        let isCut: Bool
        let filter: String
        /// An empty text counts as one in a template.
        let isFiltered: Bool
        let intervals: [Interval]
        /// Addresses of the readings and of what can be chosen instead.
        let events: String
        let largestCount: Int
        let minutes: Int64
        /// Why the device cannot be watched; nil when it can.
        let obstacle: String?
    }

    struct Choice {
        let id: String
        let title: String
        let isChosen: Bool
        /// Names of its values, their units and what they are multiplied by: `name|unit|factor`.
        let values: String
    }

    struct Interval {
        let seconds: Int
        let isChosen: Bool
    }

    func content(
        _ definition: DeviceDefinition, _ query: Query
    ) throws(WebProblem) -> Content {
        let chosen = Set(try LiveRoutes.sources(query))
        let interval = try query.integer("interval", default: LiveOrder.defaultInterval)
        guard LiveOrder.intervals.contains(interval) else {
            throw .badRequest(
                "“interval” is \(LiveOrder.intervals.lowerBound) to "
                    + "\(LiveOrder.intervals.upperBound) seconds, not \(interval)")
        }
        let filter = try TextFilter(query)
        let fitting = sources(of: definition).filter {
            filter.matches($0.title) || chosen.contains($0.source.id)
        }
        let shown = fitting.prefix(Self.largestChoice)
        // Traffic is what most look for, so it is chosen where nothing else is.
        let usual = chosen.isEmpty ? shown.first(where: \.isTraffic)?.source.id : nil
        return Content(
            name: definition.device.name, device: definition.device.id.description,
            choices: shown.map { choice in
                Choice(
                    id: choice.source.id.description, title: choice.title,
                    isChosen: chosen.contains(choice.source.id) || choice.source.id == usual,
                    values: choice.values)
            }, hasChoices: !shown.isEmpty, isCut: fitting.count > shown.count,
            filter: filter.text, isFiltered: !filter.text.isEmpty,
            intervals: LiveOrder.intervals.map {
                Interval(seconds: $0, isChosen: $0 == interval)
            }, events: "/devices/\(definition.device.id)/live/events",
            largestCount: LiveOrder.largestSourceCount, minutes: LiveOrder.longestSeconds / 60,
            obstacle: definition.device.isEnabled
                ? nil : "the device is disabled, so it is not asked")
    }

    private struct Source {
        let source: DataSource
        let title: String
        let values: String
        let isTraffic: Bool
    }

    /// Those whose rows the device lists; traffic first, then by title.
    private func sources(of definition: DeviceDefinition) -> [Source] {
        let templates = services.definitions.catalogue.dataTemplates
        return definition.dataSources.compactMap { source -> Source? in
            guard let template = templates[source.template],
                definition.row(of: source)?.isPresent ?? true
            else { return nil }
            return Source(
                source: source, title: services.title(of: source, definition),
                values: template.items.map(Self.value).joined(separator: ","),
                isTraffic: template.items.contains { $0.kind == .counter && $0.unit == "octets" })
        }.sorted { ($0.isTraffic ? 0 : 1, $0.title) < ($1.isTraffic ? 0 : 1, $1.title) }
    }

    /// Octets are shown as bits, as graphs show them.
    private static func value(_ item: DataTemplate.Item) -> String {
        guard item.kind == .counter else { return "\(item.name)|\(item.unit)|1" }
        return item.unit == "octets"
            ? "\(item.name)|bits/s|8" : "\(item.name)|\(item.unit)/s|1"
    }
}
