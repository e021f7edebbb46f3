import PollerModel
import Synchronization
import TestSupport

@testable import PollerWeb

final class RecordedOperations: DeviceOperations, Sendable {
    let added = Mutex<[AddDeviceRequest]>([])
    let changed = Mutex<[(DeviceID, DeviceChange)]>([])
    let deleted = Mutex<[(DeviceID, Bool)]>([])
    let graphOrders = Mutex<[(GraphOrder, DeviceID)]>([])
    /// What becomes of the next orders of graphs; of those behind them nothing can be made.
    let graphAnswers = Mutex<[Result<[GraphOutcome], OperationFailure>]>([])
    let aggregateOrders = Mutex<[(AggregateOrder, GraphID?)]>([])
    let deletedGraphs = Mutex<[(GraphID, Bool)]>([])
    let remaps = Mutex<[Remap]>([])
    let undone = Mutex<[RemapID]>([])
    let failure = Mutex<OperationFailure?>(nil)
    let walked = Mutex<[SNMPWalkRequest]>([])
    let traced = Mutex<[DeviceID]>([])
    /// Messages of the next traced polls.
    let steps = Mutex<[SNMPTrace.Step]>([])
    let answer = Mutex(SNMPWalkResponse(rows: [], cut: nil, effort: SNMPEffort()))
    private let inventory: FixedInventory

    init(_ inventory: FixedInventory) { self.inventory = inventory }

    func test(
        _ target: SNMPTarget, availability: AvailabilityPolicy,
        report: @escaping @Sendable (TestStep) async -> Void
    ) async -> [TestStep] {
        let step = TestStep(.resolve, ok: true, milliseconds: 1, detail: target.host.description)
        await report(step)
        return [step]
    }

    func add(
        _ request: AddDeviceRequest, report: @escaping @Sendable (TestStep) async -> Void
    ) async throws(OperationFailure) -> AddedDevice {
        added.withLock { $0.append(request) }
        await report(TestStep(.reply, ok: true, milliseconds: 2, detail: "answered"))
        if let failure = failure.withLock({ $0 }) { throw failure }
        guard let step = request.step ?? Step(seconds: 60) else {
            throw .invalid(words: "no step", fix: "")
        }
        return AddedDevice(
            definition: nil, name: "new",
            template: DeviceTemplate(
                name: "t", title: "T", source: "", graphs: []),
            step: step, hasAnswered: true, proposals: [], findings: ["Interfaces: 2"])
    }

    let debugged = Mutex<[(DeviceID, Int64)]>([])

    func debug(
        _ device: DeviceID, seconds: Int64
    ) async throws(OperationFailure) -> Timestamp? {
        if let failure = failure.withLock({ $0 }) { throw failure }
        debugged.withLock { $0.append((device, seconds)) }
        return seconds == 0 ? nil : Timestamp(seconds: 1_795_622_409 + seconds)
    }

    func change(
        _ device: DeviceID, to change: DeviceChange
    ) async throws(OperationFailure) -> DeviceDefinition {
        if let failure = failure.withLock({ $0 }) { throw failure }
        changed.withLock { $0.append((device, change)) }
        guard let old = inventory.definitions.devices[device] else {
            throw .notFound(words: "there is no device \(device)", fix: "")
        }
        var changed = old.device
        do {
            try change.apply(to: &changed, at: Timestamp(seconds: 1_700_000_000))
        } catch { throw .inventory(.unfit(error)) }
        return DeviceDefinition(
            device: changed, rows: old.rows, dataSources: old.dataSources, graphs: old.graphs)
    }

    func change(
        _ devices: [DeviceID], to change: DeviceChange
    ) async throws(OperationFailure) -> [DeviceDefinition] {
        var definitions: [DeviceDefinition] = []
        for device in devices { definitions.append(try await self.change(device, to: change)) }
        return definitions
    }

    func reindex(
        _ device: DeviceID, query: String?
    ) async throws(OperationFailure) -> [TableReading] {
        if let failure = failure.withLock({ $0 }) { throw failure }
        return [
            TableReading(
                query: query ?? "interfaces", title: "Interfaces", outcome: .complete,
                words: "1 rows", rows: inventory.definitions.devices[device]?.rows ?? [])
        ]
    }

    func walk(_ request: SNMPWalkRequest) async throws(OperationFailure) -> SNMPWalkResponse {
        walked.withLock { $0.append(request) }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return answer.withLock { $0 }
    }

    func trace(_ device: DeviceID) async throws(OperationFailure) -> PollTrace {
        traced.withLock { $0.append(device) }
        let status = try await poll(device)
        let start = Moment(
            wall: Timestamp(seconds: 1_795_622_400), monotonic: MonotonicTime(milliseconds: 1_000))
        return PollTrace(
            of: device, from: start, to: MonotonicTime(milliseconds: 1_012), steps.withLock { $0 },
            more: 3, failure: status.failure)
    }

    func poll(_ device: DeviceID) async throws(OperationFailure) -> DeviceStatus {
        if let failure = failure.withLock({ $0 }) { throw failure }
        return DeviceStatus()
    }

    func remaps(of device: DeviceID) async throws(OperationFailure) -> [Remap] {
        remaps.withLock { $0.filter { $0.device == device } }
    }

    func undoRemap(
        _ remap: RemapID, of device: DeviceID
    ) async throws(OperationFailure) -> DeviceDefinition {
        if let failure = failure.withLock({ $0 }) { throw failure }
        undone.withLock { $0.append(remap) }
        guard let definition = inventory.definitions.devices[device] else {
            throw .notFound(words: "there is no device \(device)", fix: "")
        }
        return definition
    }

    func recognise(_ device: DeviceID) async throws(OperationFailure) -> RecognitionReport {
        if let failure = failure.withLock({ $0 }) { throw failure }
        return RecognitionReport(
            templates: ["Printer", "Any device"], added: ["Printer"], graphs: 3, tables: [])
    }

    func makeGraphs(
        _ order: GraphOrder, of device: DeviceID
    ) async throws(OperationFailure) -> GraphOrderReport {
        if let failure = failure.withLock({ $0 }) { throw failure }
        graphOrders.withLock { $0.append((order, device)) }
        let next = graphAnswers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        let items =
            try next?.get() ?? [
                .impossible("interface_errors", words: "it has no values")
            ]
        return GraphOrderReport(items: items, dryRun: order.dryRun ?? false)
    }

    func makeAggregate(_ order: AggregateOrder) async throws(OperationFailure) -> Aggregate {
        aggregateOrders.withLock { $0.append((order, nil)) }
        do {
            return try order.aggregate(
                GraphID(1_000), in: inventory.definitions, at: Timestamp(seconds: 1_795_622_409))
        } catch {
            throw .inventory(.unfitAggregate(error))
        }
    }

    func changeAggregate(
        _ id: GraphID, to order: AggregateOrder
    ) async throws(OperationFailure) -> Aggregate {
        aggregateOrders.withLock { $0.append((order, id)) }
        guard var aggregate = inventory.definitions.aggregates[id] else {
            throw .inventory(.unknownGraph(id))
        }
        do {
            try order.apply(to: &aggregate, in: inventory.definitions)
        } catch {
            throw .inventory(.unfitAggregate(error))
        }
        return aggregate
    }

    func deleteGraph(_ graph: GraphID, keepsData: Bool) async throws(OperationFailure) {
        if let failure = failure.withLock({ $0 }) { throw failure }
        deletedGraphs.withLock { $0.append((graph, keepsData)) }
    }

    func delete(_ device: DeviceID, keepsData: Bool) async throws(OperationFailure) {
        deleted.withLock { $0.append((device, keepsData)) }
    }
}

final class RecordedRenderer: GraphRenderer, Sendable {
    let scripts = Mutex<[GraphScript]>([])
    let failure = Mutex<RenderFailure?>(nil)
    /// Where pictures wait until the test lets them through.
    let gate = Mutex<Gate?>(nil)

    func render(
        _ script: GraphScript, while isWanted: @escaping @Sendable () -> Bool
    ) async throws(RenderFailure) -> GraphImage {
        await gate.withLock { $0 }?.pass()
        guard isWanted() else { throw .unwanted }
        if let failure = failure.withLock({ $0 }) { throw failure }
        scripts.withLock { $0.append(script) }
        return GraphImage(
            bytes: Array("picture \(script.range.start.seconds) \(script.theme)".utf8),
            plot: .init(left: 70, top: 30, width: script.width, height: script.height), width: 800,
            height: 300, range: script.range)
    }
}

/// Remembers which files were to be up to date, and which rows were read.
final class RecordedStore: RoundRobinStore, Sendable {
    let settled = Mutex<[String]>([])
    let asked = Mutex<[SeriesRead]>([])
    /// What each file cannot be read for.
    let failure = Mutex<StoreFailure?>(nil)
    /// Whether the rows have values.
    let known = Mutex(true)

    var counters: StoreCounters { StoreCounters() }

    func settle(_ paths: [String]) async throws(StoreFailure) {
        settled.withLock { $0 += paths }
    }

    func create(_ files: [RoundRobinFile], start: Timestamp) async -> [Result<Void, StoreFailure>] {
        files.map { _ in .failure(.stopped) }
    }

    func update(_ updates: [RoundRobinUpdate]) async -> [Result<RowsAccepted, StoreFailure>] {
        updates.map { _ in .failure(.stopped) }
    }

    func lastRows(_ files: [RoundRobinFile]) async -> [Result<RoundRobinLastRow, StoreFailure>] {
        files.map { _ in .failure(.stopped) }
    }

    /// Rows that rise and fall, of an interface's traffic.
    func series(_ reads: [SeriesRead]) async -> [Result<RoundRobinSeries, StoreFailure>] {
        asked.withLock { $0 += reads }
        if let failure = failure.withLock({ $0 }) { return reads.map { _ in .failure(failure) } }
        let isKnown = known.withLock { $0 }
        return reads.map { read in
            .success(
                RoundRobinSeries(answering: read, names: ["traffic_in", "traffic_out"]) {
                    name, end in
                    !isKnown ? .nan : Double(end / 60 % 97) * (name == "traffic_in" ? 1_000 : 400)
                })
        }
    }

    func remove(_ paths: [String]) async -> [Result<Void, StoreFailure>] {
        paths.map { _ in .failure(.stopped) }
    }
}

/// Remembers what was asked for, and says that half of it is done.
final class RecordedArchives: ArchiveOperations, Sendable {
    let requests = Mutex<[ReshapeRequest]>([])

    func reshape(
        _ request: ReshapeRequest, report: @escaping @Sendable (ReshapeProgress) async -> Void
    ) async throws(OperationFailure) -> ReshapeProgress {
        requests.withLock { $0.append(request) }
        if request.profile == "lost" {
            throw .notFound(words: "there is no profile “lost”", fix: "see pollerctl profile list")
        }
        var progress = ReshapeProgress(isDryRun: request.isDryRun, total: 2)
        await report(progress)
        progress.count("rrd/1/1.rrd is not there")
        return progress
    }
}
