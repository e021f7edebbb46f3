/// Something that `pollerctl doctor --fix` may do: typed, so that nothing is a line for a shell, and
/// never such that something is lost that somebody may want.
package enum Repair: Sendable, Hashable {
    /// Takes all rights of others from a file or a socket.
    case close(path: String)
    /// Takes from others the right to change a folder.
    case protect(folder: String)
    case makeFolder(String)
    /// Removes a file of pollerd's own that was to live for a moment.
    case removeLeftover(path: String)
    /// Removes a socket on which nobody listens.
    case removeSocket(path: String)
    /// Brings SQLite's log into the database.
    case writeLog(database: String)
    /// Has SQLite make all indexes anew from the tables.
    case makeIndexes(database: String)

    /// What it does, for a person: a sentence without a full stop.
    package var words: String {
        switch self {
        case .close(let path): "take from others what they may do with \(path)"
        case .protect(let folder): "take from others the right to change \(folder)"
        case .makeFolder(let path): "make the folder \(path)"
        case .removeLeftover(let path): "remove \(path), which was to live for a moment"
        case .removeSocket(let path): "remove \(path), on which nobody listens"
        case .writeLog(let database): "bring what is in \(database)-wal into the database"
        case .makeIndexes(let database): "make all indexes of \(database) anew from its tables"
        }
    }

    /// Whether a daemon that works on the state could be in the way of it, or it in the daemon's.
    package var needsDaemonDown: Bool {
        switch self {
        case .close, .protect, .makeFolder, .writeLog: false
        case .removeLeftover, .removeSocket, .makeIndexes: true
        }
    }
}

extension HostFacts {
    /// What can be repaired without anybody's decision, in the order in which it is done.
    package var repairs: [Repair] {
        var repairs: [Repair] = []
        if case .unusable(_, isOtherThing: false) = state {
            repairs.append(.makeFolder(stateFolder))
        }
        repairs += lackingFolders.map { .makeFolder("\(stateFolder)/\($0)") }
        if isFolderExposed { repairs.append(.protect(folder: stateFolder)) }
        repairs += exposed.map { .close(path: "\(stateFolder)/\($0)") }
        if let exposedSocket { repairs.append(.close(path: exposedSocket)) }
        repairs += leftovers.map { .removeLeftover(path: $0) }
        repairs += leftoverSockets.map { .removeSocket(path: $0) }
        // Where there is none, its log may be all that is left of it.
        if database == nil, !isDatabaseMissing {
            let path = "\(stateFolder)/pollerd.sqlite"
            if indexDamage != nil { repairs.append(.makeIndexes(database: path)) }
            if databaseLogBytes > Self.largestLogBytes { repairs.append(.writeLog(database: path)) }
        }
        return repairs
    }
}

/// What became of a repair, as `pollerctl doctor --fix` shows it.
package struct RepairReport: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable {
        /// It would be done without `--dry-run`.
        case planned
        case done
        /// Not while pollerd works on the state.
        case postponed
        case failed
    }

    /// What is done.
    package let repair: String
    package let outcome: Outcome
    /// Why it was not done; nil when it was.
    package let reason: String?
    /// What to do, where it was not done.
    package let fix: String?

    package init(
        _ repair: Repair, _ outcome: Outcome, reason: String? = nil, fix: String? = nil
    ) {
        self.repair = repair.words
        self.outcome = outcome
        self.reason = reason
        self.fix = fix
    }
}
