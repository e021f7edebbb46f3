import PollerModel

/// How a graph of a device is to be drawn, as fields of a form: what was typed, what it means, and
/// what is wrong with it.
struct GraphEditForm {
    let template: GraphTemplate
    private(set) var texts = EditorTexts()
    private(set) var override = GraphOverride()

    /// The choice beside the palette, whose colour stands in a field of its own.
    static let ownColor = "own"

    var isRight: Bool { texts.mistakes.isEmpty }

    /// Filled in with what holds now.
    init(_ override: GraphOverride, for template: GraphTemplate) {
        self.template = template
        self.override = override
        texts["title"] = override.title ?? ""
        texts["vertical_label"] = override.verticalLabel ?? ""
        texts["units"] = override.units?.rawValue ?? ""
        texts["base"] = override.base.map { "\($0.rawValue)" } ?? ""
        texts["lower_limit"] = override.lowerLimit?.text ?? ""
        texts["upper_limit"] = override.upperLimit?.text ?? ""
        texts["rigid"] = override.isRigid.map(Self.word) ?? ""
        texts["logarithmic"] = override.isLogarithmic.map(Self.word) ?? ""
        texts["capacity"] = override.showsCapacity.map(Self.word) ?? ""
        texts["percentile"] = override.percentile?.plainText ?? ""
        for (place, series) in template.series.enumerated() {
            fill(override[series.label], Self.prefix(place))
        }
    }

    private mutating func fill(_ wanted: GraphOverride.Series, _ prefix: String) {
        texts[prefix + "label"] = wanted.label ?? ""
        texts[prefix + "hidden"] = wanted.isHidden == true ? "1" : ""
        texts[prefix + "style"] = wanted.style?.rawValue ?? ""
        texts[prefix + "width"] = wanted.width?.plainText ?? ""
        texts[prefix + "dash"] = wanted.dash?.rawValue ?? ""
        switch wanted.color {
        case nil: texts[prefix + "color"] = ""
        case .palette(let place, _)?: texts[prefix + "color"] = place.rawValue
        case .fixed(let color)?:
            texts[prefix + "color"] = Self.ownColor
            texts[prefix + "own"] = color.text
        }
    }

    /// As it was sent.
    init(_ form: Form, for template: GraphTemplate) throws(WebProblem) {
        self.template = template
        override.title = try text("title", form)
        override.verticalLabel = try text("vertical_label", form)
        override.units = try choice("units", form)
        if let text = try text("base", form) {
            override.base = Int(text).flatMap { GraphTemplate.Base(rawValue: $0) }
            if override.base == nil { texts.note("It is 1000 or 1024.", at: "base") }
        }
        override.lowerLimit = try limit("lower_limit", form)
        override.upperLimit = try limit("upper_limit", form)
        override.isRigid = try decision("rigid", form)
        override.isLogarithmic = try decision("logarithmic", form)
        override.showsCapacity = try decision("capacity", form)
        override.percentile = try number("percentile", form)
        for (place, series) in template.series.enumerated() {
            override[series.label] = try self.series(series.label, Self.prefix(place), form)
        }
        guard isRight else { return }
        for mistake in override.mistakes(for: template) {
            texts.note(Self.sentence(mistake.words, mistake.fix), at: name(of: mistake.field))
        }
    }

    private mutating func series(
        _ name: String, _ prefix: String, _ form: Form
    ) throws(WebProblem) -> GraphOverride.Series {
        var wanted = GraphOverride.Series(name)
        wanted.label = try text(prefix + "label", form)
        wanted.isHidden = form.flag(prefix + "hidden") ? true : nil
        texts[prefix + "hidden"] = wanted.isHidden == true ? "1" : ""
        wanted.style = try choice(prefix + "style", form)
        wanted.width = try number(prefix + "width", form)
        wanted.dash = try choice(prefix + "dash", form)
        let color = try text(prefix + "color", form)
        let own = try text(prefix + "own", form)
        let chosen = color == Self.ownColor ? own : color
        if let chosen {
            wanted.color = GraphColor(text: chosen)
            if wanted.color == nil {
                texts.note("This is no colour: write #rrggbb.", at: prefix + "color")
            }
        }
        return wanted
    }

    // MARK: Fields

    static func prefix(_ place: Int) -> String { "\(GraphOverride.series).\(place)." }

    /// Where the page shows what is wrong with a field of the model: series are numbered there.
    private func name(of field: String) -> String {
        let beginning = "\(GraphOverride.series)."
        guard field.hasPrefix(beginning) else { return field }
        for (place, series) in template.series.enumerated() {
            let own = beginning + series.label + "."
            guard field.hasPrefix(own) else { continue }
            return Self.prefix(place) + field.dropFirst(own.count)
        }
        return GraphOverride.series
    }

    private static func sentence(_ words: String, _ fix: String) -> String {
        let text = "\(words); \(fix)."
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    private static func word(_ decision: Bool) -> String { decision ? "yes" : "no" }

    private mutating func text(_ name: String, _ form: Form) throws(WebProblem) -> String? {
        let text = try form.text(name)
        texts[name] = text ?? ""
        return text
    }

    private mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ form: Form
    ) throws(WebProblem) -> Choice? {
        guard let text = try text(name, form) else { return nil }
        let choice = Choice(rawValue: text)
        if choice == nil {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            texts.note("It is one of \(known).", at: name)
        }
        return choice
    }

    private mutating func decision(_ name: String, _ form: Form) throws(WebProblem) -> Bool? {
        switch try text(name, form) {
        case nil: return nil
        case "yes"?: return true
        case "no"?: return false
        default:
            texts.note("It is yes or no.", at: name)
            return nil
        }
    }

    private mutating func number(_ name: String, _ form: Form) throws(WebProblem) -> Double? {
        guard let text = try text(name, form) else { return nil }
        guard let number = Double(text), number.isFinite else {
            texts.note("“\(DeviceText(text).text)” is no number.", at: name)
            return nil
        }
        return number
    }

    private mutating func limit(_ name: String, _ form: Form) throws(WebProblem) -> AxisLimit? {
        guard let text = try text(name, form) else { return nil }
        let limit = AxisLimit(text: text)
        if limit == nil {
            texts.note(
                "“\(DeviceText(text).text)” is no limit: write a number, as 100 or 2.5M, or auto.",
                at: name)
        }
        return limit
    }
}
