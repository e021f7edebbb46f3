import Hummingbird
import PollerModel

/// The parameters of a picture's address.
struct GraphQuery {
    /// The ends of its range that move with the clock are on the grid of its pixels.
    let request: GraphRequest

    init(
        _ query: Query, for source: DataSource?, services: WebServices
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
                hasLegend: query.flag("legend", default: true)
            ).aligned(moving)
        } catch let mistake as GraphRequest.Mistake {
            throw .badRequest(mistake.words)
        } catch let problem as WebProblem {
            throw problem
        } catch {
            preconditionFailure("the two typed errors are all there are: \(error)")
        }
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
