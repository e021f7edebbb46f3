/// What `doctor` may find. The raw value is the stable code, for scripts. Each has an entry in
/// `Resources/docs/health.md`, which a test sees to.
package enum FindingCode: String, Sendable, Hashable, Codable, CaseIterable {
    // Of the machine and the installation, whether the daemon runs or not.
    case settingsInvalid = "settings.invalid"
    case settingsNoProfile = "settings.no_profile"
    case resourcesMissing = "resources.missing"
    case catalogueInvalid = "catalogue.invalid"
    case stateUnusable = "state.unusable"
    case stateUnwritable = "state.unwritable"
    case stateSplit = "state.split"
    case stateForeign = "state.foreign"
    case stateExposed = "state.exposed"
    case diskFull = "disk.full"
    case diskLow = "disk.low"
    case inodesLow = "disk.inodes_low"
    case databaseUnusable = "database.unusable"
    case databaseMissing = "database.missing"
    case journalStale = "journal.stale"
    case quarantineFilled = "quarantine.filled"
    case fontsMissing = "fonts.missing"
    case listenTaken = "listen.taken"
    case socketUnusable = "socket.unusable"
    case limitsFiles = "limits.files"
    case receiveBuffer = "kernel.receive_buffer"
    case clockBehind = "clock.behind"
    case clockZone = "clock.zone"
    // Of the daemon that runs.
    case sealMissing = "seal.missing"
    case daemonDown = "daemon.down"
    case pollerStalled = "poller.stalled"
    case pollerBehind = "poller.behind"
    case devicesFailing = "devices.failing"
    case devicesSlow = "devices.slow"
    case valuesRefused = "values.refused"
    case samplesRefused = "samples.refused"
    case filesFailing = "files.failing"
    case journalFailing = "journal.failing"
    case kernelDrops = "snmp.kernel_drops"
    case eventsLost = "events.lost"

    package var code: String { rawValue }

    package var severity: Severity {
        switch self {
        case .settingsInvalid, .settingsNoProfile, .resourcesMissing, .catalogueInvalid,
            .stateUnusable, .stateUnwritable, .stateSplit, .stateForeign, .diskFull,
            .databaseUnusable, .databaseMissing, .fontsMissing, .listenTaken, .socketUnusable,
            .clockBehind, .sealMissing, .daemonDown, .pollerStalled, .filesFailing,
            .journalFailing:
            .error
        case .stateExposed, .diskLow, .inodesLow, .journalStale, .quarantineFilled, .limitsFiles,
            .receiveBuffer, .clockZone, .pollerBehind, .devicesFailing, .devicesSlow,
            .valuesRefused, .samplesRefused, .kernelDrops, .eventsLost:
            .warning
        }
    }

    /// Whether pollerd does not start with it.
    package var keepsFromStarting: Bool {
        switch self {
        case .settingsInvalid, .settingsNoProfile, .resourcesMissing, .catalogueInvalid,
            .stateUnusable, .stateUnwritable, .stateSplit, .databaseUnusable, .fontsMissing,
            .listenTaken, .socketUnusable:
            true
        default: false
        }
    }

    /// Whether only a daemon that runs can tell.
    package var isOfDaemon: Bool {
        switch self {
        case .sealMissing, .daemonDown, .pollerStalled, .pollerBehind, .devicesFailing,
            .devicesSlow, .valuesRefused, .samplesRefused, .filesFailing, .journalFailing,
            .kernelDrops, .eventsLost:
            true
        default: false
        }
    }

    /// Why it matters: a sentence without a full stop.
    package var why: String {
        switch self {
        case .settingsInvalid, .resourcesMissing, .catalogueInvalid:
            "pollerd does not start before it is put right"
        case .settingsNoProfile: "a device that is added without an interval would have no files"
        case .stateUnusable, .stateUnwritable:
            "without a state folder nothing is kept, and pollerd does not start"
        case .stateSplit:
            "files are moved by renaming, and the journal is let go of by file system"
        case .stateForeign: "what pollerd does not own it cannot write"
        case .stateExposed: "communities and passphrases of devices lie there"
        case .diskFull: "samples are lost once journal and files cannot be written"
        case .diskLow, .inodesLow: "when it is used up, samples are lost"
        case .databaseUnusable: "devices, graphs and accounts are in it"
        case .databaseMissing: "files without it belong to no device"
        case .journalStale: "samples wait in it that are in no file yet"
        case .quarantineFilled: "these files were not sound, and their history is in no graph"
        case .fontsMissing: "librrd draws boxes in place of letters"
        case .listenTaken: "the pages could not be reached"
        case .socketUnusable: "pollerctl could not reach pollerd"
        case .limitsFiles: "connections are refused when no file can be opened any more"
        case .receiveBuffer: "answers that come at once are dropped, and devices seem silent"
        case .clockBehind: "files take no row that is older than their newest"
        case .clockZone: "days of graphs would begin at the wrong hour"
        case .sealMissing: "pollerd promises that it never starts another program"
        case .daemonDown: "nothing is polled"
        case .pollerStalled: "no device is polled while the loop stands still"
        case .pollerBehind: "each missed slot is a gap in graphs"
        case .devicesFailing: "nothing is measured on them"
        case .devicesSlow: "a device that is not done by its next slot misses it"
        case .valuesRefused: "what cannot be true is not drawn, so these graphs have gaps"
        case .samplesRefused: "samples that files do not take are lost"
        case .filesFailing: "their samples wait in the journal, which grows"
        case .journalFailing: "a sudden death would lose the newest samples"
        case .kernelDrops: "answers were dropped, so questions were asked again"
        case .eventsLost: "what happened then is in no list"
        }
    }
}
