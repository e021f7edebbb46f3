package import PollerModel

extension RoundRobinStore {
    /// The shortest rows of one file, by one function.
    package func series(
        of file: RoundRobinFile, function: ConsolidationFunction, start: Timestamp, end: Timestamp
    ) async throws -> RoundRobinSeries {
        let read = SeriesRead(
            path: file.path, function: function,
            range: try TimeRange(start: start, end: end), rowSeconds: file.step.seconds)
        guard let answer = await series([read]).first else {
            throw Unexpected("a store answers each question")
        }
        return try answer.get()
    }
}

extension RoundRobinSeries {
    /// `rows[i][j]` belongs to `names[j]`; nil is unknown.
    package var rows: [[Double?]] {
        (0..<rowCount).map { row in names.map { value(row: row, of: $0) } }
    }

    /// What a file would have that takes these values for ever: whole rows over the range that is
    /// asked for, and one more, as librrd gives them.
    ///
    /// - Parameter value: of a name in the row that ends at this second; NaN is unknown.
    package init(
        answering read: SeriesRead, names: [String], value: (_ name: String, _ end: Int64) -> Double
    ) {
        let length = read.rowSeconds
        let first = read.range.start.seconds / length
        let last = read.range.end.seconds / length + 1
        self.init(
            start: Timestamp(seconds: first * length), stepSeconds: length, names: names,
            values: (first..<last).flatMap { row in
                names.map { value($0, (row + 1) * length) }
            })
    }
}
