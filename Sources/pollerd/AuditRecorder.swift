import Logging
import PollerDefinitions
import PollerModel

/// Keeps in the database who changed what, and says it in the log, which is a witness that whoever
/// changes the database does not reach at the same time.
struct AuditRecorder: AuditLog {
    let inventory: Inventory
    let logger: Logger

    func record(_ entry: AuditEntry) async {
        let words = "\(entry.actor): \(entry.action) (\(entry.status))"
        do {
            let record = try await inventory.append(entry)
            logger.info(
                "\(words)",
                metadata: [
                    "event": "audit", "address": "\(entry.address)", "record": "\(record.id)",
                    "digest": "\(Hexadecimal.text(record.digest))",
                ])
        } catch {
            logger.error(
                "\(words); this could not be kept: \(error.words)",
                metadata: ["event": "audit.not_kept", "address": "\(entry.address)"])
        }
    }

    func records(_ query: AuditQuery) async throws(AccountFailure) -> [AuditRecord] {
        try await inventory.auditRecords(query)
    }

    func check() async throws(AccountFailure) -> AuditCheck { try await inventory.checkAudit() }
}
