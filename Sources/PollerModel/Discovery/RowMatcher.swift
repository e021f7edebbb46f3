/// Finds known rows of a table again after the device renumbered it.
package enum RowMatcher {
    /// Where known rows are now, by what that is known, and which rows are new.
    package struct Outcome: Sendable, Hashable {
        /// For known rows that were found: the position among the found rows.
        package var positions: [QueryRowID: Int] = [:]
        /// For the same rows: the fields that recognised them, or `index`.
        package var reasons: [QueryRowID: String] = [:]
        /// Positions of found rows that nobody knew.
        package var added: [Int] = []
        /// Known rows the device does not list.
        package var missing: [QueryRowID] = []
        /// Why it cannot be said of rows whether they are still there, though something like them
        /// is; they are among the missing ones.
        package var doubts: [QueryRowID: String] = [:]
        /// The fields that recognise each row of the table; nil: each was recognised for itself.
        package var candidate: [String]?
    }

    /// The reason of rows that nothing but their index tells apart.
    package static let byIndex = "index"

    /// History follows what is certain, and nothing else:
    ///
    /// 1. The first candidate that is filled and unique over all present known rows and over all
    ///    found ones recognises them.
    /// 2. What is left over is recognised by the first candidate under which it is unique on both
    ///    sides, unless a better candidate says that it is another row. A row of which one field
    ///    changed, and neither its index nor any other field, is the same row renamed.
    /// 3. Of rows that are the same under every candidate, those are recognised whose index and
    ///    fields are all as they were.
    /// 4. Rows that were gone take what the present ones leave, by the same rules, and nothing that
    ///    may as well be a present one that was not found; of several of the same name, the one
    ///    that had it last.
    ///
    /// - Parameter identity: as `DataQuery.identity`.
    package static func match(
        known: [QueryRow], found: [DiscoveredTable.Row], identity: [[String]]
    ) -> Outcome {
        let present = known.filter(\.isPresent)
        var matching = RowMatching(present: present, found: found, identity: identity)
        matching.recogniseAll()
        matching.recogniseEach(present)
        matching.recogniseUnchanged(present)
        let gone = known.filter { !$0.isPresent }.sorted {
            ($0.goneSince, $0.id) > ($1.goneSince, $1.id)
        }
        matching.noteLost(present)
        matching.recogniseEach(gone)
        matching.recogniseUnchanged(gone)
        matching.finish(known)
        return matching.outcome
    }
}

extension QueryRow {
    /// Since when it is gone; long ago when that was not noted.
    fileprivate var goneSince: Timestamp { absentSince ?? Timestamp(milliseconds: .min) }
}

/// The work of one match: what was found out until now.
private struct RowMatching {
    let present: [QueryRow]
    let found: [DiscoveredTable.Row]
    let identity: RowIdentity
    /// By position of the candidate.
    let censusOfPresent: [RowCensus]
    let censusOfFound: [RowCensus]
    /// The same of present rows that were not found.
    private var lost: [RowCensus] = []
    var outcome = RowMatcher.Outcome()
    private var taken: Set<Int> = []

    init(present: [QueryRow], found: [DiscoveredTable.Row], identity: [[String]]) {
        self.present = present
        self.found = found
        self.identity = RowIdentity(identity)
        let (known, now) = (present.map(\.fields), found.map(\.fields))
        censusOfPresent = identity.map { RowCensus($0, known) }
        censusOfFound = identity.map { RowCensus($0, now) }
    }

    mutating func recogniseAll() {
        let first = identity.candidates.indices.first {
            censusOfPresent[$0].isUnique && censusOfFound[$0].isUnique
        }
        guard let first else { return }
        let candidate = identity.candidates[first]
        outcome.candidate = candidate
        for row in present {
            guard let key = RowIdentity.key(candidate, row.fields),
                let position = censusOfFound[first].position(of: key)
            else { continue }
            take(row, position, RowIdentity.words(candidate))
        }
    }

    mutating func recogniseEach(_ rows: [QueryRow]) {
        for (rank, candidate) in identity.candidates.enumerated() {
            for row in rows where outcome.positions[row.id] == nil {
                guard let key = RowIdentity.key(candidate, row.fields),
                    let position = censusOfFound[rank].position(of: key),
                    !taken.contains(position),
                    censusOfPresent[rank].count(of: key) == (row.isPresent ? 1 : 0),
                    isSame(row, found[position], by: rank)
                else { continue }
                take(row, position, RowIdentity.words(candidate))
            }
        }
    }

    /// Remembers which present rows were not found.
    mutating func noteLost(_ rows: [QueryRow]) {
        let fields = rows.filter { outcome.positions[$0.id] == nil }.map(\.fields)
        lost = identity.candidates.map { RowCensus($0, fields) }
    }

    /// Whether what better candidates say does not speak against what this one says.
    private func isSame(_ old: QueryRow, _ new: DiscoveredTable.Row, by rank: Int) -> Bool {
        let changed = identity.contradictions(old.fields, new.fields)
        guard !changed.isDisjoint(with: identity.candidates[..<rank].joined()) else { return true }
        return changed.count == 1 && old.index == new.index
    }

    mutating func recogniseUnchanged(_ rows: [QueryRow]) {
        let positions = Dictionary(
            found.indices.map { (found[$0].index, $0) }, uniquingKeysWith: { first, _ in first })
        for row in rows where outcome.positions[row.id] == nil {
            guard let position = positions[row.index], !taken.contains(position),
                identity.isUnchanged(row.fields, found[position].fields),
                row.isPresent || !isLookedFor(row)
            else { continue }
            take(row, position, RowMatcher.byIndex)
        }
    }

    /// Whether what a row that was gone says of itself is said by a present one that was not found:
    /// it may as well be that one.
    private func isLookedFor(_ row: QueryRow) -> Bool {
        guard let best = identity.best(of: row.fields),
            let rank = identity.candidates.firstIndex(of: best.candidate)
        else { return false }
        return lost[rank].count(of: best.key) > 0
    }

    private mutating func take(_ row: QueryRow, _ position: Int, _ reason: String) {
        taken.insert(position)
        outcome.positions[row.id] = position
        outcome.reasons[row.id] = reason
    }

    mutating func finish(_ known: [QueryRow]) {
        outcome.missing = known.map(\.id).filter { outcome.positions[$0] == nil }
        outcome.added = found.indices.filter { !taken.contains($0) }
        let added = Dictionary(
            outcome.added.map { (found[$0].index, found[$0]) },
            uniquingKeysWith: { first, _ in first })
        for row in present where outcome.positions[row.id] == nil {
            outcome.doubts[row.id] = doubt(row, instead: added[row.index])
        }
    }

    /// - Parameter other: what nobody knows and stands at the row's index now.
    private func doubt(_ row: QueryRow, instead other: DiscoveredTable.Row?) -> String? {
        guard let (candidate, key) = identity.best(of: row.fields),
            let rank = identity.candidates.firstIndex(of: candidate)
        else { return nil }
        let what = "\(RowIdentity.words(candidate)) \(Self.words(key))"
        let (before, now) = (
            censusOfPresent[rank].count(of: key), censusOfFound[rank].count(of: key)
        )
        if now > 1 || (now == 1 && before > 1) {
            return "\(what) stands at \(before) \(before == 1 ? "row" : "rows") that "
                + "\(before == 1 ? "was" : "were") known and at \(now) found now"
        }
        guard let other else { return nil }
        let after = RowIdentity.key(candidate, other.fields).map(Self.words) ?? "empty"
        return "index \(OID.dotted(row.index)) had \(what), and has \(after) now"
    }

    private static func words(_ key: [FieldValue]) -> String {
        key.map { "“\($0.text)”" }.joined(separator: " and ")
    }
}

extension RowMatcher.Outcome {
    /// By what the rows were recognised, and why some were not: "recognised by ifName, 1 by
    /// ifDescr".
    var words: String {
        let main = candidate.map(RowIdentity.words)
        let rest = Dictionary(grouping: reasons.values.filter { $0 != main }, by: \.self)
            .map { (reason: $0.key, count: $0.value.count) }
            .sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
            .map { "\($0.count) by \($0.reason == RowMatcher.byIndex ? "their index" : $0.reason)" }
        let recognised =
            if let main {
                ([main] + rest).joined(separator: ", ")
            } else if reasons.values.allSatisfy({ $0 == RowMatcher.byIndex }) {
                "their index"
            } else {
                "what is each one's own (\(rest.joined(separator: ", ")))"
            }
        let doubt = doubts.min { $0.key < $1.key }.map {
            ", \(doubts.count) not (\(doubts.count > 1 ? "the first: " : "")\($0.value))"
        }
        return "recognised by \(recognised)\(doubt ?? "")"
    }
}
