/// What `pollerctl` sends to have a graph of a device drawn otherwise: the body of
/// `PATCH /api/v1/graphs/{id}`. A key that is missing or null is unchanged.
package struct GraphEditOrder: Sendable, Hashable, Codable {
    package var title: String?
    package var verticalLabel: String?
    package var units: GraphView.Units?
    /// 1000 or 1024
    package var base: GraphTemplate.Base?
    /// A number or `auto`.
    package var lowerLimit: AxisLimit?
    package var upperLimit: AxisLimit?
    package var rigid: Bool?
    package var logarithmic: Bool?
    package var capacity: Bool?
    package var percentile: Double?
    package var series: [Series]?
    /// Keys of this order that are to be as the template says again; `all` for all of them.
    package var unset: [String]?
    /// The version that this changes; without it, that which is there.
    package var version: Int?
    /// Whether to say only what it would be.
    package var dryRun: Bool?

    package static let everything = "all"
    /// Series of one order: to look for each among those before it takes the square of their time.
    package static let largestSeriesCount = 100

    package struct Series: Sendable, Hashable, Codable {
        /// As the template calls it.
        package var name: String
        package var label: String?
        package var color: GraphColor?
        package var hidden: Bool?
        package var style: GraphTemplate.Style?
        package var width: Double?
        package var dash: GraphDash?

        package init(name: String) { self.name = name }

        fileprivate init(_ wanted: GraphOverride.Series) {
            name = wanted.name
            label = wanted.label
            color = wanted.color
            hidden = wanted.isHidden
            style = wanted.style
            width = wanted.width
            dash = wanted.dash
        }

        package enum CodingKeys: String, CodingKey, CaseIterable {
            case name, label, color, hidden, style, width, dash
        }
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case title, verticalLabel, units, base, lowerLimit, upperLimit, rigid, logarithmic
        case capacity, percentile, series, unset, version, dryRun
    }

    /// Asks for nothing.
    package init() {}

    /// Asks for what is drawn otherwise already, as reports tell it.
    package init(_ override: GraphOverride) {
        title = override.title
        verticalLabel = override.verticalLabel
        units = override.units
        base = override.base
        lowerLimit = override.lowerLimit
        upperLimit = override.upperLimit
        rigid = override.isRigid
        logarithmic = override.isLogarithmic
        capacity = override.showsCapacity
        percentile = override.percentile
        series = override.series.isEmpty ? nil : override.series.map { Series($0) }
    }

    /// What is drawn otherwise then, whatever the template says of it.
    ///
    /// - Throws: what nobody knows how to unset, and too many series.
    package func applied(
        to present: GraphOverride
    ) throws(GraphOverride.Mistake) -> GraphOverride {
        if let count = series?.count, count > Self.largestSeriesCount {
            throw GraphOverride.Mistake(
                field: GraphOverride.series, words: "\(count) series are too many for one order",
                fix: "name at most \(Self.largestSeriesCount)")
        }
        var changed = present
        for key in unset ?? [] { try Self.unset(key, in: &changed) }
        changed.title = title ?? changed.title
        changed.verticalLabel = verticalLabel ?? changed.verticalLabel
        changed.units = units ?? changed.units
        changed.base = base ?? changed.base
        changed.lowerLimit = lowerLimit ?? changed.lowerLimit
        changed.upperLimit = upperLimit ?? changed.upperLimit
        changed.isRigid = rigid ?? changed.isRigid
        changed.isLogarithmic = logarithmic ?? changed.isLogarithmic
        changed.showsCapacity = capacity ?? changed.showsCapacity
        changed.percentile = percentile ?? changed.percentile
        for one in series ?? [] { one.apply(to: &changed[one.name]) }
        return changed
    }

    private static func unset(
        _ key: String, in override: inout GraphOverride
    ) throws(GraphOverride.Mistake) {
        switch key {
        case everything: override = GraphOverride()
        case "title": override.title = nil
        case "vertical_label": override.verticalLabel = nil
        case "units": override.units = nil
        case "base": override.base = nil
        case "lower_limit": override.lowerLimit = nil
        case "upper_limit": override.upperLimit = nil
        case "rigid": override.isRigid = nil
        case "logarithmic": override.isLogarithmic = nil
        case "capacity": override.showsCapacity = nil
        case "percentile": override.percentile = nil
        case GraphOverride.series: override.series = []
        default:
            let known = [
                everything, "title", "vertical_label", "units", "base", "lower_limit",
                "upper_limit", "rigid", "logarithmic", "capacity", "percentile",
                GraphOverride.series,
            ]
            throw GraphOverride.Mistake(
                field: "unset",
                words: "nothing is called “\(DeviceText(key).text)”"
                    + Suggestion.phrase(for: key, among: known),
                fix: "it is one of \(known.joined(separator: ", "))")
        }
    }
}

extension GraphEditOrder.Series {
    fileprivate func apply(to present: inout GraphOverride.Series) {
        present.label = label ?? present.label
        present.color = color ?? present.color
        if let hidden { present.isHidden = hidden ? true : nil }
        present.style = style ?? present.style
        present.width = width ?? present.width
        present.dash = dash ?? present.dash
    }
}

/// How a graph of a device is drawn otherwise than its template says, as the API shows it.
package struct GraphEditReport: Sendable, Hashable, Codable {
    package let version: Int
    package let editedAt: String
    package let editedBy: String
    /// Without what is as the template says.
    package let changes: GraphEditOrder

    package init(_ edit: GraphEdit) {
        version = edit.version
        editedAt = edit.editedAt.rfc3339
        editedBy = edit.editedBy
        changes = GraphEditOrder(edit.override)
    }
}

/// What became of an order to draw a graph otherwise.
package struct GraphEditOrderReport: Sendable, Hashable, Codable {
    /// After a dry run as it would be, but for its title's place in lists.
    package let graph: GraphReport
    /// Whether nothing was done, though this says so.
    package let dryRun: Bool

    package init(graph: GraphReport, dryRun: Bool) {
        self.graph = graph
        self.dryRun = dryRun
    }
}
