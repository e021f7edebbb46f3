/// Everything that exists at one moment, as one value: who is polled for what, and how it is
/// kept and drawn. A change makes the next version; nothing in a version ever changes.
package struct Definitions: Sendable {
    package let version: Int64
    package let catalogue: Catalogue
    package let devices: [DeviceID: Device]
    package let rows: [QueryRowID: QueryRow]
    package let dataSources: [DataSourceID: DataSource]
    package let graphs: [GraphID: Graph]
    /// Ascending by id.
    private let sourcesOfDevice: [DeviceID: [DataSourceID]]
    private let graphsOfDevice: [DeviceID: [GraphID]]
    private let rowsOfDevice: [DeviceID: [QueryRowID]]

    package init(
        version: Int64, catalogue: Catalogue, devices: [Device], rows: [QueryRow],
        dataSources: [DataSource], graphs: [Graph]
    ) {
        self.version = version
        self.catalogue = catalogue
        self.devices = Dictionary(uniqueKeysWithValues: devices.map { ($0.id, $0) })
        self.rows = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
        self.dataSources = Dictionary(uniqueKeysWithValues: dataSources.map { ($0.id, $0) })
        self.graphs = Dictionary(uniqueKeysWithValues: graphs.map { ($0.id, $0) })
        sourcesOfDevice = Dictionary(grouping: dataSources, by: \.device).mapValues {
            $0.map(\.id).sorted()
        }
        graphsOfDevice = Dictionary(grouping: graphs, by: \.device).mapValues {
            $0.map(\.id).sorted()
        }
        rowsOfDevice = Dictionary(grouping: rows, by: \.device).mapValues {
            $0.map(\.id).sorted()
        }
    }

    package func dataSources(of device: DeviceID) -> [DataSource] {
        sourcesOfDevice[device, default: []].compactMap { dataSources[$0] }
    }

    package func graphs(of device: DeviceID) -> [Graph] {
        graphsOfDevice[device, default: []].compactMap { graphs[$0] }
    }

    package func rows(of device: DeviceID) -> [QueryRow] {
        rowsOfDevice[device, default: []].compactMap { rows[$0] }
    }

    /// Devices in the order of their names.
    package var devicesByName: [Device] {
        devices.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }
}
