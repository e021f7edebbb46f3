import PollerModel

extension GraphOverride {
    /// What is drawn otherwise than the template says, field by field, for people.
    var words: [(field: String, value: String)] {
        let fields: [(String, String?)] = [
            ("title", title.map { "“\($0)”" }), ("axis", verticalLabel.map { "“\($0)”" }),
            ("units", units?.rawValue), ("base", base.map { "\($0.rawValue)" }),
            ("lower limit", lowerLimit?.text), ("upper limit", upperLimit?.text),
            ("rigid", isRigid.map(Self.word)), ("logarithmic", isLogarithmic.map(Self.word)),
            ("line at the speed", showsCapacity.map { $0 ? "always" : "never" }),
            ("percentile", percentile?.plainText),
        ]
        return fields.compactMap { field, value in value.map { (field: field, value: $0) } }
            + series.sorted { $0.name < $1.name }.flatMap(\.words)
    }

    /// The same in one line.
    var summary: String {
        isEmpty
            ? "as the template says"
            : words.map { "\($0.field) \($0.value)" }.joined(separator: ", ")
    }

    fileprivate static func word(_ decision: Bool) -> String { decision ? "yes" : "no" }
}

extension GraphOverride.Series {
    fileprivate var words: [(field: String, value: String)] {
        let fields: [(String, String?)] = [
            ("legend", label.map { "“\($0)”" }), ("colour", color?.text),
            ("drawn as", style?.words), ("width", width?.plainText), ("line", dash?.rawValue),
            ("hidden", isHidden.map(GraphOverride.word)),
        ]
        return fields.compactMap { field, value in
            value.map { (field: "\(name): \(field)", value: $0) }
        }
    }
}
