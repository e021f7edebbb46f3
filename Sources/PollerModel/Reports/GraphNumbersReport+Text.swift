/// The numbers as people read them, in the words of the legend.
extension GraphNumbersReport {
    /// Series that a description names; more would be no description.
    private static let mostDescribed = 4
    /// From this share on, all is known for people.
    private static let allKnown = 0.9995

    /// Those in which something is known; without a peak where each row is one step.
    package var columns: [NumberColumn] {
        NumberColumn.allCases.filter { column in
            switch column {
            case .current, .average, .maximum, .percentile: true
            case .minimum: false
            case .peak: series.contains { $0.peak != nil && $0.peak != $0.maximum }
            case .total: totalUnit != nil
            }
        }
    }

    package func heading(_ column: NumberColumn) -> String {
        switch column {
        case .current: series.contains(where: \.current) ? "Current" : "Last"
        case .average: "Average"
        case .minimum: "Minimum"
        case .maximum: "Maximum"
        case .peak: "Peak"
        case .percentile: "\(percentile.plainText)th"
        case .total: "Total"
        }
    }

    /// “12.34 M”, of a total “5.10 GB”; a dash where it is unknown, nothing where it says nothing.
    package func text(_ column: NumberColumn, of series: Series) -> String {
        let format = GraphTemplate.NumberFormat(rawValue: series.format) ?? .scaled
        guard column.tells(of: format) else { return "" }
        guard let number = series.number(column) else { return NumberText.unknown }
        let isTotal = column == .total
        let style = NumberStyle(
            isTotal ? .scaled : format,
            of: NumberColumn.allCases.filter { $0 != .total }.compactMap { series.number($0) })
        let text = style.text(number, base: GraphTemplate.Base(rawValue: base) ?? .si)
        let suffix = text.prefix + (isTotal ? totalUnit ?? "" : "")
        return suffix.isEmpty ? text.number : "\(text.number) \(suffix)"
    }

    /// “93.1 %”; nil where nothing could be known.
    package var knownText: String? {
        knownShare.map { share in
            share >= Self.allKnown ? "100 %" : "\(NumberText.fixed(share * 100, decimals: 1)) %"
        }
    }

    /// Whether anybody knows what something of it is a share of.
    package var hasCapacity: Bool { series.contains { $0.capacity != nil } }

    /// What a picture says, for whoever does not see it: “Inbound: average 12.30 M, maximum
    /// 24.00 M; 7.0 % missing”.
    package var summary: String {
        let drawn = series.filter { $0.drawn && $0.knownRows > 0 }
        guard !drawn.isEmpty else {
            return notes.first ?? "No data in this range"
        }
        var parts = drawn.prefix(Self.mostDescribed).map { one in
            let numbers = [("average", NumberColumn.average), ("maximum", .maximum)]
                .map { ($0, text($1, of: one)) }.filter { !$0.1.isEmpty }
            return "\(one.label): " + numbers.map { "\($0) \($1)" }.joined(separator: ", ")
        }
        if drawn.count > Self.mostDescribed {
            parts.append("\(drawn.count - Self.mostDescribed) more")
        }
        if let knownShare, knownShare < Self.allKnown {
            parts.append("\(NumberText.fixed((1 - knownShare) * 100, decimals: 1)) % missing")
        }
        return parts.joined(separator: "; ")
    }
}

extension GraphNumbersReport.Series {
    package func number(_ column: NumberColumn) -> Double? {
        switch column {
        case .current: last
        case .average: average
        case .minimum: minimum
        case .maximum: maximum
        case .peak: peak
        case .percentile: percentile
        case .total: total
        }
    }
}
