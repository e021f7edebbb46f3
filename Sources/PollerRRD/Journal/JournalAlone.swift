import Glibc
package import PollerModel

/// A journal without files behind it, for measuring what it adds to them.
///
/// One thread at a time uses it.
package final class JournalAlone {
    private let journal: Journal
    private let syncer: JournalSyncer
    private var files: [String: BufferedFile] = [:]
    private var entries: [JournalEntry] = []

    /// - Parameter folder: an empty one, which exists.
    package init(folder: String) {
        syncer = JournalSyncer(folder: folder)
        journal = Journal(folder: folder, syncer: syncer)
    }

    /// Gets rows ready, as the store has them when they come to the journal.
    package func prepare(_ updates: [RoundRobinUpdate]) {
        entries = updates.map { update in
            let file = files[update.file.path] ?? BufferedFile(update.file)
            files[update.file.path] = file
            file.rows.removeLast(file.rows.count)
            return JournalEntry(file, adding: update.rows)
        }
    }

    /// Journals what was prepared.
    ///
    /// - Returns: whether it was possible.
    package func append() -> Bool {
        do throws(SystemError) {
            try journal.append(entries)
            return true
        } catch {
            return false
        }
    }

    package func stop() { syncer.stop() }
}
