/// The colours of an aggregate's series, in order.
package enum Palette: Sendable, Hashable {
    /// Colours of a list of one's own.
    package static let largestCount = 64

    /// A sequence that is known by name, readable on a light and a dark page.
    case named(Name)
    /// These on either page, from the beginning again where they do not suffice; not empty.
    case own([Color])

    package enum Name: String, Sendable, Hashable, CaseIterable {
        /// The colours of all graphs, which stay apart for the colour-blind.
        case mixed
        /// From violet to green and yellow (matplotlib's viridis): order, for the colour-blind too.
        case viridis
        /// From dark to light.
        case blues, oranges
    }

    /// As many colours as there are series.
    package func colors(_ count: Int, theme: GraphTheme) -> [Color] {
        switch self {
        case .own(let colors):
            guard !colors.isEmpty else { return Palette.named(.mixed).colors(count, theme: theme) }
            return (0..<count).map { colors[$0 % colors.count] }
        case .named(.mixed):
            let colors = SeriesColor.allCases
            return (0..<count).map { theme.color(colors[$0 % colors.count]) }
        case .named(let name):
            let stops = name.stops(theme)
            return (0..<count).map { Self.color($0, of: count, between: stops) }
        }
    }

    /// The colour at a place of a ramp that goes through `stops` evenly.
    private static func color(_ place: Int, of count: Int, between stops: [Color]) -> Color {
        guard count > 1 else { return stops[0] }
        let position = Double(place) * Double(stops.count - 1) / Double(count - 1)
        let lower = min(Int(position), stops.count - 2)
        return stops[lower].mixed(with: stops[lower + 1], share: position - Double(lower))
    }
}

extension Palette.Name {
    /// The ramp's colours, at least two; all keep 3:1 against the page (WCAG 2.2, 1.4.11), so
    /// that each page has the half of a ramp that can be seen on it.
    fileprivate func stops(_ theme: GraphTheme) -> [Color] {
        let colors: [UInt32] =
            switch (self, theme) {
            case (.viridis, .light): [0x440154, 0x414487, 0x2a788e, 0x1f9a8a]
            case (.viridis, .dark): [0x2a788e, 0x22a884, 0x7ad151, 0xfde725]
            case (.blues, .light): [0x08306b, 0x08519c, 0x2171b5, 0x4292c6]
            case (.blues, .dark): [0x2171b5, 0x6baed6, 0xc6dbef]
            case (.oranges, .light): [0x7f2704, 0xa63603, 0xd94801, 0xe2610b]
            case (.oranges, .dark): [0xd94801, 0xfd8d3c, 0xfdd0a2]
            // Not a ramp.
            case (.mixed, _): [0, 0]
            }
        return colors.map { Color($0) }
    }
}

extension Color {
    /// `#rrggbb`, in either case.
    package init?(opaque text: String) {
        guard text.first == "#", let bytes = Hexadecimal.bytes(String(text.dropFirst())),
            bytes.count == 3
        else { return nil }
        self.init(UInt32(bytes[0]) << 16 | UInt32(bytes[1]) << 8 | UInt32(bytes[2]))
    }

    /// - Parameter share: of the other colour; 0 to 1.
    fileprivate func mixed(with other: Color, share: Double) -> Color {
        let part = { (own: UInt8, others: UInt8) -> UInt32 in
            UInt32((Double(own) * (1 - share) + Double(others) * share).rounded())
        }
        return Color(
            part(red, other.red) << 16 | part(green, other.green) << 8 | part(blue, other.blue))
    }
}

extension Palette: Codable {
    /// A name, or a list of colours: `"viridis"`, `["#0067a5", "#d55e00"]`.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let mistake = { (words: String) in
            DecodingError.dataCorruptedError(in: container, debugDescription: words)
        }
        if let name = try? container.decode(String.self) {
            // The first of the two forms was not it: not a failure, the second follows.
            let known = Name.allCases.map(\.rawValue)
            guard let name = Name(rawValue: name) else {
                throw mistake(
                    "there is no palette “\(DeviceText(name).text)”"
                        + Suggestion.phrase(for: name, among: known)
                        + "; there are \(known.joined(separator: ", "))")
            }
            self = .named(name)
            return
        }
        let texts = try container.decode([String].self)
        guard (1...Self.largestCount).contains(texts.count) else {
            throw mistake("a palette has 1 to \(Self.largestCount) colours, not \(texts.count)")
        }
        self = .own(
            try texts.map { text in
                guard let color = Color(opaque: text) else {
                    throw mistake("“\(DeviceText(text).text)” is no colour; write #rrggbb")
                }
                return color
            })
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .named(let name): try container.encode(name.rawValue)
        case .own(let colors): try container.encode(colors.map(\.text))
        }
    }
}
