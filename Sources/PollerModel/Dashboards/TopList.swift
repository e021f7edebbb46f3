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

    /// The largest first; of equal ones the older data source.
    ///
    /// - Parameter value: what the field of a data source is at present; nil where that is not
    ///   known.
    package func entries(
        in definitions: Definitions, value: (DataSource, DeviceDefinition) -> Double?
    ) -> [Entry] {
        var top: [Entry] = []
        for definition in definitions.devices.values where definition.device.isEnabled {
            for source in definition.dataSources where source.template == template {
                guard let number = value(source, definition), number.isFinite else { continue }
                let entry = Entry(source: source, definition: definition, value: number)
                if top.count == count, let last = top.last, !entry.isBefore(last) { continue }
                // A hundred thousand are looked at, and few are kept: so these are kept in order.
                top.insert(entry, at: top.firstIndex { entry.isBefore($0) } ?? top.endIndex)
                if top.count > count { top.removeLast() }
            }
        }
        return top
    }
}

extension TopList.Entry {
    fileprivate func isBefore(_ other: Self) -> Bool {
        value != other.value ? value > other.value : source.id < other.source.id
    }
}
