import HTTPTypes
import PollerModel

extension DeviceStatus.State {
    var isAnswering: Bool { self == .up || self == .recovering }

    /// A sign beside the word, so that nothing depends on colour.
    var symbol: String {
        switch self {
        case .up: "✓"
        case .down: "✗"
        case .recovering: "↗"
        case .unknown: "?"
        case .disabled: "–"
        }
    }
}

extension SNMPTarget {
    /// Where the agent listens, the port only where it is not the usual one.
    var place: String { port == Self.defaultPort ? "\(host)" : "\(host):\(port)" }

    /// How it is asked, without secrets.
    var words: String {
        let version = "version \(version.rawValue)"
        return switch credentials {
        case .community: version
        case .user(let user): "\(version), user \(user.name) (\(user.level.rawValue))"
        }
    }
}

extension Catalogue {
    /// What a row of a table is called: by the first field that is filled of those that identify it.
    func name(of row: QueryRow) -> String {
        let fields = dataQueries[row.query]?.identity.joined() ?? [[String]]().joined()
        return fields.lazy.compactMap { row.fields[$0]?.text }.first { !$0.isEmpty }
            ?? "index \(OID.dotted(row.index))"
    }
}

extension WebServices {
    /// What a data source is called on the page of its device.
    func title(of source: DataSource, _ definition: DeviceDefinition) -> String {
        let catalogue = definitions.catalogue
        let name = definition.row(of: source).map { catalogue.name(of: $0) }
        return (catalogue.dataTemplates[source.template]?.title ?? source.template)
            + (name.map { " · \($0)" } ?? "")
    }

    /// At least so much time is shown.
    static let shortestDefaultSeconds: Int64 = 600

    /// The last day; for a data source younger than that, the time since it was added, because
    /// a few minutes of data cannot be seen in a picture of a day.
    func defaultRange(for source: DataSource?) throws(WebProblem) -> TimeRange {
        let now = now
        let shortest = now.advanced(seconds: -Self.shortestDefaultSeconds)
        let added = source.map { min($0.createdAt, shortest) } ?? shortest
        return try range(from: max(added, now.advanced(seconds: -86_400)), to: now)
    }

    /// - Throws: where this machine's clock is impossible.
    func range(from start: Timestamp, to end: Timestamp) throws(WebProblem) -> TimeRange {
        do {
            return try TimeRange(start: start, end: end)
        } catch {
            throw WebProblem(
                .internalServerError, "this machine's clock shows \(now.rfc3339)", code: "clock",
                fix: "set the clock")
        }
    }
}
