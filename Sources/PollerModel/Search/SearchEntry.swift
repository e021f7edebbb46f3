/// What kinds of things are found.
package enum SearchKind: String, Sendable, Hashable, Codable, CaseIterable {
    case device
    /// A row of a device's table: an interface, a disk, a sensor.
    case row
    /// Of a device, or of many data sources.
    case graph
}

/// One thing that can be found, and the texts by which it is.
package struct SearchEntry: Sendable, Hashable {
    /// In characters as Unicode counts them (scalars), of each text.
    static let longestText = 300

    /// Which thing it is.
    package struct Key: Sendable, Hashable {
        package let kind: SearchKind
        /// Of a device, a row or a graph.
        package let id: Int64

        package init(_ kind: SearchKind, _ id: Int64) {
            self.kind = kind
            self.id = id
        }
    }

    package let key: Key
    /// nil for a graph of many data sources.
    package let device: DeviceID?
    /// Folded (`SearchText.folded`), as are the texts.
    package let name: String
    /// What else it is known by, one on each line.
    package let texts: String
    /// Digits of hardware addresses, one on each line.
    package let addresses: String

    /// - Parameters:
    ///   - texts: what it is known by besides its name; empty ones and its name are left out.
    ///   - addresses: of hardware, in digits.
    package init(
        _ kind: SearchKind, _ id: Int64, of device: DeviceID?, name: String, texts: [String] = [],
        addresses: [String] = []
    ) {
        key = Key(kind, id)
        self.device = device
        let folded = { (text: String) in
            SearchText.folded(text.cut(toScalars: Self.longestText))
                .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let name = folded(name)
        self.name = name
        var seen: Set = ["", name]
        self.texts = texts.map(folded).filter { seen.insert($0).inserted }
            .joined(separator: "\n")
        self.addresses = addresses.joined(separator: "\n")
    }

    /// As an index has it.
    package init(key: Key, device: DeviceID?, name: String, texts: String, addresses: String) {
        self.key = key
        self.device = device
        self.name = name
        self.texts = texts
        self.addresses = addresses
    }
}

extension SearchEntry {
    /// What can be found of a device: itself, what its tables list at present, and its graphs.
    package static func all(
        of definition: DeviceDefinition, catalogue: Catalogue
    ) -> [SearchEntry] {
        [device(definition.device)]
            + definition.rows.filter(\.isPresent).map { row($0, catalogue) }
            + definition.graphs.map(graph)
    }

    /// What is found in `new` otherwise than in `old`, either of which may be missing.
    package static func changes(
        from old: DeviceDefinition?, to new: DeviceDefinition?, catalogue: Catalogue
    ) -> SearchChanges {
        guard let old, let new else {
            return SearchChanges(
                from: old.map { all(of: $0, catalogue: catalogue) } ?? [],
                to: new.map { all(of: $0, catalogue: catalogue) } ?? [])
        }
        // Of thousands of devices that are changed at once, hardly anything is another.
        let rows = { (definition: DeviceDefinition) in
            old.rows == new.rows
                ? [] : definition.rows.filter(\.isPresent).map { row($0, catalogue) }
        }
        let graphs = { (definition: DeviceDefinition) in
            old.graphs == new.graphs ? [] : definition.graphs.map(graph)
        }
        return SearchChanges(
            from: [device(old.device)] + rows(old) + graphs(old),
            to: [device(new.device)] + rows(new) + graphs(new))
    }

    static func device(_ device: Device) -> SearchEntry {
        let system = device.system
        return SearchEntry(
            .device, device.id.rawValue, of: device.id, name: device.name,
            texts: [
                device.target.host.description, system.name?.text ?? "",
                system.location?.text ?? "", device.site ?? "",
            ] + device.tags + [system.description?.text ?? ""])
    }

    static func row(_ row: QueryRow, _ catalogue: Catalogue) -> SearchEntry {
        let name = row.name(catalogue.dataQueries[row.query])
        let texts = row.fields.sorted { $0.key < $1.key }.compactMap { field in
            if case .text(let text) = field.value { text.text } else { nil }
        }
        return SearchEntry(
            .row, row.id.rawValue, of: row.device, name: name, texts: texts,
            addresses: texts.compactMap(HardwareAddress.digits))
    }

    private static func graph(_ graph: Graph) -> SearchEntry {
        SearchEntry(.graph, graph.id.rawValue, of: graph.device, name: graph.title)
    }

    package init(_ aggregate: Aggregate) {
        self.init(.graph, aggregate.id.rawValue, of: nil, name: aggregate.title)
    }
}

/// What an index of search has to forget and to learn.
package struct SearchChanges: Sendable {
    /// No longer as they were, or gone.
    package let outdated: [SearchEntry.Key]
    /// As they are now.
    package let current: [SearchEntry]

    package init(from old: [SearchEntry], to new: [SearchEntry]) {
        let before = Dictionary(old.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(new.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        outdated = old.map(\.key).filter { before[$0] != after[$0] }
        current = new.filter { before[$0.key] != $0 }
    }
}

extension QueryRow {
    /// What people call it: the first text by which its table recognises rows, or else its index.
    package func name(_ query: DataQuery?) -> String {
        let names = query?.identity.joined().lazy.compactMap { fields[$0]?.text }
        return names?.first { !$0.isEmpty } ?? "#\(OID.dotted(index))"
    }
}
