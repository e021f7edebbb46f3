package import PollerModel

/// Looking after files goes through the writer's thread, a few at a time: what is looked at is not
/// being written, and rows are accepted in between.
extension JournaledStore: ArchiveMaintenance {
    /// Files that are looked at, or folders, between two looks at what else is to be done. A file
    /// takes 0.1 ms, and ten times that from a disk.
    static let largestPiece = 100

    package func observe(
        _ files: [RoundRobinFile]
    ) async throws(ArchiveFailure) -> [ArchiveObservation] {
        var seen: [ArchiveObservation] = []
        seen.reserveCapacity(files.count)
        for part in Self.pieces(files) {
            seen += try await piece { (writer, inspector) throws(ArchiveFailure) in
                part.map { writer.observe($0, inspector) }
            }
        }
        return seen
    }

    package func orphans(
        unless isKnown: @escaping @Sendable (String) -> Bool
    ) async throws(ArchiveFailure) -> OrphanTally {
        var tally = OrphanTally()
        for part in Self.pieces(try await folders()) {
            let found = try await piece { (writer, inspector) throws(ArchiveFailure) in
                try writer.orphans(in: part, inspector, unless: isKnown).map(\.file)
            }
            for file in found { tally.add(file) }
        }
        return tally
    }

    package func purge(
        unless isKnown: @escaping @Sendable (String) -> Bool
    ) async throws(ArchiveFailure) -> PurgeResult {
        var result = PurgeResult()
        var shelf: ArchiveShelf?
        for part in Self.pieces(try await folders()) {
            let found = try await piece { (writer, inspector) throws(ArchiveFailure) in
                try writer.orphans(in: part, inspector, unless: isKnown)
            }
            for orphans in Self.pieces(found) {
                let target: ArchiveShelf
                if let shelf {
                    target = shelf
                } else {
                    target = try await piece { (writer, inspector) throws(ArchiveFailure) in
                        try ArchiveShelf(in: inspector.folder, now: writer.now)
                    }
                    shelf = target
                }
                let before = result
                result = try await piece { (writer, _) throws(ArchiveFailure) in
                    var result = before
                    for orphan in orphans {
                        writer.move(orphan, to: target, unless: isKnown, into: &result)
                    }
                    return result
                }
            }
        }
        return result
    }

    package func quarantined() async throws(ArchiveFailure) -> QuarantineTally {
        try await piece { (_, inspector) throws(ArchiveFailure) in
            try QuarantineListing.read(inspector.folder)
        }
    }

    package func info(_ place: ArchivePlace) async throws(ArchiveFailure) -> RoundRobinInfo {
        try await piece { (writer, inspector) throws(ArchiveFailure) in
            // Before anything is written: that would move a damaged file away.
            try inspector.admit(place, horizon: writer.horizon)
            do throws(StoreFailure) {
                try writer.settle(place.description)
            } catch {
                throw .store(error)
            }
            return try inspector.info(place)
        }
    }

    private func folders() async throws(ArchiveFailure) -> [String] {
        try await piece { (_, inspector) throws(ArchiveFailure) in
            try Orphans.folders(below: inspector.folder)
        }
    }

    /// One piece of work on the writer's thread.
    private func piece<Value: Sendable>(
        _ body: @escaping @Sendable (StoreWriter, FileInspector) throws(ArchiveFailure) -> Value
    ) async throws(ArchiveFailure) -> Value {
        let results = await onWriter([()]) { writer, _ in
            [
                .success(
                    Result { () throws(ArchiveFailure) in
                        guard let inspector = writer.backend.inspector else { throw .elsewhere }
                        return try body(writer, inspector)
                    })
            ]
        }
        switch results.first {
        case .success(let result): return try result.get()
        case .failure(let failure): throw .store(failure)
        case nil: throw .store(.stopped)
        }
    }

    private static func pieces<Element>(_ all: [Element]) -> [[Element]] {
        stride(from: 0, to: all.count, by: largestPiece).map {
            Array(all[$0..<min($0 + largestPiece, all.count)])
        }
    }
}

extension StoreWriter {
    /// With what waits for the file.
    fileprivate func observe(
        _ file: RoundRobinFile, _ inspector: FileInspector
    ) -> ArchiveObservation {
        var seen = inspector.observe(file.path, horizon: horizon)
        let waiting = waiting(for: file.path)
        if let newest = waiting.newest { seen.newest = max(newest, seen.newest ?? newest) }
        seen.trouble = waiting.trouble
        return seen
    }

    fileprivate func orphans(
        in folders: [String], _ inspector: FileInspector,
        unless isKnown: @escaping @Sendable (String) -> Bool
    ) throws(ArchiveFailure) -> [Orphans.Found] {
        let orphans = Orphans(folder: inspector.folder, isKnown: isKnown, now: now)
        var found: [Orphans.Found] = []
        for folder in folders { found += try orphans.find(in: folder) }
        return found
    }

    fileprivate func move(
        _ orphan: Orphans.Found, to shelf: ArchiveShelf, unless isKnown: (String) -> Bool,
        into result: inout PurgeResult
    ) {
        let (place, name) = (orphan.place, orphan.file.file)
        guard orphan.isNameExact else {
            return result.keep(name, because: "has a name that is not UTF-8: move it by hand")
        }
        guard !isKnown(place) else {
            return result.keep(name, because: "belongs to a data source meanwhile")
        }
        do {
            // What still waits for it belongs to it.
            try settle(place)
            try shelf.take(place)
        } catch let failure as StoreFailure {
            return result.keep(name, because: "is not complete: \(failure.words)")
        } catch let failure as SystemError {
            return result.keep(name, because: "could not be moved: \(failure.words)")
        } catch {
            preconditionFailure("only these two are thrown above: \(error)")
        }
        // Else the journal would bring it back at the next start.
        if ArchivePlace(place) != nil { forget(place) }
        shelf.clear(above: place)
        result.folder = shelf.place
        result.moved.add(orphan.file)
    }
}
