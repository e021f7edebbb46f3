/// What becomes different about a device: nil leaves a property as it is, and `.some(nil)` clears
/// one that need not be there.
package struct DeviceChange: Sendable, Hashable {
    /// What a device cannot become: what is wrong, and how it would be right.
    package struct Mistake: Error, Sendable, Hashable {
        package let words: String
        package let fix: String

        package static let noCommunity = Mistake(
            words: "the key “community” is missing", fix: "SNMPv1 and SNMPv2c ask with a community")
        package static let noUser = Mistake(
            words: "the key “user” is missing", fix: "SNMPv3 asks in the name of a user")
        /// Nobody is to lose its protection by a word.
        static let keepsUser = Mistake(
            words: "the device is asked with SNMPv3, which has no communities",
            fix: "add --snmp 2c (or 1) to ask it with a community from now on")
        /// Whoever may change a device does not learn its secrets; sent to an address of his own,
        /// they would be his.
        package static let keepsSecrets = Mistake(
            words: "another address or port is taken only with the device's secrets, because they "
                + "are sent there",
            fix: "give --community-file again, or --v3-user with its protocols and passphrases")
        static let tooManyTags = Mistake(
            words: "a device has at most \(Device.largestTagCount) tags",
            fix: "take some away with --remove-tag")
    }

    /// Version and credentials, which have to fit each other in the end.
    package struct Account: Sendable, Hashable {
        package var version: SNMPVersion?
        package var credentials: SNMPCredentials?

        package init(version: SNMPVersion? = nil, credentials: SNMPCredentials? = nil) {
            self.version = version
            self.credentials = credentials
        }

        /// A user means SNMPv3; a community leaves SNMPv1 and SNMPv2c as they are.
        func apply(to target: inout SNMPTarget) throws(Mistake) {
            let credentials = credentials ?? target.credentials
            switch (version ?? target.version, credentials) {
            case (.v1, .user), (.v2c, .user):
                guard version == nil else { throw .noCommunity }
                target.version = .v3
            case (.v3, .community):
                throw version == nil ? .keepsUser : .noUser
            case (let version, _): target.version = version
            }
            target.credentials = credentials
        }
    }

    /// How the device is asked.
    package struct Target: Sendable, Hashable {
        package var host: DeviceHost?
        package var port: UInt16?
        package var account = Account()
        package var timeoutMilliseconds: Int64?
        package var retries: Int?
        package var sourceAddress: IPAddress??
        package var checksSource: Bool?
        package var objectsPerMessage: Int??
        package var maxRepetitions: Int??

        package init() {}

        /// - Throws: also where secrets of before would be sent to another address or port.
        package func apply(to target: inout SNMPTarget) throws(Mistake) {
            let before = target
            if let host { target.host = host }
            if let port { target.port = port }
            let isElsewhere = target.host != before.host || target.port != before.port
            guard !isElsewhere || account.credentials != nil || !before.credentials.holdSecrets
            else { throw .keepsSecrets }
            try account.apply(to: &target)
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
    /// In place of all it has.
    package var tags: [String]?
    /// Beside those, each once, and without these.
    package var addedTags: [String] = []
    package var removedTags: [String] = []
    package var isEnabled: Bool?

    /// Changes nothing.
    package init() {}

    /// - Parameter now: since when the device is another agent, if it becomes one.
    package func apply(to device: inout Device, at now: Timestamp) throws(Mistake) {
        if let name { device.name = name }
        let before = device.target
        try target.apply(to: &device.target)
        if !device.target.isSameAgent(as: before) { device.agentSince = now }
        availability.apply(to: &device.availability)
        if let site { device.site = site }
        device.tags = try tags(of: device)
        if let isEnabled { device.isEnabled = isEnabled }
    }

    /// What a device is tagged with from then on, in the order in which it was tagged.
    package func tags(of device: Device) throws(Mistake) -> [String] {
        var tags = (tags ?? device.tags).filter { !removedTags.contains($0) }
        for tag in addedTags where !tags.contains(tag) { tags.append(tag) }
        guard tags.count <= Device.largestTagCount || tags.count <= device.tags.count else {
            throw .tooManyTags
        }
        return tags
    }
}
