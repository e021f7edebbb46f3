import PollerModel

/// Data sources of a device that give no values though it answers, as events tell of them: once
/// that lasts, and when it is over. A sample that is lost now and then is in no list.
struct SilentSources {
    /// Samples in a row without a value after which a data source counts as silent.
    static let samplesToTell = 3

    private let device: DeviceID
    /// Those of which it was told that they are silent, and not yet that this is over.
    private(set) var told: Set<DataSourceID>
    private var silent: [(source: DataSourceID, reason: Interruption.Reason)] = []
    private var recovered: [DataSourceID] = []

    init(of device: DeviceID, told: Set<DataSourceID>) {
        self.device = device
        self.told = told
    }

    /// What a sample of a data source gave.
    ///
    /// - Parameters:
    ///   - loss: of the interruption that goes on behind it.
    ///   - isKnown: whether there was a value that was believed.
    ///   - isRefused: whether there was one that was not, which is told by itself.
    mutating func note(
        _ source: DataSourceID, loss: (lost: Int, reason: Interruption.Reason)?, isKnown: Bool,
        isRefused: Bool
    ) {
        if let loss, loss.lost >= Self.samplesToTell, !isRefused, told.insert(source).inserted {
            silent.append((source, loss.reason))
        }
        if isKnown, told.remove(source) != nil { recovered.append(source) }
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
        events += recovered.prefix(few).map { source in
            NewEvent(
                .sourceRecovered, of: .source(source, of: device), "there are values again",
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
