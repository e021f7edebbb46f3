import PollerModel

/// Asks a device what it is and which of the catalogue's tables and values it has.
struct DeviceDiscovery: Sendable {
    /// A table is not read any further after this.
    static let tableMilliseconds: Int64 = 300_000

    let transport: any SNMPTransport
    let catalogue: Catalogue
    let timekeeper: any Timekeeper

    /// The system group, and how long its answer took.
    struct SystemAnswer: Sendable {
        let system: SystemDescription
        let milliseconds: Int64
        /// Whether the agent was asked with SNMPv2c and answered SNMPv1.
        var isOlder = false
    }

    /// Asks for the system group (RFC 3418).
    ///
    /// - Throws: also when the agent answers but shows nothing at all.
    func systemGroup(of target: SNMPTarget) async throws(SNMPFailure) -> SystemAnswer {
        let objects = [
            WellKnownObject.sysDescr, WellKnownObject.sysObjectID, WellKnownObject.sysContact,
            WellKnownObject.sysName, WellKnownObject.sysLocation, WellKnownObject.sysUpTime,
        ]
        let response = await transport.get(SNMPGetRequest(target: target, groups: [objects]))
        let values = try response.groups[0].get().values.map(\.success)
        if !values.contains(where: { $0?.isPresent == true }) {
            // Some agents lack the group; one that has nothing at all has an empty view.
            let root = OID([1, 3, 6, 1])
            let rest = try await transport.walk(
                SNMPWalkRequest(target: target, root: root, rowLimit: 1))
            if rest.rows.isEmpty { throw .viewEmpty }
        }
        var system = SystemDescription()
        system.description = Self.text(values[0])
        if case .oid(let oid)? = values[1] { system.objectID = oid }
        system.contact = Self.text(values[2])
        system.name = Self.text(values[3])
        system.location = Self.text(values[4])
        return SystemAnswer(
            system: system, milliseconds: response.effort.milliseconds,
            isOlder: target.version == .v2c
                && response.effort.habits?.speaksVersion1Only == true)
    }

    private static func text(_ value: SNMPValue?) -> DeviceText? {
        if case .octets(let bytes)? = value { DeviceText(bytes: bytes) } else { nil }
    }

    /// What of `template` the device has.
    ///
    /// - Throws: when the device falls silent on the way.
    func discover(
        _ target: SNMPTarget, system: SystemDescription, template: DeviceTemplate
    ) async throws(SNMPFailure) -> DiscoveredDevice {
        let templates = dataTemplates(of: template)
        var tables: [String: DiscoveredTable] = [:]
        for name in Set(templates.compactMap(\.query)).sorted() {
            tables[name] = try await table(name, of: target, templates: templates)
        }
        var scalars: [String: CounterWidth] = [:]
        for data in templates where data.query == nil {
            scalars[data.name] = try await width(of: data, target)
        }
        return DiscoveredDevice(
            system: system, template: template, tables: tables, scalars: scalars)
    }

    func dataTemplates(of template: DeviceTemplate) -> [DataTemplate] {
        var seen: Set<String> = []
        return template.graphs.compactMap { name in
            guard let data = catalogue.graphTemplates[name]?.dataTemplate,
                seen.insert(data).inserted
            else { return nil }
            return catalogue.dataTemplates[data]
        }
    }

    /// With which width a device has all objects of a template without a query; nil when it
    /// lacks one of them.
    private func width(
        of data: DataTemplate, _ target: SNMPTarget
    ) async throws(SNMPFailure) -> CounterWidth? {
        for width in [CounterWidth.wide, .narrow] {
            let objects = data.items.compactMap { $0.object(width) }
            guard !objects.isEmpty else { return .wide }
            let response = await transport.get(SNMPGetRequest(target: target, groups: [objects]))
            switch response.groups[0] {
            case .failure(let failure) where failure.concernsWholeAgent || failure == .stopped:
                throw failure
            case .failure: continue
            case .success(let answer):
                if answer.values.allSatisfy({ $0.success?.isPresent == true }) { return width }
            }
        }
        return nil
    }

    /// The rows of one table. An error of the agent makes the table empty, with the reason as
    /// its note; a silence is thrown.
    func table(
        _ name: String, of target: SNMPTarget, templates: [DataTemplate]
    ) async throws(SNMPFailure) -> DiscoveredTable {
        guard let query = catalogue.dataQueries[name] else {
            return DiscoveredTable(query: name, rows: [], note: "the catalogue does not know it")
        }
        let walker = TableWalker(
            transport: transport, target: target, query: query, timekeeper: timekeeper,
            deadline: timekeeper.now.monotonic.advanced(milliseconds: Self.tableMilliseconds))
        let index = try await walker.column(query.index)
        guard !index.values.isEmpty else {
            return DiscoveredTable(query: name, rows: [], note: index.note ?? "no rows")
        }
        var fields: [[UInt32]: RowFields] = [:]
        var unread: Set<String> = []
        var rowsAtHand = Set(index.values.keys)
        for field in query.fields {
            let column = try await walker.column(field.column)
            if column.isCut {
                // Behind the cut, a row would lack what it has.
                rowsAtHand.formIntersection(column.values.keys)
            } else if !column.isWhole {
                unread.insert(field.name)
            }
            for (row, value) in column.values {
                fields[row, default: [:]][field.name] = field.value(from: value)
            }
        }
        var widths: [[UInt32]: [String: CounterWidth]] = [:]
        var areWidthsUnread = false
        for data in templates where data.query == name {
            let found = try await walker.widths(of: data)
            if !found.isWhole { areWidthsUnread = true }
            for (row, width) in found.widths { widths[row, default: [:]][data.name] = width }
        }
        let rows = rowsAtHand.sorted { $0.lexicographicallyPrecedes($1) }.map {
            DiscoveredTable.Row(index: $0, fields: fields[$0] ?? [:], widths: widths[$0] ?? [:])
        }
        return DiscoveredTable(
            query: name, rows: rows, unreadFields: unread,
            isCut: !index.isWhole || rowsAtHand.count < index.values.count,
            areWidthsUnread: areWidthsUnread,
            note: index.note
                ?? (rowsAtHand.count < index.values.count
                    ? "only the first \(rowsAtHand.count) rows were read in time" : nil))
    }
}

/// Walks columns of one table.
private struct TableWalker {
    let transport: any SNMPTransport
    let target: SNMPTarget
    let query: DataQuery
    let timekeeper: any Timekeeper
    let deadline: MonotonicTime

    /// A column's values by row, and why there are not more of them.
    struct Column {
        var values: [[UInt32]: SNMPValue] = [:]
        /// Whether the walk came to the column's end.
        var isWhole = true
        /// Whether it stopped at a limit.
        var isCut = false
        var note: String?
    }

    func column(_ root: OID) async throws(SNMPFailure) -> Column {
        var column = Column()
        guard timekeeper.now.monotonic < deadline else {
            column.isWhole = false
            column.note = "the table took too long"
            return column
        }
        do {
            let walk = try await transport.walk(
                SNMPWalkRequest(target: target, root: root, rowLimit: query.rowLimit))
            var tooLong = 0
            for row in walk.rows {
                guard let index = row.oid.suffix(after: root) else { continue }
                if index.count <= QueryRow.longestIndex {
                    column.values[index] = row.value
                } else {
                    tooLong += 1
                }
            }
            if let cut = walk.cut {
                column.isWhole = false
                column.isCut = true
                column.note = cut.words
            } else if tooLong > 0 {
                column.note = "\(tooLong) left out: their index is too long"
            }
        } catch {
            if error.concernsWholeAgent || error == .stopped { throw error }
            column.isWhole = false
            column.note = error.words
        }
        return column
    }

    /// With which width each row has a template's values, judged by its first object. A 64-bit
    /// counter that stays at zero while its 32-bit twin counts is a dummy.
    func widths(
        of data: DataTemplate
    ) async throws(SNMPFailure) -> (widths: [[UInt32]: CounterWidth], isWhole: Bool) {
        guard let first = data.items.first, case .object(let wide, let narrow) = first.origin else {
            return ([:], true)
        }
        var widths: [[UInt32]: CounterWidth] = [:]
        let wideColumn = try await column(wide)
        for (row, value) in wideColumn.values where value.isPresent { widths[row] = .wide }
        guard let narrow else { return (widths, wideColumn.isWhole) }
        let narrowColumn = try await column(narrow)
        for (row, value) in narrowColumn.values where value.isPresent {
            let isDummy = wideColumn.values[row]?.wholeNumber == 0 && value.wholeNumber ?? 0 > 0
            if widths[row] == nil || isDummy { widths[row] = .narrow }
        }
        return (widths, wideColumn.isWhole && narrowColumn.isWhole)
    }
}
