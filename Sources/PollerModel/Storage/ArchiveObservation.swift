/// What was seen of one round-robin file.
package struct ArchiveObservation: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        case missing
        /// The kernel did not let it be read; words that follow the file's name.
        case unreadable(words: String)
        /// librrd must not open it; words that follow the file's name.
        case damaged(words: String)
        case sound(ArchiveLayout)
    }

    package let content: Content
    /// The time of the newest row, in the file or waiting for it; nil when none is known.
    package var newest: Timestamp?
    /// Why librrd could not read its newest rows; nil when it could, or was not asked.
    package var librrdWords: String?
    /// Whether all of its blocks are there.
    package var isWhole = true
    /// nil when it is not there.
    package var rights: ArchiveRights?
    /// Why what waits for it cannot be written at present.
    package var trouble: StoreFailure?

    package init(_ content: Content) { self.content = content }
}

/// What a round-robin file is made of, as its head says.
package struct ArchiveLayout: Sendable, Hashable {
    package struct Source: Sendable, Hashable {
        package let name: String
        /// librrd's word, which need not be one that we write.
        package let kind: String
        package let heartbeatSeconds: Int64

        package init(name: String, kind: String, heartbeatSeconds: Int64) {
            self.name = name
            self.kind = kind
            self.heartbeatSeconds = heartbeatSeconds
        }
    }

    package let stepSeconds: Int64
    package let sources: [Source]
    /// nil in place of one whose function we do not write.
    package let archives: [RoundRobinArchive?]

    package init(stepSeconds: Int64, sources: [Source], archives: [RoundRobinArchive?]) {
        self.stepSeconds = stepSeconds
        self.sources = sources
        self.archives = archives
    }
}

/// Whose a file is, and who may use it.
package struct ArchiveRights: Sendable, Hashable {
    package let owner: UInt32
    /// The user whose process looked.
    package let user: UInt32
    /// The lowest nine bits of its mode.
    package let mode: UInt32
    /// Whether that user may read and write it.
    package let isUsable: Bool

    package init(owner: UInt32, user: UInt32, mode: UInt32, isUsable: Bool) {
        self.owner = owner
        self.user = user
        self.mode = mode
        self.isUsable = isUsable
    }

    package var isOpenToAll: Bool { mode & 0o007 != 0 }
    /// As chmod takes it.
    package var modeText: String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
