/// Everything that exists at one moment, as one value: who is polled for what, and how it is
/// kept and drawn. A change makes the next version; nothing in a version ever changes.
package struct Definitions: Sendable {
    package private(set) var version: Int64
    package let catalogue: Catalogue
    package private(set) var devices: [DeviceID: DeviceDefinition]
    /// Graphs of many data sources; their ids are none of devices' graphs.
    package private(set) var aggregates: [GraphID: Aggregate]
    private var deviceOfSource: [DataSourceID: DeviceID]
    private var deviceOfGraph: [GraphID: DeviceID]
    private var groups = DeviceGroups()
    private var daemonID: DeviceID?
    /// The daemon itself; nil where it does not watch itself.
    package var daemon: DeviceDefinition? { daemonID.flatMap { devices[$0] } }

    package init(
        version: Int64, catalogue: Catalogue, devices: [DeviceDefinition],
        aggregates: [Aggregate] = []
    ) {
        var sources: [DataSourceID: DeviceID] = [:]
        var graphs: [GraphID: DeviceID] = [:]
        for definition in devices {
            for source in definition.dataSources { sources[source.id] = definition.device.id }
            for graph in definition.graphs { graphs[graph.id] = definition.device.id }
        }
        self.init(
            version: version, catalogue: catalogue,
            devices: Dictionary(uniqueKeysWithValues: devices.map { ($0.device.id, $0) }),
            aggregates: Dictionary(uniqueKeysWithValues: aggregates.map { ($0.id, $0) }),
            deviceOfSource: sources, deviceOfGraph: graphs)
        for definition in devices {
            groups.insert(definition.device)
            if definition.device.isDaemon { daemonID = definition.device.id }
        }
    }

    private init(
        version: Int64, catalogue: Catalogue, devices: [DeviceID: DeviceDefinition],
        aggregates: [GraphID: Aggregate],
        deviceOfSource: [DataSourceID: DeviceID], deviceOfGraph: [GraphID: DeviceID]
    ) {
        self.version = version
        self.catalogue = catalogue
        self.devices = devices
        self.aggregates = aggregates
        self.deviceOfSource = deviceOfSource
        self.deviceOfGraph = deviceOfGraph
    }

    /// The next version, in which `device` is as `definition` says; nil removes it.
    package func replacing(
        _ device: DeviceID, with definition: DeviceDefinition?
    ) -> Definitions {
        replacing([(device, definition)])
    }

    /// The next version, in which each of the devices is as its definition says.
    package func replacing(_ changes: [(DeviceID, DeviceDefinition?)]) -> Definitions {
        var next = self
        next.replace(changes)
        return next
    }

    /// Becomes the next version. Where nobody holds this one, nothing is copied: a copy for each
    /// of ten thousand devices that are added would cost more than all else about them.
    package mutating func replace(_ changes: [(DeviceID, DeviceDefinition?)]) {
        version += 1
        for (device, definition) in changes {
            if let old = devices[device] {
                for source in old.dataSources { deviceOfSource[source.id] = nil }
                for graph in old.graphs { deviceOfGraph[graph.id] = nil }
                forget(old.dataSources, except: definition?.dataSources ?? [])
                groups.remove(old.device)
            }
            devices[device] = definition?.revised(version)
            if daemonID == device { daemonID = nil }
            if let definition {
                if definition.device.isDaemon { daemonID = device }
                groups.insert(definition.device)
                for source in definition.dataSources { deviceOfSource[source.id] = device }
                for graph in definition.graphs { deviceOfGraph[graph.id] = device }
            }
        }
    }

    /// Becomes the next version, in which there is this aggregate too, or as it is given.
    package mutating func replace(_ aggregate: Aggregate) {
        version += 1
        aggregates[aggregate.id] = aggregate
    }

    /// Becomes the next version, in which there is no such aggregate.
    package mutating func removeAggregate(_ id: GraphID) {
        version += 1
        aggregates[id] = nil
    }

    /// Data sources that are gone are in no list any more, as in the database.
    private mutating func forget(_ old: [DataSource], except rest: [DataSource]) {
        guard !aggregates.isEmpty else { return }
        let gone = Set(old.map(\.id)).subtracting(rest.map(\.id))
        guard !gone.isEmpty else { return }
        for aggregate in aggregates.values {
            if let left = aggregate.without(gone) { aggregates[aggregate.id] = left }
        }
    }

    package var dataSourceCount: Int { deviceOfSource.count }
    /// Aggregates among them.
    package var graphCount: Int { deviceOfGraph.count + aggregates.count }

    /// What somebody added, in no order: without the daemon itself.
    package var fleet: some Sequence<DeviceDefinition> {
        devices.values.lazy.filter { !$0.device.isDaemon }
    }

    /// How many devices, data sources and graphs there are without the daemon's own.
    package var fleetCounts: (devices: Int, dataSources: Int, graphs: Int) {
        let own = daemon
        return (
            devices.count - (own == nil ? 0 : 1),
            dataSourceCount - (own?.dataSources.count ?? 0),
            graphCount - (own?.graphs.count ?? 0)
        )
    }

    /// A data source and the device it is measured on.
    package func dataSource(
        _ id: DataSourceID
    ) -> (source: DataSource, definition: DeviceDefinition)? {
        guard let definition = deviceOfSource[id].flatMap({ devices[$0] }),
            let source = definition.dataSource(id)
        else { return nil }
        return (source, definition)
    }

    /// A graph and the device it shows.
    package func graph(_ id: GraphID) -> (graph: Graph, definition: DeviceDefinition)? {
        guard let definition = deviceOfGraph[id].flatMap({ devices[$0] }),
            let graph = definition.graphs.element(id, \.id)
        else { return nil }
        return (graph, definition)
    }

    /// Devices in the order of their names.
    package var devicesByName: [DeviceDefinition] { Self.byName(Array(devices.values)) }

    /// Those that a rule may take something of, in the order of their names.
    func devicesByName(_ rule: MemberRule) -> [DeviceDefinition] {
        Self.byName(devices(taken: rule))
    }

    /// The same in no order. The daemon itself is in no rule: it is nobody's device.
    func devices(taken rule: MemberRule) -> [DeviceDefinition] {
        guard let candidates = groups.candidates(rule) else {
            return fleet.filter { rule.matches($0.device) }
        }
        return candidates.compactMap { devices[$0] }.filter {
            rule.matches($0.device) && !$0.device.isDaemon
        }
    }

    private static func byName(_ definitions: [DeviceDefinition]) -> [DeviceDefinition] {
        definitions.map { (name: $0.device.name.lowercased(), definition: $0) }.sorted {
            ($0.name, $0.definition.device.id) < ($1.name, $1.definition.device.id)
        }.map(\.definition)
    }
}

/// One device and all that belongs to it, each list ascending by id.
package struct DeviceDefinition: Sendable, Hashable {
    package let device: Device
    package let rows: [QueryRow]
    package let dataSources: [DataSource]
    package let graphs: [Graph]
    /// The version of the definitions in which this became as it is.
    package private(set) var revision: Int64 = 0

    package init(device: Device, rows: [QueryRow], dataSources: [DataSource], graphs: [Graph]) {
        self.device = device
        self.rows = rows.sorted { $0.id < $1.id }
        self.dataSources = dataSources.sorted { $0.id < $1.id }
        self.graphs = graphs.sorted { $0.id < $1.id }
    }

    fileprivate func revised(_ version: Int64) -> DeviceDefinition {
        var copy = self
        copy.revision = version
        return copy
    }

    package func row(_ id: QueryRowID) -> QueryRow? { rows.element(id, \.id) }
    package func dataSource(_ id: DataSourceID) -> DataSource? { dataSources.element(id, \.id) }

    /// The row a data source is measured for.
    package func row(of source: DataSource) -> QueryRow? { source.row.flatMap { row($0) } }

    /// The round-robin files of all data sources the catalogue still knows.
    package func files(_ catalogue: Catalogue) -> [RoundRobinFile] {
        dataSources.compactMap { RoundRobinFile(dataSource: $0, catalogue: catalogue) }
    }
}

extension Array {
    /// Binary search in a list that ascends by `id`.
    fileprivate func element<ID: Comparable>(_ wanted: ID, _ id: KeyPath<Element, ID>) -> Element? {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if self[middle][keyPath: id] < wanted { low = middle + 1 } else { high = middle }
        }
        return low < endIndex && self[low][keyPath: id] == wanted ? self[low] : nil
    }
}
