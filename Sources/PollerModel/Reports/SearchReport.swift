/// What was found, as JSON.
package struct SearchReport: Codable, Sendable, Hashable {
    /// As it was understood.
    package let query: String
    package let groups: [Group]

    package init(query: String, groups: [Group]) {
        self.query = query
        self.groups = groups
    }

    package struct Group: Codable, Sendable, Hashable {
        /// `device`, `row`, `graph` or `page`.
        package let kind: String
        package let title: String
        /// How many there are, those among them that are not listed.
        package let count: Int
        /// Whether there may be more than that.
        package let isCut: Bool
        /// Best first.
        package let items: [Item]

        package init(kind: String, title: String, count: Int, isCut: Bool, items: [Item]) {
            self.kind = kind
            self.title = title
            self.count = count
            self.isCut = isCut
            self.items = items
        }

        private enum CodingKeys: String, CodingKey {
            case kind, title, count, items
            case isCut = "cut"
        }
    }

    package struct Item: Codable, Sendable, Hashable {
        package let name: String
        /// What tells it from others of its name.
        package let detail: String
        /// Of a device, a row or a graph.
        @ExplicitNull package var id: Int64?
        @ExplicitNull package var deviceId: DeviceID?
        /// The page that shows it, below the daemon's address.
        package let path: String

        package init(
            name: String, detail: String, id: Int64? = nil, deviceId: DeviceID? = nil, path: String
        ) {
            self.name = name
            self.detail = detail
            _id = ExplicitNull(wrappedValue: id)
            _deviceId = ExplicitNull(wrappedValue: deviceId)
            self.path = path
        }
    }
}
