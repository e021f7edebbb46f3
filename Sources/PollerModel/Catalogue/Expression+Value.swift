extension Expression {
    /// What it comes to; NaN stands for unknown, as it does for librrd.
    ///
    /// - Parameter variable: the value of a name; nil is unknown.
    package func value(_ variable: (String) -> Double?) -> Double {
        var stack: [Double] = []
        for token in tokens {
            switch token {
            case .number(let number): stack.append(number)
            case .variable(let name): stack.append(variable(name) ?? .nan)
            case .operation(let operation): Self.apply(operation, to: &stack)
            }
        }
        // The checks of `init` leave exactly one.
        return stack.last ?? .nan
    }

    private static func apply(_ operation: Operation, to stack: inout [Double]) {
        switch operation {
        case .unknown: stack.append(.nan)
        case .infinity: stack.append(.infinity)
        // There is no time in a sample: only pictures have one.
        case .time: stack.append(.nan)
        case .duplicate: stack.append(stack[stack.count - 1])
        case .drop: stack.removeLast()
        case .exchange: stack.swapAt(stack.count - 1, stack.count - 2)
        case .isUnknown: stack.append(stack.removeLast().isNaN ? 1 : 0)
        case .choose:
            let otherwise = stack.removeLast()
            let chosen = stack.removeLast()
            let condition = stack.removeLast()
            stack.append(condition.isNaN || condition == 0 ? otherwise : chosen)
        default:
            let right = stack.removeLast()
            let left = stack.removeLast()
            stack.append(combine(left, right, operation))
        }
    }

    private static func combine(
        _ left: Double, _ right: Double, _ operation: Operation
    ) -> Double {
        switch operation {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        // Nothing of nothing is unknown, and so is everything of nothing.
        case .divide: right == 0 ? .nan : left / right
        case .remainder: right == 0 ? .nan : left.truncatingRemainder(dividingBy: right)
        case .minimum: left.isNaN || right.isNaN ? .nan : min(left, right)
        case .maximum: left.isNaN || right.isNaN ? .nan : max(left, right)
        case .power: Self.power(left, right)
        case .addKnown: left.isNaN ? right : right.isNaN ? left : left + right
        case .less: truth(left, right) { $0 < $1 }
        case .lessOrEqual: truth(left, right) { $0 <= $1 }
        case .greater: truth(left, right) { $0 > $1 }
        case .greaterOrEqual: truth(left, right) { $0 >= $1 }
        case .equal: truth(left, right) { $0 == $1 }
        default: preconditionFailure("\(operation.rawValue) does not take two values")
        }
    }

    private static func truth(
        _ left: Double, _ right: Double, _ holds: (Double, Double) -> Bool
    ) -> Double {
        left.isNaN || right.isNaN ? .nan : holds(left, right) ? 1 : 0
    }

    /// Whole powers only, as scales have them; anything else is unknown.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        guard exponent == exponent.rounded(), abs(exponent) <= 64 else { return .nan }
        var result = 1.0
        for _ in 0..<Int(abs(exponent)) { result *= base }
        return exponent < 0 ? 1 / result : result
    }
}
