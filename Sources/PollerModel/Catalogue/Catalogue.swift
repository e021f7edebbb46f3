/// All that is known about kinds of devices, as loaded: every name in it resolves.
package struct Catalogue: Sendable {
    package let profiles: [String: Profile]
    package let dataQueries: [String: DataQuery]
    package let dataTemplates: [String: DataTemplate]
    package let graphTemplates: [String: GraphTemplate]
    package let deviceTemplates: [String: DeviceTemplate]

    package init(
        profiles: [Profile], dataQueries: [DataQuery], dataTemplates: [DataTemplate],
        graphTemplates: [GraphTemplate], deviceTemplates: [DeviceTemplate]
    ) {
        self.profiles = Self.byName(profiles, \.name)
        self.dataQueries = Self.byName(dataQueries, \.name)
        self.dataTemplates = Self.byName(dataTemplates, \.name)
        self.graphTemplates = Self.byName(graphTemplates, \.name)
        self.deviceTemplates = Self.byName(deviceTemplates, \.name)
    }

    private static func byName<Entry>(
        _ entries: [Entry], _ name: (Entry) -> String
    ) -> [String: Entry] {
        Dictionary(entries.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The kind of a device; nil only when the catalogue has no kind without prefixes.
    package func deviceTemplate(for objectID: OID?) -> DeviceTemplate? {
        var best: (template: DeviceTemplate, length: Int)?
        for template in deviceTemplates.values.sorted(by: { $0.name < $1.name }) {
            let matching = template.objectIDPrefixes.filter { objectID?.hasPrefix($0) ?? false }
            let length =
                matching.map(\.arcs.count).max()
                ?? (template.objectIDPrefixes.isEmpty ? 0 : nil)
            if let length, length > best?.length ?? -1 { best = (template, length) }
        }
        return best?.template
    }

    /// The profile whose step is `step`; of several the first by name.
    package func profile(step: Step) -> Profile? {
        profiles.values.filter { $0.step == step }.min { $0.name < $1.name }
    }

    /// The steps a device may be polled at, shortest first.
    package var steps: [Step] { Set(profiles.values.map(\.step)).sorted() }
}
