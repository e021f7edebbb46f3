/// Why a device counts as down, or why nothing can be said of it.
package struct OutageReason: Sendable, Hashable {
    /// Of a device that answered neither the ping nor SNMP.
    package static let codeOfBoth = "ping_and_snmp_failed"

    /// Stable name of the reason, for scripts: that of the failure, or `codeOfBoth`.
    package let code: String
    /// What all reasons with this name have in common.
    package let summary: String
    /// One sentence for a person.
    package let words: String
    /// What a person can do about it.
    package let fix: String

    private init(code: String, summary: String, words: String, fix: String) {
        self.code = code
        self.summary = summary
        self.words = words
        self.fix = fix
    }

    /// SNMP's words.
    package init(_ failure: SNMPFailure) {
        self.init(
            code: failure.code, summary: failure.summary, words: failure.words, fix: failure.fix)
    }

    /// The ping's words.
    package init(_ failure: PingFailure) {
        self.init(
            code: failure.code, summary: failure.summary, words: failure.words, fix: failure.fix)
    }

    /// Of whichever are there, or of both at once; nil when there is none.
    init?(ping: OutageReason?, snmp: OutageReason?) {
        guard let ping, let snmp else {
            guard let one = ping ?? snmp else { return nil }
            self = one
            return
        }
        // A name that was not resolved keeps both from being tried.
        guard ping.words != snmp.words else {
            self = snmp
            return
        }
        self.init(
            code: Self.codeOfBoth, summary: "neither the ping nor SNMP was answered",
            words: "ping: \(ping.words); SNMP: \(snmp.words)",
            fix: "for the ping: \(ping.fix); for SNMP: \(snmp.fix)")
    }
}
