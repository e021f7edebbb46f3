/// What `?q=` of a list asks for: a text that stands somewhere in an entry, whatever its case.
struct TextFilter {
    /// In characters as Unicode counts them (scalars).
    static let longest = 200

    /// As it was given; empty when everything is wanted.
    let text: String
    private let lowered: String

    init(_ query: Query) throws(WebProblem) {
        text = query.text("q") ?? ""
        guard text.unicodeScalars.count <= Self.longest else {
            throw .badRequest(
                "the filter has \(text.unicodeScalars.count) characters; it has at most "
                    + "\(Self.longest) characters", fix: "shorten it")
        }
        lowered = text.lowercased()
    }

    func matches(_ entry: String) -> Bool {
        lowered.isEmpty || entry.lowercased().contains(lowered)
    }
}
