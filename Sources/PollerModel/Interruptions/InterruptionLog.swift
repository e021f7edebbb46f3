/// What was interrupted, when and why, as pages, pictures and commands read it. It lies in memory:
/// to ask costs microseconds, however long it is.
package protocol InterruptionLog: Sendable {
    /// Of the scopes, or of all where nil, those that overlap the range; ascending by id, which
    /// is the order in which they were noticed.
    func interruptions(of scopes: [Interruption.Scope]?, in range: TimeRange) -> [Interruption]

    /// Changes when anything in it changes.
    var version: Int { get }

    /// Changes when anything changes that concerns a device: its own, those of its data sources,
    /// and the poller's.
    func version(of device: DeviceID) -> Int
}

extension InterruptionLog {
    /// What may explain a gap of these data sources of a device: the poller's, the device's, and
    /// their own.
    package func interruptions(
        of device: DeviceID, sources: [DataSourceID], in range: TimeRange
    ) -> [Interruption] {
        interruptions(
            of: [.poller, .device(device)] + sources.map { .source($0) }, in: range)
    }
}
