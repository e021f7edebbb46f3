/// The smallest and the largest of what is drawn.
struct Extent {
    private(set) var range: ClosedRange<Double>?
    private(set) var smallestAboveZero: Double?
    private(set) var hasBelow = false

    mutating func take(_ values: [Double], isBelow: Bool) {
        if isBelow { hasBelow = true }
        var lower = range?.lowerBound ?? .infinity
        var upper = range?.upperBound ?? -.infinity
        var above = smallestAboveZero ?? .infinity
        // Nothing is less or more than what is unknown.
        for value in values {
            let drawn = isBelow ? -value : value
            if drawn < lower, drawn > -.infinity { lower = drawn }
            if drawn > upper, drawn < .infinity { upper = drawn }
            if drawn < above, drawn > 0 { above = drawn }
        }
        if lower <= upper { range = lower...upper }
        if above.isFinite { smallestAboveZero = above }
    }
}

/// Areas on top of each other, above and below the zero line.
struct Stacks {
    /// Empty until there is something on the stack.
    private var above: [Double] = []
    private var below: [Double] = []
    private var isAboveOpen = false
    private var isBelowOpen = false

    mutating func add(_ values: [Double], isBelow: Bool) -> [Double] {
        if isBelow { Self.add(values, to: &below) } else { Self.add(values, to: &above) }
        return isBelow ? below : above
    }

    private static func add(_ values: [Double], to heights: inout [Double]) {
        if heights.isEmpty { heights = Array(repeating: 0, count: values.count) }
        for (row, value) in values.enumerated() where !value.isNaN { heights[row] += value }
    }

    func isOpen(isBelow: Bool) -> Bool { isBelow ? isBelowOpen : isAboveOpen }

    mutating func open(isBelow: Bool) {
        if isBelow { isBelowOpen = true } else { isAboveOpen = true }
    }
}
