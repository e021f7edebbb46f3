/// Durations as people read them.
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
}
