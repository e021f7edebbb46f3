/// Cells of comma-separated values (RFC 4180), in which a spreadsheet finds no formula.
package enum CSVText {
    /// A text or a number of ours: what a spreadsheet would take for a formula gets an apostrophe
    /// in front; a negative number is none.
    package static func cell(_ text: String) -> String {
        quoted(text.utf8.count > 1 && Double(text) == nil ? guarded(text) : text)
    }

    /// The name of a column, which is never a number.
    package static func heading(_ text: String) -> String { quoted(guarded(text)) }

    /// By bytes, because a character may be composed of such a sign and others.
    private static func guarded(_ text: String) -> String {
        guard let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) else { return text }
        return "'" + text
    }

    private static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
