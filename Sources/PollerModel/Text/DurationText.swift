/// Durations as people read and write them.
package enum DurationText {
    private static let units: [(seconds: Int64, name: String)] = [
        (86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"),
    ]

    /// “3 d 4 h”: the two largest units; what is less is left out.
    package static func words(_ seconds: Int64) -> String {
        guard let first = units.firstIndex(where: { seconds >= $0.seconds }) else { return "0 s" }
        var text = "\(seconds / units[first].seconds) \(units[first].name)"
        if first + 1 < units.count {
            let rest = seconds % units[first].seconds / units[first + 1].seconds
            if rest > 0 { text += " \(rest) \(units[first + 1].name)" }
        }
        return text
    }

    /// Seconds of what is written behind a number; a year has 365 days.
    private static let letters: [Character: Int64] = [
        "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400, "y": 365 * 86_400,
    ]

    /// Reads a whole number with its unit: `30s`, `90m`, `12h`, `30d`, `4w`, `2y`.
    ///
    /// - Parameter units: those that may stand there.
    /// - Returns: seconds, the largest number where they are more; nil: it is no such text, or has
    ///   more digits than an amount has.
    package static func seconds(_ text: String, units: String) -> Int64? {
        guard let last = text.last, units.contains(last), let unit = letters[last],
            text.dropLast().allSatisfy({ $0.isASCII && $0.isNumber }),
            let amount = Int64(text.dropLast())
        else { return nil }
        let (seconds, isTooLarge) = amount.multipliedReportingOverflow(by: unit)
        return isTooLarge ? Int64.max : seconds
    }
}
