/// A picture as someone asks for it: which stretch of time, how large, for which page.
package struct GraphRequest: Hashable, Sendable {
    package internal(set) var range: TimeRange
    package let width: Int
    package let height: Int
    package let theme: GraphTheme
    /// Pixels per point: 2 for screens of high density.
    package let scale: Int
    package let hasLegend: Bool
    package let format: GraphFormat
    package internal(set) var view: GraphView

    /// What cannot be drawn, and within which limits it could.
    package struct Mistake: Error, Hashable, Sendable {
        package let words: String
        package init(words: String) { self.words = words }
    }

    package init(
        range: TimeRange, width: Int = GraphLimits.defaultWidth,
        height: Int = GraphLimits.defaultHeight, theme: GraphTheme = .light, scale: Int = 1,
        hasLegend: Bool = true, format: GraphFormat = .png, view: GraphView = GraphView()
    ) throws(Mistake) {
        try Self.check(width, within: GraphLimits.width, "width")
        try Self.check(height, within: GraphLimits.height, "height")
        try Self.check(scale, within: GraphLimits.scale, "scale")
        // Both limits together would be four times the largest picture measured.
        guard width * scale <= GraphLimits.width.upperBound,
            height * scale <= GraphLimits.height.upperBound
        else {
            throw Mistake(
                words: "width × scale is at most \(GraphLimits.width.upperBound) and height × "
                    + "scale at most \(GraphLimits.height.upperBound)")
        }
        if let percentile = view.percentile, !GraphLimits.percentiles.contains(percentile) {
            throw Mistake(
                words: "percentile is \(GraphLimits.percentiles.lowerBound.plainText) to "
                    + "\(GraphLimits.percentiles.upperBound.plainText), not \(percentile.plainText)"
            )
        }
        self.format = format
        self.view = view
        self.range = range
        self.width = width
        self.height = height
        self.theme = theme
        self.scale = scale
        self.hasLegend = hasLegend
    }

    private static func check(
        _ value: Int, within limits: ClosedRange<Int>, _ name: String
    ) throws(Mistake) {
        guard limits.contains(value) else {
            throw Mistake(
                words: "\(name) is \(limits.lowerBound) to \(limits.upperBound), not \(value)")
        }
    }
}

/// A stretch of time, half open: `start` belongs to it, `end` does not. Whole seconds.
package struct TimeRange: Hashable, Sendable {
    package let start: Timestamp
    package let end: Timestamp

    /// - Throws: a sentence when the range is empty, shorter or longer than can be drawn.
    package init(start: Timestamp, end: Timestamp) throws(GraphRequest.Mistake) {
        let seconds = end.seconds - start.seconds
        guard seconds > 0 else {
            throw GraphRequest.Mistake(
                words: "from (\(start.rfc3339)) is not before to (\(end.rfc3339))")
        }
        guard GraphLimits.rangeSeconds.contains(seconds), start.seconds >= 0,
            end.seconds <= GraphLimits.latestSeconds
        else {
            throw GraphRequest.Mistake(
                words: "a range is 10 seconds to 40 years between 1970 and 2100; "
                    + "\(start.rfc3339) to \(end.rfc3339) is not")
        }
        self.start = Timestamp(seconds: start.seconds)
        self.end = Timestamp(seconds: end.seconds)
    }

    package var seconds: Int64 { end.seconds - start.seconds }
}
