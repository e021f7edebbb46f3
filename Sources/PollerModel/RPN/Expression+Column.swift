extension Expression {
    /// Computes all rows of a picture at once, as librrd 1.7.2 does (`data_calc` of rrd_graph.c);
    /// NaN is unknown.
    ///
    /// - Parameters:
    ///   - variables: the rows of a name; a name and rows that are missing are unknown.
    ///   - now: what NOW is, in seconds since the epoch.
    ///   - zoneOffset: how many seconds the zone's clocks are ahead of UTC at a time, given in
    ///     seconds since the epoch. It is asked only where an operator needs it, once a row.
    /// - Returns: `frame.count` values.
    package func column(
        _ variables: (String) -> [Double]?, frame: ColumnFrame, now: Int64,
        zoneOffset: (Int64) -> Int64
    ) -> [Double] {
        let needsZone = tokens.contains { token in
            if case .operation(let operation) = token { operation.isOfZone } else { false }
        }
        var computation = ColumnComputation(
            tokens: tokens, frame: frame, now: now, columns: columns(variables, frame),
            clocks: needsZone
                ? (-1..<frame.count).map { row in
                    let time = frame.time(ofRow: row)
                    return CivilTime(secondsSinceEpoch: time + zoneOffset(time))
                } : [])
        return computation.rows()
    }

    /// For each token the rows it puts on the stack, where these are known beforehand.
    private func columns(
        _ variables: (String) -> [Double]?, _ frame: ColumnFrame
    ) -> [[Double]] {
        var read: [String: [Double]] = [:]
        for name in self.variables {
            var column = variables(name) ?? []
            if column.count > frame.count { column.removeLast(column.count - frame.count) }
            if column.count < frame.count {
                column += repeatElement(.nan, count: frame.count - column.count)
            }
            read[name] = column
        }
        var columns: [[Double]] = []
        for (position, token) in tokens.enumerated() {
            switch token {
            case .variable(let name): columns.append(read[name] ?? [])
            case .operation(let operation) where operation.effect == .trend:
                guard position >= 2, case .number(let seconds) = tokens[position - 1] else {
                    preconditionFailure("the checks of init leave no trend without its seconds")
                }
                columns.append(
                    MovingMean(
                        of: columns[position - 2], seconds: Int64(seconds), frame: frame,
                        isOfKnown: operation == .trendKnown
                    ).rows)
            default: columns.append([])
            }
        }
        return columns
    }
}

/// One expression over the rows of one frame.
private struct ColumnComputation {
    /// Rows at once: as many as stay in the processor's cache with a stack of some depth.
    private static let largestBlock = 512

    let tokens: [Expression.Token]
    let frame: ColumnFrame
    let now: Int64
    let columns: [[Double]]
    /// What the zone's clocks show at the end of each row, and before them at the start of the
    /// first; empty when no operator asks for it.
    let clocks: [CivilTime]
    private var result: [Double] = []

    init(
        tokens: [Expression.Token], frame: ColumnFrame, now: Int64, columns: [[Double]],
        clocks: [CivilTime]
    ) {
        self.tokens = tokens
        self.frame = frame
        self.now = now
        self.columns = columns
        self.clocks = clocks
    }

    /// A value in another unit, which most computations are: no stack is needed.
    private var product: [Double]? {
        guard tokens.count == 3, case .variable = tokens[0], case .number(let factor) = tokens[1],
            tokens[2] == .operation(.multiply)
        else { return nil }
        return columns[0].map { $0 * factor }
    }

    mutating func rows() -> [Double] {
        if let product { return product }
        // What looks at the row before is computed row by row.
        let block = tokens.contains(.operation(.previous)) ? 1 : Self.largestBlock
        var stack = RowStack(capacity: block)
        result.reserveCapacity(frame.count)
        while result.count < frame.count {
            stack.clear(rows: frame.count - result.count)
            for (position, token) in tokens.enumerated() {
                switch token {
                case .number(let number): stack.push(number)
                case .variable: push(position, to: &stack)
                case .operation(let operation): apply(operation, position, to: &stack)
                }
            }
            result += stack.top
        }
        return result
    }

    private func push(_ position: Int, to stack: inout RowStack) {
        let first = result.count
        columns[position].withUnsafeBufferPointer { column in
            stack.push { column[first + $0] }
        }
    }

    private func apply(
        _ operation: Expression.Operation, _ position: Int, to stack: inout RowStack
    ) {
        let first = result.count
        switch operation {
        case .time: stack.push { Double(frame.time(ofRow: first + $0)) }
        case .now: stack.push(Double(now))
        case .stepWidth: stack.push(Double(frame.stepSeconds))
        case .count: stack.push { Double(first + $0 + 1) }
        case .previous: stack.push(result.last ?? .nan)
        case .localTime: stack.push { Double(clocks[first + $0 + 1].secondsSinceEpoch) }
        case .newDay: pushWhere(to: &stack) { $0.day != $1.day }
        // librrd takes the first day of the week from the locale, which is C here.
        case .newWeek: pushWhere(to: &stack) { $1.weekday == 6 && $0.weekday != 6 }
        case .newMonth: pushWhere(to: &stack) { $0.month != $1.month }
        case .newYear: pushWhere(to: &stack) { $0.year != $1.year }
        case .trend, .trendKnown:
            stack.drop()
            stack.drop()
            push(position, to: &stack)
        default: stack.apply(operation)
        }
    }

    /// 1 where the clocks at the two ends of a row differ in what is asked for, else 0.
    private func pushWhere(
        to stack: inout RowStack, _ differs: (_ start: CivilTime, _ end: CivilTime) -> Bool
    ) {
        let first = result.count
        stack.push { differs(clocks[first + $0], clocks[first + $0 + 1]) ? 1 : 0 }
    }
}
