/// What a row says of itself that its neighbours do not: candidates, best first, each of them a
/// field or several fields together.
struct RowIdentity: Sendable, Hashable {
    /// As `DataQuery.identity`.
    let candidates: [[String]]
    /// All fields the candidates name.
    let fields: Set<String>

    init(_ candidates: [[String]]) {
        self.candidates = candidates
        fields = Set(candidates.joined())
    }

    /// What a row says under a candidate; nil when one of its fields is empty.
    static func key(_ candidate: [String], _ fields: RowFields) -> [FieldValue]? {
        var key: [FieldValue] = []
        for name in candidate {
            guard let value = filled(name, fields) else { return nil }
            key.append(value)
        }
        return key
    }

    /// A candidate in words: "ifDescr and ifAlias".
    static func words(_ candidate: [String]) -> String { candidate.joined(separator: " and ") }

    private static func filled(_ name: String, _ fields: RowFields) -> FieldValue? {
        fields[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Fields that say one thing in `old` and another in `new`. An empty one says nothing.
    func contradictions(_ old: RowFields, _ new: RowFields) -> Set<String> {
        fields.filter { name in
            guard let before = Self.filled(name, old), let after = Self.filled(name, new) else {
                return false
            }
            return before != after
        }
    }

    /// Whether all fields are as they were, the empty ones too.
    func isUnchanged(_ old: RowFields, _ new: RowFields) -> Bool {
        fields.allSatisfy { Self.filled($0, old) == Self.filled($0, new) }
    }

    /// The best candidate that is filled in a row, and what the row says under it.
    func best(of row: RowFields) -> (candidate: [String], key: [FieldValue])? {
        for candidate in candidates {
            if let key = Self.key(candidate, row) { return (candidate, key) }
        }
        return nil
    }
}

/// How often each value of one candidate stands in a table, and where.
struct RowCensus {
    /// Whether every row has a value, and none the same as another.
    let isUnique: Bool
    private let places: [[FieldValue]: (position: Int, count: Int)]

    init(_ candidate: [String], _ rows: [RowFields]) {
        var places: [[FieldValue]: (position: Int, count: Int)] = [:]
        for (position, fields) in rows.enumerated() {
            guard let key = RowIdentity.key(candidate, fields) else { continue }
            places[key, default: (position, 0)].count += 1
        }
        self.places = places
        isUnique = places.count == rows.count
    }

    func count(of key: [FieldValue]) -> Int { places[key]?.count ?? 0 }

    /// The only row that says this; nil when there is none, or several.
    func position(of key: [FieldValue]) -> Int? {
        places[key].flatMap { $0.count == 1 ? $0.position : nil }
    }
}
