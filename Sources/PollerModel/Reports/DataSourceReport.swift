/// A data source and its last sample, as `pollerctl data-source last -o json` shows it.
package struct DataSourceReport: Sendable, Hashable, Codable {
    package let id: DataSourceID
    package let deviceId: DeviceID
    package let template: String
    @ExplicitNull package var index: String?
    package let profile: String
    /// How often it is asked; null when the catalogue lost its profile.
    @ExplicitNull package var stepSeconds: Int64?
    /// Where the round-robin file lies, relative to the state folder.
    @ExplicitNull package var file: String?
    @ExplicitNull package var time: String?
    @ExplicitNull package var lastStored: String?
    package let values: [Value]

    package struct Value: Sendable, Hashable, Codable {
        package let name: String
        /// The counter as the device counts it.
        @ExplicitNull package var raw: UInt64?
        /// The gauge's value, or the counter's rate a second.
        @ExplicitNull package var rate: Double?
        @ExplicitNull package var unknownReason: String?
    }

    package init(
        _ source: DataSource, of definition: DeviceDefinition, status: SourceStatus?,
        catalogue: Catalogue
    ) {
        id = source.id
        deviceId = source.device
        template = source.template
        profile = source.profile
        let row = definition.row(of: source)
        let file = RoundRobinFile(dataSource: source, catalogue: catalogue)
        _index = ExplicitNull(wrappedValue: row.map { OID.dotted($0.index) })
        _stepSeconds = ExplicitNull(
            wrappedValue: catalogue.profiles[source.profile]?.step.seconds)
        _file = ExplicitNull(wrappedValue: file?.path)
        _time = ExplicitNull(wrappedValue: status?.sampledAt.rfc3339)
        _lastStored = ExplicitNull(wrappedValue: status?.lastStored?.rfc3339)
        if let status {
            values = status.items.map { Value($0, storeFailure: status.storeFailure) }
        } else {
            values = (file?.sources ?? []).map { Value(unpolled: $0.name) }
        }
    }
}

extension DataSourceReport.Value {
    fileprivate init(_ item: SourceStatus.Item, storeFailure: StoreFailure?) {
        name = item.name
        _raw = ExplicitNull(wrappedValue: item.raw)
        switch item.shown {
        case .success(let value):
            _rate = ExplicitNull(wrappedValue: value)
            _unknownReason = ExplicitNull(wrappedValue: storeFailure?.words)
        case .failure(let reason):
            _rate = ExplicitNull(wrappedValue: nil)
            _unknownReason = ExplicitNull(wrappedValue: reason.words)
        }
    }

    fileprivate init(unpolled name: String) {
        self.name = name
        _raw = ExplicitNull(wrappedValue: nil)
        _rate = ExplicitNull(wrappedValue: nil)
        _unknownReason = ExplicitNull(
            wrappedValue: "the device has not been polled since pollerd started")
    }
}
