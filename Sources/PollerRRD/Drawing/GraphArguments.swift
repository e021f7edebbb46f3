import PollerModel

/// Writes a `GraphScript` as arguments of rrdgraph. The only place that knows librrd's syntax:
/// whatever text stands in a script comes out as text.
enum GraphArguments {
    /// librrd cuts legends and comments at 200 bytes (FMT_LEG_LEN), wherever that is.
    private static let longestLegend = 180

    /// Where DEFs read.
    enum Place {
        /// Rows that were read already: `cb//n` is the n-th of the script's.
        case memory
        /// Files below a folder, as somebody types it.
        case files(folder: String)
    }

    static func arguments(for script: GraphScript, reading place: Place = .memory) -> [String] {
        options(script) + axis(script) + (colors[script.theme] ?? [])
            + fonts(script)
            + script.elements.map { argument(for: $0, reading: place) }
    }

    private static func options(_ script: GraphScript) -> [String] {
        var options = [
            "--imgformat", script.format.rawValue.uppercased(),
            "--start", String(start(of: script)), "--end", String(end(of: script)), "--width",
            String(script.width),
            "--height", String(script.height), "--vertical-label", plain(script.verticalLabel),
            "--base", String(script.base.rawValue), "--border", "0", "--grid-dash", "1:3",
            "--disable-rrdtool-tag",
        ]
        let settings = script.settings
        if settings.isSmooth { options.append("--slope-mode") }
        if !settings.fitsGrid { options.append("--no-gridfit") }
        if !script.title.isEmpty { options += ["--title", plain(script.title)] }
        if script.scale > 1 { options += ["--zoom", String(script.scale)] }
        if !script.hasLegend { options.append("--no-legend") }
        if let width = settings.tabWidth { options += ["--tabwidth", String(width)] }
        if settings.hasDynamicLabels { options.append("--dynamic-labels") }
        if settings.forcesRuleLabels { options.append("--force-rules-legend") }
        if settings.legendPosition != .south {
            options += ["--legend-position=\(settings.legendPosition.rawValue)"]
        }
        if settings.legendIsReversed { options.append("--legend-direction=bottomup") }
        return options
    }

    private static func start(of script: GraphScript) -> Int64 {
        max(script.range.start.seconds, GraphLimits.earliestSeconds)
    }

    private static func end(of script: GraphScript) -> Int64 {
        max(script.range.end.seconds, GraphLimits.earliestSeconds + script.range.seconds)
    }

    private static func axis(_ script: GraphScript) -> [String] {
        let axis = script.axis
        var options = [
            "--lower-limit", axis.lower.plainText, "--upper-limit", axis.upper.plainText,
            "--rigid",
        ]
        if axis.isLogarithmic { options += ["--logarithmic", "--units=si"] }
        if let grid = axis.grid {
            options += [
                "--y-grid", "\(grid.step.plainText):\(grid.labelEvery)",
                "--units-exponent", String(grid.exponent),
                "--left-axis-format",
                "%.\(grid.decimals)lf" + (grid.prefix.isEmpty ? "" : " \(grid.prefix)"),
            ]
        }
        options += ["--x-grid", text(script.timeAxis)]
        if let length = script.settings.unitsLength {
            options += ["--units-length", String(length)]
        }
        if let right = script.settings.rightAxis {
            options += [
                "--right-axis", "\(right.scale.plainText):\(right.shift.plainText)",
                "--right-axis-label", plain(right.label),
            ]
        }
        return options
    }

    /// The format comes last, and may hold colons.
    private static func text(_ axis: TimeAxis) -> String {
        let distances = [axis.minor, axis.major, axis.label].map {
            "\($0.unit.rawValue):\($0.count)"
        }
        return distances.joined(separator: ":") + ":\(axis.labelSpanSeconds):\(axis.format)"
    }

    /// Written once, as they are in each picture.
    private static let colors = Dictionary(
        uniqueKeysWithValues: GraphTheme.allCases.map { ($0, colorOptions($0)) })

    private static func colorOptions(_ theme: GraphTheme) -> [String] {
        [
            ("BACK", theme.background), ("CANVAS", theme.background),
            ("SHADEA", theme.background), ("SHADEB", theme.background), ("FONT", theme.font),
            ("AXIS", theme.axis), ("ARROW", theme.axis), ("GRID", theme.grid),
            ("MGRID", theme.majorGrid), ("FRAME", theme.majorGrid),
        ].flatMap { ["--color", $0.0 + $0.1.text] }
    }

    /// Pinned, so that a picture looks the same on every machine and columns line up.
    private static func fonts(_ script: GraphScript) -> [String] {
        let isNarrow = script.width < GraphLimits.narrowWidth
        return switch (isNarrow, script.hasSmallTitle) {
        case (false, false): usualFonts
        case (true, false): narrowFonts
        case (false, true): smallTitleFonts
        case (true, true): narrowSmallTitleFonts
        }
    }

    private static let usualFonts = fontOptions(titleSize: 11, legendSize: 9)
    private static let narrowFonts = fontOptions(titleSize: 11, legendSize: 8)
    private static let smallTitleFonts = fontOptions(titleSize: 8, legendSize: 9)
    private static let narrowSmallTitleFonts = fontOptions(titleSize: 8, legendSize: 8)

    private static func fontOptions(titleSize: Int, legendSize: Int) -> [String] {
        [
            ("DEFAULT", 8, "DejaVu Sans"), ("TITLE", titleSize, "DejaVu Sans"),
            ("AXIS", 8, "DejaVu Sans"), ("UNIT", 8, "DejaVu Sans"),
            ("LEGEND", legendSize, "DejaVu Sans Mono"),
        ].flatMap { ["--font", "\($0.0):\($0.1):\($0.2)"] }
    }

    private static func argument(
        for element: GraphScript.Element, reading place: Place
    ) -> String {
        switch element {
        case .read(let name, let origin): definition(name, origin, place)
        case .compute(let name, let value):
            "CDEF:\(name)=\(value.tokens.map(\.text).joined(separator: ","))"
        case .shift(let name, let seconds): "SHIFT:\(name):\(seconds)"
        case .area(let name, let color, let text, let isStacked):
            "AREA:\(name)\(color.text)\(legend(text))\(isStacked ? ":STACK" : "")"
        case .line(let name, let stroke, let color, let text, let isStacked):
            "LINE\(stroke.width):\(name)\(color.text)\(legend(text))"
                + (isStacked ? ":STACK" : "") + dashes(stroke)
        case .tick(let name, let share, let color, let text):
            "TICK:\(name)\(color.text):\(share)\(legend(text))"
        case .horizontalRule(let value, let stroke, let color, let text):
            "HRULE:\(value.plainText)\(color.text)\(legend(text))\(dashes(stroke))"
        case .verticalRule(let time, let stroke, let color, let text):
            "VRULE:\(time.seconds)\(color.text)\(legend(text))\(dashes(stroke))"
        case .comment(let text, let ending):
            "COMMENT:\(text.isEmpty ? " " : escaped(plain(text, bytes: longestLegend)))\(ending.code)"
        case .alignment(let alignment): "TEXTALIGN:\(alignment.rawValue)"
        }
    }

    private static func definition(
        _ name: String, _ origin: GraphScript.Origin, _ place: Place
    ) -> String {
        var text: String
        switch place {
        case .memory:
            text = "DEF:\(name)=cb//\(origin.rows):\(origin.source):\(origin.function.rawValue)"
        case .files(let folder):
            text =
                "DEF:\(name)=\(escaped(folder))/\(origin.path):\(origin.source)"
                + ":\(origin.function.rawValue):step=\(origin.rowSeconds)"
        }
        if let range = origin.range {
            text += ":start=\(range.start.seconds):end=\(range.end.seconds)"
        }
        return text
    }

    private static func dashes(_ stroke: GraphStroke) -> String {
        guard let dashes = stroke.dashes else { return "" }
        let offset = stroke.dashOffset == 0 ? "" : ":dash-offset=\(stroke.dashOffset)"
        return ":dashes=" + dashes.map(String.init).joined(separator: ",") + offset
    }

    /// `legend=` in front, because librrd takes a bare legend named STACK for the flag.
    private static func legend(_ text: String?) -> String {
        text.map { ":legend=\(escaped(plain($0, bytes: longestLegend)))" } ?? ""
    }

    /// Without what librrd or pango would take for something else: control characters, and
    /// backslashes, which have no escape. Cut to `limit` bytes of whole characters.
    static func plain(_ text: String, bytes limit: Int = GraphLimits.longestText) -> String {
        if isPlain(text, bytes: limit) { return text }
        var plain = ""
        var room = limit
        for character in DeviceText(text).padded(like: text) {
            let shown = character == "\\" ? "\u{2216}" : character
            // An escaped colon takes two bytes.
            let size = shown == ":" ? 2 : shown.utf8.count
            guard size <= room else { break }
            room -= size
            plain.append(shown)
        }
        return plain
    }

    /// Whether a text is what `plain` makes of it, as most are: nothing but the printable part of
    /// ASCII, and more than blanks.
    private static func isPlain(_ text: String, bytes limit: Int) -> Bool {
        var room = limit
        var isBlank = true
        for byte in text.utf8 {
            guard (0x20...0x7e).contains(byte), byte != UInt8(ascii: "\\") else { return false }
            room -= byte == UInt8(ascii: ":") ? 2 : 1
            if byte != UInt8(ascii: " ") { isBlank = false }
        }
        return room >= 0 && !isBlank
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: ":")) else { return text }
        return text.replacing(":", with: "\\:")
    }
}

extension DeviceText {
    /// The printable text, with the blanks at its ends that align columns.
    fileprivate func padded(like original: String) -> String {
        func blanks(_ characters: some Sequence<Character>) -> String {
            String(
                repeating: " ",
                count: min(
                    characters.prefix { $0 == " " }.map { _ in 1 }.count,
                    GraphLimits.longestText))
        }
        // Where nothing is left, the blanks in front are those behind.
        guard !text.isEmpty else { return blanks(original) }
        return blanks(original) + text + blanks(original.reversed())
    }
}

extension GraphScript.Ending {
    /// RRDtool manual, rrdgraph_graph: COMMENT.
    fileprivate var code: String {
        switch self {
        case .none: ""
        case .left: "\\l"
        case .center: "\\c"
        case .right: "\\r"
        }
    }
}
