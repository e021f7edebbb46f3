/// A row of a device's table as `/api/v1/devices/{id}/rows` and `pollerctl device rows` show it.
package struct QueryRowReport: Sendable, Hashable, Codable {
    package let id: QueryRowID
    /// Name of the data query.
    package let query: String
    /// Where the device keeps it, in arcs with dots.
    package let index: String
    /// What is known of it, by the names its data query gives: numbers, and texts exactly as the
    /// device sent them, `{"hex": …}` where they are not printable UTF-8.
    package let fields: RowFields
    /// Whether the device lists it at present; else its history is all there is.
    package let present: Bool
    /// Graphs of it.
    package let graphs: [GraphID]
    package var graphed: Bool { !graphs.isEmpty }
    /// In bit/s; null where it is unknown or means nothing.
    @ExplicitNull package var speedBitsPerSecond: UInt64?
    /// 64 or 32; null where no counter of it is measured.
    @ExplicitNull package var counterBits: Int?

    package init(_ row: QueryRow, of table: DeviceTable) {
        id = row.id
        query = row.query
        index = OID.dotted(row.index)
        fields = row.fields
        present = row.isPresent
        graphs = table.graphs[row.id] ?? []
        let speed = table.query?.speedBitsPerSecond(of: row.fields)
        _speedBitsPerSecond = ExplicitNull(wrappedValue: speed)
        _counterBits = ExplicitNull(wrappedValue: table.counterBits[row.id])
    }
}

/// One table of a device, with what is measured on each row, worked out once for all of them.
package struct DeviceTable: Sendable {
    package let query: DataQuery?
    /// Ascending by id.
    package let rows: [QueryRow]
    let graphs: [QueryRowID: [GraphID]]
    let counterBits: [QueryRowID: Int]

    package init(_ name: String, of definition: DeviceDefinition, catalogue: Catalogue) {
        query = catalogue.dataQueries[name]
        rows = definition.rows.filter { $0.query == name }
        var rowOfSource: [DataSourceID: QueryRowID] = [:]
        var bits: [QueryRowID: Int] = [:]
        for source in definition.dataSources {
            guard let row = source.row else { continue }
            rowOfSource[source.id] = row
            let items = catalogue.dataTemplates[source.template]?.items ?? []
            if items.contains(where: { $0.kind == .counter }) {
                // One counter of 32 bits is what limits the row.
                bits[row] = min(bits[row] ?? 64, source.width == .wide ? 64 : 32)
            }
        }
        counterBits = bits
        graphs = definition.graphs.reduce(into: [:]) { graphs, graph in
            guard let row = rowOfSource[graph.dataSource] else { return }
            graphs[row, default: []].append(graph.id)
        }
    }
}

/// What `POST /api/v1/walks` is asked.
package struct WalkOrder: Sendable, Hashable, Codable {
    /// A device that is polled, which is asked with what it is polled with.
    package var device: DeviceID?
    /// Else whom to ask, and how, as for a new device.
    package var target: DeviceOrder?
    /// In numbers.
    package var oid: String
    /// The walk stops behind so many objects; null: `SNMPWalkRequest.defaultRowLimit`.
    package var rows: Int?

    /// All there are.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case device, target, oid, rows
    }

    package init(oid: String) { self.oid = oid }
}

/// What a walk found, as `pollerctl device walk -o json` shows it.
package struct WalkReport: Sendable, Hashable, Codable {
    /// In the agent's order.
    package let rows: [WalkedObject]
    /// Why there is no more, where there is; null when the walk came to its end.
    @ExplicitNull package var cut: String?
    package let messages: Int
    package let milliseconds: Int64

    package init(_ walk: SNMPWalkResponse) {
        rows = walk.rows.map(WalkedObject.init)
        messages = walk.effort.messages
        milliseconds = walk.effort.milliseconds
        _cut = ExplicitNull(wrappedValue: walk.cut?.words)
    }
}
