/// TREND and TRENDNAN: the mean of the rows of the last seconds, the current one included.
struct MovingMean {
    /// NaN is unknown: the mean of nothing known, and where the column does not reach back so far.
    let rows: [Double]

    /// librrd adds up the whole window again for each row. Here the rows are cut into pieces as
    /// long as the window, so that each window is the end of a piece and the beginning of the
    /// next. A row then costs the same whatever the window, and no sum is ever taken back by a
    /// difference.
    ///
    /// - Parameter isOfKnown: whether unknown rows are left out; else they make the mean unknown.
    init(of column: [Double], seconds: Int64, frame: ColumnFrame, isOfKnown: Bool) {
        // One row at least, as librrd's loop has it.
        let window = Int(max(1, (seconds - 1) / frame.stepSeconds + 1))
        // librrd looks with fewer digits whether there are so many.
        let needed = (Float(seconds) / Float(frame.stepSeconds)).rounded(.up)
        let firstKnown = max(window, Int(needed)) - 1
        var endings = column.map { Part($0, isOfKnown) }
        var beginnings = endings
        for row in column.indices.dropFirst() where row % window != 0 {
            beginnings[row] = beginnings[row - 1] + beginnings[row]
        }
        for row in column.indices.reversed().dropFirst() where (row + 1) % window != 0 {
            endings[row] = endings[row] + endings[row + 1]
        }
        rows = column.indices.map { row in
            guard row >= firstKnown else { return .nan }
            let first = row + 1 - window
            return first % window == 0
                ? beginnings[row].mean : (endings[first] + beginnings[row]).mean
        }
    }

    private struct Part {
        let sum: Double
        let count: Double

        init(_ value: Double, _ isOfKnown: Bool) {
            let isLeftOut = isOfKnown && value.isNaN
            sum = isLeftOut ? 0 : value
            count = isLeftOut ? 0 : 1
        }

        private init(sum: Double, count: Double) {
            self.sum = sum
            self.count = count
        }

        static func + (left: Part, right: Part) -> Part {
            Part(sum: left.sum + right.sum, count: left.count + right.count)
        }

        var mean: Double { count == 0 ? .nan : sum / count }
    }
}
