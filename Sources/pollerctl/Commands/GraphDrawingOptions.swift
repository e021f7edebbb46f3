import ArgumentParser
import PollerModel

/// How one graph of a device is drawn otherwise than its template says.
struct GraphDrawingOptions: ParsableArguments {
    @Option(help: "Text at the vertical axis, in place of the unit.")
    var verticalLabel: String?

    @Option(help: "bits or bytes, of a graph that shows one of them.")
    var units: String?

    @Option(help: "What a kilo is: 1000 or 1024.")
    var base: Int?

    @Option(help: "Where the axis reaches down to at least: a number, as 0 or 2.5M, or auto.")
    var lowerLimit: String?

    @Option(help: "Where it reaches up to at least.")
    var upperLimit: String?

    @Flag(inversion: .prefixedNo, help: "Cut off what lies beyond the limits.")
    var rigid: Bool?

    @Flag(inversion: .prefixedNo, help: "A logarithmic axis.")
    var logarithmic: Bool?

    @Flag(
        inversion: .prefixedNo,
        help: "A line at the interface's speed always, or never; by default near it.")
    var capacity: Bool?

    @Option(help: "A line at this percentile of each series, for example 95.")
    var percentile: Double?

    @Option(help: "SERIES=COLOUR: a name of the palette, or #rrggbb; repeatable, as the following.")
    var color: [String] = []

    @Option(help: "SERIES=TEXT in the legend.")
    var legend: [String] = []

    @Option(help: "SERIES=line, area, stack or numbers.")
    var style: [String] = []

    @Option(help: "SERIES=PIXELS.")
    var lineWidth: [String] = []

    @Option(help: "SERIES=solid, dashed, dotted or dash-dot.")
    var dash: [String] = []

    @Option(help: "Hide a series.")
    var hide: [String] = []

    @Option(help: "Show one that was hidden.")
    var show: [String] = []

    @Option(
        help: """
            Take back what was said about title, vertical_label, units, base, lower_limit, \
            upper_limit, rigid, logarithmic, capacity, percentile, series or all; repeatable.
            """)
    var unset: [String] = []

    /// The order these options are.
    func order() throws -> GraphEditOrder {
        var order = GraphEditOrder()
        order.verticalLabel = verticalLabel
        order.units = try units.map { try Self.word($0, "--units") }
        order.base = try base.map { number in
            guard let base = GraphTemplate.Base(rawValue: number) else {
                throw Self.mistake("--base is 1000 or 1024, not \(number)")
            }
            return base
        }
        order.lowerLimit = try lowerLimit.map { try Self.limit($0, "--lower-limit") }
        order.upperLimit = try upperLimit.map { try Self.limit($0, "--upper-limit") }
        order.rigid = rigid
        order.logarithmic = logarithmic
        order.capacity = capacity
        order.percentile = percentile
        order.series = try series()
        order.unset = unset.isEmpty ? nil : unset
        return order
    }

    /// nil where none is named.
    private func series() throws -> [GraphEditOrder.Series]? {
        var all: [GraphEditOrder.Series] = []
        func change(_ name: String, _ body: (inout GraphEditOrder.Series) throws -> Void) rethrows {
            let place = all.firstIndex { $0.name == name } ?? all.endIndex
            if place == all.endIndex { all.append(GraphEditOrder.Series(name: name)) }
            try body(&all[place])
        }
        for text in color {
            let (name, value) = try Self.pair(text, "--color")
            guard let color = GraphColor(text: value) else {
                let known = SeriesColor.allCases.map(\.rawValue)
                throw Self.mistake(
                    "“\(value)” is no colour" + Suggestion.phrase(for: value, among: known))
            }
            change(name) { $0.color = color }
        }
        for text in legend {
            let (name, value) = try Self.pair(text, "--legend")
            change(name) { $0.label = value }
        }
        for text in style {
            let (name, value) = try Self.pair(text, "--style")
            try change(name) { $0.style = try Self.word(value, "--style") }
        }
        for text in lineWidth {
            let (name, value) = try Self.pair(text, "--line-width")
            guard let width = Double(value) else {
                throw Self.mistake("“\(value)” is no width in pixels")
            }
            change(name) { $0.width = width }
        }
        for text in dash {
            let (name, value) = try Self.pair(text, "--dash")
            try change(name) { $0.dash = try Self.word(value, "--dash") }
        }
        for name in hide { change(name) { $0.hidden = true } }
        for name in show { change(name) { $0.hidden = false } }
        return all.isEmpty ? nil : all
    }

    private static func pair(_ text: String, _ option: String) throws -> (String, String) {
        guard let place = text.firstIndex(of: "="), place > text.startIndex else {
            throw mistake("\(option) is SERIES=VALUE, not “\(text)”")
        }
        return (String(text[..<place]), String(text[text.index(after: place)...]))
    }

    private static func limit(_ text: String, _ option: String) throws -> AxisLimit {
        guard let limit = AxisLimit(text: text) else {
            throw mistake("\(option) is a number, as 0 or 2.5M, or auto, not “\(text)”")
        }
        return limit
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String, _ option: String
    ) throws -> Word {
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue)
            throw mistake(
                "\(option) cannot be “\(text)”" + Suggestion.phrase(for: text, among: known)
                    + ": it is one of \(known.joined(separator: ", "))")
        }
        return word
    }

    private static func mistake(_ words: String) -> CommandFailure {
        CommandFailure(words, fix: "see pollerctl graph edit --help", exitCode: .usage)
    }
}
