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
            guard let planned = plan(source, row: row, catalogue: catalogue) else { return nil }
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
            tables: queries.filter { catalogue.dataQueries[$0] != nil }, watches: watches,
            createdAt: definition.device.createdAt, agentSince: definition.device.agentSince)
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
        _ source: DataSource, row: QueryRow?, catalogue: Catalogue
    ) -> PlannedSource? {
        guard let template = catalogue.dataTemplates[source.template],
            let file = RoundRobinFile(dataSource: source, catalogue: catalogue)
        else { return nil }
        let query = row.flatMap { catalogue.dataQueries[$0.query] }
        let speed = row.flatMap { query?.speedBitsPerSecond(of: $0.fields) }
        var objects: [OID] = []
        let items = template.items.map { item -> PlannedItem in
            let origin: PlannedItem.Origin
            if let object = item.object(source.width) {
                origin = .object(objects.count)
                objects.append(row.map { object.appending($0.index) } ?? object)
            } else if case .measurement(let measurement) = item.origin {
                origin = .measurement(measurement)
            } else {
                preconditionFailure("an item is an object or a measurement")
            }
            var scale: Double? = item.scale
            if let field = item.scaleField {
                scale = row?.fields[field]?.integer.map { Double($0) * item.scale }
            }
            return PlannedItem(
                name: item.name, kind: item.kind, origin: origin, scale: scale,
                scaleField: item.scaleField, isUnsigned: item.isUnsigned,
                limitPerSecond: item.limit.flatMap { limit in
                    speed.map { Double($0) * limit.factor }
                })
        }
        return PlannedSource(
            dataSource: source.id, file: file, table: row?.query, createdAt: source.createdAt,
            items: items, objects: objects)
    }
}
