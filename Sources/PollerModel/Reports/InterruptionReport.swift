/// An interruption as `/api/v1/interruptions` and `pollerctl device outages -o json` show it.
package struct InterruptionReport: Sendable, Hashable, Codable {
    package enum Scope: String, Sendable, Hashable, Codable {
        case poller, device
        case dataSource = "data_source"
    }

    package let id: InterruptionID
    package let scope: Scope
    /// Whose it is; null for the poller's.
    @ExplicitNull package var deviceId: DeviceID?
    @ExplicitNull package var dataSourceId: DataSourceID?
    package let start: String
    /// Null while it goes on.
    @ExplicitNull package var end: String?
    /// Of one that goes on, until now.
    package let durationSeconds: Int64
    package let reasonCode: String
    package let reason: String
    /// Polls of the device, or samples of the data source, that gave nothing; of one that goes on,
    /// as many as there were when its reason was last told.
    package let lost: Int

    /// - Parameter definitions: tell the device of a data source.
    package init(_ interruption: Interruption, _ definitions: Definitions, now: Timestamp) {
        id = interruption.id
        start = interruption.start.rfc3339
        let end = max(interruption.end ?? now, interruption.start)
        durationSeconds = (end.milliseconds - interruption.start.milliseconds) / 1_000
        reasonCode = interruption.code
        reason = interruption.words
        lost = interruption.lost
        _end = ExplicitNull(wrappedValue: interruption.end?.rfc3339)
        let (device, source): (DeviceID?, DataSourceID?)
        switch interruption.scope {
        case .poller: (scope, device, source) = (.poller, nil, nil)
        case .device(let id): (scope, device, source) = (.device, id, nil)
        case .source(let id):
            scope = .dataSource
            (device, source) = (definitions.dataSource(id)?.source.device, id)
        }
        _deviceId = ExplicitNull(wrappedValue: device)
        _dataSourceId = ExplicitNull(wrappedValue: source)
    }
}
