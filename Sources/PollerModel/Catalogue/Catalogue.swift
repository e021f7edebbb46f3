/// All that is known about kinds of devices, as loaded: every name in it resolves.
package struct Catalogue: Sendable {
    package let profiles: [String: Profile]
    package let dataQueries: [String: DataQuery]
    package let dataTemplates: [String: DataTemplate]
    package let graphTemplates: [String: GraphTemplate]
    package let deviceTemplates: [String: DeviceTemplate]
    /// Where entries stand, by the folder of their kind and their name:
    /// `graph_templates/interface_traffic`.
    package var origins: [String: Origin] = [:]

    /// The file of an entry.
    package struct Origin: Hashable, Sendable {
        /// Without its folder.
        package let file: String
        /// Whether it is the site's own, and not one that came with pollerd.
        package let isSite: Bool

        package init(file: String, isSite: Bool) {
            self.file = file
            self.isSite = isSite
        }
    }

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

    /// A name that no profile has.
    package struct UnknownProfile: Error, Hashable, Sendable {
        package let words: String
        package let fix = "see pollerctl profile list"
    }

    /// The profile of this name.
    package func profile(named name: String) throws(UnknownProfile) -> Profile {
        guard let profile = profiles[name] else {
            throw UnknownProfile(
                words: "there is no profile “\(DeviceText(name).text)”"
                    + Suggestion.phrase(for: name, among: profiles.keys))
        }
        return profile
    }

    /// How a device that is polled at `step` is kept: by the only profile with that step, or by
    /// the one of several that says it is the default (`CatalogueLoader` sees to it that there is
    /// one). nil when no profile has the step.
    package func profile(step: Step) -> Profile? {
        let candidates = profiles.values.filter { $0.step == step }
        return candidates.count == 1 ? candidates[0] : candidates.first { $0.isDefault }
    }

    /// The steps a device may be polled at, shortest first.
    package var steps: [Step] { Set(profiles.values.map(\.step)).sorted() }
}
