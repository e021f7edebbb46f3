/// Something that is wrong with a round-robin file.
package struct ArchiveFinding: Sendable, Hashable {
    package enum Severity: String, Sendable, Hashable, Codable {
        /// Rows are lost, or are at risk.
        case error
        /// Rows are kept, but not as they should be.
        case warning
    }

    /// Stable name, for scripts.
    package enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        case missing = "file_missing"
        case unreadable = "file_unreadable"
        /// Its data are corrupt, or it is something else: librrd must not open it.
        case damaged = "file_damaged"
        case refusedByLibrary = "file_refused"
        case unwritten = "file_unwritten"
        case notUsable = "file_not_usable"
        case otherOwner = "file_owner"
        case openToAll = "file_mode"
        case holes = "file_holes"
        case stale = "file_stale"
        case sourcesDiffer = "layout_sources"
        case heartbeatDiffers = "layout_heartbeat"
        case stepDiffers = "layout_step"
        case archivesDiffer = "layout_archives"
        /// The catalogue lost its template or profile.
        case undefined = "definition_lost"
    }

    package let severity: Severity
    package let code: Code
    /// Words that follow the file's name.
    package let words: String
    /// What a person can do about it.
    package let fix: String

    package init(_ severity: Severity, _ code: Code, _ words: String, fix: String) {
        self.severity = severity
        self.code = code
        self.words = words
        self.fix = fix
    }

    static let missing = ArchiveFinding(
        .error, .missing, "is not there: its history is gone unless a backup has it",
        fix: "restore it with pollerd stopped; else the next row begins a new one")

    static func unreadable(_ words: String) -> ArchiveFinding {
        ArchiveFinding(.error, .unreadable, words, fix: ownership)
    }

    static func damaged(_ words: String) -> ArchiveFinding {
        ArchiveFinding(
            .error, .damaged, words,
            fix: "restore it from a backup with pollerd stopped; else pollerd moves it to "
                + "quarantine/ when it next writes it, and begins a new one")
    }

    static func refusedByLibrary(_ words: String) -> ArchiveFinding {
        ArchiveFinding(
            .error, .refusedByLibrary, "cannot be read by librrd: \(words)",
            fix: "restore it from a backup with pollerd stopped")
    }

    static func unwritten(_ trouble: StoreFailure) -> ArchiveFinding {
        ArchiveFinding(
            .error, .unwritten, "does not take its newest rows: \(trouble.words)",
            fix: "put that right: until then they wait in the journal, and none is lost")
    }

    static let holes = ArchiveFinding(
        .warning, .holes,
        "has holes, as a sparse copy has: writing into one ends pollerd when the disk is full",
        fix: "none: pollerd fills them when it next writes the file (a file system that compresses "
            + "always has some)")

    static func stale(
        _ newest: Timestamp?, seconds: Int64, source: DataSourceID
    ) -> ArchiveFinding {
        ArchiveFinding(
            .warning, .stale,
            "has had no row for \(DurationText.words(seconds)), though its device is up"
                + (newest.map { "; the newest is of \($0.rfc3339)" } ?? ""),
            fix: "pollerctl data-source last \(source) says why")
    }

    static func findings(_ rights: ArchiveRights) -> [ArchiveFinding] {
        var findings: [ArchiveFinding] = []
        if !rights.isUsable {
            findings.append(
                ArchiveFinding(
                    .error, .notUsable,
                    "cannot be read and written by pollerd: it is of user \(rights.owner) and has "
                        + "mode \(rights.modeText)", fix: ownership))
        } else if rights.owner != rights.user {
            findings.append(
                ArchiveFinding(
                    .warning, .otherOwner,
                    "belongs to user \(rights.owner), and pollerd is user \(rights.user)",
                    fix: ownership))
        }
        if rights.isOpenToAll {
            findings.append(
                ArchiveFinding(
                    .warning, .openToAll, "is open to every user (mode \(rights.modeText))",
                    fix: "chmod 0640"))
        }
        return findings
    }

    /// The catalogue does not know what the file should be.
    package static func undefined(_ source: DataSource, _ catalogue: Catalogue) -> ArchiveFinding {
        let lost =
            catalogue.dataTemplates[source.template] == nil
            ? "data template “\(source.template)”" : "profile “\(source.profile)”"
        return ArchiveFinding(
            .error, .undefined, "is not filled: its \(lost) is not in the catalogue any more",
            fix: "bring that file of the catalogue back, and restart pollerd")
    }

    private static let ownership =
        "give it to the user of pollerd (chown), and let that user read and write it (chmod 0640)"
}
