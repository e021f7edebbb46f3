/// How long a shared link is valid.
package enum ShareLifetime: Sendable, Hashable {
    case seconds(Int64)
    /// Until it is revoked.
    case never

    package static let usual = ShareLifetime.seconds(30 * 86_400)
    /// A minute to ten years, of which up to three are leap years.
    package static let secondsRange: ClosedRange<Int64> = 60...(3_653 * 86_400)

    /// Reads `90m`, `12h`, `30d`, `4w`, `2y` (of 365 days) or `never`.
    ///
    /// - Throws: a sentence when it is none of these, shorter or longer than a link may live.
    package init(_ text: String) throws(ShareMistake) {
        if text == "never" {
            self = .never
            return
        }
        guard let seconds = DurationText.seconds(text, units: "mhdwy") else {
            throw ShareMistake(
                "“\(DeviceText(text).text)” is no lifetime of a link",
                fix: "write 90m, 12h, 30d, 4w, 2y or never")
        }
        guard Self.secondsRange.contains(seconds) else {
            throw ShareMistake(
                "a link is valid for a minute to ten years, not \(DeviceText(text).text)",
                fix: "write never for one that ends only when it is revoked")
        }
        self = .seconds(seconds)
    }

    /// When a link ends that is made at `now`: a whole second; nil is never.
    package func end(from now: Timestamp) -> Timestamp? {
        switch self {
        case .seconds(let seconds): Timestamp(seconds: now.seconds + seconds)
        case .never: nil
        }
    }
}

/// Why something cannot be shared as it was ordered.
package struct ShareMistake: Error, Sendable, Hashable {
    package let words: String
    package let fix: String?

    package init(_ words: String, fix: String? = nil) {
        self.words = words
        self.fix = fix
    }
}
