/// What can happen. The raw value is the stable code, for scripts; where a line of the log tells of
/// the same, it carries the same code. Each has an entry in `Resources/docs/events.md`, which a
/// test sees to.
package enum EventKind: String, Sendable, Hashable, Codable, CaseIterable {
    case deviceDown = "device.down"
    case deviceRecovering = "device.recovering"
    case deviceUp = "device.up"
    case deviceRestarted = "device.restarted"
    case deviceAdded = "device.added"
    case deviceChanged = "device.changed"
    case deviceRemoved = "device.removed"
    case tableReindexed = "device.reindexed"
    case rowsRemapped = "device.remapped"
    case reindexFailed = "device.reindex_failed"
    case slotMissed = "device.slot_missed"
    case valueRefused = "value.refused"
    case sourceSilent = "source.silent"
    case sourceRecovered = "source.recovered"
    case fileQuarantined = "file.quarantined"
    case fileRepaired = "file.repaired"
    case fileFailed = "file.failed"
    case fileRecovered = "file.recovered"
    case filesNotSynced = "files.not_synced"
    case filesReshaped = "files.reshaped"
    case filesPurged = "files.purged"
    case journalFailed = "journal.failed"
    case journalRecovered = "journal.recovered"
    case journalDamaged = "journal.damaged"
    case journalReplayed = "journal.replayed"
    case clockSet = "clock.set"
    case clockLeapt = "clock.leapt"
    case clockReturned = "clock.returned"
    case clockBelieved = "clock.believed"
    case settingsChanged = "settings.changed"
    case templatesChanged = "templates.changed"
    case shareMade = "share.made"
    case shareRevoked = "share.revoked"
    case loginFailed = "login.failed"
    case loginLocked = "login.locked"
    case daemonStarted = "daemon.started"
    case daemonStopped = "daemon.stopped"
    case daemonUnclean = "daemon.unclean"
    case eventsLost = "events.lost"
    case mark = "mark"

    package var code: String { rawValue }

    package var severity: Severity {
        switch self {
        case .deviceDown, .fileQuarantined, .fileFailed, .filesNotSynced, .journalFailed,
            .clockLeapt, .loginLocked:
            .error
        case .reindexFailed, .slotMissed, .valueRefused, .sourceSilent, .journalDamaged,
            .clockSet, .clockBelieved, .loginFailed, .daemonUnclean, .eventsLost:
            .warning
        case .deviceRecovering, .deviceUp, .deviceRestarted, .deviceAdded, .deviceChanged,
            .deviceRemoved, .tableReindexed, .rowsRemapped, .sourceRecovered, .fileRepaired,
            .fileRecovered, .filesReshaped, .filesPurged, .journalRecovered, .journalReplayed,
            .clockReturned, .settingsChanged, .templatesChanged, .shareMade, .shareRevoked,
            .daemonStarted, .daemonStopped, .mark:
            .info
        }
    }

    /// What it is called in a list to choose from.
    package var title: String {
        switch self {
        case .deviceDown: "Device down"
        case .deviceRecovering: "Device answers again"
        case .deviceUp: "Device up"
        case .deviceRestarted: "Device restarted"
        case .deviceAdded: "Device added"
        case .deviceChanged: "Device changed"
        case .deviceRemoved: "Device removed"
        case .tableReindexed: "Table changed"
        case .rowsRemapped: "Rows remapped"
        case .reindexFailed: "Table not read"
        case .slotMissed: "Poll missed"
        case .valueRefused: "Value refused"
        case .sourceSilent: "Data source silent"
        case .sourceRecovered: "Data source recovered"
        case .fileQuarantined: "File quarantined"
        case .fileRepaired: "File repaired"
        case .fileFailed: "File not written"
        case .fileRecovered: "Files written again"
        case .filesNotSynced: "Files not on the disk"
        case .filesReshaped: "Files reshaped"
        case .filesPurged: "Files purged"
        case .journalFailed: "Journal not written"
        case .journalRecovered: "Journal written again"
        case .journalDamaged: "Journal damaged"
        case .journalReplayed: "Journal replayed"
        case .clockSet: "Clock set"
        case .clockLeapt: "Clock leapt"
        case .clockReturned: "Clock is back"
        case .clockBelieved: "Clock believed"
        case .settingsChanged: "Settings changed"
        case .templatesChanged: "Templates changed"
        case .shareMade: "Share made"
        case .shareRevoked: "Share revoked"
        case .loginFailed: "Login failed"
        case .loginLocked: "Login locked"
        case .daemonStarted: "pollerd started"
        case .daemonStopped: "pollerd stopped"
        case .daemonUnclean: "pollerd ended by force"
        case .eventsLost: "Events lost"
        case .mark: "Mark"
        }
    }

    /// Whether the same of the same subject, for the same reason, is counted on the one that is
    /// kept already (`EventLimits.foldMilliseconds`).
    package var isFolded: Bool {
        switch self {
        case .reindexFailed, .slotMissed, .valueRefused, .sourceSilent, .sourceRecovered,
            .fileFailed, .fileRecovered, .journalFailed, .journalRecovered, .loginFailed,
            .loginLocked:
            true
        default: false
        }
    }

    /// Whether it names accounts or addresses of people, and so is shown to administrators only.
    package var isConfidential: Bool {
        switch self {
        case .loginFailed, .loginLocked: true
        default: false
        }
    }
}
