import PollerModel

/// The rows of a graph as comma-separated values (RFC 4180): a row of names, then one for each row
/// of the picture. `time` is where a row ends, RFC 3339 in UTC; a cell is empty where the value is
/// unknown. Behind a series stand its peaks, where it has some.
enum GraphCSV {
    static let contentType = "text/csv; charset=utf-8; header=present"

    static func bytes(_ plan: GraphPlan) -> [UInt8] {
        var columns: [(label: String, values: [Double])] = []
        for series in plan.series {
            columns.append((series.label, series.values))
            if let peaks = series.peaks { columns.append(("\(series.label) peak", peaks)) }
        }
        var text = (["time"] + columns.map(\.label)).map(CSVText.heading).joined(separator: ",")
        text += "\r\n"
        for (row, time) in plan.frame.times.enumerated() {
            text += time.rfc3339
            for (_, values) in columns {
                text += ","
                if let value = values[row].ifFinite { text += value.plainText }
            }
            text += "\r\n"
        }
        return Array(text.utf8)
    }

    /// Values that a plan has, row by row.
    static func cellCount(_ plan: GraphPlan) -> Int {
        plan.series.reduce(0) { $0 + $1.values.count + ($1.peaks?.count ?? 0) }
    }
}
