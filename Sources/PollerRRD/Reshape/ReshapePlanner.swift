import PollerModel

/// Compares a file with a definition. Pure.
enum ReshapePlanner {
    static func plan(
        _ old: RoundRobinContents, bytes: Int64, to new: RoundRobinFile
    ) -> ReshapePlan {
        let changes = changes(old, new)
        return ReshapePlan(
            path: new.path, changes: changes, losses: changes.isEmpty ? [] : losses(old, new),
            bytesBefore: bytes, bytesAfter: changes.isEmpty ? bytes : Self.bytes(new))
    }

    /// Longer archives make times that cannot be counted with: the limit of the guard.
    private static let largestSpanSeconds: Int64 = 200 * 366 * 86_400

    /// Why no file can be like this; nil for one that can.
    static func flaw(_ file: RoundRobinFile) -> String? {
        guard !file.sources.isEmpty, !file.archives.isEmpty else {
            return "it has no data source or no archive"
        }
        for (position, archive) in file.archives.enumerated() {
            guard archive.rows > 0, archive.stepsPerRow > 0 else {
                return "archive \(position + 1) has no rows"
            }
            let rows = Int64(archive.rows).multipliedReportingOverflow(by: file.step.seconds)
            let span = rows.partialValue.multipliedReportingOverflow(
                by: Int64(archive.stepsPerRow))
            guard !rows.overflow, !span.overflow, span.partialValue <= largestSpanSeconds else {
                return "archive \(position + 1) would reach back more than 200 years"
            }
            guard (0..<1).contains(archive.unknownShare) else {
                return "archive \(position + 1) has an unknown share that is not in 0 ..< 1"
            }
        }
        return nil
    }

    /// The size of a file as librrd makes it.
    static func bytes(_ file: RoundRobinFile) -> Int64 {
        let layout = HeadLayout(
            version: 3, sourceCount: file.sources.count, archiveCount: file.archives.count)
        let rows = file.archives.reduce(Int64(0)) { $0 + Int64($1.rows) }
        return Int64(layout.headBytes) + rows * Int64(file.sources.count) * 8
    }

    // MARK: Changes

    private static func changes(
        _ old: RoundRobinContents, _ new: RoundRobinFile
    ) -> [ReshapePlan.Change] {
        var changes: [ReshapePlan.Change] = []
        if old.stepSeconds != new.step.seconds {
            changes.append(.step(from: old.stepSeconds, to: new.step.seconds))
        }
        let names = Set(new.sources.map(\.name))
        let other = old.sources.first {
            names.contains($0.name) && $0.heartbeatSeconds != new.heartbeatSeconds
        }
        if let other {
            changes.append(.heartbeat(from: other.heartbeatSeconds, to: new.heartbeatSeconds))
        }
        changes += archiveChanges(old, new) + sourceChanges(old, new)
        // Bounds alone are no reason to touch a file.
        guard !changes.isEmpty else { return [] }
        for source in old.sources where names.contains(source.name) {
            if !source.minimum.isNaN || !source.maximum.isNaN {
                changes.append(.boundsDropped(source: source.name))
            }
        }
        return changes
    }

    private static func archiveChanges(
        _ old: RoundRobinContents, _ new: RoundRobinFile
    ) -> [ReshapePlan.Change] {
        var removed = old.archives.map {
            ReshapePlan.Archive(
                function: $0.functionName, rowSeconds: old.rowSeconds($0), rows: $0.rowCount,
                unknownShare: $0.unknownShare)
        }
        var added: [ReshapePlan.Archive] = []
        for archive in new.archives {
            let wanted = ReshapePlan.Archive(
                function: archive.function.rawValue,
                rowSeconds: new.step.seconds * Int64(archive.stepsPerRow), rows: archive.rows,
                unknownShare: archive.unknownShare)
            if let position = removed.firstIndex(of: wanted) {
                removed.remove(at: position)
            } else {
                added.append(wanted)
            }
        }
        return added.map { .archiveAdded($0) } + removed.map { .archiveRemoved($0) }
    }

    private static func sourceChanges(
        _ old: RoundRobinContents, _ new: RoundRobinFile
    ) -> [ReshapePlan.Change] {
        var changes: [ReshapePlan.Change] = []
        let origins = Resampler.origins(of: new.sources, in: old)
        for (source, origin) in zip(new.sources, origins) {
            guard let before = old.sources.first(where: { $0.name == source.name }) else {
                changes.append(.sourceAdded(source.name))
                continue
            }
            if before.kind != source.kind.rawValue {
                changes.append(
                    .kind(
                        source: source.name, from: before.kind, to: source.kind.rawValue,
                        keepsHistory: origin != nil))
            }
        }
        let names = new.sources.map(\.name)
        for source in old.sources where !names.contains(source.name) {
            changes.append(.sourceRemoved(source.name))
        }
        let staying = old.sources.map(\.name).filter(names.contains)
        if staying != names.filter(staying.contains) { changes.append(.sourceOrder) }
        return changes
    }

    // MARK: Losses

    /// How far back rows of a length reach.
    private struct Reach: Hashable {
        let rowSeconds: Int64
        let seconds: Int64
    }

    private static func losses(
        _ old: RoundRobinContents, _ new: RoundRobinFile
    ) -> [ReshapePlan.Loss] {
        let known = knownAge(old)
        var losses: [ReshapePlan.Loss] = []
        for function in ConsolidationFunction.allCases {
            guard old.archives.contains(where: { $0.function == function }) else { continue }
            guard new.archives.contains(where: { $0.function == function }) else {
                losses.append(.function(function))
                continue
            }
            // Rows of one step tell all functions.
            let before = old.archives.filter {
                $0.function == function || $0.function != nil && $0.stepsPerRow == 1
            }.map {
                Reach(
                    rowSeconds: old.rowSeconds($0),
                    seconds: old.rowSeconds($0) * Int64($0.rowCount))
            }
            let after = new.archives.filter {
                $0.function == function || $0.stepsPerRow == 1
            }.map { archive in
                let length = new.step.seconds * Int64(archive.stepsPerRow)
                return Reach(rowSeconds: length, seconds: length * Int64(archive.rows))
            }
            losses += Self.losses(function, before, after).filter { $0.fromAge < known }
        }
        return losses
    }

    private static func losses(
        _ function: ConsolidationFunction, _ before: [Reach], _ after: [Reach]
    ) -> [ReshapePlan.Loss] {
        let ages = Set(before.map(\.seconds) + after.map(\.seconds)).sorted()
        var losses: [ReshapePlan.Loss] = []
        var from: Int64 = 0
        for age in ages {
            defer { from = age }
            guard let old = finest(before, at: from) else { break }
            guard let new = finest(after, at: from) else {
                losses.append(.gone(function, fromAge: from, toAge: age, oldRowSeconds: old))
                continue
            }
            guard new > old else { continue }
            losses.append(
                .coarser(
                    function, fromAge: from, toAge: age, oldRowSeconds: old, newRowSeconds: new))
        }
        return losses
    }

    private static func finest(_ reaches: [Reach], at age: Int64) -> Int64? {
        reaches.filter { $0.seconds > age }.map(\.rowSeconds).min()
    }

    /// How long ago the oldest known row began.
    private static func knownAge(_ old: RoundRobinContents) -> Int64 {
        old.archives.reduce(Int64(0)) { age, archive in
            guard let first = archive.values.firstIndex(where: { !$0.isNaN }) else { return age }
            let row = Int64(first / old.sources.count)
            let begin = old.start(archive) + row * old.rowSeconds(archive)
            return max(age, old.lastUpdateSeconds - begin)
        }
    }
}

extension ReshapePlan.Loss {
    /// When the loss begins, in seconds before the newest row.
    fileprivate var fromAge: Int64 {
        switch self {
        case .coarser(_, let age, _, _, _), .gone(_, let age, _, _): age
        case .function: 0
        }
    }
}
