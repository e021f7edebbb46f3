import PollerModel

/// Data sources of a device that give no values though it answers, as events tell of them: once
/// that lasts, and when it is over. A sample that is lost now and then is in no list.
struct SilentSources {
    /// Samples in a row without a value after which a data source counts as silent.
    static let samplesToTell = 3

    private let device: DeviceID
    private var silent: [(source: DataSourceID, reason: Interruption.Reason)] = []
    private var recovered: [(source: DataSourceID, lost: Int)] = []

    init(of device: DeviceID) { self.device = device }

    /// What a sample of a data source gave.
    ///
    /// - Parameters:
    ///   - loss: of the interruption that goes on behind it.
    ///   - isRefused: whether there was a value, which is told by itself.
    mutating func note(
        _ source: DataSourceID, _ change: InterruptionChange?,
        loss: (lost: Int, reason: Interruption.Reason)?, isRefused: Bool
    ) {
        if let loss, loss.lost == Self.samplesToTell, !isRefused {
            silent.append((source, loss.reason))
        }
        if case .end(_, _, let lost)? = change, lost >= Self.samplesToTell {
            recovered.append((source, lost))
        }
    }

    /// The first few one by one, and how many more there are.
    var events: [NewEvent] {
        let few = EventLimits.mostOfOnePoll
        var events = silent.prefix(few).map { source, reason in
            NewEvent(
                .sourceSilent, of: .source(source, of: device),
                "there is no value since \(Self.samplesToTell) samples: \(reason.words)",
                details: ["reason": reason.code])
        }
        events += recovered.prefix(few).map { source, lost in
            NewEvent(
                .sourceRecovered, of: .source(source, of: device),
                "there are values again, after \(lost) samples without one",
                details: ["reason": "recovered"])
        }
        if silent.count > few {
            events.append(
                NewEvent(
                    .sourceSilent, of: .device(device),
                    "\(silent.count - few) more data sources give no values",
                    details: ["reason": "several"]))
        }
        if recovered.count > few {
            events.append(
                NewEvent(
                    .sourceRecovered, of: .device(device),
                    "\(recovered.count - few) more data sources give values again",
                    details: ["reason": "several"]))
        }
        return events
    }
}
