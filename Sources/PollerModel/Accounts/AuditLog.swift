/// One thing that somebody changed, or tried to.
package struct AuditEntry: Sendable, Hashable {
    package let time: Timestamp
    /// Who: the name of an account, of a user of this machine, or “nobody”.
    package let actor: String
    /// From where; empty on the admin socket.
    package let address: String
    /// What was asked for: “POST /devices/{id}/poll”.
    package let action: String
    /// The status of the answer: 2xx and 3xx mean that it was done.
    package let status: Int
    package let notes: [Note]

    /// What became of one object. Secrets are in none.
    package struct Note: Sendable, Hashable, Codable {
        /// “device 3 (sw1)”.
        package let object: String
        /// As JSON; nil where there was nothing.
        package let before: String?
        /// As JSON; nil where nothing is left.
        package let after: String?

        package init(object: String, before: String?, after: String?) {
            self.object = object
            self.before = before
            self.after = after
        }
    }

    package init(
        time: Timestamp, actor: String, address: String, action: String, status: Int,
        notes: [Note]
    ) {
        self.time = time
        self.actor = actor
        self.address = address
        self.action = action
        self.status = status
        self.notes = notes
    }
}

/// Keeps who changed what.
package protocol AuditLog: Sendable {
    /// Does not fail: what cannot be kept is said in the log.
    func record(_ entry: AuditEntry) async
}
