/// What is written around a picture: its title, a table of numbers, what they are of, and why data
/// are missing. The table is text in columns, because the legend's font is of one width.
struct GraphLegend {
    let title: String
    /// The line above the table; nil when there are no numbers.
    let header: String?
    /// `lines[i]` belongs to `series[i]`.
    let lines: [String]
    /// The shown stretch of time, by the clock on the wall.
    let range: String
    /// Of what the numbers are, and how much is known.
    let resolution: [String]
    let notes: [String]
    /// Characters of a line.
    let lineLength: Int

    /// Pixels of a character of the legend's font. Where fonts are hinted, each character of a font
    /// of one width takes whole pixels, so it is rounded up.
    private static let legendCharacterWidth = 8
    private static let narrowCharacterWidth = 7
    /// What of a picture's width a legend leaves free.
    private static let legendBorder = 36
    private static let narrowColumns = 3
    /// Characters that the box in front of a label takes.
    private static let boxLength = 2
    private static let longestLabel = 40
    /// librrd cuts texts at 200 bytes, and some characters have three.
    private static let longestLine = 150
    /// From this share on, all is known for people.
    private static let allKnown = 0.9995

    init(
        subject: GraphSubject, request: GraphRequest, situation: GraphSituation,
        units: UnitConversion, base: GraphTemplate.Base, series: [GraphPlan.PlannedSeries],
        frame: ColumnFrame, unknown: [GapText.Gap], failures: [StoreFailure],
        percentile: Double, drawsPeaks: Bool
    ) {
        let settings = subject.template.settings
        let width = request.width + settings.marginWidth
        title = Self.abridged(
            subject.title, to: GraphScript.titleRoom(request.width, settings, isSmall: true))
        let room = width - Self.legendBorder
        let character =
            request.width < GraphLimits.narrowWidth
            ? Self.narrowCharacterWidth : Self.legendCharacterWidth
        lineLength = min(room / character, Self.longestLine)
        let isEmpty =
            situation.note?.isEmpty == true
            || series.allSatisfy { $0.numbers.knownRows == 0 }
        let step = subject.parts.map(\.file.step.seconds).max() ?? frame.stepSeconds
        let columns = Self.columns(subject, request, units, frame, step)
        let table = LegendTable(
            columns: columns, series: series, base: base,
            percentile: percentile, totalUnit: units.total?.unit ?? "", room: lineLength)
        header = isEmpty ? nil : table.header
        let longest = lineLength - Self.boxLength
        lines = isEmpty ? series.map { Self.fitted($0.label, to: longest) } : table.lines
        range = ClockText.range(request.range, zoneOffset: situation.zoneOffset)
        let hasPeaks = series.contains { $0.peaks != nil }
        resolution = Self.resolution(
            series, frame, step: step,
            peaks: !hasPeaks
                ? nil
                : drawsPeaks
                    ? .drawn
                    : columns.prefix(table.shownColumns).contains(.peak)
                        ? .numbers : nil)
        let gaps = Self.notes(
            situation, unknown: unknown, failures: failures,
            rowSeconds: frame.stepSeconds, isEmpty: isEmpty,
            hasFix: request.width >= GraphLimits.narrowWidth)
        notes =
            gaps + (isEmpty ? [] : Self.particulars(subject, request, situation, series))
            + Self.marks(situation, request)
    }

    /// What of a range may lie before the first value without a word.
    private static let smallestBeginning = 0.05
    /// What is nearer to a state is that state, computed.
    private static let smallestFraction = 0.005

    /// What else a plot does not tell: when its values begin, that a line lies on the axis, and
    /// that there is no state between two of them.
    private static func particulars(
        _ subject: GraphSubject, _ request: GraphRequest, _ situation: GraphSituation,
        _ series: [GraphPlan.PlannedSeries]
    ) -> [String] {
        var notes: [String] = []
        let clock = GapClock(for: request.range, zoneOffset: situation.zoneOffset)
        if let begin = subject.parts.map(\.createdAt).min(),
            Double(begin.seconds - request.range.start.seconds)
                > smallestBeginning * Double(request.range.seconds)
        {
            notes.append("measured since \(clock.text(begin))")
        }
        let drawn = series.filter(\.isDrawn)
        func areZero(_ series: [GraphPlan.PlannedSeries]) -> Bool {
            series.allSatisfy { one in
                one.numbers.knownRows > 0 && one.numbers.minimum == 0 && one.numbers.maximum == 0
                    && (one.numbers.peak ?? 0) == 0
            }
        }
        if areZero(drawn), !drawn.isEmpty {
            notes.append(areZero(series) ? "every value is 0" : "every line is at 0")
        }
        let between = drawn.first { one in
            one.format == .state
                && one.values.contains { ($0 - $0.rounded()).magnitude > smallestFraction }
        }
        if let row = between?.numbers.rowSeconds {
            notes.append(
                "between two states: the mean of \(DurationText.words(row)) in which it changed")
        }
        return notes
    }

    private static func columns(
        _ subject: GraphSubject, _ request: GraphRequest, _ units: UnitConversion,
        _ frame: ColumnFrame, _ step: Int64
    ) -> [NumberColumn] {
        var columns = subject.template.numbers
        if request.view.percentile != nil, !columns.contains(.percentile) {
            columns.append(.percentile)
        }
        if units.total == nil { columns.removeAll { $0 == .total } }
        // Where a row is one step, the largest row is the peak.
        if frame.stepSeconds <= step { columns.removeAll { $0 == .peak } }
        if request.width < GraphLimits.narrowWidth {
            columns = Array(columns.prefix(narrowColumns))
        }
        return columns
    }

    /// Where the largest values of rows of many steps are seen.
    private enum Peaks { case drawn, numbers }

    private static func resolution(
        _ series: [GraphPlan.PlannedSeries], _ frame: ColumnFrame, step: Int64, peaks: Peaks?
    ) -> [String] {
        var parts = ["means of \(DurationText.words(frame.stepSeconds))"]
        switch peaks {
        case .drawn?: parts.append("peaks of \(DurationText.words(step))")
        // The axis does not reach to them then.
        case .numbers?: parts.append("peaks of \(DurationText.words(step)), not drawn")
        case nil: break
        }
        let drawn = series.filter(\.isDrawn).map(\.numbers)
        let expected = drawn.reduce(0) { $0 + $1.expectedRows }
        let known = drawn.reduce(0) { $0 + $1.knownRows }
        if expected > 0 {
            let share = Double(known) / Double(expected)
            if share < allKnown {
                parts.append("\(NumberText.fixed(share * 100, decimals: 1)) % known")
            }
        }
        return parts
    }

    private static func marks(
        _ situation: GraphSituation, _ request: GraphRequest
    ) -> [String] {
        guard request.view.showsEvents else { return [] }
        let clock = GapClock(for: request.range, zoneOffset: situation.zoneOffset)
        return EventMark.sentence(situation.marks, clock: clock.text).map { [$0] } ?? []
    }

    private static func notes(
        _ situation: GraphSituation, unknown: [GapText.Gap], failures: [StoreFailure],
        rowSeconds: Int64, isEmpty: Bool, hasFix: Bool
    ) -> [String] {
        var notes: [String] = []
        if let note = situation.note {
            notes.append(note.text)
            if isEmpty, hasFix, let fix = note.fix { notes.append("What to do: \(fix)") }
        }
        // What is wrong with the file is said once.
        if situation.note?.stage != .written {
            notes += failures.prefix(1).map { "No data: \($0.words)" }
        }
        if situation.note?.isEmpty != true {
            notes += situation.explain(unknown, rowSeconds).filter { !notes.contains($0) }
        }
        if notes.isEmpty, isEmpty { notes.append("No data in this range") }
        return notes
    }

    /// Between the device, the kind of graph and the row in a title.
    private static let titleSeparator = " - "
    /// So much of each of them says what it is.
    private static let leastPart = 8

    /// A title whose longest parts give way, so that the device, the kind and the row can all be
    /// told; librrd would cut it at both ends.
    private static func abridged(_ title: String, to room: Int) -> String {
        guard title.count > room else { return title }
        let parts = title.split(separator: titleSeparator, omittingEmptySubsequences: false)
        let rest = room - (parts.count - 1) * titleSeparator.count
        let fitting = (leastPart...max(leastPart, room)).last { longest in
            parts.reduce(0) { $0 + min($1.count, longest) } <= rest
        }
        guard let fitting else { return withoutMiddle(title, room) }
        return parts.map { withoutMiddle($0, fitting) }.joined(separator: titleSeparator)
    }

    /// Both ends are left, which tell it from others.
    private static func withoutMiddle(_ text: some StringProtocol, _ room: Int) -> String {
        guard text.count > room else { return String(text) }
        let kept = max(2, room - 1)
        return text.prefix(kept - kept / 2) + "…" + text.suffix(kept / 2)
    }

    private static func fitted(_ title: String, to room: Int) -> String {
        title.count <= room ? title : title.prefix(max(1, room - 1)) + "…"
    }

    /// A text broken at blanks, and words that are longer than a line wherever that ends.
    func broken(_ text: String) -> [String] {
        let words = text.split(separator: " ").flatMap { word in
            stride(from: 0, to: word.count, by: lineLength).map {
                String(word.dropFirst($0).prefix(lineLength))
            }
        }
        return filled(words, at: " ")
    }

    /// Parts in lines that fit; a part that is longer than a line has lines of its own.
    func broken(_ parts: [String], at separator: String) -> [String] {
        var lines: [String] = []
        var short: [String] = []
        for part in parts {
            if part.count <= lineLength {
                short.append(part)
            } else {
                if !short.isEmpty { lines += filled(short, at: separator) }
                short = []
                lines += broken(part)
            }
        }
        return short.isEmpty ? lines : lines + filled(short, at: separator)
    }

    private func filled(_ parts: [String], at separator: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for part in parts {
            if !line.isEmpty, line.count + separator.count + part.count > lineLength {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : separator) + part
        }
        return lines + [line]
    }

    /// A label cut to what fits beside its box; librrd would draw it over the picture's edge.
    func cut(_ label: String) -> String {
        Self.fitted(label, to: lineLength - Self.boxLength)
    }
}

extension GraphSettings {
    /// Pixels that librrd adds to the plot at its sides at least (rrd_graph.c:
    /// graph_size_location): the labels of the axes, the names of the axes, and what is free.
    var marginWidth: Int {
        var width = axisWidth + Self.freeWidth
        if rightAxis != nil { width += labelsWidth + Self.freeWidth }
        return width
    }

    /// What of them is left of the plot.
    var axisWidth: Int {
        labelsWidth + Self.freeWidth + (verticalLabel.isEmpty ? 0 : Self.nameWidth)
    }

    private var labelsWidth: Int {
        (unitsLength ?? Self.usualUnitsLength) * Self.labelCharacterWidth
    }

    /// Characters of a label for which librrd leaves room.
    static let usualUnitsLength = 6
    private static let labelCharacterWidth = 6
    private static let freeWidth = 15
    private static let nameWidth = 16
}

/// The numbers of all series in columns.
struct LegendTable {
    /// nil where there is no room for numbers.
    let header: String?
    let lines: [String]
    /// Columns that have room, from the first.
    let shownColumns: Int

    /// So much of a label is worth more than another column.
    private static let wantedLabel = 32
    private static let leastLabel = 4
    private static let gap = 2

    /// - Parameter room: characters of a line.
    init(
        columns: [NumberColumn], series: [GraphPlan.PlannedSeries],
        base: GraphTemplate.Base, percentile: Double, totalUnit: String, room: Int
    ) {
        let isCurrent = series.contains { $0.numbers.isCurrent }
        let cells = series.map { one in
            let style = NumberStyle(
                one.format,
                of: columns.filter { $0 != .total }.compactMap { one.numbers.number($0) })
            return columns.map {
                Self.cell($0, one, style: style, base: base, totalUnit: totalUnit)
            }
        }
        // The prefixes of a column stand below each other.
        let prefixWidth = columns.indices.map { place in
            cells.map { $0[place].prefix.count }.max() ?? 0
        }
        let texts = cells.map { row in
            row.enumerated().map { place, cell in
                let width = prefixWidth[place]
                guard width > 0 else { return cell.number }
                return cell.number + " " + cell.prefix
                    + String(repeating: " ", count: width - cell.prefix.count)
            }
        }
        let names = columns.map { Self.name($0, isCurrent: isCurrent, percentile: percentile) }
        let widths = columns.indices.map { place in
            max(names[place].count, texts.map { $0[place].count }.max() ?? 0) + Self.gap
        }
        var shown = columns.count
        let labels = series.map(\.label)
        let longest = labels.map(\.count).max() ?? 0
        func rest() -> Int { room - widths.prefix(shown).reduce(2, +) }
        // A label keeps at least so much that it can be told from others.
        while shown > 1, rest() < min(longest, Self.wantedLabel) { shown -= 1 }
        if shown == 1, rest() < min(longest, Self.leastLabel) { shown = 0 }
        let labelWidth = max(1, min(longest, rest()))
        func line(_ label: String, _ cells: [String]) -> String {
            Self.leading(label, labelWidth)
                + cells.prefix(shown).enumerated().map { place, text in
                    String(repeating: " ", count: max(0, widths[place] - text.count)) + text
                }.joined()
        }
        // The box in front of a label takes two characters.
        header = shown > 0 ? "  " + line("", names) : nil
        shownColumns = shown
        lines = zip(labels, texts).map { line($0, $1) }
    }

    private static func leading(_ label: String, _ width: Int) -> String {
        let cut = label.count <= width ? label : label.prefix(max(1, width - 1)) + "…"
        return cut + String(repeating: " ", count: max(0, width - cut.count))
    }

    private static func name(
        _ column: NumberColumn, isCurrent: Bool, percentile: Double
    ) -> String {
        switch column {
        case .current: isCurrent ? "Current" : "Last"
        case .average: "Average"
        case .minimum: "Minimum"
        case .maximum: "Maximum"
        case .peak: "Peak"
        case .percentile: "\(percentile.plainText)th"
        case .total: "Total"
        }
    }

    private static func cell(
        _ column: NumberColumn, _ series: GraphPlan.PlannedSeries, style: NumberStyle,
        base: GraphTemplate.Base, totalUnit: String
    ) -> (number: String, prefix: String) {
        guard column.tells(of: series.format) else { return ("", "") }
        let value = column == .total ? series.total : series.numbers.number(column)
        guard let value else { return (NumberText.unknown, "") }
        if column == .total {
            let text = NumberText.scaled(value, base: base)
            return (text.number, text.prefix + totalUnit)
        }
        return style.text(value, base: base)
    }
}
