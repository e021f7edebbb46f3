import PollerModel

/// A picture on a page: its addresses for light and dark, near and far, wide and narrow.
struct GraphCard {
    let id: String
    let title: String
    let link: String
    let caption: String
    let alt: String
    /// Of a thumbnail; a full picture has its note inside.
    let note: String?
    let width: Int
    let height: Int
    let light: String
    let light2: String
    let dark: String
    let dark2: String
    let narrowLight: String
    let narrowDark: String
    let isThumbnail: Bool
    /// How the picture is looked at, for where zooming leads.
    let view: String
    let numbers: NumbersTable?

    /// A picture of the graph page; without `from` the default range.
    static func full(
        _ drawing: Drawing, caption: String, from: String?, to: String, range: TimeRange,
        view: ViewSwitches, services: WebServices
    ) async -> (card: GraphCard, report: GraphNumbersReport?) {
        var parameters = Dictionary(
            view.chosen.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        if let from {
            parameters["from"] = from
            parameters["to"] = to
        }
        let report = await services.numbers(of: drawing, Query(parameters: parameters))
        let card = GraphCard(
            drawing, caption: caption, from: from, to: to,
            note: services.note(for: drawing, range: range), width: 700, height: 200,
            isThumbnail: false, view: view, report: report)
        return (card, report)
    }

    /// A size of thumbnails.
    struct Size {
        let width: Int
        let height: Int

        /// What fits so many columns on a usual page; nil is as many as fit.
        static func columns(_ count: Int?) -> Size {
            switch count {
            case 1?: Size(width: 900, height: 160)
            case 2?: Size(width: 520, height: 130)
            default: Size(width: 320, height: 100)
            }
        }
    }

    /// A picture among others, that leads to the graph's page.
    ///
    /// - Parameter range: nil is the default one.
    static func thumbnail(
        _ drawing: Drawing, size: Size = .columns(nil),
        range stretch: (from: String, to: String, range: TimeRange)? = nil, services: WebServices
    ) throws(WebProblem) -> GraphCard {
        let range: TimeRange
        if let stretch {
            range = stretch.range
        } else {
            range = try services.defaultRange(for: drawing)
        }
        return GraphCard(
            drawing, caption: drawing.title, from: stretch?.from, to: stretch?.to ?? "now",
            note: services.note(for: drawing, range: range), width: size.width,
            height: size.height, isThumbnail: true)
    }

    /// A picture of a dashboard: as small as others, with the numbers in its legend.
    static func tile(
        _ drawing: Drawing, title: String?, from: String, to: String, range: TimeRange,
        width: Int, height: Int, services: WebServices
    ) -> GraphCard {
        GraphCard(
            drawing, caption: title ?? drawing.title, from: from, to: to,
            note: services.note(for: drawing, range: range), width: width, height: height,
            isThumbnail: true, hasLegend: true)
    }

    private init(
        _ drawing: Drawing, caption: String, from: String?, to: String,
        note: GraphNote?, width: Int, height: Int, isThumbnail: Bool, hasLegend: Bool = false,
        view: ViewSwitches = ViewSwitches(), report: GraphNumbersReport? = nil
    ) {
        let narrowWidth = 300
        let stretch = from.map { "from=\(URLText.escaped($0))&to=\(URLText.escaped(to))&" } ?? ""
        let looks = view.text
        let address = { (width: Int, theme: GraphTheme, scale: Int) in
            "/graphs/\(drawing.id).png?\(stretch)width=\(width)&height=\(height)"
                + "&theme=\(theme.rawValue)&scale=\(scale)"
                + (isThumbnail && !hasLegend ? "&legend=0" : "")
                + looks
        }
        id = drawing.id.description
        title = drawing.title
        link = "/graphs/\(drawing.id)"
        self.caption = caption
        let told = [report?.summary, note?.text].compactMap { $0 }
        alt =
            "\(drawing.title), \(caption)"
            + (told.first == told.last ? Array(told.prefix(1)) : told).map { ". \($0)" }.joined()
        self.note = isThumbnail && !hasLegend ? note?.text : nil
        // What librrd adds round the plot; only reserves the place until the picture is there.
        self.width = width + 97
        self.height = height + (isThumbnail && !hasLegend ? 55 : 110)
        light = address(width, .light, 1)
        light2 = address(width, .light, 2)
        dark = address(width, .dark, 1)
        dark2 = address(width, .dark, 2)
        narrowLight = address(narrowWidth, .light, 2)
        narrowDark = address(narrowWidth, .dark, 2)
        self.isThumbnail = isThumbnail
        self.view = looks
        // Without the & that nothing follows.
        let query = looks.isEmpty ? String(stretch.dropLast()) : stretch + looks.dropFirst()
        numbers = report.map { NumbersTable($0, query: query) }
    }
}

extension WebServices {
    /// By default of an aggregate too: from its oldest member on, a day at most.
    func defaultRange(for drawing: Drawing) throws(WebProblem) -> TimeRange {
        try defaultRange(for: drawing.oldestSource)
    }

    /// What is said under the picture; nil when there is nothing to explain, and of aggregates,
    /// whose pictures tell themselves what they lack.
    func note(
        for drawing: Drawing, range: TimeRange, audience: GraphNote.Audience = .people
    ) -> GraphNote? {
        guard case .graph(let graph, let definition) = drawing else { return nil }
        return note(for: graph, of: definition, range: range, audience: audience)
    }
}

/// Text in the query of an address.
enum URLText {
    static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e, 0x2f, 0x3a:
                result.append(Character(Unicode.Scalar(byte)))
            default: result += "%" + Hexadecimal.text([byte]).uppercased()
            }
        }
        return result
    }
}
