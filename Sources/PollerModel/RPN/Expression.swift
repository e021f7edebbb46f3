/// A computation over data sources in reverse Polish notation, checked when it is read: known
/// operators only, and a stack that never runs dry and ends with one value.
///
/// librrd crashes on some malformed expressions and loops on others, so nothing but this type
/// reaches its CDEF. Source: RRDtool manual, rrdgraph_rpn.
package struct Expression: Hashable, Sendable {
    package static let largestTokenCount = 256
    package static let largestDepth = 64

    package enum Token: Hashable, Sendable {
        case number(Double)
        case variable(String)
        case operation(Operation)
    }

    /// What is wrong with an expression, in words that name the token.
    package struct Mistake: Error, Hashable, Sendable {
        package let words: String
    }

    package let tokens: [Token]

    /// - Throws: the first thing that keeps `tokens` from being one value.
    package init(_ tokens: [Token]) throws(Mistake) {
        guard tokens.count <= Self.largestTokenCount else {
            throw Mistake(words: "has \(tokens.count) parts; at most \(Self.largestTokenCount)")
        }
        try Self.check(tokens)
        self.tokens = tokens
    }

    /// The value of one data source, unchanged.
    package init(variable: String) { tokens = [.variable(variable)] }

    /// Reads comma-separated tokens, for example `traffic_in,8,*`.
    package init(_ text: String, variables: Set<String>) throws(Mistake) {
        var tokens: [Token] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let word = part.trimmed
            if let operation = Operation(rawValue: word) {
                tokens.append(.operation(operation))
            } else if variables.contains(word) {
                tokens.append(.variable(word))
            } else if let number = Double(word), number.isFinite {
                tokens.append(.number(number))
            } else {
                let known = variables.union(Operation.allCases.map(\.rawValue))
                throw Mistake(
                    words: "“\(word)” is no data source, number or operator"
                        + Suggestion.phrase(for: word, among: known))
            }
        }
        try self.init(tokens)
    }

    /// Names of the data sources it reads, in the order of their first use.
    package var variables: [String] {
        var seen: Set<String> = []
        return tokens.compactMap {
            guard case .variable(let name) = $0, seen.insert(name).inserted else { return nil }
            return name
        }
    }

    /// The same computation with numbers in place of some variables. The trend of what never
    /// changes is that.
    package func settling(_ number: (String) -> Double?) -> Expression {
        var settled: [Token] = []
        var position = 0
        while position < tokens.count {
            if case .variable(let name) = tokens[position], let value = number(name) {
                settled.append(.number(value))
                position += isTrend(at: position + 2) ? 2 : 0
            } else {
                settled.append(tokens[position])
            }
            position += 1
        }
        return Expression(unchecked: settled)
    }

    private func isTrend(at position: Int) -> Bool {
        guard tokens.indices.contains(position), case .operation(let operation) = tokens[position]
        else { return false }
        return operation.effect == .trend
    }

    /// The same computation over other names.
    package func renaming(_ rename: (String) -> String) -> Expression {
        Expression(
            unchecked: tokens.map {
                if case .variable(let name) = $0 { .variable(rename(name)) } else { $0 }
            })
    }

    /// Whether the largest value of the result comes from the largest values of the one data
    /// source in it: only then does a MAX archive hold the true peak.
    package var keepsPeaks: Bool {
        guard case .variable = tokens.first, variables.count == 1 else { return false }
        let rest = tokens.dropFirst()
        return rest.count.isMultiple(of: 2)
            && stride(from: 1, to: tokens.count, by: 2).allSatisfy { position in
                guard case .number(let number) = tokens[position],
                    case .operation(let operation) = tokens[position + 1]
                else { return false }
                switch operation {
                case .multiply, .divide: return number > 0
                case .add, .subtract: return true
                default: return false
                }
            }
    }

    private init(unchecked tokens: [Token]) { self.tokens = tokens }
}

extension Expression.Token {
    /// The token as librrd reads it.
    package var text: String {
        switch self {
        case .number(let number): number.plainText
        case .variable(let name): name
        case .operation(let operation): operation.rawValue
        }
    }
}

extension Double {
    /// Without an exponent for whole numbers, so that `8` is written `8` and not `8.0`.
    package var plainText: String {
        if let whole = Int64(exactly: self) { return String(whole) }
        return String(self)
    }
}
