import PollerModel

/// Which events are wanted: `?device=&source=&kind=&severity=&since=&until=&cursor=&after=&limit=`,
/// all of which must hold.
struct EventFilter {
    private(set) var query = EventQuery()
    /// As they were given, for forms and for the addresses of other pages.
    let device: String
    let kind: String
    let severity: Severity?
    let since: String
    let until: String
    private let limit: String

    /// - Parameter largest: events of one answer.
    init(
        _ given: Query, _ services: WebServices, largest: Int = EventLimits.largestPage
    ) throws(WebProblem) {
        device = given.text("device") ?? ""
        kind = given.text("kind") ?? ""
        since = given.text("since") ?? ""
        until = given.text("until") ?? ""
        severity = try Self.severity(given.text("severity"))
        query.device = try Self.device(device, services.definitions)
        query.source = try Self.id(given, "source")
        query.kinds = try Self.kinds(kind, severity)
        query.since = try Self.time(since, "since", .start, services)
        query.until = try Self.time(until, "until", .end, services)
        query.before = try Self.id(given, "cursor")
        query.after = try Self.id(given, "after")
        limit = given.text("limit") ?? ""
        query.limit = try given.integer("limit", default: largest)
        guard (1...largest).contains(query.limit) else {
            throw .badRequest("“limit” is 1 to \(largest), not \(query.limit)")
        }
    }

    /// Whether everything is wanted.
    var isEmpty: Bool {
        device.isEmpty && kind.isEmpty && severity == nil && since.isEmpty && until.isEmpty
            && query.source == nil
    }

    /// For the addresses of other pages of the listing.
    var parameters: [(String, String)] {
        [
            ("device", device), ("kind", kind), ("severity", severity?.rawValue ?? ""),
            ("since", since), ("until", until), ("source", query.source.map { "\($0)" } ?? ""),
            ("limit", limit),
        ]
    }

    // MARK: Reading

    private static func severity(_ text: String?) throws(WebProblem) -> Severity? {
        guard let text else { return nil }
        guard let severity = Severity(rawValue: text) else {
            throw .badRequest(
                "there is no severity “\(DeviceText(text).text)”",
                fix: "use one of info, warning, error; worse ones are shown too")
        }
        return severity
    }

    /// By id or by name. One that is gone is named by its id.
    private static func device(
        _ text: String, _ definitions: Definitions
    ) throws(WebProblem) -> DeviceID? {
        guard !text.isEmpty else { return nil }
        if let id = DeviceID(text: text) { return id }
        let name = text.lowercased()
        if let found = definitions.devices.values.first(where: {
            $0.device.name.lowercased() == name
        }) {
            return found.device.id
        }
        throw .badRequest(
            "there is no device “\(DeviceText(text).text)”"
                + Suggestion.phrase(
                    for: text, among: definitions.devices.values.map(\.device.name)),
            fix: "give its name or its id")
    }

    /// Codes, or the part before their dot, with commas between them.
    private static func kinds(
        _ text: String, _ severity: Severity?
    ) throws(WebProblem) -> Set<EventKind> {
        var kinds = Set(EventKind.allCases)
        if !text.isEmpty {
            kinds = []
            for name in text.split(separator: ",").map(\.trimmed) where !name.isEmpty {
                let named = EventKind.allCases.filter {
                    $0.code == name || $0.code.hasPrefix(name + ".")
                }
                guard !named.isEmpty else {
                    let known = EventKind.allCases.map(\.code)
                    throw .badRequest(
                        "there is no kind of event “\(DeviceText(name).text)”"
                            + Suggestion.phrase(for: name, among: known),
                        fix: "use codes of the reference, for example device.down, or a part of "
                            + "them, for example device")
                }
                kinds.formUnion(named)
            }
        }
        return severity.map { least in kinds.filter { $0.severity >= least } } ?? kinds
    }

    private static func time(
        _ text: String, _ key: String, _ edge: TimeExpression.Edge, _ services: WebServices
    ) throws(WebProblem) -> Timestamp? {
        guard !text.isEmpty else { return nil }
        guard let expression = TimeExpression(text.trimmed) else {
            throw .badRequest(
                "“\(key)” is no time: “\(DeviceText(text).text)”",
                fix: "write now-6h, now-1d/d, 2026-11-25T16:00:00Z or Unix seconds")
        }
        return expression.timestamp(
            now: services.now, edge: edge, zoneOffset: services.zoneOffset)
    }

    private static func id<Subject>(
        _ query: Query, _ key: String
    ) throws(WebProblem) -> Identifier<Subject>? {
        guard let text = query.text(key) else { return nil }
        guard let id = Identifier<Subject>(text: text) else {
            throw .badRequest("“\(key)” is a number, not “\(DeviceText(text).text)”")
        }
        return id
    }
}
