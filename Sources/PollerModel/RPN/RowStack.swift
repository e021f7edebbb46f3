/// The stack of an expression for several rows at once: each value on it is a short column. They
/// lie one behind the other in one flat array, so that an operator is one loop without branches.
struct RowStack {
    private let capacity: Int
    /// Rows that are computed, `capacity` at most. Changed only while the stack is empty.
    private(set) var rows: Int
    private var depth = 0
    private var values: [Double] = []

    /// - Parameter capacity: rows at once, at least 1.
    init(capacity: Int) {
        self.capacity = capacity
        rows = capacity
        // Few expressions are deeper.
        values.reserveCapacity(4 * capacity)
    }

    /// Empties the stack.
    mutating func clear(rows: Int) {
        depth = 0
        self.rows = min(rows, capacity)
    }

    /// The uppermost value; empty when there is none.
    var top: ArraySlice<Double> {
        depth == 0 ? [] : values[(depth - 1) * capacity..<(depth - 1) * capacity + rows]
    }

    mutating func push(_ number: Double) { push { _ in number } }

    /// - Parameter value: of the row that is given, from 0.
    @inline(__always)
    mutating func push(_ value: (Int) -> Double) {
        let (first, rows) = (room(), rows)
        values.withUnsafeMutableBufferPointer { values in
            for row in 0..<rows { values[first + row] = value(row) }
        }
    }

    mutating func duplicate() {
        let (first, capacity, rows) = (room(), capacity, rows)
        values.withUnsafeMutableBufferPointer { values in
            for row in first..<first + rows { values[row] = values[row - capacity] }
        }
    }

    /// Where the column of one more value begins.
    private mutating func room() -> Int {
        defer { depth += 1 }
        if values.count == depth * capacity {
            values.append(contentsOf: repeatElement(.nan, count: capacity))
        }
        return depth * capacity
    }

    mutating func drop() { depth -= 1 }

    /// Takes a number that was written in the expression: it is the same in all rows.
    mutating func takeNumber() -> Double {
        depth -= 1
        return values[depth * capacity]
    }

    @inline(__always)
    mutating func replace(_ operation: (Double) -> Double) {
        let (first, rows) = ((depth - 1) * capacity, rows)
        values.withUnsafeMutableBufferPointer { values in
            for row in first..<first + rows { values[row] = operation(values[row]) }
        }
    }

    /// Puts one value in the place of two.
    @inline(__always)
    mutating func combine(_ operation: (_ left: Double, _ right: Double) -> Double) {
        depth -= 1
        let (first, capacity, rows) = ((depth - 1) * capacity, capacity, rows)
        values.withUnsafeMutableBufferPointer { values in
            for row in first..<first + rows {
                values[row] = operation(values[row], values[row + capacity])
            }
        }
    }

    /// Puts one value in the place of three.
    @inline(__always)
    mutating func combine(_ operation: (Double, Double, Double) -> Double) {
        depth -= 2
        let (first, capacity, rows) = ((depth - 1) * capacity, capacity, rows)
        values.withUnsafeMutableBufferPointer { values in
            for row in first..<first + rows {
                values[row] = operation(
                    values[row], values[row + capacity], values[row + 2 * capacity])
            }
        }
    }

    /// Changes the uppermost `count` values of each row, the lowest first.
    mutating func rearrange(_ count: Int, _ change: (inout [Double]) -> Void) {
        var row = [Double](repeating: .nan, count: count)
        let lowest = (depth - count) * capacity
        for position in lowest..<lowest + rows {
            for value in 0..<count { row[value] = values[position + value * capacity] }
            change(&row)
            for value in 0..<count { values[position + value * capacity] = row[value] }
        }
    }

    /// Puts one value in the place of the uppermost `count`, which come the lowest first.
    mutating func gather(_ count: Int, _ operation: (inout [Double]) -> Double) {
        var row: [Double] = []
        let lowest = (depth - count) * capacity
        for position in lowest..<lowest + rows {
            row.removeAll(keepingCapacity: true)
            for value in 0..<count { row.append(values[position + value * capacity]) }
            values[position] = operation(&row)
        }
        depth -= count - 1
    }
}
