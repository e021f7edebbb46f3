import Hummingbird
import PollerModel

/// The parameters of a picture's address.
struct GraphQuery {
    /// The ends of its range that move with the clock are on the grid of its pixels.
    let request: GraphRequest

    init(
        _ query: Query, for source: DataSource?, format: GraphFormat = .png,
        services: WebServices
    ) throws(WebProblem) {
        let isDefault = query.text("from") == nil && query.text("to") == nil
        let range =
            try isDefault
            ? services.defaultRange(for: source) : Self.range(query, services: services)
        let moving =
            try isDefault
            ? MovingEnds(
                start: range.start.seconds != source?.createdAt.seconds, end: true)
            : Self.movingEnds(query)
        let theme = query.text("theme") ?? GraphTheme.light.rawValue
        guard let theme = GraphTheme(rawValue: theme) else {
            throw .badRequest("“theme” is light or dark, not “\(DeviceText(theme).text)”")
        }
        do {
            request = try GraphRequest(
                range: range, width: query.integer("width", default: GraphLimits.defaultWidth),
                height: query.integer("height", default: GraphLimits.defaultHeight), theme: theme,
                scale: query.integer("scale", default: 1),
                hasLegend: query.flag("legend", default: true), format: format,
                view: try Self.view(query)
            ).aligned(moving)
        } catch let mistake as GraphRequest.Mistake {
            throw .badRequest(mistake.words)
        } catch let problem as WebProblem {
            throw problem
        } catch {
            preconditionFailure("the two typed errors are all there are: \(error)")
        }
    }

    /// How the graph is looked at.
    private static func view(_ query: Query) throws(WebProblem) -> GraphView {
        var view = GraphView()
        view.units = try choice(query, "units") ?? .asDefined
        view.axis = try choice(query, "axis") ?? .linear
        view.comparison = try choice(query, "compare")
        if let base: BaseName = try choice(query, "base") { view.base = base.base }
        if let text = query.text("percentile") {
            guard let number = Double(text), number.isFinite else {
                throw .badRequest("“percentile” must be a number, not “\(DeviceText(text).text)”")
            }
            view.percentile = number
        }
        view.showsCapacity = try optionalFlag(query, "capacity")
        view.showsPeaks = try optionalFlag(query, "peaks")
        view.showsEvents = try query.flag("events", default: true)
        return view
    }

    /// The prefixes of units, as an address names them.
    private enum BaseName: String, CaseIterable {
        case si, iec

        var base: GraphTemplate.Base { self == .si ? .si : .iec }
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ query: Query, _ key: String
    ) throws(WebProblem) -> Choice? where Choice.RawValue == String {
        guard let text = query.text(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map(\.rawValue)
            throw .badRequest(
                "“\(key)” cannot be “\(DeviceText(text).text)”"
                    + Suggestion.phrase(for: text, among: names),
                fix: "it is one of \(names.joined(separator: ", "))")
        }
        return choice
    }

    private static func optionalFlag(
        _ query: Query, _ key: String
    ) throws(WebProblem) -> Bool? {
        query.text(key) == nil ? nil : try query.flag(key, default: false)
    }

    /// `from` and `to`, by default the last day.
    static func range(_ query: Query, services: WebServices) throws(WebProblem) -> TimeRange {
        let (from, to) = try expressions(query)
        let now = services.now
        do {
            return try TimeRange(
                start: from.timestamp(now: now, edge: .start, zoneOffset: services.zoneOffset),
                end: to.timestamp(now: now, edge: .end, zoneOffset: services.zoneOffset))
        } catch {
            throw .badRequest(error.words)
        }
    }

    private static func movingEnds(_ query: Query) throws(WebProblem) -> MovingEnds {
        let (from, to) = try expressions(query)
        return MovingEnds(start: from.movesWithClock, end: to.movesWithClock)
    }

    private static func expressions(
        _ query: Query
    ) throws(WebProblem) -> (from: TimeExpression, to: TimeExpression) {
        (
            try expression(query, "from", default: "now-1d"),
            try expression(query, "to", default: "now")
        )
    }

    private static func expression(
        _ query: Query, _ key: String, default value: String
    ) throws(WebProblem) -> TimeExpression {
        let text = query.text(key) ?? value
        guard let expression = TimeExpression(text.trimmed) else {
            throw .badRequest(
                "“\(key)” is no time: “\(DeviceText(text).text)”",
                fix: "write now-6h, now-1d/d, 2026-11-25T16:00:00Z or Unix seconds")
        }
        return expression
    }
}
