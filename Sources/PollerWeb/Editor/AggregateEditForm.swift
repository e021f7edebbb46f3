import PollerModel

/// How a graph of many data sources is put together, as fields of a form. Of what it is made stays
/// as it is.
struct AggregateEditForm {
    let template: GraphTemplate?
    private(set) var texts = EditorTexts()
    private(set) var order = AggregateOrder()

    static let ownPalette = "own"

    init(_ aggregate: Aggregate, _ template: GraphTemplate?) {
        self.template = template
        texts["title"] = aggregate.title
        texts["arrangement"] = aggregate.arrangement.rawValue
        texts["mirrored"] = aggregate.isMirrored ? "1" : ""
        texts["total"] = aggregate.total ? "1" : ""
        texts["unknowns"] = aggregate.unknowns.rawValue
        if case .named(let name) = aggregate.palette {
            texts["palette"] = name.rawValue
        } else {
            texts["palette"] = Self.ownPalette
        }
        for (place, series) in (template?.series ?? []).enumerated() {
            texts[Self.skip(place)] = aggregate.skipped.contains(series.label) ? "1" : ""
        }
    }

    /// As it was sent.
    init(_ form: Form, _ template: GraphTemplate?) throws(WebProblem) {
        self.template = template
        for key in ["title", "arrangement", "unknowns", "palette"] {
            texts[key] = try form.text(key) ?? ""
        }
        for key in ["mirrored", "total"] { texts[key] = form.flag(key) ? "1" : "" }
        order.title = texts["title"]
        order.arrangement = texts["arrangement"]
        order.unknowns = texts["unknowns"]
        order.mirrored = form.flag("mirrored")
        order.total = form.flag("total")
        if texts["palette"] != Self.ownPalette {
            let name = Palette.Name(rawValue: texts["palette"])
            if name == nil { texts.note("This is no palette.", at: "palette") }
            order.palette = name.map { .named($0) }
        }
        var skipped: [String] = []
        for (place, series) in (template?.series ?? []).enumerated() {
            texts[Self.skip(place)] = form.flag(Self.skip(place)) ? "1" : ""
            if form.flag(Self.skip(place)) { skipped.append(series.label) }
        }
        order.skip = skipped
    }

    var isRight: Bool { texts.mistakes.isEmpty }

    /// What it would be; nil and a mistake where it cannot be.
    mutating func applied(to aggregate: Aggregate, in definitions: Definitions) -> Aggregate? {
        guard isRight else { return nil }
        var changed = aggregate
        do {
            try order.apply(to: &changed, in: definitions)
            return changed
        } catch {
            let words = "\(error.words); \(error.fix)."
            texts.note(words.prefix(1).uppercased() + words.dropFirst(), at: "all")
            return nil
        }
    }

    private static func skip(_ place: Int) -> String { "skip.\(place)" }

    func sections(_ aggregate: Aggregate) -> [EditorSection] {
        var palettes = Palette.Name.allCases.map { ($0.rawValue, $0.rawValue) }
        if case .own = aggregate.palette { palettes.append((Self.ownPalette, "its own colours")) }
        let fields: [EditorField] = [
            .text("title", "Title", texts, placeholder: ""),
            .choice("arrangement", "Drawn as", texts, Self.arrangements),
            .choice(
                "unknowns", "Where a part is unknown", texts,
                [("strict", "all is unknown"), ("known", "what is known counts")]),
            .choice("palette", "Colours", texts, palettes),
            .flag("mirrored", "The second of each pair below zero", texts),
            .flag("total", "A line over the sum (of stacks and lines)", texts),
        ]
        let series = (template?.series ?? []).enumerated().map { place, series in
            EditorField.flag(Self.skip(place), "Leave out “\(series.label)”", texts)
        }
        return [
            EditorSection(title: "Graph", fields: fields, fault: texts.mistake("all")),
            EditorSection(title: "Series", fields: series),
        ]
    }

    static let arrangements = [
        ("sum", "the sum of all"), ("average", "the average of all"),
        ("stack", "areas on top of each other"), ("overlay", "a line for each"),
    ]
}
