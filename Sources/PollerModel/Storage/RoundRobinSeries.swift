/// Which rows are read: those of one archive over a stretch of time.
package struct SeriesRead: Hashable, Sendable {
    /// Of the file, relative to the state folder (`DataSource.path`).
    package let path: String
    package let function: ConsolidationFunction
    /// Widened to whole rows.
    package let range: TimeRange
    /// Seconds that a row of the wanted archive covers. librrd takes the nearest that reaches back
    /// far enough, and rrdcached the finest that does.
    package let rowSeconds: Int64

    package init(
        path: String, function: ConsolidationFunction, range: TimeRange, rowSeconds: Int64
    ) {
        self.path = path
        self.function = function
        self.range = range
        self.rowSeconds = rowSeconds
    }
}

/// Rows of one archive: row `i` covers the `stepSeconds` before `start + (i + 1) × stepSeconds`.
package struct RoundRobinSeries: Sendable {
    package let start: Timestamp
    package let stepSeconds: Int64
    package let names: [String]
    package let rowCount: Int
    /// Row by row: `values[row * names.count + i]` belongs to `names[i]`; NaN is unknown.
    package let values: [Double]

    /// - Precondition: each row has a value for each name.
    package init(start: Timestamp, stepSeconds: Int64, names: [String], values: [Double]) {
        rowCount = names.isEmpty ? 0 : values.count / names.count
        precondition(values.count == rowCount * names.count, "a row has a value for each name")
        self.start = start
        self.stepSeconds = stepSeconds
        self.names = names
        self.values = values
    }

    /// When the newest row ends in which something is known; nil where nothing is.
    package var lastKnown: Timestamp? {
        guard let place = values.lastIndex(where: { !$0.isNaN }) else { return nil }
        return start.advanced(seconds: Int64(place / names.count + 1) * stepSeconds)
    }

    /// All values of one data source; nil when the file does not have it.
    package func column(_ name: String) -> [Double]? {
        guard let place = names.firstIndex(of: name) else { return nil }
        if names.count == 1 { return values }
        return Array(unsafeUninitializedCapacity: rowCount) { room, filled in
            values.withUnsafeBufferPointer { values in
                for row in 0..<rowCount {
                    room.initializeElement(at: row, to: values[row &* names.count &+ place])
                }
            }
            filled = rowCount
        }
    }

    package func value(row: Int, of name: String) -> Double? {
        guard let place = names.firstIndex(of: name), (0..<rowCount).contains(row) else {
            return nil
        }
        let value = values[row * names.count + place]
        return value.isNaN ? nil : value
    }
}
