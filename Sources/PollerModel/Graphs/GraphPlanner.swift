/// Decides how a graph is drawn: which data, which computations, which legend, which gaps.
package enum GraphPlanner {
    /// What the planner needs to know of a graph.
    package struct Subject: Sendable, Hashable {
        package let graph: Graph
        package let template: GraphTemplate
        package let file: RoundRobinFile
        /// Time that can have data: nothing is missed before the second sample, nor in the steps
        /// that are not over yet.
        package let expected: ClosedRange<Int64>
        /// Said under the picture, for example why there is no data.
        package let note: GraphNote?

        package init(
            graph: Graph, template: GraphTemplate, file: RoundRobinFile, createdAt: Timestamp,
            now: Timestamp, note: GraphNote?
        ) {
            self.graph = graph
            self.template = template
            self.file = file
            self.note = note
            let first = createdAt.seconds + 2 * file.step.seconds
            expected = first...max(first, now.seconds - 2 * file.step.seconds)
        }

        /// nil when the catalogue lacks the graph's template, or that of its data source.
        package init?(
            graph: Graph, of definition: DeviceDefinition, catalogue: Catalogue, now: Timestamp,
            note: GraphNote?
        ) {
            guard let template = catalogue.graphTemplates[graph.template],
                let source = definition.dataSource(graph.dataSource),
                let file = RoundRobinFile(dataSource: source, catalogue: catalogue)
            else { return nil }
            self.init(
                graph: graph, template: template, file: file, createdAt: source.createdAt,
                now: now, note: note)
        }
    }

    package static func script(for subject: Subject, _ request: GraphRequest) -> GraphScript {
        var names = NameSupply()
        var elements: [GraphScript.Element] = []
        var reads: [Read: String] = [:]

        func read(_ source: String, _ function: ConsolidationFunction) -> String {
            let read = Read(source: source, function: function)
            if let name = reads[read] { return name }
            let name = names.next()
            reads[read] = name
            elements.append(
                .read(name: name, path: subject.file.path, source: source, function: function))
            return name
        }
        func compute(_ value: Expression, _ function: ConsolidationFunction) -> String {
            let renamed = value.renaming { read($0, function) }
            if case .variable(let name)? = renamed.tokens.first, renamed.tokens.count == 1 {
                return name
            }
            let name = names.next()
            elements.append(.compute(name: name, value: renamed))
            return name
        }

        let hasNumbers = request.hasLegend && subject.note?.isEmpty != true
        let isNarrow = request.width < narrowWidth
        let drawn = subject.template.series.map { series in
            let average = compute(series.value, .average)
            let hasPeak = hasNumbers && series.value.keepsPeaks
            return DrawnSeries(
                series: series, average: average,
                peak: hasPeak ? compute(series.value, .maximum) : average)
        }
        appendGap(to: &elements, names: &names, over: drawn.map(\.average), subject, request)
        appendUnderlays(of: drawn, to: &elements, request)
        let labelWidth = subject.template.series.map(\.label.count).max() ?? 0
        var hasStack = false
        for item in drawn {
            let color = request.theme.color(item.series.color)
            let padding = String(repeating: " ", count: labelWidth - item.series.label.count)
            let legend = request.hasLegend ? item.series.label + padding : nil
            if item.series.style == .stack {
                elements.append(
                    .area(name: item.average, color: color, legend: legend, isStacked: hasStack))
                hasStack = true
            } else {
                elements.append(
                    .line(name: item.average, width: 1.5, color: color, legend: legend))
            }
            if hasNumbers {
                appendNumbers(of: item, isNarrow: isNarrow, to: &elements, names: &names)
            }
        }
        if request.hasLegend, !hasNumbers { elements.append(.comment("", .left)) }
        if let note = subject.note {
            elements += lines(of: note.text, width: request.width).map { .comment($0, .center) }
        }
        return GraphScript(
            title: request.hasLegend ? fitted(subject.graph.title, width: request.width) : "",
            verticalLabel: subject.template.verticalLabel,
            range: request.range, width: request.width, height: request.height,
            scale: request.scale, theme: request.theme, hasLegend: request.hasLegend,
            base: subject.template.base, lowerLimit: subject.template.lowerLimit,
            upperLimit: subject.template.upperLimit, elements: elements)
    }

    /// A shaded band where every series is unknown and at least one could be known: a gap is
    /// seen as a gap, never as a zero.
    private static func appendGap(
        to elements: inout [GraphScript.Element], names: inout NameSupply, over series: [String],
        _ subject: Subject, _ request: GraphRequest
    ) {
        guard let first = series.first else { return }
        var tokens: [Expression.Token] = [.variable(first), .operation(.isUnknown)]
        for name in series.dropFirst() {
            tokens += [.variable(name), .operation(.isUnknown), .operation(.multiply)]
        }
        for (limit, operation) in [
            (subject.expected.lowerBound, Expression.Operation.greater),
            (subject.expected.upperBound, .less),
        ] {
            tokens += [
                .operation(.time), .number(Double(limit)), .operation(operation),
                .operation(.multiply),
            ]
        }
        tokens += [.operation(.infinity), .operation(.unknown), .operation(.choose)]
        // A template with so many series that the check does not fit has no gap band; its
        // areas still end where the data ends.
        guard let value = try? Expression(tokens) else { return }
        let name = names.next()
        elements.append(.compute(name: name, value: value))
        elements.append(
            .area(name: name, color: request.theme.gap, legend: nil, isStacked: false))
    }

    /// The light areas come first, so that no area covers another series' line.
    private static func appendUnderlays(
        of drawn: [DrawnSeries], to elements: inout [GraphScript.Element], _ request: GraphRequest
    ) {
        for item in drawn where item.series.style == .area {
            let color = request.theme.color(item.series.color).withAlpha(0x40)
            elements.append(
                .area(name: item.average, color: color, legend: nil, isStacked: false))
        }
    }

    /// The rest of a legend line: the series' numbers, under those of the line before.
    private static func appendNumbers(
        of item: DrawnSeries, isNarrow: Bool, to elements: inout [GraphScript.Element],
        names: inout NameSupply
    ) {
        let numbers: [(label: String, summary: GraphScript.Summary, of: String)] = [
            (isNarrow ? "Cur" : "Current", .last, item.average),
            (isNarrow ? "Avg" : "Average", .average, item.average),
            (isNarrow ? "Max" : "Maximum", .maximum, item.peak),
        ]
        for (position, number) in numbers.enumerated() {
            let name = names.next()
            elements.append(.summarize(name: name, of: number.of, by: number.summary))
            elements.append(
                .print(
                    name: name, label: number.label, format: item.series.format,
                    isCompact: isNarrow, endsLine: position == numbers.count - 1))
        }
    }

    /// Pictures narrower than this have short labels, so that a line of numbers stays a line.
    package static let narrowWidth = 480
    /// Pixels of a character of the title's and the legend's font.
    private static let titleCharacterWidth = 8
    private static let legendCharacterWidth = 7
    /// What librrd adds to the plot at its sides.
    private static let marginWidth = 80

    /// A title cut to what fits; librrd would cut it at both ends.
    static func fitted(_ title: String, width: Int) -> String {
        let room = (width + marginWidth) / titleCharacterWidth
        return title.count <= room ? title : title.prefix(max(1, room - 1)) + "…"
    }

    /// A sentence in lines that fit; librrd does not wrap.
    static func lines(of text: String, width: Int) -> [String] {
        let room = (width + marginWidth) / legendCharacterWidth
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= room {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word.prefix(room)))
            }
        }
        return lines
    }

    private struct DrawnSeries {
        let series: GraphTemplate.Series
        let average: String
        /// The same from the MAX archives where they hold the true peak.
        let peak: String
    }

    private struct Read: Hashable {
        let source: String
        let function: ConsolidationFunction
    }

    /// Names for librrd: `v0`, `v1`, …; none of them is an operator of an expression.
    private struct NameSupply {
        private var count = 0
        mutating func next() -> String {
            defer { count += 1 }
            return "v\(count)"
        }
    }
}
