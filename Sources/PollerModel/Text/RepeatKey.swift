/// What lines of the log that say the same of the same have in common, and no others
/// (`RepeatFold`).
package enum RepeatKey {
    /// Fields that tell, with the code, of whom or what a line is, and why: lines that differ in one of them are
    /// not the same.
    static let identifying = [
        "device", "source", "graph", "query", "file", "address", "account", "reason", "code",
        "error_id",
    ]

    /// nil of what is never folded: what somebody did or asked for, what has no code, and what is no
    /// trouble, as that one is over. Texts that differ in their numbers only say the same.
    ///
    /// - Parameters:
    ///   - event: its code; nil: it has none.
    ///   - isTrouble: whether it is a warning or worse.
    ///   - fields: all that it has, by their names.
    ///   - text: its sentence.
    package static func text(
        of event: String?, isTrouble: Bool, fields: [String: String], text: String
    ) -> String? {
        guard isTrouble, let event, !event.hasPrefix("audit") else { return nil }
        let parts = identifying.map { fields[$0] ?? "" }
        return ([event] + parts + [text.filter { !$0.isWholeNumber }]).joined(separator: "\u{1f}")
    }
}
