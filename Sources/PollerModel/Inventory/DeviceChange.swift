/// What becomes different about a device: nil leaves a property as it is, and `.some(nil)` clears
/// one that need not be there.
package struct DeviceChange: Sendable, Hashable {
    /// Version and credentials, which only make sense together.
    package struct Account: Sendable, Hashable {
        package let version: SNMPVersion
        package let credentials: SNMPCredentials

        package init(version: SNMPVersion, credentials: SNMPCredentials) {
            self.version = version
            self.credentials = credentials
        }
    }

    /// How the device is asked.
    package struct Target: Sendable, Hashable {
        package var host: DeviceHost?
        package var port: UInt16?
        package var account: Account?
        package var timeoutMilliseconds: Int64?
        package var retries: Int?
        package var sourceAddress: IPAddress??
        package var checksSource: Bool?
        package var objectsPerMessage: Int??
        package var maxRepetitions: Int??

        package init() {}

        package func apply(to target: inout SNMPTarget) {
            if let host { target.host = host }
            if let port { target.port = port }
            if let account {
                (target.version, target.credentials) = (account.version, account.credentials)
            }
            if let timeoutMilliseconds { target.timeoutMilliseconds = timeoutMilliseconds }
            if let retries { target.retries = retries }
            if let sourceAddress { target.sourceAddress = sourceAddress }
            if let checksSource { target.checksSource = checksSource }
            if let objectsPerMessage { target.objectsPerMessage = objectsPerMessage }
            if let maxRepetitions { target.maxRepetitions = maxRepetitions }
        }
    }

    /// What it has to answer.
    package struct Availability: Sendable, Hashable {
        package var method: AvailabilityMethod?
        package var ping: PingMethod?
        package var pingTimeoutMilliseconds: Int64?
        package var pingRetries: Int?

        package init() {}

        package func apply(to policy: inout AvailabilityPolicy) {
            if let method { policy.method = method }
            if let ping { policy.ping = ping }
            if let pingTimeoutMilliseconds {
                policy.pingTimeoutMilliseconds = pingTimeoutMilliseconds
            }
            if let pingRetries { policy.pingRetries = pingRetries }
        }
    }

    package var name: String?
    package var target = Target()
    package var availability = Availability()
    package var site: String??
    package var tags: [String]?
    package var isEnabled: Bool?

    /// Changes nothing.
    package init() {}

    /// - Parameter now: since when the device is another agent, if it becomes one.
    package func apply(to device: inout Device, at now: Timestamp) {
        if let name { device.name = name }
        let before = device.target
        target.apply(to: &device.target)
        if !device.target.isSameAgent(as: before) { device.agentSince = now }
        availability.apply(to: &device.availability)
        if let site { device.site = site }
        if let tags { device.tags = tags }
        if let isEnabled { device.isEnabled = isEnabled }
    }
}
