/// Decides how a graph is drawn: which data, which computations, which legend, which gaps.
package enum GraphPlanner {
    /// What the planner needs to know of a graph.
    package struct Subject: Sendable, Hashable {
        package let graph: Graph
        package let template: GraphTemplate
        package let file: RoundRobinFile
        /// Before this there was nothing to miss.
        package let since: Timestamp
        /// Said under the picture, for example why there is no data.
        package let note: String?

        package init(
            graph: Graph, template: GraphTemplate, file: RoundRobinFile, since: Timestamp,
            note: String?
        ) {
            self.graph = graph
            self.template = template
            self.file = file
            self.since = since
            self.note = note
        }

        /// nil when the catalogue lacks the graph's template, or that of its data source.
        package init?(
            graph: Graph, of definition: DeviceDefinition, catalogue: Catalogue, note: String?
        ) {
            guard let template = catalogue.graphTemplates[graph.template],
                let source = definition.dataSource(graph.dataSource),
                let file = RoundRobinFile(dataSource: source, catalogue: catalogue)
            else { return nil }
            self.init(
                graph: graph, template: template, file: file, since: source.createdAt, note: note)
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

        let drawn = subject.template.series.map { series in
            let average = compute(series.value, .average)
            let hasPeak = request.hasLegend && series.value.keepsPeaks
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
            if request.hasLegend { appendNumbers(of: item, to: &elements, names: &names) }
        }
        if let note = subject.note {
            elements.append(.comment(note, .center))
        }
        return GraphScript(
            title: subject.graph.title, verticalLabel: subject.template.verticalLabel,
            range: request.range, width: request.width, height: request.height,
            scale: request.scale, theme: request.theme, hasLegend: request.hasLegend,
            base: subject.template.base, lowerLimit: subject.template.lowerLimit,
            upperLimit: subject.template.upperLimit, elements: elements)
    }

    /// A shaded band where every series is unknown, from the data source's first day to the
    /// last step that can be complete: a gap is seen as a gap, never as a zero.
    private static func appendGap(
        to elements: inout [GraphScript.Element], names: inout NameSupply, over series: [String],
        _ subject: Subject, _ request: GraphRequest
    ) {
        guard let first = series.first else { return }
        var tokens: [Expression.Token] = [.variable(first), .operation(.isUnknown)]
        for name in series.dropFirst() {
            tokens += [.variable(name), .operation(.isUnknown), .operation(.multiply)]
        }
        tokens += [
            .operation(.time), .number(Double(subject.since.seconds)), .operation(.greater),
            .operation(.multiply), .operation(.infinity), .operation(.unknown),
            .operation(.choose),
        ]
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
        of item: DrawnSeries, to elements: inout [GraphScript.Element], names: inout NameSupply
    ) {
        let numbers: [(label: String, summary: GraphScript.Summary, of: String)] = [
            ("Current", .last, item.average), ("Average", .average, item.average),
            ("Maximum", .maximum, item.peak),
        ]
        for (position, number) in numbers.enumerated() {
            let name = names.next()
            elements.append(.summarize(name: name, of: number.of, by: number.summary))
            elements.append(
                .print(
                    name: name, label: number.label, format: item.series.format,
                    endsLine: position == numbers.count - 1))
        }
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
