import PollerModel

/// Writes a `GraphScript` as arguments of rrdgraph. The only place that knows librrd's syntax:
/// whatever text stands in a script comes out as text.
enum GraphArguments {
    /// librrd cuts legends and comments at 200 bytes (FMT_LEG_LEN), wherever that is, and with
    /// it the format behind a label.
    private static let longestLegend = 180
    private static let longestLabel = 100

    /// - Parameter folder: where the paths of the script begin.
    static func arguments(for script: GraphScript, folder: String) -> [String] {
        options(script) + colors(script.theme) + fonts(script.width)
            + script.elements.map { argument(for: $0, folder: folder) }
    }

    /// The same for a script whose rows were fetched already: `files[n]` is read as `cb//n`.
    static func arguments(for script: GraphScript, fetched files: [Fetched]) -> [String] {
        var script = script
        script.elements = script.elements.map { element in
            guard case .read(let name, let path, let source, let function) = element,
                let place = files.firstIndex(of: Fetched(path: path, function: function))
            else { return element }
            return .read(name: name, path: "/\(place)", source: source, function: function)
        }
        return arguments(for: script, folder: "cb")
    }

    /// What a DEF reads, apart from the data source: librrd fetches all of a file at once.
    struct Fetched: Hashable {
        let path: String
        let function: ConsolidationFunction
    }

    private static func options(_ script: GraphScript) -> [String] {
        var options = [
            "--imgformat", "PNG", "--start", String(script.range.start.seconds),
            "--end", String(script.range.end.seconds), "--width", String(script.width),
            "--height", String(script.height), "--vertical-label", plain(script.verticalLabel),
            "--base", String(script.base.rawValue),
            "--slope-mode", "--border", "0", "--grid-dash", "1:3", "--disable-rrdtool-tag",
        ]
        if !script.title.isEmpty { options += ["--title", plain(script.title)] }
        if script.scale > 1 { options += ["--zoom", String(script.scale)] }
        if !script.hasLegend { options.append("--no-legend") }
        if let limit = script.lowerLimit { options += ["--lower-limit", limit.plainText] }
        if let limit = script.upperLimit { options += ["--upper-limit", limit.plainText] }
        if script.lowerLimit != nil, script.upperLimit != nil {
            options.append("--rigid")
        } else {
            options.append("--alt-autoscale-max")
        }
        return options
    }

    private static func colors(_ theme: GraphTheme) -> [String] {
        [
            ("BACK", theme.background), ("CANVAS", theme.background),
            ("SHADEA", theme.background), ("SHADEB", theme.background), ("FONT", theme.font),
            ("AXIS", theme.axis), ("ARROW", theme.axis), ("GRID", theme.grid),
            ("MGRID", theme.majorGrid), ("FRAME", theme.majorGrid),
        ].flatMap { ["--color", $0.0 + $0.1.text] }
    }

    /// Pinned, so that a picture looks the same on every machine and columns line up.
    private static func fonts(_ width: Int) -> [String] {
        let legendSize = width < GraphPlanner.narrowWidth ? 8 : 9
        return [
            ("DEFAULT", 8, "DejaVu Sans"), ("TITLE", 11, "DejaVu Sans"),
            ("AXIS", 8, "DejaVu Sans"), ("UNIT", 8, "DejaVu Sans"),
            ("LEGEND", legendSize, "DejaVu Sans Mono"),
        ].flatMap { ["--font", "\($0.0):\($0.1):\($0.2)"] }
    }

    private static func argument(for element: GraphScript.Element, folder: String) -> String {
        switch element {
        case .read(let name, let path, let source, let function):
            "DEF:\(name)=\(escaped(folder))/\(path):\(source):\(function.rawValue)"
        case .compute(let name, let value):
            "CDEF:\(name)=\(value.tokens.map(\.text).joined(separator: ","))"
        case .summarize(let name, let of, let summary):
            "VDEF:\(name)=\(of),\(summary.rawValue)"
        case .area(let name, let color, let text, let isStacked):
            "AREA:\(name)\(color.text)\(legend(text))\(isStacked ? ":STACK" : "")"
        case .line(let name, let width, let color, let text):
            "LINE\(width):\(name)\(color.text)\(legend(text))"
        case .print(let name, let label, let format, let isCompact, let endsLine):
            "GPRINT:\(name):\(isCompact ? " " : "  ")\(quotedForFormat(plain(label, bytes: longestLabel)))"
                + (isCompact ? "" : "\\:") + format.pattern(isCompact: isCompact)
                + (endsLine ? "\\l" : "")
        case .comment(let text, let alignment):
            "COMMENT:\(text.isEmpty ? " " : escaped(plain(text, bytes: longestLegend)))\(alignment.code)"
        }
    }

    /// `legend=` in front, because librrd takes a bare legend named STACK for the flag.
    private static func legend(_ text: String?) -> String {
        text.map { ":legend=\(escaped(plain($0, bytes: longestLegend)))" } ?? ""
    }

    /// Without what librrd or pango would take for something else: control characters, and
    /// backslashes, which have no escape. Cut to `limit` bytes of whole characters.
    static func plain(_ text: String, bytes limit: Int = GraphLimits.longestText) -> String {
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

    /// A label in front of a number belongs to its format: percent signs are doubled there.
    private static func quotedForFormat(_ label: String) -> String {
        escaped(label).replacing("%", with: "%%")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing(":", with: "\\:")
    }
}

extension DeviceText {
    /// The printable text, with the blanks at its end that align columns.
    fileprivate func padded(like original: String) -> String {
        let blanks = original.reversed().prefix { $0 == " " }.count
        return text + String(repeating: " ", count: min(blanks, GraphLimits.longestText))
    }
}

extension GraphTemplate.NumberFormat {
    /// RRDtool manual, rrdgraph_graph: GPRINT.
    fileprivate func pattern(isCompact: Bool) -> String {
        switch self {
        case .scaled: isCompact ? "%6.1lf%s" : "%8.2lf %s"
        case .decimal: isCompact ? "%6.1lf " : "%8.2lf"
        case .whole: isCompact ? "%6.0lf " : "%8.0lf"
        }
    }
}

extension GraphScript.Alignment {
    /// RRDtool manual, rrdgraph_graph: COMMENT.
    fileprivate var code: String {
        switch self {
        case .left: "\\l"
        case .center: "\\c"
        case .right: "\\r"
        }
    }
}
