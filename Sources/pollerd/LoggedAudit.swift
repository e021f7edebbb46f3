import Logging
import PollerModel

/// Says in the log who changed what.
struct LoggedAudit: AuditLog {
    let logger: Logger

    func record(_ entry: AuditEntry) async {
        logger.info(
            "\(entry.actor): \(entry.action) (\(entry.status))",
            metadata: ["event": "audit", "address": "\(entry.address)"])
    }
}
