/// Why something that was asked for was not done.
package enum OperationFailure: Error, Sendable, Hashable {
    /// What was asked for cannot be.
    case invalid(words: String, fix: String)
    case unreachable(SNMPFailure)
    /// The agent was not asked, because the ping has to be answered and was not.
    case unpingable(PingFailure)
    case inventory(InventoryFailure)
    case store(StoreFailure)
    case notFound(words: String, fix: String)
    /// What was asked for could be, if something else were not as it is at present.
    case conflict(words: String, fix: String)
    /// It is being polled at the moment.
    case busy(DeviceID)

    package var words: String {
        switch self {
        case .invalid(let words, _), .notFound(let words, _), .conflict(let words, _): words
        case .unreachable(let failure): failure.words
        case .unpingable(let failure): failure.words
        case .inventory(let failure): failure.words
        case .store(let failure): failure.words
        case .busy(let device): "device \(device) is being polled just now"
        }
    }

    package var fix: String {
        switch self {
        case .invalid(_, let fix), .notFound(_, let fix), .conflict(_, let fix): fix
        case .unreachable(let failure): failure.fix
        case .unpingable(let failure): failure.fix
        case .inventory(let failure): failure.fix
        case .busy: "try again in a moment"
        case .store: "check the disk and the permissions of the state folder"
        }
    }

    /// Stable name, for scripts.
    package var code: String {
        switch self {
        case .invalid: "invalid"
        case .unreachable(let failure): failure.code
        case .unpingable(let failure): failure.code
        case .inventory(let failure): Self.code(failure.cause)
        case .notFound: "not_found"
        case .conflict: "conflict"
        case .store(let failure): failure.code
        case .busy: "device_busy"
        }
    }

    private static func code(_ failure: InventoryFailure) -> String {
        switch failure {
        case .unfit, .unfitAggregate: "invalid"
        case .nameTaken, .hostTaken: "already_exists"
        case .unfitRemap: "remap_unfit"
        case .editedMeanwhile: "edited_meanwhile"
        case .tooManyFilters: "too_many_filters"
        case .notFound, .unknownDataSource, .unknownGraph, .unknownProfile, .unknownRemap:
            "not_found"
        case .failed, .ofOne: "database_failed"
        }
    }
}

/// What pages and commands can have done to devices.
package protocol DeviceOperations: Sendable {
    /// Goes the way to an agent step by step; the last step is the first that is an obstacle.
    func test(
        _ target: SNMPTarget, availability: AvailabilityPolicy,
        report: @escaping @Sendable (TestStep) async -> Void
    ) async -> [TestStep]

    /// Tests, discovers, and adds a device with its graphs; adds nothing when it fails.
    func add(
        _ request: AddDeviceRequest, report: @escaping @Sendable (TestStep) async -> Void
    ) async throws(OperationFailure) -> AddedDevice

    /// Changes a device; its next poll goes by it. The device is not tested.
    func change(
        _ device: DeviceID, to change: DeviceChange
    ) async throws(OperationFailure) -> DeviceDefinition

    /// Changes devices in the same way, all or none of them.
    func change(
        _ devices: [DeviceID], to change: DeviceChange
    ) async throws(OperationFailure) -> [DeviceDefinition]

    /// Reads a device's tables again now; what became of each, in the order of their names.
    ///
    /// - Parameter query: name of the only data query to read; nil: all that the device has.
    func reindex(
        _ device: DeviceID, query: String?
    ) async throws(OperationFailure) -> [TableReading]

    /// Finds out again what a device is, and adds what it has and is not known yet: tables, and
    /// graphs of templates that are new to it. Nothing is removed.
    func recognise(_ device: DeviceID) async throws(OperationFailure) -> RecognitionReport

    /// Reads what an order needs and makes the graphs that do not exist; what became of each.
    func makeGraphs(
        _ order: GraphOrder, of device: DeviceID
    ) async throws(OperationFailure) -> GraphOrderReport

    /// Makes a graph of many data sources.
    func makeAggregate(_ order: AggregateOrder) async throws(OperationFailure) -> Aggregate

    /// Changes one, and leaves what the order does not say.
    func changeAggregate(
        _ id: GraphID, to order: AggregateOrder
    ) async throws(OperationFailure) -> Aggregate

    /// Removes a graph, and its data source when no other graph draws it, with its file unless
    /// that is kept. Of an aggregate nothing else goes.
    func deleteGraph(_ graph: GraphID, keepsData: Bool) async throws(OperationFailure)

    /// Walks a subtree; of a single object, which has nothing below it, its value.
    func walk(_ request: SNMPWalkRequest) async throws(OperationFailure) -> SNMPWalkResponse

    /// Polls a device now, outside its slots.
    func poll(_ device: DeviceID) async throws(OperationFailure) -> DeviceStatus

    /// The same, with each message that it takes (`PollTrace.mostMessages` at most).
    func trace(_ device: DeviceID) async throws(OperationFailure) -> PollTrace

    /// Writes the polls of a device to the log in full for so long; 0 s ends that. Until when.
    func debug(_ device: DeviceID, seconds: Int64) async throws(OperationFailure) -> Timestamp?

    /// What became of the rows of a device's tables, the newest first.
    func remaps(of device: DeviceID) async throws(OperationFailure) -> [Remap]

    /// Takes a remap back, between two polls of the device; its definition then. Of each row that
    /// changes its place, the values until the next poll are unknown.
    func undoRemap(
        _ remap: RemapID, of device: DeviceID
    ) async throws(OperationFailure) -> DeviceDefinition

    /// Removes a device; its files too unless they are kept.
    func delete(_ device: DeviceID, keepsData: Bool) async throws(OperationFailure)
}
