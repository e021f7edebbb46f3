/// An explanation as `pollerctl explain -o json` shows it.
package struct ExplanationReport: Sendable, Hashable, Codable {
    package let kind: Explanation.Kind
    package let id: Int64
    package let title: String
    /// Whether nothing is wrong.
    package let ok: Bool
    package let headline: String
    /// Of what the headline says.
    @ExplicitNull package var stage: ExplainStage?
    @ExplicitNull package var reason: String?
    @ExplicitNull package var fix: String?
    package let links: [ExplainLink]
    package let notes: [String]
    package let parts: [Explanation.Part]
    package let warnings: [ExplainLink]
    @ExplicitNull package var missing: MissingData?
    @ExplicitNull package var trace: PollTrace?

    package init(_ explanation: Explanation) {
        kind = explanation.kind
        id = explanation.id
        title = explanation.title
        let broken = explanation.broken
        ok = broken == nil
        headline = explanation.headline
        links = explanation.links
        notes = explanation.notes
        parts = explanation.parts
        warnings = explanation.warnings
        _missing = ExplicitNull(wrappedValue: explanation.missing)
        _trace = ExplicitNull(wrappedValue: explanation.trace)
        _stage = ExplicitNull(wrappedValue: broken?.stage)
        _reason = ExplicitNull(wrappedValue: broken?.reason)
        _fix = ExplicitNull(wrappedValue: broken?.fix)
    }
}
