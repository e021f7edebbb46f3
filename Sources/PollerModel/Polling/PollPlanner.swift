/// Makes the plan of a device from the definitions: which objects, for which data source, into
/// which file.
package enum PollPlanner {
    package static func plan(for definition: DeviceDefinition, catalogue: Catalogue) -> DevicePlan {
        // Also tables of which nothing is drawn are kept up to date.
        var queries: [String] = []
        for row in definition.rows where queries.last != row.query && !queries.contains(row.query) {
            queries.append(row.query)
        }
        // Interfaces of one speed have the same items; a large fleet has room for one list of them
        // a device, not for one an interface.
        var shared: [String: [PlannedItem]] = [:]
        let sources = definition.dataSources.compactMap { source -> PlannedSource? in
            let row = definition.row(of: source)
            if let row, !row.isPresent { return nil }
            let isVersion1 = definition.device.target.version == .v1
            guard
                let planned = plan(
                    source, row: row, catalogue: catalogue, isVersion1: isVersion1)
            else { return nil }
            if let items = shared[source.template], items == planned.items {
                return planned.sharing(items)
            }
            shared[source.template] = planned.items
            return planned
        }
        let watches = queries.flatMap { name in
            (catalogue.dataQueries[name]?.watches ?? []).map {
                PlannedWatch(query: name, object: $0)
            }
        }
        return DevicePlan(
            device: definition.device.id, target: definition.device.target,
            availability: definition.device.availability,
            step: step(of: definition, catalogue: catalogue), sources: sources,
            tables: queries.filter { catalogue.dataQueries[$0] != nil },
            rereadMinutes: rereadMinutes(queries.compactMap { catalogue.dataQueries[$0] }),
            watches: watches,
            createdAt: definition.device.createdAt, agentSince: definition.device.agentSince)
    }

    private static func rereadMinutes(_ queries: [DataQuery]) -> [String: Int] {
        Dictionary(
            queries.filter { $0.rereadMinutes > 0 }.map { ($0.name, $0.rereadMinutes) },
            uniquingKeysWith: { first, _ in first })
    }

    /// How often a device is polled: at the smallest step of what is measured on it, and of its
    /// own.
    package static func step(of definition: DeviceDefinition, catalogue: Catalogue) -> Step {
        var step = definition.device.step
        var profile: Profile?
        for source in definition.dataSources {
            // Most devices have one profile, and a fleet has a million data sources.
            if source.profile != profile?.name { profile = catalogue.profiles[source.profile] }
            guard let profile, profile.step < step,
                catalogue.dataTemplates[source.template] != nil,
                definition.row(of: source)?.isPresent ?? true
            else { continue }
            step = profile.step
        }
        return step
    }

    /// nil when the catalogue does not know the source's template or profile any more.
    package static func plan(
        _ source: DataSource, row: QueryRow?, catalogue: Catalogue, isVersion1: Bool = false
    ) -> PlannedSource? {
        guard let template = catalogue.dataTemplates[source.template],
            let file = RoundRobinFile(dataSource: source, catalogue: catalogue)
        else { return nil }
        let query = row.flatMap { catalogue.dataQueries[$0.query] }
        var planner = ItemPlanner(
            row: row.map { ($0.index, $0.fields) }, width: source.width,
            speed: row.flatMap { query?.speedBitsPerSecond(of: $0.fields) },
            isVersion1: isVersion1)
        let items = template.items.map { planner.plan($0) }
        // A 64-bit counter that began anew is smaller than before; of a smaller 32-bit one nobody
        // knows whether it wrapped.
        var discontinuity: Int?
        if source.width == .narrow, let row, let field = query?.discontinuityField(of: row.fields) {
            discontinuity = planner.position(of: field.appending(row.index))
        }
        return PlannedSource(
            dataSource: source.id, file: file, table: row?.query, createdAt: source.createdAt,
            items: items, objects: planner.objects, discontinuity: discontinuity)
    }
}

extension DataQuery {
    /// The column that tells when the counters of a row began anew, if the row has it.
    fileprivate func discontinuityField(of fields: RowFields) -> OID? {
        guard let discontinuity, fields[discontinuity] != nil,
            case .column(let column, at: nil)? = self.fields.first(where: {
                $0.name == discontinuity
            })?.origin
        else { return nil }
        return column
    }
}
