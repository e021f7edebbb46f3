/// Why a device counts as down.
package struct OutageReason: Sendable, Hashable {
    /// Of a device that answered neither the ping nor SNMP.
    package static let codeOfBoth = "ping_and_snmp_failed"

    /// Stable name of the reason, for scripts: that of the failure, or `codeOfBoth`.
    package let code: String
    /// One sentence for a person.
    package let words: String
    /// What a person can do about it.
    package let fix: String

    /// A reason of the caller's own words.
    package init(code: String, words: String, fix: String) {
        self.code = code
        self.words = words
        self.fix = fix
    }

    /// SNMP's words.
    package init(_ failure: SNMPFailure) {
        self.init(code: failure.code, words: failure.words, fix: failure.fix)
    }

    /// The ping's words.
    package init(_ failure: PingFailure) {
        self.init(code: failure.code, words: failure.words, fix: failure.fix)
    }

    /// Of both at once.
    init(ping: OutageReason, snmp: OutageReason) {
        self.init(
            code: Self.codeOfBoth, words: "ping: \(ping.words); SNMP: \(snmp.words)",
            fix: "for the ping: \(ping.fix); for SNMP: \(snmp.fix)")
    }
}
