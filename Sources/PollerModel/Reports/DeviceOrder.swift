/// What `pollerctl` sends to test, add or change a device. A key that is missing or null is the
/// default of a new device, and unchanged for one that exists.
package struct DeviceOrder: Sendable, Hashable, Codable {
    /// Needed for a new device.
    package var host: String?
    package var port: Int?
    package var snmpVersion: String?
    /// Of SNMPv1 and SNMPv2c.
    package var community: String?
    /// Of SNMPv3; replaces a user as a whole.
    package var user: SNMPUserOrder?
    package var name: String?
    package var timeoutMilliseconds: Int64?
    package var retries: Int?
    /// An address of the daemon's machine; an empty text: what the routes choose.
    package var sourceAddress: String?
    package var checksSource: Bool?
    /// 0: as many as the agent takes.
    package var objectsPerMessage: Int?
    /// 0: as many as fit.
    package var maxRepetitions: Int?
    /// `AvailabilityMethod`
    package var availability: String?
    /// `PingMethod`
    package var ping: String?
    package var pingTimeoutMilliseconds: Int64?
    package var pingRetries: Int?
    /// An empty text: none.
    package var site: String?
    /// An empty list: none.
    package var tags: [String]?

    // MARK: Of new devices only

    package var intervalSeconds: Int64?
    package var template: String?
    /// `GraphPolicy`
    package var graphs: String?
    package var test: Bool?
    package var dryRun: Bool?

    // MARK: Of devices that exist only

    package var enabled: Bool?
    /// Beside those the device has.
    package var addTags: [String]?
    package var removeTags: [String]?

    /// All there are: an order with another one is refused, for it would do nothing.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case host, port, snmpVersion, community, user, name, timeoutMilliseconds, retries
        case sourceAddress, checksSource, objectsPerMessage, maxRepetitions
        case availability, ping, pingTimeoutMilliseconds, pingRetries, site, tags
        case intervalSeconds, template, graphs, test, dryRun, enabled, addTags, removeTags
    }

    /// Asks for nothing.
    package init() {}
}
