/// One picture of a graph, with all that makes it that one.
package struct SharedPicture: Sendable, Hashable {
    /// Times as they were written: relative ones move with the time.
    package let from: TimeExpression
    package let to: TimeExpression
    package let width: Int
    package let height: Int
    package let scale: Int
    package let theme: GraphTheme
    package let format: ShareFormat

    /// - Parameters:
    ///   - now: for this time the picture is checked.
    ///   - zoneOffset: seconds east of UTC of the server's zone at a UTC second.
    /// - Throws: a sentence when such a picture cannot be drawn.
    package init(
        from: TimeExpression, to: TimeExpression, width: Int = GraphLimits.defaultWidth,
        height: Int = GraphLimits.defaultHeight, scale: Int = 1, theme: GraphTheme = .light,
        format: ShareFormat = .png, now: Timestamp, zoneOffset: (Int64) -> Int64
    ) throws(GraphRequest.Mistake) {
        let range = try TimeRange(
            start: from.timestamp(now: now, edge: .start, zoneOffset: zoneOffset),
            end: to.timestamp(now: now, edge: .end, zoneOffset: zoneOffset))
        _ = try GraphRequest(
            range: range, width: width, height: height, theme: theme, scale: scale)
        self.init(from, to, width, height, scale, theme, format)
    }

    private init(
        _ from: TimeExpression, _ to: TimeExpression, _ width: Int, _ height: Int, _ scale: Int,
        _ theme: GraphTheme, _ format: ShareFormat
    ) {
        self.from = from
        self.to = to
        self.width = width
        self.height = height
        self.scale = scale
        self.theme = theme
        self.format = format
    }

    /// The parameters of a picture's address, all of them.
    package var parameters: [String: String] {
        [
            "from": from.text, "to": to.text, "width": String(width), "height": String(height),
            "scale": String(scale), "theme": theme.rawValue,
        ]
    }

    /// As it is kept. None of them holds a blank: `TimeExpression` takes none.
    var fields: [String] {
        [
            format.rawValue, from.text, to.text, String(width), String(height), String(scale),
            theme.rawValue,
        ]
    }

    /// nil unless they are what `fields` gives.
    init?(fields: [String]) {
        guard fields.count == 7, let format = ShareFormat(rawValue: fields[0]),
            let from = TimeExpression(fields[1]), let to = TimeExpression(fields[2]),
            let width = Int(fields[3]), let height = Int(fields[4]), let scale = Int(fields[5]),
            let theme = GraphTheme(rawValue: fields[6])
        else { return nil }
        self.init(from, to, width, height, scale, theme, format)
        guard self.fields == fields else { return nil }
    }

    package var words: String {
        "\(from.text) to \(to.text) as \(format.rawValue), \(width) × \(height)"
            + (scale == 1 ? "" : " at scale \(scale)") + ", \(theme.rawValue)"
    }
}
