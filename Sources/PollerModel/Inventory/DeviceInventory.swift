/// Why the inventory did not take a change.
package enum InventoryFailure: Error, Hashable, Sendable {
    /// A device has that name already.
    case nameTaken(String, by: DeviceID)
    /// A device is polled at that address already.
    case hostTaken(DeviceHost, port: UInt16, by: DeviceID)
    case notFound(String)
    case unknownDataSource(DataSourceID)
    case unknownGraph(GraphID)
    /// A graph is drawn as somebody else saved it since it was looked at.
    case editedMeanwhile(GraphID, GraphEdit)
    /// An account keeps as many filters as it may.
    case tooManyFilters
    case unknownRemap(RemapID, of: DeviceID)
    /// A remap cannot be undone.
    case unfitRemap(RemapRefusal)
    /// The catalogue has no such profile.
    case unknownProfile(Catalogue.UnknownProfile)
    /// What the device was when it was to be changed does not go with the change.
    case unfit(DeviceChange.Mistake)
    /// What was ordered is no aggregate.
    case unfitAggregate(AggregateMistake)
    /// The one of several devices because of which none was changed.
    indirect case ofOne(DeviceID, name: String, InventoryFailure)
    /// The database's own words.
    case failed(operation: String, detail: String)

    package var words: String {
        switch self {
        case .nameTaken(let name, let id): "device \(id) is already called \(name)"
        case .hostTaken(let host, let port, let id):
            "device \(id) is already polled at \(host), port \(port)"
        case .notFound(let what): "there is no \(what)"
        case .unknownDataSource(let id): "there is no data source \(id)"
        case .unknownGraph(let id): "there is no graph \(id)"
        case .editedMeanwhile(let id, let edit):
            "\(edit.editedBy) saved graph \(id) at \(edit.editedAt.rfc3339) (version "
                + "\(edit.version)), after it was looked at"
        case .tooManyFilters: "\(SavedFilter.largestCount) filters are kept, and no more fit"
        case .unknownRemap(let id, let device): "device \(device) has no remap \(id)"
        case .unfitRemap(let refusal): refusal.words
        case .unknownProfile(let unknown): unknown.words
        case .unfit(let mistake): mistake.words
        case .unfitAggregate(let mistake): mistake.words
        case .ofOne(let id, let name, let failure):
            "device \(id) (\(name)): \(failure.words); no device was changed"
        case .failed(let operation, let detail): "the database could not \(operation): \(detail)"
        }
    }

    /// What happened, whichever of several devices it happened to.
    package var cause: InventoryFailure {
        if case .ofOne(_, _, let failure) = self { failure.cause } else { self }
    }

    package var fix: String {
        switch self {
        case .nameTaken: "give another name with --name"
        case .hostTaken(_, _, let id): "see pollerctl device show \(id)"
        case .notFound: "see pollerctl device list"
        case .unknownDataSource: "see pollerctl data-source list"
        case .unknownGraph: "see pollerctl graph list"
        case .editedMeanwhile: "look at it again, and repeat the change"
        case .tooManyFilters: "remove one"
        case .unknownRemap(_, let device): "see pollerctl device remaps \(device)"
        case .unfitRemap(let refusal): refusal.fix
        case .unknownProfile(let unknown): unknown.fix
        case .unfit(let mistake): mistake.fix
        case .unfitAggregate(let mistake): mistake.fix
        case .ofOne(_, _, let failure): failure.fix
        case .failed: "check the disk and the permissions of the state folder"
        }
    }
}

/// The way back: what discovery, commands and pages change in the definitions.
package protocol DeviceInventory: Sendable {
    /// The current version.
    var definitions: Definitions { get }

    /// Adds a device with its rows, data sources and graphs, all or nothing.
    func add(
        _ device: NewDevice, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition

    /// Completes a device that was added before it could be discovered.
    func complete(
        _ device: DeviceID, with discovered: DiscoveredDevice, proposals: [GraphProposal],
        at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition

    /// Changes a device, all or nothing; titles of graphs that name it follow. Names and places
    /// are taken as for `add`. What was watched of another agent is forgotten.
    func change(
        _ device: DeviceID, to change: DeviceChange, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition

    /// Changes devices in the same way, all or none of them; what they are then, in that order.
    func change(
        _ devices: [DeviceID], to change: DeviceChange, at now: Timestamp
    ) async throws(InventoryFailure) -> [DeviceDefinition]

    /// Removes a device and all that belongs to it, and returns what that was; its files stay.
    func remove(_ device: DeviceID) async throws(InventoryFailure) -> DeviceDefinition

    /// Brings a table of a device in line with what was found now. Rows that vanish are absent
    /// since `now`; what moved is kept as a remap.
    func apply(
        _ change: TableChange, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition

    /// What became of a device's rows, the newest first.
    func remaps(of device: DeviceID) async throws(InventoryFailure) -> [Remap]

    /// Takes a remap of the device back, all or nothing (`RemapUndo`), which is a remap itself.
    func undoRemap(
        _ remap: RemapID, of device: DeviceID, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition

    /// Makes graphs of a device, with the data sources they need, as far as they do not exist, all
    /// or nothing. What is proposed for a row that is gone meanwhile is left out.
    ///
    /// - Parameter templates: what was found on the device is judged for these from now on
    ///   (`Device.judgedGraphs`).
    func makeGraphs(
        _ proposals: [GraphProposal], judged templates: [String], of device: DeviceID,
        at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition

    /// Removes a graph, and its data source with the last of its graphs; files stay. Its template
    /// counts as judged, so that it does not come back by itself.
    func removeGraph(_ graph: GraphID) async throws(InventoryFailure) -> RemovedGraph

    /// Makes a graph of many data sources. What it cannot be is decided by what there is then.
    func makeAggregate(
        _ order: AggregateOrder, at now: Timestamp
    ) async throws(InventoryFailure) -> Aggregate

    /// Changes one, and leaves what the order does not say.
    func changeAggregate(
        _ id: GraphID, to order: AggregateOrder
    ) async throws(InventoryFailure) -> Aggregate

    /// Removes one, and returns what it was; its data sources stay.
    func removeAggregate(_ id: GraphID) async throws(InventoryFailure) -> Aggregate

    /// Says what a device is, by names of device templates, best first, and what it tells of
    /// itself. What it has is discovered then.
    ///
    /// - Precondition: there is a template.
    func recognise(
        _ device: DeviceID, as templates: [String], system: SystemDescription
    ) async throws(InventoryFailure) -> DeviceDefinition

    /// Gives data sources another profile, all or none of them; what became of their devices. From
    /// then on they are asked at its step. Their files stay as they are: whoever calls this sees
    /// to them.
    func setProfile(
        of sources: [DataSourceID], to profile: String
    ) async throws(InventoryFailure) -> [DeviceDefinition]

    /// The last values of the objects that tell whether tables changed, by object.
    func watchValues(of device: DeviceID) async throws(InventoryFailure) -> [OID: String]
    func setWatchValues(_ values: [OID: String], of device: DeviceID) async throws(InventoryFailure)

    /// Keeps what was learned of agents.
    func remember(_ knowledge: SNMPKnowledge) async throws(InventoryFailure)
}

/// A graph that was removed.
package struct RemovedGraph: Sendable {
    package let graph: Graph
    /// The data source that went with it; nil where other graphs draw it.
    package let dataSource: DataSource?
    /// The device without it.
    package let definition: DeviceDefinition

    package init(graph: Graph, dataSource: DataSource?, definition: DeviceDefinition) {
        self.graph = graph
        self.dataSource = dataSource
        self.definition = definition
    }
}
