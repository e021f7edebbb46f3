import Glibc
import PollerModel

/// The one sentence above all pages when something is wrong with the daemon itself; nothing when all
/// is well.
struct HealthStrip {
    let trouble: String
    let more: String

    /// Used bytes of the state folder's file system, in percent, from which on it is said.
    static let fullPercent = 95.0

    init?(_ services: WebServices, for viewer: Viewer) {
        guard let trouble = Self.trouble(services) else { return nil }
        self.trouble = trouble
        more = NavigationEntry.isOpen("/health", to: viewer) ? "/health" : "/#poller"
    }

    /// The worst of it.
    private static func trouble(_ services: WebServices) -> String? {
        if let reason = services.unreadiness().first {
            return "The poller does not poll: \(reason)."
        }
        let store = services.store.counters
        if store.journalTrouble != nil {
            return "Samples are not safe at present: the journal cannot be written."
        }
        if store.filesInTrouble > 0 {
            return "\(store.filesInTrouble) round-robin files cannot be written at present."
        }
        if let percent = DiskRoom.usedPercent(of: services.site.stateFolder),
            percent >= fullPercent
        {
            return
                "The disk of the state folder is \(NumberText.fixed(percent, decimals: 0)) % full."
        }
        return nil
    }
}

/// How full a file system is.
enum DiskRoom {
    /// Of what those may use who are not root (statvfs(3)); nil where it cannot be told.
    static func usedPercent(of folder: String) -> Double? {
        var facts = statvfs()
        guard statvfs(folder, &facts) == 0 else { return nil }
        let used = Double(facts.f_blocks) - Double(facts.f_bfree)
        let usable = used + Double(facts.f_bavail)
        return usable > 0 ? used / usable * 100 : nil
    }

    /// Whether the doctor says that it is full; false where it cannot be told.
    static func isFull(_ folder: String) -> Bool {
        var facts = statvfs()
        guard statvfs(folder, &facts) == 0 else { return false }
        let freeBytes = Int64(clamping: facts.f_bavail) * Int64(clamping: facts.f_frsize)
        return freeBytes < HostFacts.fullBytes
    }
}
