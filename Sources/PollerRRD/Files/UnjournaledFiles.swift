package import Logging
package import PollerModel

/// Round-robin files without a journal in front of them: what the store writes with, by itself.
/// For measuring what the store costs on top; nothing that is to last goes this way.
///
/// One thread at a time uses it.
package final class UnjournaledFiles {
    private let files: LocalFiles

    /// - Throws: what keeps it from remembering in the storage's folder which file it works on.
    package init(storage: RoundRobinStorage, logger: Logger) throws(JournalFailure) {
        do {
            files = try LocalFiles(
                storage: storage, journalFolder: storage.folder, logger: logger)
        } catch {
            throw JournalFailure(path: storage.folder, error)
        }
    }

    /// Makes a file empty since `start`; does nothing when there is one.
    package func create(_ file: RoundRobinFile, start: Timestamp) throws(StoreFailure) {
        try files.create(file, start: start)
    }

    /// Writes each update's rows at once. `results[i]` belongs to `updates[i]`.
    ///
    /// - Parameter horizon: the latest time that can be true now.
    package func write(
        _ updates: [RoundRobinUpdate], horizon: Timestamp
    ) -> [Result<Void, StoreFailure>] {
        files.write(
            updates.map { ArchiveWrite(file: $0.file, rows: PackedRows($0.rows)) },
            horizon: horizon)
    }
}
