/// The data sources of one data template of which a field is largest at present.
package struct TopList: Sendable, Hashable {
    package static let countRange = 1...50
    package static let defaultCount = 10

    /// Name of the data template.
    package let template: String
    /// Name of the field.
    package let item: String
    /// How many are shown.
    package let count: Int

    package init(template: String, item: String, count: Int = defaultCount) {
        self.template = template
        self.item = item
        self.count = count
    }

    /// One of them.
    package struct Entry: Sendable {
        package let source: DataSource
        package let definition: DeviceDefinition
        package let value: Double
    }

    /// What lists hold: `entries[i]` is of `lists[i]`, the largest first, and of equal ones the
    /// older data source. Devices are gone through once for all lists.
    ///
    /// - Parameters:
    ///   - statuses: of data sources of one device: `statuses[i]` belongs to `sources[i]`.
    ///   - value: what a list's field of a data source is at present; nil where that is not known.
    package static func entries(
        of lists: [TopList], in definitions: Definitions,
        statuses: (_ sources: [DataSource]) -> [SourceStatus?],
        value: (TopList, SourceStatus, DataSource, DeviceDefinition) -> Double?
    ) -> [[Entry]] {
        var tops = [[Entry]](repeating: [], count: lists.count)
        let templates = Set(lists.map(\.template))
        guard !templates.isEmpty else { return tops }
        for definition in definitions.fleet where definition.device.isEnabled {
            let sources = definition.dataSources.filter { templates.contains($0.template) }
            guard !sources.isEmpty else { continue }
            for (source, status) in zip(sources, statuses(sources)) {
                guard let status else { continue }
                for (place, list) in lists.enumerated() where list.template == source.template {
                    guard let number = value(list, status, source, definition), number.isFinite
                    else { continue }
                    list.take(
                        Entry(source: source, definition: definition, value: number),
                        into: &tops[place])
                }
            }
        }
        return tops
    }

    private func take(_ entry: Entry, into top: inout [Entry]) {
        if top.count == count, let last = top.last, !entry.isBefore(last) { return }
        // A hundred thousand are looked at, and few are kept: so these are kept in order.
        top.insert(entry, at: top.firstIndex { entry.isBefore($0) } ?? top.endIndex)
        if top.count > count { top.removeLast() }
    }
}

extension TopList.Entry {
    fileprivate func isBefore(_ other: Self) -> Bool {
        value != other.value ? value > other.value : source.id < other.source.id
    }
}
