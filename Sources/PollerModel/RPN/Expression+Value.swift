extension Expression {
    /// What it comes to in a sample; NaN stands for unknown, as it does for librrd.
    ///
    /// What only rows have (`Operation.needsRows`) is unknown. Other than in a picture, something
    /// divided by nothing is unknown too, for no device measures infinity.
    ///
    /// - Parameter variable: the value of a name; nil is unknown.
    package func value(_ variable: (String) -> Double?) -> Double {
        var stack = RowStack(capacity: 1)
        for token in tokens {
            switch token {
            case .number(let number): stack.push(number)
            case .variable(let name): stack.push(variable(name) ?? .nan)
            case .operation(.divide): stack.combine { $1 == 0 ? .nan : $0 / $1 }
            case .operation(let operation) where operation.effect == .trend:
                stack.combine { _, _ in .nan }
            case .operation(let operation) where operation.needsRows: stack.push(.nan)
            case .operation(let operation): stack.apply(operation)
            }
        }
        // The checks of `init` leave exactly one.
        return stack.top.first ?? .nan
    }
}
