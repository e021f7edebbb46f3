/// Follows the records of the audit log from the oldest to the newest, and says where one is not as
/// it was written.
package struct AuditChain: Sendable {
    private var last: (id: AuditRecordID, digest: [UInt8])
    private var count = 0
    private var flaw: AuditFlaw?

    /// - Parameters:
    ///   - removed: the last record that was removed because of its age; 0 when none was.
    ///   - digest: that record's; zeros when none was.
    package init(removed: AuditRecordID, digest: [UInt8]) { last = (removed, digest) }

    /// - Parameter digest: of the record's `sealedBytes`, made anew.
    /// - Returns: whether the chain holds so far; behind a flaw there is nothing to know.
    package mutating func take(_ record: AuditRecord, digest: [UInt8]) -> Bool {
        guard flaw == nil else { return false }
        if record.id.rawValue != last.id.rawValue + 1 {
            flaw = .missing(from: last.id.rawValue + 1, to: record.id.rawValue - 1)
        } else if record.digest != digest {
            flaw = .changed(record.id)
        } else if record.previous != last.digest {
            flaw = .unlinked(record.id)
        }
        last = (record.id, record.digest)
        count += 1
        return flaw == nil
    }

    /// What is known behind the newest record.
    ///
    /// - Parameter newest: the number that was given out last.
    package func check(newest: Int64) -> AuditCheck {
        var flaw = flaw
        if flaw == nil, last.id.rawValue < newest {
            flaw = .missing(from: last.id.rawValue + 1, to: newest)
        }
        return AuditCheck(
            count: count, newest: count > 0 ? last.id : nil,
            digest: count > 0 ? last.digest : nil, flaw: flaw)
    }
}

/// What the audit log is found to be.
package struct AuditCheck: Sendable, Hashable {
    /// Records that were looked at.
    package let count: Int
    package let newest: AuditRecordID?
    /// Of the newest: whoever noted an earlier one elsewhere knows that nothing before it was
    /// written anew.
    package let digest: [UInt8]?
    /// nil: every record is as it was written.
    package let flaw: AuditFlaw?
}

/// Where the chain breaks.
package enum AuditFlaw: Sendable, Hashable {
    /// Its digest is not of what it says.
    case changed(AuditRecordID)
    /// It does not follow the one before, so one of the two was replaced.
    case unlinked(AuditRecordID)
    case missing(from: Int64, to: Int64)

    package var words: String {
        switch self {
        case .changed(let id): "record \(id) was changed after it was written"
        case .unlinked(let id):
            "record \(id) does not follow the one before it: one of the two was replaced"
        case .missing(let from, let to):
            from >= to ? "record \(from) is missing" : "records \(from) to \(to) are missing"
        }
    }
}
