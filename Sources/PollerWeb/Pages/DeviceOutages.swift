import PollerModel

/// What went wrong lately on the page of a device.
struct DeviceOutages {
    let services: WebServices
    static let largestCount = 50

    struct Row {
        let what: String
        let start: String
        /// “goes on”, or when it ended.
        let end: String
        let duration: String
        let reason: String
    }

    /// The newest first; those of the poller among them, which concern every device.
    func rows(of definition: DeviceDefinition, _ format: Format) throws(WebProblem) -> [Row] {
        let range = try services.rangeOfMemory(since: definition.device.createdAt)
        return services.interruptions
            .interruptions(of: Interruption.scopes(of: definition), in: range)
            .sorted { ($0.start, $0.id) > ($1.start, $1.id) }
            .prefix(Self.largestCount)
            .map { row($0, definition, format) }
    }

    private func row(
        _ interruption: Interruption, _ definition: DeviceDefinition, _ format: Format
    ) -> Row {
        let end = max(interruption.end ?? services.now, interruption.start)
        let seconds = (end.milliseconds - interruption.start.milliseconds) / 1_000
        return Row(
            what: title(interruption.scope, definition), start: format.time(interruption.start),
            end: interruption.end.map(format.time) ?? "goes on",
            duration: DurationText.words(max(seconds, 1)), reason: interruption.words)
    }

    private func title(_ scope: Interruption.Scope, _ definition: DeviceDefinition) -> String {
        switch scope {
        case .poller: "pollerd"
        case .device: "the device"
        case .source(let id):
            definition.dataSource(id).map { services.title(of: $0, definition) }
                ?? "data source \(id)"
        }
    }
}
