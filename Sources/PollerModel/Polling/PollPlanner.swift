/// Makes the plan of a device from the definitions: which objects, for which data source, into
/// which file.
package enum PollPlanner {
    package static func plan(for device: Device, in definitions: Definitions) -> DevicePlan {
        var queries: [String] = []
        let sources = definitions.dataSources(of: device.id).compactMap {
            source -> PlannedSource? in
            let row = source.row.flatMap { definitions.rows[$0] }
            if let row, !row.isPresent { return nil }
            if let query = row?.query, !queries.contains(query) { queries.append(query) }
            return plan(source, row: row, catalogue: definitions.catalogue)
        }
        let watches = queries.flatMap { name in
            (definitions.catalogue.dataQueries[name]?.watches ?? []).map {
                PlannedWatch(query: name, object: $0)
            }
        }
        return DevicePlan(
            device: device.id, target: device.target, step: device.step, sources: sources,
            watches: watches)
    }

    /// nil when the catalogue does not know the source's template or profile any more.
    package static func plan(
        _ source: DataSource, row: QueryRow?, catalogue: Catalogue
    ) -> PlannedSource? {
        guard let template = catalogue.dataTemplates[source.template],
            let profile = catalogue.profiles[source.profile]
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
            dataSource: source.id,
            file: RoundRobinFile(dataSource: source, template: template, profile: profile),
            items: items, objects: objects)
    }
}
