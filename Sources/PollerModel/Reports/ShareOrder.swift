/// What somebody wants to share of a graph: the body of `POST /api/v1/graphs/{id}/shares`.
package struct ShareOrder: Sendable, Hashable, Codable {
    /// The one picture that is shared; null is what a picture's address has by default.
    package var from: String?
    package var to: String?
    package var width: Int?
    package var height: Int?
    package var scale: Int?
    package var theme: String?
    package var format: String?
    /// Whether the graph is shared in place of one picture of it.
    package var anyRange: Bool?
    /// `30d`, or another `ShareLifetime`.
    package var expires: String?
    package var label: String?

    /// All there are: an order with another one is refused, for it would share something else.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case from, to, width, height, scale, theme, format, anyRange, expires, label
    }

    package init() {}

    package func lifetime() throws(ShareMistake) -> ShareLifetime {
        guard let expires else { return .usual }
        return try ShareLifetime(expires)
    }

    /// What is shared.
    ///
    /// - Parameter zoneOffset: seconds east of UTC of the server's zone at a UTC second.
    /// - Throws: a sentence when such a picture cannot be drawn.
    package func scope(
        now: Timestamp, zoneOffset: (Int64) -> Int64
    ) throws(ShareMistake) -> ShareScope {
        let format = try linkFormat()
        if anyRange == true {
            let isBare = from == nil && to == nil && theme == nil
            guard isBare, width == nil, height == nil, scale == nil else {
                throw ShareMistake(
                    "a link to any range has no range, size and theme of its own",
                    fix: "put them behind the address: ?from=now-7d&width=900")
            }
            return .graph
        }
        guard let theme = GraphTheme(rawValue: theme ?? GraphTheme.light.rawValue) else {
            throw ShareMistake(
                "“theme” is light or dark, not “\(DeviceText(self.theme ?? "").text)”")
        }
        do {
            return .picture(
                try SharedPicture(
                    from: Self.time(from ?? "now-1d", "from"), to: Self.time(to ?? "now", "to"),
                    width: width ?? GraphLimits.defaultWidth,
                    height: height ?? GraphLimits.defaultHeight, scale: scale ?? 1, theme: theme,
                    format: format, now: now, zoneOffset: zoneOffset))
        } catch let mistake as GraphRequest.Mistake {
            throw ShareMistake(mistake.words)
        } catch let mistake as ShareMistake {
            throw mistake
        } catch {
            preconditionFailure("the two typed errors are all there are: \(error)")
        }
    }

    /// The ending of the link's address.
    package func linkFormat() throws(ShareMistake) -> ShareFormat {
        guard let format else { return .png }
        guard let known = ShareFormat(rawValue: format) else {
            let names = ShareFormat.allCases.map(\.rawValue)
            throw ShareMistake(
                "“\(DeviceText(format).text)” is no format of graphs"
                    + Suggestion.phrase(for: format, among: names),
                fix: "formats are \(names.joined(separator: ", "))")
        }
        return known
    }

    /// The label as it is kept; nil where there is none.
    package func shownLabel() throws(ShareMistake) -> String? {
        guard let label else { return nil }
        let text = DeviceText.printable(Array(label.utf8))
        guard text.unicodeScalars.count <= Share.longestLabel else {
            throw ShareMistake(
                "a label is at most \(Share.longestLabel) characters long", fix: "shorten it")
        }
        return text.isEmpty ? nil : text
    }

    private static func time(
        _ text: String, _ key: String
    ) throws(ShareMistake) -> TimeExpression {
        guard let expression = TimeExpression(text.trimmed) else {
            throw ShareMistake(
                "“\(key)” is no time: “\(DeviceText(text).text)”",
                fix: "write now-6h, now-1d/d, 2026-11-25T16:00:00Z or Unix seconds")
        }
        return expression
    }
}
