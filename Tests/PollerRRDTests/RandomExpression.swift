import PollerModel
import TestSupport

/// Expressions by chance, from a seed.
struct RandomExpression {
    private var generator: SeededGenerator
    private let names: [String]
    /// NOW is left out: rrdtool takes it from the clock.
    private let operations = Expression.Operation.allCases.filter { $0 != .now }
    /// librrd reads these to the last bit, which it does not do with all numbers.
    private static let numbers: [Double] = [
        0, 1, -1, 2, 3, 8, 100, -7, 0.5, 0.125, 300, 1e6, 1e22, -1e22, 0.0009765625, 95,
        1_698_541_200,
    ]
    private static let bounds: [Expression.Token] = [
        .number(1e6), .operation(.minimum), .number(-1e6), .operation(.maximum),
    ]

    init(seed: UInt64, names: [String]) {
        generator = SeededGenerator(seed: seed)
        self.names = names
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &generator)]
    }

    private mutating func chance(_ one: Int) -> Bool {
        Int.random(in: 0..<one, using: &generator) == 0
    }

    private var variable: Expression.Token {
        mutating get { .variable(pick(names)) }
    }

    /// Tokens that are most often no expression.
    mutating func tokens() -> [Expression.Token] {
        (0..<Int.random(in: 1...12, using: &generator)).map { _ in
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: .number(pick(Self.numbers + [1, 2, 3, 4]))
            case 1, 2: variable
            default: .operation(pick(operations))
            }
        }
    }

    /// An expression that librrd draws.
    mutating func drawable() -> Expression {
        while true {
            var (tokens, depth) = ([variable], 1)
            for _ in 0..<Int.random(in: 1...14, using: &generator) { extend(&tokens, &depth) }
            while depth > 1 {
                let operation = pick([
                    Expression.Operation.addKnown, .add, .maximumKnown, .drop, .exchange,
                ])
                tokens.append(.operation(operation))
                depth -= operation == .exchange ? 0 : 1
            }
            if let expression = try? Expression(tokens), expression.isDrawable { return expression }
        }
    }

    /// Adds an operator with what has to be written before it, if there is enough for it.
    private mutating func extend(_ tokens: inout [Expression.Token], _ depth: inout Int) {
        if chance(3) {
            tokens.append(chance(3) ? .number(pick(Self.numbers)) : variable)
            depth += 1
            return
        }
        let operation = pick(operations)
        var added: [Expression.Token] = [.operation(operation)]
        switch operation {
        case .trend, .trendKnown:
            added =
                [variable, .number(Double(Int.random(in: 1...9_000, using: &generator)))] + added
        case .sort, .reverse, .mean, .median, .smallest, .largest, .deviation, .percentile:
            let count = Double(Int.random(in: 1...depth, using: &generator))
            added = [.number(count)] + added
            if operation == .percentile {
                added = [.number(pick([50, 66, 95, 99.5, 100]))] + added
            }
        // Of huge numbers these show nothing but the last bit, in which sums may differ.
        case .sine, .cosine: added = Self.bounds + added
        case .remainder: added = Self.bounds + [.number(pick([3, 100, 0.5, -7, 0]))] + added
        case .power: added = [.number(pick([0, 0.5, 1, 2, 3, 7, -1, -2]))] + added
        default: break
        }
        var extended = tokens + added
        // As deep as it may be, and closed with sums: the checks say whether it can go on so.
        for deep in 0...(depth + 2) {
            if (try? Expression(extended)) != nil {
                (tokens, depth) = (tokens + added, deep + 1)
                return
            }
            extended.append(.operation(.add))
        }
    }
}
