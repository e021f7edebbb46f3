/// A record of the audit log as `/api/v1/audit` and `pollerctl audit -o json` show it.
package struct AuditReport: Sendable, Hashable, Codable {
    package let id: AuditRecordID
    package let time: String
    package let actor: String
    /// Empty on the admin socket.
    package let address: String
    package let action: String
    /// Of the answer: 2xx and 3xx mean that it was done.
    package let status: Int
    package let notes: [AuditEntry.Note]
    /// SHA-256 of the record and the one before it, in hexadecimal.
    package let digest: String

    package init(_ record: AuditRecord) {
        id = record.id
        time = record.entry.time.rfc3339
        actor = record.entry.actor
        address = record.entry.address
        action = record.entry.action
        status = record.entry.status
        notes = record.entry.notes
        digest = Hexadecimal.text(record.digest)
    }

    /// What was changed, in one line.
    package var objects: String { notes.map(\.object).joined(separator: ", ") }
}

/// What `/api/v1/audit/check` found.
package struct AuditCheckReport: Sendable, Hashable, Codable {
    package let sound: Bool
    package let records: Int
    @ExplicitNull package var newest: AuditRecordID?
    /// Of the newest, in hexadecimal.
    @ExplicitNull package var digest: String?
    /// Where the chain breaks; null where it holds.
    @ExplicitNull package var flaw: String?

    package init(_ check: AuditCheck) {
        sound = check.flaw == nil
        records = check.count
        _newest = ExplicitNull(wrappedValue: check.newest)
        _digest = ExplicitNull(wrappedValue: check.digest.map { Hexadecimal.text($0) })
        _flaw = ExplicitNull(wrappedValue: check.flaw?.words)
    }
}
