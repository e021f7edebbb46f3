/// What a device has to answer in order to count as up, and how it is pinged where that matters.
package struct AvailabilityPolicy: Sendable, Hashable {
    package var method = AvailabilityMethod.standard
    /// How the device is pinged; without meaning for methods that do not ping, but kept.
    package var ping = PingMethod.icmp
    /// In `PingRequest.timeoutMillisecondsRange`.
    package var pingTimeoutMilliseconds = PingRequest.defaultTimeoutMilliseconds
    /// In `PingRequest.retriesRange`.
    package var pingRetries = PingRequest.defaultRetries

    /// SNMP decides; one ICMP echo of 400 ms is repeated once.
    package init() {}
}
