import Glibc
import PollerModel

/// Looks at files of this machine without changing any. Only the writer's thread uses it.
final class FileInspector {
    /// Steps whose rows librrd has to read to show that it can.
    private static let stepsRead: Int64 = 10

    /// The state folder.
    let folder: String
    private let locks: FileLocks
    private let inFlight: InFlight
    private let head = FileHead()

    /// - Parameter inFlight: what the writer remembers its own work in.
    init(storage: RoundRobinStorage, inFlight: InFlight) {
        folder = storage.folder
        locks = storage.locks
        self.inFlight = inFlight
    }

    /// - Parameter horizon: the latest time that can be true now.
    func observe(_ place: String, horizon: Timestamp) -> ArchiveObservation {
        let path = "\(folder)/\(place)"
        do {
            try head.read(path, horizon: horizon)
        } catch {
            var seen = ArchiveObservation(Self.content(error))
            seen.rights = rights(path)
            return seen
        }
        let layout = ArchiveLayout(
            stepSeconds: head.step,
            sources: head.sources.map {
                .init(name: $0.name, kind: $0.kind, heartbeatSeconds: $0.heartbeatSeconds)
            }, archives: head.archives)
        var seen = ArchiveObservation(.sound(layout))
        seen.newest = head.lastUpdate
        seen.isWhole = head.isWhole
        seen.rights = rights(path)
        seen.librrdWords = readNewest(place, layout)
        return seen
    }

    private static func content(_ failure: FileHead.Failure) -> ArchiveObservation.Content {
        switch failure {
        case .missing: .missing
        case .unreadable: .unreadable(words: failure.words)
        case .unsound: .damaged(words: failure.words)
        }
    }

    /// nil for what is no file: its rights say nothing then.
    private func rights(_ path: String) -> ArchiveRights? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return ArchiveRights(
            owner: status.st_uid, user: geteuid(), mode: status.st_mode & 0o777,
            isUsable: access(path, R_OK | W_OK) == 0)
    }

    /// Why librrd cannot read the newest rows; nil when it can.
    private func readNewest(_ place: String, _ layout: ArchiveLayout) -> String? {
        guard let function = layout.archives.lazy.compactMap({ $0?.function }).first else {
            return nil
        }
        let end = head.lastUpdate.seconds
        do {
            _ = try reading(place) { (path) throws(RRDLibrary.Failure) in
                try RRDLibrary.rows(
                    path, function: function, start: end - Self.stepsRead * layout.stepSeconds,
                    end: end)
            }
            return nil
        } catch {
            return error.words
        }
    }

    /// The guard lets the file through, or it is said why not.
    func admit(_ place: ArchivePlace, horizon: Timestamp) throws(ArchiveFailure) {
        do {
            try head.read("\(folder)/\(place)", horizon: horizon)
        } catch {
            switch error {
            case .missing: throw .missing(place)
            case .unreadable:
                throw .store(
                    .failed(path: place.description, operation: "read", detail: "it \(error.words)")
                )
            case .unsound: throw .damaged(place, words: error.words)
            }
        }
    }

    /// Of a file that was admitted.
    func info(_ place: ArchivePlace) throws(ArchiveFailure) -> RoundRobinInfo {
        let name = place.description
        do {
            return try reading(name) { (path) throws(RRDLibrary.Failure) in
                try RRDLibrary.info(path, as: name)
            }
        } catch {
            throw .store(.failed(path: name, operation: "read", detail: error.words))
        }
    }

    /// While librrd reads, a death is the death of this file, and nobody draws it.
    private func reading<Value>(
        _ place: String, _ body: (String) throws(RRDLibrary.Failure) -> Value
    ) throws(RRDLibrary.Failure) -> Value {
        // Where it cannot be noted, only the count of deaths misses it.
        try? inFlight.begin(place, head: nil)
        defer { inFlight.end() }
        let path = "\(folder)/\(place)"
        return try locks.withLocked(place) { () throws(RRDLibrary.Failure) in try body(path) }
    }
}
