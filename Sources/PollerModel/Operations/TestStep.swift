/// One step on the way to a device, and how it went.
package struct TestStep: Sendable, Hashable, Codable {
    package enum Name: String, Sendable, Hashable, Codable {
        /// The name became an address.
        case resolve
        /// The host answered the ping, where that counts.
        case ping
        /// The agent answered at all.
        case reply
        /// The agent took the user of SNMPv3.
        case authenticate
        /// The agent showed its system group.
        case system
        /// The agent's tables were read.
        case tables
    }

    package let step: Name
    /// Whether it went well. A step that did not, and that another follows, was no obstacle.
    package let ok: Bool
    package let milliseconds: Int64
    /// What was seen.
    package let detail: String
    /// Stable name of the failure; nil when all is well.
    @ExplicitNull package var reason: String?
    /// What to do; nil when nothing needs doing.
    @ExplicitNull package var fix: String?

    package init(
        _ step: Name, ok: Bool, milliseconds: Int64, detail: String, reason: String? = nil,
        fix: String? = nil
    ) {
        self.step = step
        self.ok = ok
        self.milliseconds = milliseconds
        self.detail = detail
        _reason = ExplicitNull(wrappedValue: reason)
        _fix = ExplicitNull(wrappedValue: fix)
    }

    package init(_ step: Name, milliseconds: Int64, failure: SNMPFailure) {
        self.init(
            step, ok: false, milliseconds: milliseconds, detail: failure.words,
            reason: failure.code, fix: failure.fix)
    }
}
