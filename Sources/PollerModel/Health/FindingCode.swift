/// What `doctor` may find. The raw value is the stable code, for scripts. Each has an entry in
/// `Resources/docs/health.md`, which a test sees to.
package enum FindingCode: String, Sendable, Hashable, Codable, CaseIterable {
    // Of the machine and the installation, whether the daemon runs or not.
    case settingsInvalid = "settings.invalid"
    case settingsNoProfile = "settings.no_profile"
    case settingsContradict = "settings.contradict"
    case resourcesMissing = "resources.missing"
    case catalogueInvalid = "catalogue.invalid"
    case stateUnusable = "state.unusable"
    case stateUnwritable = "state.unwritable"
    case stateSplit = "state.split"
    case stateInUse = "state.in_use"
    case stateForeign = "state.foreign"
    case stateExposed = "state.exposed"
    case stateIncomplete = "state.incomplete"
    case stateLeftovers = "state.leftovers"
    case diskFull = "disk.full"
    case diskLow = "disk.low"
    case inodesLow = "disk.inodes_low"
    case databaseUnusable = "database.unusable"
    case databaseMissing = "database.missing"
    case databaseIndexDamaged = "database.index_damaged"
    case databaseLogLarge = "database.log_large"
    case journalStale = "journal.stale"
    case quarantineFilled = "quarantine.filled"
    case fontsMissing = "fonts.missing"
    case listenTaken = "listen.taken"
    case socketUnusable = "socket.unusable"
    case socketExposed = "socket.exposed"
    case limitsFiles = "limits.files"
    case receiveBuffer = "kernel.receive_buffer"
    case clockBehind = "clock.behind"
    case clockImplausible = "clock.implausible"
    case clockUnsynchronised = "clock.unsynchronised"
    case clockZone = "clock.zone"
    case namesUnresolvable = "dns.absent"
    case namesFailing = "dns.failing"
    case namesSlow = "dns.slow"
    // Of the daemon that runs.
    case sealMissing = "seal.missing"
    case daemonDown = "daemon.down"
    case pollerStalled = "poller.stalled"
    case pollerBehind = "poller.behind"
    case devicesFailing = "devices.failing"
    case devicesSlow = "devices.slow"
    case devicesImpatient = "devices.impatient"
    case valuesRefused = "values.refused"
    case samplesRefused = "samples.refused"
    case filesStale = "files.stale"
    case filesFailing = "files.failing"
    case filesUnfitting = "disk.too_small"
    case journalFailing = "journal.failing"
    case kernelDrops = "snmp.kernel_drops"
    case eventsLost = "events.lost"

    package var code: String { rawValue }

    package var severity: Severity {
        switch self {
        case .settingsInvalid, .settingsNoProfile, .resourcesMissing, .catalogueInvalid,
            .stateUnusable, .stateUnwritable, .stateSplit, .stateInUse, .stateForeign,
            .stateIncomplete, .diskFull, .databaseUnusable, .databaseMissing, .databaseIndexDamaged,
            .fontsMissing,
            .listenTaken, .socketUnusable, .clockBehind, .clockImplausible, .sealMissing,
            .daemonDown, .pollerStalled, .filesFailing, .journalFailing:
            .error
        case .settingsContradict, .stateExposed, .diskLow, .inodesLow, .databaseLogLarge,
            .journalStale, .quarantineFilled, .socketExposed, .limitsFiles, .receiveBuffer,
            .clockZone, .namesUnresolvable, .namesFailing, .namesSlow, .pollerBehind,
            .devicesFailing, .devicesSlow, .devicesImpatient, .valuesRefused, .samplesRefused,
            .filesStale, .filesUnfitting, .kernelDrops, .eventsLost:
            .warning
        // Containers cannot tell who sets their clock.
        case .stateLeftovers, .clockUnsynchronised: .info
        }
    }

    /// Whether pollerd does not start with it.
    package var keepsFromStarting: Bool {
        switch self {
        case .settingsInvalid, .settingsNoProfile, .resourcesMissing, .catalogueInvalid,
            .stateUnusable, .stateUnwritable, .stateSplit, .stateInUse, .databaseUnusable,
            .fontsMissing, .listenTaken, .socketUnusable:
            true
        default: false
        }
    }

    /// Whether only a daemon that runs can tell.
    package var isOfDaemon: Bool {
        switch self {
        case .sealMissing, .daemonDown, .pollerStalled, .pollerBehind, .devicesFailing,
            .devicesSlow, .devicesImpatient, .valuesRefused, .samplesRefused, .filesStale,
            .filesFailing, .filesUnfitting, .journalFailing, .kernelDrops, .eventsLost:
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
        case .settingsContradict: "each of them is allowed, and together they do harm"
        case .stateUnusable, .stateUnwritable:
            "without a state folder nothing is kept, and pollerd does not start"
        case .stateSplit:
            "files are moved by renaming, and the journal is let go of by file system"
        case .stateInUse: "two daemons that write the same files destroy them"
        case .stateForeign: "what pollerd does not own it cannot write"
        case .stateExposed: "communities and passphrases of devices lie there"
        case .stateIncomplete: "what belongs there cannot be written, and waits in memory"
        case .stateLeftovers: "they take room, and nobody needs them"
        case .diskFull: "samples are lost once journal and files cannot be written"
        case .diskLow, .inodesLow: "when it is used up, samples are lost"
        case .databaseUnusable: "devices, graphs and accounts are in it"
        case .databaseMissing: "files without it belong to no device"
        case .databaseIndexDamaged: "what is looked up by it is not found, or found twice"
        case .databaseLogLarge: "it takes room, and each start has to read it"
        case .journalStale: "samples wait in it that are in no file yet"
        case .quarantineFilled: "these files were not sound, and their history is in no graph"
        case .fontsMissing: "librrd draws boxes in place of letters"
        case .listenTaken: "the pages could not be reached"
        case .socketUnusable: "pollerctl could not reach pollerd"
        case .socketExposed: "whoever may use it administers pollerd"
        case .limitsFiles: "connections are refused when no file can be opened any more"
        case .receiveBuffer: "answers that come at once are dropped, and devices seem silent"
        case .clockBehind: "files take no row that is older than their newest"
        case .clockImplausible:
            "samples get that time, and files take none of before once it is right"
        case .clockUnsynchronised:
            "a clock that drifts makes rates wrong, and one that is set back closes files"
        case .namesUnresolvable, .namesFailing: "these devices are not polled by their names"
        case .namesSlow: "a poll that waits for its address is late"
        case .clockZone: "days of graphs would begin at the wrong hour"
        case .sealMissing: "pollerd promises that it never starts another program"
        case .daemonDown: "nothing is polled"
        case .pollerStalled: "no device is polled while the loop stands still"
        case .pollerBehind: "each missed slot is a gap in graphs"
        case .devicesFailing: "nothing is measured on them"
        case .devicesSlow: "a device that is not done by its next slot misses it"
        case .devicesImpatient: "when such a device is silent, it misses its next slot"
        case .filesStale: "their graphs end, though the device answers"
        case .filesUnfitting: "files have their whole size from the first sample on"
        case .valuesRefused: "what cannot be true is not drawn, so these graphs have gaps"
        case .samplesRefused: "samples that files do not take are lost"
        case .filesFailing: "their samples wait in the journal, which grows"
        case .journalFailing: "a sudden death would lose the newest samples"
        case .kernelDrops: "answers were dropped, so questions were asked again"
        case .eventsLost: "what happened then is in no list"
        }
    }
}
