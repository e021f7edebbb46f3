import PollerModel

/// What an entry of the catalogue says, as facts and tables.
struct TemplateDefinition {
    private(set) var facts: [Fact] = []
    private(set) var tables: [Table] = []

    struct Fact {
        let name: String
        let values: [Cell]
    }

    struct Table {
        let title: String
        let headings: [String]
        let rows: [Line]
    }

    struct Line { let cells: [Cell] }

    struct Cell {
        let text: String
        /// Empty where it leads nowhere.
        let link: String
        let isLink: Bool

        init(_ text: String, link: String = "") {
            self.text = text
            self.link = link
            isLink = !link.isEmpty
        }
    }

    /// nil where there is no such entry.
    init?(_ kind: TemplateKind, _ name: String, in catalogue: Catalogue) {
        switch kind {
        case .deviceTemplate:
            guard let entry = catalogue.deviceTemplates[name] else { return nil }
            describe(entry)
        case .graphTemplate:
            guard let entry = catalogue.graphTemplates[name] else { return nil }
            describe(entry, catalogue)
        case .dataTemplate:
            guard let entry = catalogue.dataTemplates[name] else { return nil }
            describe(entry, catalogue)
        case .dataQuery:
            guard let entry = catalogue.dataQueries[name] else { return nil }
            describe(entry, catalogue)
        }
    }

    private mutating func add(_ name: String, _ text: String?) {
        if let text, !text.isEmpty { facts.append(Fact(name: name, values: [Cell(text)])) }
    }

    private mutating func add(_ name: String, _ texts: [String]) {
        if !texts.isEmpty { facts.append(Fact(name: name, values: texts.map { Cell($0) })) }
    }

    private mutating func add(_ name: String, _ kind: TemplateKind, _ entries: [String]) {
        guard !entries.isEmpty else { return }
        facts.append(Fact(name: name, values: entries.map { Cell($0, link: kind.path($0)) }))
    }

    private mutating func add(_ title: String, _ headings: [String], _ rows: [[Cell]]) {
        guard !rows.isEmpty else { return }
        tables.append(
            Table(title: title, headings: headings, rows: rows.map { Line(cells: $0) }))
    }

    // MARK: Device templates

    private mutating func describe(_ template: DeviceTemplate) {
        add("Class", template.deviceClass.rawValue)
        let recognition = template.recognition
        if recognition.isEveryDevice { add("Recognised by", "nothing: it fits every device") }
        add("sysObjectID below", recognition.objectIDPrefixes.map(\.description))
        add("sysDescr like", recognition.descriptions.map(\.text))
        add("Something below", recognition.probes.map(\.description))
        add("Graphs made by themselves", .graphTemplate, template.graphs)
        add("Graphs on request", .graphTemplate, template.offers)
        add("Tables read besides", .dataQuery, template.tables)
    }

    // MARK: Graph templates

    private mutating func describe(_ template: GraphTemplate, _ catalogue: Catalogue) {
        let settings = template.settings
        add("Draws", .dataTemplate, [template.dataTemplate])
        add("Title", template.title.text)
        add("Axis", settings.verticalLabel)
        add("A kilo is", "\(settings.base.rawValue)")
        add("Lower limit", settings.lowerLimit?.plainText)
        add("Upper limit", settings.upperLimit?.plainText)
        if settings.isRigid { add("Beyond the limits", "cut off") }
        if settings.isLogarithmic { add("Scale", "logarithmic") }
        add("Numbers", template.numbers.map { "\($0)" })
        add(
            "Items", ["Item", "Text", "Value", "Drawn as", "Colour", "Width"],
            template.items.map { $0.cells })
        add(
            "Named by", .deviceTemplate,
            catalogue.deviceTemplates.values
                .filter { $0.graphs.contains(template.name) || $0.offers.contains(template.name) }
                .map(\.name).sorted())
    }

    // MARK: Data templates

    private mutating func describe(_ template: DataTemplate, _ catalogue: Catalogue) {
        add("Measured for", .dataQuery, template.query.map { [$0] } ?? [])
        if template.query == nil { add("Measured for", "the device, once") }
        add("Rows", template.rows?.words)
        add(
            "Data sources", ["Name", "Kind", "From", "Unit", "How it is read"],
            template.items.map { item in
                [
                    Cell(item.name), Cell(item.kind.rawValue), Cell(item.originWords),
                    Cell(item.unit), Cell(item.ruleWords),
                ]
            })
        add(
            "Drawn by", .graphTemplate,
            catalogue.graphTemplates.values
                .filter { $0.dataTemplate == template.name }.map(\.name).sorted())
    }

    // MARK: Data queries

    private mutating func describe(_ query: DataQuery, _ catalogue: Catalogue) {
        add("Rows are listed by", query.index.description)
        add("A row is recognised by", query.identity.map { $0.joined(separator: " and ") })
        add("Read again when these change", query.watches.map(\.description))
        add(
            "Read again",
            query.rereadMinutes == 0
                ? "never by itself" : "after \(query.rereadMinutes) min without a sign")
        add("Rows that count", query.rows.words)
        add("Graphed by themselves", query.graphed.words)
        if let speed = query.speed { add("Speed", "\(speed.high), else \(speed.low)") }
        add("Counters begin anew by", query.discontinuity)
        add("Rows at most", "\(query.rowLimit)")
        add(
            "Fields", ["Name", "Kind", "From", "How it is read"],
            query.fields.map { field in
                [
                    Cell(field.name), Cell(field.kind.rawValue), Cell(field.originWords),
                    Cell(field.ruleWords),
                ]
            })
        add(
            "Named by", .dataTemplate,
            catalogue.dataTemplates.values
                .filter { $0.query == query.name }.map(\.name).sorted())
    }
}
