import Hummingbird
import PollerModel

/// `/api/v1/interruptions`: when there were no values, and why.
struct InterruptionsAPI: Sendable {
    let services: WebServices

    func addRoutes(to router: some RouterMethods<WebContext>) {
        router.group("/api/v1").get("interruptions") { [services] request, _ in
            let query = try Query(request)
            let definitions = services.definitions
            let found = services.interruptions.interruptions(
                of: try Self.scopes(query, definitions), in: try range(query))
            let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
            return try ReadAPI(services: services).page(of: found.map(\.id), request) {
                byID[$0].map { InterruptionReport($0, definitions, now: services.now) }
            }
        }
    }

    /// What may explain gaps of the data source that `?source=` names, or of any of the device
    /// `?device=`: its own interruptions, and those of all around it. nil: everything.
    private static func scopes(
        _ query: Query, _ definitions: Definitions
    ) throws(WebProblem) -> [Interruption.Scope]? {
        var device: DeviceDefinition?
        if let text = query.text("device") {
            guard let found = DeviceID(text: text).flatMap({ definitions.devices[$0] }) else {
                throw .notFound(
                    "device \(DeviceText(text).text)", fix: "see pollerctl device list")
            }
            device = found
        }
        guard let text = query.text("source") else {
            if let device { return Interruption.scopes(of: device) }
            guard CurrentViewer.viewer.scope != .everything else { return nil }
            return Array(Set(definitions.devices.values.flatMap { Interruption.scopes(of: $0) }))
        }
        guard let found = DataSourceID(text: text).flatMap({ definitions.dataSource($0) }),
            device.map({ $0.device.id == found.source.device }) ?? true
        else {
            throw .notFound(
                "data source \(DeviceText(text).text)", fix: "see pollerctl data-source list")
        }
        return [.poller, .device(found.source.device), .source(found.source.id)]
    }

    /// All that is remembered, unless a beginning or an end is given.
    private func range(_ query: Query) throws(WebProblem) -> TimeRange {
        guard query.text("from") == nil, query.text("to") == nil else {
            return try GraphQuery.range(query, services: services)
        }
        return try services.rangeOfMemory(since: nil)
    }
}

extension Interruption {
    /// What may explain gaps of anything that is measured on a device.
    static func scopes(of definition: DeviceDefinition) -> [Scope] {
        [.poller, .device(definition.device.id)]
            + definition.dataSources.map { .source($0.id) }
    }
}

extension WebServices {
    /// As far back as interruptions are remembered, or to `since`; until now, as every other range.
    func rangeOfMemory(since: Timestamp?) throws(WebProblem) -> TimeRange {
        // A clock that was set back must not hide what was noted before.
        let end = now.advanced(seconds: Self.secondsAhead)
        let oldest = now.advanced(
            seconds: -InterruptionBook.Limits().retentionDays * 86_400 - Self.secondsAhead)
        do {
            return try TimeRange(start: min(max(oldest, since ?? oldest), now), end: end)
        } catch {
            throw WebProblem(
                .internalServerError, "this machine's clock shows \(now.rfc3339)", code: "clock",
                fix: "set the clock")
        }
    }

    private static let secondsAhead: Int64 = 86_400
}
