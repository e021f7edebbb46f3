/// What there is to know of a machine and an installation, whether pollerd runs or not. It is
/// collected outside, and judged here (`HostFacts.findings`).
package struct HostFacts: Sendable, Hashable {
    /// Something whose words are known already: of a parser, or of a library.
    package struct Complaint: Sendable, Hashable {
        package let place: String
        package let what: String
        package let fix: String?

        package init(place: String, what: String, fix: String?) {
            self.place = place
            self.what = what
            self.fix = fix
        }
    }

    /// What opening and writing the state folder gave.
    package enum FolderState: Sendable, Hashable {
        case usable
        /// The kernel's words.
        case unusable(String, isOtherThing: Bool)
        case unwritable(String)
    }

    /// Room on a file system.
    package struct Room: Sendable, Hashable {
        package let freeBytes: Int64
        package let totalBytes: Int64
        package let freeInodes: Int64
        /// 0 where the file system does not count them.
        package let totalInodes: Int64

        package init(freeBytes: Int64, totalBytes: Int64, freeInodes: Int64, totalInodes: Int64) {
            self.freeBytes = freeBytes
            self.totalBytes = totalBytes
            self.freeInodes = freeInodes
            self.totalInodes = totalInodes
        }
    }

    /// `polling.default_interval_seconds` for which there is no profile, and the steps there are.
    package struct LackingProfile: Sendable, Hashable {
        package let interval: Int64
        package let steps: [Int64]

        package init(interval: Int64, steps: [Int64]) {
            self.interval = interval
            self.steps = steps
        }
    }

    /// How the names of devices were resolved.
    package struct NameLookups: Sendable, Hashable {
        /// Names that were not looked up, or not to their end, before nobody waited any longer.
        package var notLookedUp = 0
        /// Whether the machine has a name server to ask (man 5 resolv.conf).
        package var hasServer = true
        /// The resolver's words, by name.
        package var failures: [String: String] = [:]
        /// Milliseconds, by name, as far as they were many; those that went on when nobody waited
        /// any longer are among them.
        package var slow: [String: Int64] = [:]

        package init() {}
    }

    /// Who is meant to run pollerd.
    package var user = ""
    package var settings: [Complaint] = []
    package var resources: Complaint?
    package var catalogue: [Complaint] = []
    /// nil when there is a profile for the default interval, or no catalogue to look in.
    package var lackingProfile: LackingProfile?
    /// Settings that are allowed each, and do harm together.
    package var contradictions: [Complaint] = []

    package var stateFolder = ""
    package var state = FolderState.usable
    /// Folders in it that lie on other file systems.
    package var splitFolders: [String] = []
    /// Files and folders in it that somebody else owns, at most some of them, and how many there are.
    package var foreign: [String] = []
    package var foreignCount = 0
    /// Files in it that hold secrets and that others may read.
    package var exposed: [String] = []
    /// Whether the folder itself can be changed by others.
    package var isFolderExposed = false
    /// Folders in it that are not there, though a daemon works on them.
    package var lackingFolders: [String] = []
    /// Files of pollerd's own that were to live for a moment, and are old.
    package var leftovers: [String] = []
    /// Sockets on which nobody listens any more.
    package var leftoverSockets: [String] = []
    package var room: Room?
    package var database: Complaint?
    /// Whether there is none. What SQLite wrote beside it may be there still.
    package var isDatabaseMissing = false
    /// What SQLite says of an index that does not fit its table; nil where it was not asked.
    package var indexDamage: String?
    /// Of what SQLite wrote beside the database and did not bring into it yet.
    package var databaseLogBytes: Int64 = 0
    /// Round-robin files, or folders of them, though there is no database.
    package var hasFilesWithoutDatabase = false
    /// How old the oldest segment of the journal is, while no daemon works on it or while one does.
    package var oldestSegmentSeconds: Int64?
    package var journalBytes: Int64 = 0
    package var quarantinedCount = 0
    package var missingFonts: [String] = []
    package var fontFolder = ""
    package var listening: Complaint?
    package var socket: Complaint?
    /// The admin socket, where everybody on this machine may use it.
    package var exposedSocket: String?
    /// nil where it is not this process that serves.
    package var openFileLimit: Int64?
    /// What the kernel grants at most, and what a fleet of `devices` wants.
    package var largestReceiveBuffer: Int64?
    package var wantedReceiveBuffer: Int64 = 0
    package var deviceCount = 0
    /// Of all round-robin files; nil where there are too many to add up.
    package var fileBytes: Int64?
    /// nil where no name was looked up.
    package var names: NameLookups?
    /// Whether something keeps the clock right; nil where the kernel does not tell.
    package var isClockSynchronised: Bool?
    package var now = Timestamp(milliseconds: 0)
    /// When a daemon was last known to run.
    package var aliveAt: Timestamp?
    /// A time zone that was asked for and is not known.
    package var unknownZone: String?
    /// Whether a daemon works on the state folder.
    package var isDaemonRunning = false
    /// The process that works on the state folder, where nobody answers at the admin socket of the
    /// settings.
    package var otherHolder: Int32?

    package init() {}
}
