/// What is known of an SNMPv3 engine (RFC 3414 §2.2), so that it is not looked for again after a
/// restart of the poller.
package struct SNMPEngineRecord: Sendable, Hashable {
    /// Records that are kept; beyond, the oldest are forgotten.
    package static let largestCount = 100_000

    package let address: IPAddress
    package let port: UInt16
    package let user: String
    package let engineID: [UInt8]
    /// snmpEngineBoots.
    package let boots: UInt32
    /// snmpEngineTime at `heardAt`.
    package let seconds: UInt32
    package let heardAt: Timestamp

    package init(
        address: IPAddress, port: UInt16, user: String, engineID: [UInt8], boots: UInt32,
        seconds: UInt32, heardAt: Timestamp
    ) {
        self.address = address
        self.port = port
        self.user = user
        self.engineID = engineID
        self.boots = boots
        self.seconds = seconds
        self.heardAt = heardAt
    }
}
