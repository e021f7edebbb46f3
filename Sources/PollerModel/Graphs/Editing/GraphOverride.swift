/// What of one graph is drawn otherwise than its template says. Whatever is nil is as there.
package struct GraphOverride: Sendable, Hashable, Codable {
    /// Characters (Unicode scalars) of the title.
    package static let longestTitle = GraphLimits.longestText
    /// Characters (Unicode scalars) of an axis' or a legend's text.
    package static let longestLabel = 60

    /// In place of the one that follows the template and the device's name.
    package var title: String?
    /// What stands at the vertical axis, in place of the unit.
    package var verticalLabel: String?
    /// Where the template's unit is bits or bytes.
    package var units: GraphView.Units?
    package var base: GraphTemplate.Base?
    package var lowerLimit: AxisLimit?
    package var upperLimit: AxisLimit?
    package var isRigid: Bool?
    package var isLogarithmic: Bool?
    /// The line at what the interface can carry: always, never, or (nil) when the data come near.
    package var showsCapacity: Bool?
    /// A line at this percentile of each drawn series.
    package var percentile: Double?
    /// By the labels that the template gives them, each once.
    package var series: [Series] = []

    package init() {}

    /// Whether everything is as the template says.
    package var isEmpty: Bool { self == GraphOverride() }

    /// One series of the template.
    package struct Series: Sendable, Hashable, Codable {
        /// As the template calls it.
        package let name: String
        /// In the legend.
        package var label: String?
        package var color: GraphColor?
        /// Neither drawn nor in the legend.
        package var isHidden: Bool?
        package var style: GraphTemplate.Style?
        package var width: Double?
        package var dash: GraphDash?

        package init(_ name: String) { self.name = name }

        package var isEmpty: Bool { self == Series(name) }
    }

    /// What is said about a series of the template, to be changed; what says nothing is not kept.
    package subscript(name: String) -> Series {
        get { series.first { $0.name == name } ?? Series(name) }
        set {
            precondition(newValue.name == name, "a series keeps its name")
            if let place = series.firstIndex(where: { $0.name == name }) {
                series[place] = newValue
            } else {
                series.append(newValue)
            }
            series.removeAll(where: \.isEmpty)
        }
    }
}

/// Where an axis reaches to at least.
package enum AxisLimit: Sendable, Hashable {
    /// As far as the data.
    case automatic
    case at(Double)

    package var value: Double? {
        switch self {
        case .automatic: nil
        case .at(let value): value
        }
    }
}

extension AxisLimit: Codable {
    private static let automaticName = "auto"

    /// A number, or `auto`.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Double.self) {
            self = .at(value)
            return
        }
        guard try container.decode(String.self) == Self.automaticName else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a limit is a number, or “auto”")
        }
        self = .automatic
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .automatic: try container.encode(Self.automaticName)
        case .at(let value): try container.encode(value)
        }
    }

    /// What a person writes: `auto`, or a number, with k, M, G or T behind it where it is large.
    package init?(text: String) {
        if text == Self.automaticName {
            self = .automatic
            return
        }
        let factors = ["k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12]
        let factor = text.last.flatMap { factors[String($0)] }
        let digits = factor == nil ? text[...] : text.dropLast()
        guard let number = Double(digits.trimmed), number.isFinite else { return nil }
        self = .at(number * (factor ?? 1))
    }

    package var text: String { value.map(\.plainText) ?? Self.automaticName }
}

/// How a line is broken; presets, because a row of numbers is no choice for a page.
package enum GraphDash: String, Sendable, Hashable, Codable, CaseIterable {
    case solid, dashed, dotted
    case dashDotted = "dash-dot"

    /// Lengths of dashes and gaps in pixels; nil of a solid line.
    package var lengths: [Int]? {
        switch self {
        case .solid: nil
        case .dashed: [6, 3]
        case .dotted: [2, 2]
        case .dashDotted: [8, 3, 2, 3]
        }
    }

    /// The one that a line has; nil of any other.
    package init?(lengths: [Int]?) {
        guard let dash = Self.allCases.first(where: { $0.lengths == lengths }) else { return nil }
        self = dash
    }
}

extension GraphColor: Codable {
    /// A name of the palette, or `#rrggbb` with an alpha channel behind it where wanted.
    package init?(text: String) {
        if let place = SeriesColor(rawValue: text) {
            self = .palette(place)
        } else if let color = Color(text: text) {
            self = .fixed(color)
        } else {
            return nil
        }
    }

    /// The same, without the alpha channel of a place in the palette.
    package var text: String {
        switch self {
        case .palette(let place, _): place.rawValue
        case .fixed(let color): color.text
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let color = GraphColor(text: text) else {
            let names = SeriesColor.allCases.map(\.rawValue)
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "“\(DeviceText(text).text)” is no colour"
                    + Suggestion.phrase(for: text, among: names))
        }
        self = color
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension GraphTemplate.Base: Codable {}
extension GraphTemplate.Style: Codable {}
extension GraphView.Units: Codable {}
