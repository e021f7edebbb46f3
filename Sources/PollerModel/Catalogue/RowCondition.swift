/// What the fields of a row must be for something to be done with it.
package struct RowCondition: Hashable, Sendable {
    /// What one field must be.
    package enum Test: Hashable, Sendable {
        /// One of these, as text.
        case oneOf([String])
        case above(Double)
        case below(Double)
        case like([Glob])
        case unlike([Glob])
        /// Whether the row has the field, and something in it.
        case known(Bool)

        func holds(for value: FieldValue?) -> Bool {
            switch self {
            case .oneOf(let values): value.map { values.contains($0.text) } ?? false
            case .above(let limit): value.flatMap(Self.number).map { $0 > limit } ?? false
            case .below(let limit): value.flatMap(Self.number).map { $0 < limit } ?? false
            case .like(let globs): value.map { $0.isLike(globs) } ?? false
            case .unlike(let globs): !(value.map { $0.isLike(globs) } ?? false)
            case .known(let isKnown): (value.map { !$0.isEmpty } ?? false) == isKnown
            }
        }

        private static func number(_ value: FieldValue) -> Double? {
            switch value {
            case .integer(let integer): Double(integer)
            case .text(let text): Double(text.text)
            }
        }
    }

    /// A field and all it must be.
    package struct Clause: Hashable, Sendable {
        package let field: String
        package let tests: [Test]

        package init(field: String, tests: [Test]) {
            self.field = field
            self.tests = tests
        }
    }

    /// It holds when all clauses of one of these do.
    package let alternatives: [[Clause]]

    package init(_ alternatives: [[Clause]]) { self.alternatives = alternatives }

    package func holds(for fields: RowFields) -> Bool {
        alternatives.contains { clauses in
            clauses.allSatisfy { clause in
                clause.tests.allSatisfy { $0.holds(for: fields[clause.field]) }
            }
        }
    }

    /// Names of the fields it looks at.
    package var fields: Set<String> { Set(alternatives.joined().map(\.field)) }
}

extension FieldValue {
    fileprivate func isLike(_ globs: [Glob]) -> Bool { globs.contains { $0.matches(text) } }
}
