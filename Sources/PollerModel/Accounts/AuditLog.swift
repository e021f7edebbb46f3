/// One thing that somebody changed, or tried to.
package struct AuditEntry: Sendable, Hashable {
    package let time: Timestamp
    /// Who: the name of an account, of a user of this machine, or “nobody”. A program that acts for
    /// an account is “ann (token nightly)”.
    package let actor: String
    /// From where; empty on the admin socket.
    package let address: String
    /// What was asked for: “POST /devices/3/poll”.
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

package typealias AuditRecordID = Identifier<AuditRecord>

/// An entry as it is kept: numbered without gaps, and chained to the one before it.
package struct AuditRecord: Sendable, Hashable {
    /// Records that are kept; the oldest give way.
    package static let largestCount = 100_000
    /// After so long a record is removed.
    package static let keptSeconds: Int64 = 400 * 86_400

    package let id: AuditRecordID
    package let entry: AuditEntry
    /// Of the record before; of the first one ever, zeros. 32 bytes.
    package let previous: [UInt8]
    /// SHA-256 of `sealedBytes`. 32 bytes.
    package let digest: [UInt8]

    package init(id: AuditRecordID, entry: AuditEntry, previous: [UInt8], digest: [UInt8]) {
        self.id = id
        self.entry = entry
        self.previous = previous
        self.digest = digest
    }

    /// What the digest is of: the record before, and every part of this one with its length, so
    /// that no two records have the same.
    package var sealedBytes: [UInt8] {
        Self.sealedBytes(id: id, entry: entry, previous: previous)
    }

    package static func sealedBytes(
        id: AuditRecordID, entry: AuditEntry, previous: [UInt8]
    ) -> [UInt8] {
        var bytes = previous
        func append(_ text: String?) {
            bytes += Array((text.map { "\($0.utf8.count):" } ?? "-:").utf8)
            bytes += Array((text ?? "").utf8)
        }
        append("\(id)")
        append("\(entry.time.milliseconds)")
        append(entry.actor)
        append(entry.address)
        append(entry.action)
        append("\(entry.status)")
        append("\(entry.notes.count)")
        for note in entry.notes {
            append(note.object)
            append(note.before)
            append(note.after)
        }
        return bytes
    }
}

/// Which records somebody wants, the newest first.
package struct AuditQuery: Sendable, Hashable {
    package static let largestPage = 1_000

    /// The name of an account, with its tokens, or of a user of this machine, whatever its case;
    /// nil is everybody.
    package var actor: String?
    /// Not before this; nil is ever.
    package var since: Timestamp?
    /// Only older ones than this; nil begins at the newest.
    package var before: AuditRecordID?
    package var limit: Int

    package init(
        actor: String? = nil, since: Timestamp? = nil, before: AuditRecordID? = nil,
        limit: Int = Self.largestPage
    ) {
        self.actor = actor
        self.since = since
        self.before = before
        self.limit = limit
    }
}

/// Keeps who changed what.
package protocol AuditLog: Sendable {
    /// Does not fail: what cannot be kept is said in the log.
    func record(_ entry: AuditEntry) async

    func records(_ query: AuditQuery) async throws(AccountFailure) -> [AuditRecord]

    /// Looks whether somebody changed what is kept.
    func check() async throws(AccountFailure) -> AuditCheck
}
