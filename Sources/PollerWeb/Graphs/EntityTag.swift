import PollerModel

/// If-None-Match (RFC 9110, 13.1.2).
enum EntityTag {
    /// Whether the field names a tag, or is `*`, which is anything there is. Tags are compared
    /// weakly, so a W/ before one does not matter. A field that is none matches nothing from where
    /// it goes wrong: the answer is then sent once more, which is never wrong.
    static func isMatched(_ tag: String, by field: String) -> Bool {
        if field.trimmed == "*" { return true }
        var rest = Substring(field)
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            if rest.hasPrefix("W/") { rest.removeFirst(2) }
            guard rest.first == "\"", let close = rest.dropFirst().firstIndex(of: "\"") else {
                return false
            }
            if rest[...close] == tag { return true }
            rest = rest[rest.index(after: close)...]
        }
    }
}
