/// Collects what a picture is drawn with: names for librrd, and for each name the column that it
/// stands for, so that what is drawn is also what the numbers are of.
struct PlanBuilder {
    let rows: GraphRows
    private let subject: GraphSubject
    private let situation: GraphSituation
    private(set) var elements: [GraphScript.Element] = []
    private(set) var lent: [RoundRobinSeries] = []
    private var columns: [String: [Double]] = [:]
    private var origins: [GraphScript.Origin: String] = [:]
    private var computed: [Expression: String] = [:]
    private var places: [PartRows: Int] = [:]

    private struct PartRows: Hashable {
        let part: Int
        let function: ConsolidationFunction?
    }

    init(_ rows: GraphRows, _ subject: GraphSubject, _ situation: GraphSituation) {
        self.rows = rows
        self.subject = subject
        self.situation = situation
    }

    var frame: ColumnFrame { rows.frame }

    mutating func append(_ element: GraphScript.Element) { elements.append(element) }

    /// Takes back what was appended at these places, if it is drawn; what is computed for it may
    /// serve others too (`neededElements`).
    mutating func remove(_ places: Range<Int>) {
        elements = elements.enumerated()
            .filter { !places.contains($0.offset) || !$0.element.isDrawn }.map(\.element)
    }

    /// What a name stands for, row by row of the frame.
    func column(_ name: String) -> [Double] {
        columns[name] ?? Array(repeating: .nan, count: frame.count)
    }

    /// Whether the rows of a part came from these archives.
    func has(_ function: ConsolidationFunction, part: Int) -> Bool {
        rows.parts[part].columns[function] != nil
    }

    /// A data source of a part. What the file does not have is unknown.
    mutating func read(
        _ source: String, part: Int, _ function: ConsolidationFunction
    ) -> String {
        let function = has(function, part: part) ? function : .average
        let origin = GraphScript.Origin(
            rows: place(
                rows.parts[part].columns[function], PartRows(part: part, function: function)),
            path: subject.parts[part].file.path, source: source, function: function,
            rowSeconds: frame.stepSeconds)
        if let name = origins[origin] { return name }
        let name = add(origin)
        columns[name] = lent[origin.rows].column(source)
        return name
    }

    /// The same of the time before that it is compared with; nil when that could not be read.
    mutating func readEarlier(_ source: String, part: Int, range: TimeRange) -> String? {
        guard let series = rows.parts[part].earlier, series.names.contains(source) else {
            return nil
        }
        let origin = GraphScript.Origin(
            rows: place(series, PartRows(part: part, function: nil)),
            path: subject.parts[part].file.path, source: source, function: .average,
            rowSeconds: series.stepSeconds, range: range)
        // Its column belongs to another frame, so no numbers are made of it.
        return origins[origin] ?? add(origin)
    }

    private mutating func add(_ origin: GraphScript.Origin) -> String {
        let name = nextName()
        origins[origin] = name
        elements.append(.read(name: name, origin))
        return name
    }

    /// - Parameter series: nil where it could not be read.
    private mutating func place(_ series: RoundRobinSeries?, _ key: PartRows) -> Int {
        if let place = places[key] { return place }
        let series = series ?? unknownSeries(key.part)
        // librrd draws nothing where a name is missing, so each that the file should have is there.
        lent.append(series.adding(subject.parts[key.part].file.sources.map(\.name)))
        places[key] = lent.count - 1
        return lent.count - 1
    }

    private func unknownSeries(_ part: Int) -> RoundRobinSeries {
        let names = subject.parts[part].file.sources.map(\.name)
        return RoundRobinSeries(
            start: Timestamp(seconds: frame.start), stepSeconds: frame.stepSeconds, names: names,
            values: Array(repeating: .nan, count: frame.count * names.count))
    }

    func hasColumn(_ name: String) -> Bool { columns[name] != nil }

    /// A computation over names of this builder.
    ///
    /// - Parameter isRead: false where only librrd needs its column: for what is drawn and has no
    ///   numbers, or belongs to another time.
    mutating func compute(_ value: Expression, isRead: Bool = true) -> String {
        if value.tokens.count == 1, case .variable(let name)? = value.tokens.first { return name }
        let name = computed[value] ?? add(value)
        if isRead, columns[name] == nil {
            columns[name] = value.column(
                { columns[$0] }, frame: frame, now: situation.now.seconds,
                zoneOffset: situation.zoneOffset)
        }
        return name
    }

    /// The same values under a name of their own, so that what happens to it, as a shift, does not
    /// happen to others that are made of it.
    mutating func copy(_ name: String) -> String {
        do {
            let value = try Expression([.variable(name), .number(1), .operation(.multiply)])
            let copy = nextName()
            elements.append(.compute(name: copy, value: value))
            columns[copy] = columns[name]
            return copy
        } catch {
            preconditionFailure("a product is an expression: \(error.words)")
        }
    }

    private mutating func add(_ value: Expression) -> String {
        let name = nextName()
        computed[value] = name
        elements.append(.compute(name: name, value: value))
        return name
    }

    /// The elements without those that nothing of the picture needs: what is in the legend as a
    /// number only, librrd would read and compute in vain.
    var neededElements: [GraphScript.Element] {
        var needed: Set<String> = []
        var kept: [GraphScript.Element] = []
        kept.reserveCapacity(elements.count)
        for element in elements.reversed() {
            switch element {
            case .read(let name, _), .shift(let name, _):
                guard needed.contains(name) else { continue }
            case .compute(let name, let value):
                guard needed.contains(name) else { continue }
                needed.formUnion(value.variables)
            case .area(let name, _, _, _), .line(let name, _, _, _, _), .tick(let name, _, _, _):
                needed.insert(name)
            case .horizontalRule, .verticalRule, .comment, .alignment: break
            }
            kept.append(element)
        }
        return kept.reversed()
    }

    /// Names for librrd: `v0`, `v1`, …; none of them is an operator of an expression.
    private var nameCount = 0
    private mutating func nextName() -> String {
        defer { nameCount += 1 }
        return "v\(nameCount)"
    }
}

extension RoundRobinSeries {
    /// The same with unknown columns for the names that are missing.
    func adding(_ wanted: [String]) -> RoundRobinSeries {
        let missing = wanted.filter { !names.contains($0) }
        guard !missing.isEmpty else { return self }
        var values: [Double] = []
        values.reserveCapacity(rowCount * (names.count + missing.count))
        for row in 0..<rowCount {
            values += self.values[row * names.count..<(row + 1) * names.count]
            values += Array(repeating: .nan, count: missing.count)
        }
        return RoundRobinSeries(
            start: start, stepSeconds: stepSeconds, names: names + missing, values: values)
    }
}
