extension RowStack {
    /// Does what an operator does of which a row needs nothing but the stack, as librrd 1.7.2 does
    /// it (`rpn_calc` of rrd_rpncalc.c).
    mutating func apply(_ operation: Expression.Operation) {
        switch operation {
        case .unknown: push(.nan)
        case .infinity: push(.infinity)
        case .negativeInfinity: push(-.infinity)
        case .duplicate: duplicate()
        case .drop: drop()
        case .exchange: rearrange(2) { $0.swapAt(0, 1) }
        case .choose: combine { $0.isNaN || $0 == 0 ? $2 : $1 }
        case .limit:
            combine { value, lower, upper in
                if value.isNaN || lower.isNaN || upper.isNaN { return .nan }
                return value < lower || value > upper ? .nan : value
            }
        default:
            switch operation.effect {
            case .fixed(takes: 1, gives: 1): applyToOne(operation)
            case .fixed(takes: 2, gives: 1): applyToTwo(operation)
            case .counted: applyToMany(operation)
            default: preconditionFailure("\(operation.rawValue) needs more than the stack")
            }
        }
    }

    private mutating func applyToOne(_ operation: Expression.Operation) {
        switch operation {
        case .isUnknown: replace { $0.isNaN ? 1 : 0 }
        case .isInfinite: replace { $0.isInfinite ? 1 : 0 }
        case .sine: replace { RealMath.sine($0) }
        case .cosine: replace { RealMath.cosine($0) }
        case .logarithm: replace { RealMath.logarithm($0) }
        case .exponential: replace { RealMath.exponential($0) }
        case .squareRoot: replace { $0.squareRoot() }
        case .arcTangent: replace { RealMath.arcTangent($0) }
        case .floor: replace { $0.rounded(.down) }
        case .ceiling: replace { $0.rounded(.up) }
        // The factors are librrd's, to ten digits.
        case .degrees: replace { 57.29577951 * $0 }
        case .radians: replace { 0.0174532952 * $0 }
        case .absolute: replace { $0.magnitude }
        default: preconditionFailure("\(operation.rawValue) does not take one value")
        }
    }

    private mutating func applyToTwo(_ operation: Expression.Operation) {
        switch operation {
        case .add: combine { $0 + $1 }
        case .subtract: combine { $0 - $1 }
        case .multiply: combine { $0 * $1 }
        case .divide: combine { $0 / $1 }
        case .remainder: combine { $0.truncatingRemainder(dividingBy: $1) }
        case .power: combine { RealMath.power($0, $1) }
        case .arcTangentOfTwo: combine { RealMath.arcTangent($0, $1) }
        case .addKnown: combine { $0.isNaN ? $1 : $1.isNaN ? $0 : $0 + $1 }
        case .minimumKnown: combine { $0.isNaN ? $1 : $1.isNaN ? $0 : $0 > $1 ? $1 : $0 }
        case .maximumKnown: combine { $0.isNaN ? $1 : $1.isNaN ? $0 : $0 < $1 ? $1 : $0 }
        case .minimum: combineKnown { $0 > $1 ? $1 : $0 }
        case .maximum: combineKnown { $0 < $1 ? $1 : $0 }
        case .less: combineKnown { $0 < $1 ? 1 : 0 }
        case .lessOrEqual: combineKnown { $0 <= $1 ? 1 : 0 }
        case .greater: combineKnown { $0 > $1 ? 1 : 0 }
        case .greaterOrEqual: combineKnown { $0 >= $1 ? 1 : 0 }
        case .equal: combineKnown { $0 == $1 ? 1 : 0 }
        case .notEqual: combineKnown { $0 == $1 ? 0 : 1 }
        default: preconditionFailure("\(operation.rawValue) does not take two values")
        }
    }

    /// Unknown if either is.
    @inline(__always)
    private mutating func combineKnown(_ operation: (Double, Double) -> Double) {
        combine { $0.isNaN || $1.isNaN ? .nan : operation($0, $1) }
    }

    private mutating func applyToMany(_ operation: Expression.Operation) {
        // The checks of an expression let nothing through but whole numbers.
        let count = Int(takeNumber())
        switch operation {
        case .sort: rearrange(count) { LibrrdOrder.sort(&$0) }
        case .reverse: rearrange(count) { $0.reverse() }
        case .mean: gather(count, Self.mean)
        case .median: gather(count, Self.median)
        case .deviation: gather(count, Self.deviation)
        case .smallest:
            gather(count) { $0.reduce(.nan) { $0.isNaN || $1 < $0 ? $1 : $0 } }
        case .largest:
            gather(count) { $0.reduce(.nan) { $0.isNaN || $1 > $0 ? $1 : $0 } }
        case .percentile:
            let rank = Int(Expression.percentileRank(takeNumber(), of: count))
            gather(count) { row in
                LibrrdOrder.sort(&row)
                return row[rank - 1]
            }
        default: preconditionFailure("\(operation.rawValue) does not take a count")
        }
    }

    // MARK: Of many values: librrd takes them from the top of the stack, so the last comes first

    private static func mean(_ row: inout [Double]) -> Double {
        var (sum, count) = (0.0, 0.0)
        for value in row.reversed() where !value.isNaN {
            sum += value
            count += 1
        }
        return count == 0 ? .nan : sum / count
    }

    private static func median(_ row: inout [Double]) -> Double {
        // The last takes the place of one that is unknown; where values are infinite, librrd's
        // order depends on it.
        var known = 0
        while known < row.count {
            if row[known].isNaN {
                row.swapAt(known, row.count - 1)
                row.removeLast()
            } else {
                known += 1
            }
        }
        guard !row.isEmpty else { return .nan }
        LibrrdOrder.sort(&row)
        let middle = row.count / 2
        return row.count.isMultiple(of: 2) ? 0.5 * (row[middle] + row[middle - 1]) : row[middle]
    }

    /// Of a sample, after Welford.
    private static func deviation(_ row: inout [Double]) -> Double {
        var (mean, squares, count) = (0.0, 0.0, 0.0)
        for value in row.reversed() where !value.isNaN {
            count += 1
            let distance = value - mean
            mean += distance / count
            squares += distance * (value - mean)
        }
        return count < 2 ? .nan : (squares / (count - 1)).squareRoot()
    }
}
