import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import PollerDefinitions
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// The router with doubles behind it, asked without a socket.
struct WebFixture {
    let inventory: FixedInventory
    let status: FixedStatus
    let interruptions = FixedInterruptions()
    let operations: RecordedOperations
    let archives = RecordedArchives()
    let renderer: RecordedRenderer
    let store: RecordedStore
    let maintenance = FixedMaintenance()
    let clock = ManualClock(1_795_622_409)
    private let server: WebServer
    static let stateFolder = "/var/lib/pollerd-test"

    init(
        devices: Int = 1, deviceText: String = "sw1", aggregates: [Aggregate] = [],
        shares: some ShareRegister = NoShares(),
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) throws {
        let (catalogue, problems) = (ShippedCatalogue.catalogue, ShippedCatalogue.problems)
        try #require(problems.isEmpty)
        let step = try #require(Step(seconds: 60))
        let created = Timestamp(seconds: 1_795_000_000)
        inventory = FixedInventory(
            Definitions(
                version: 1, catalogue: catalogue,
                devices: (0..<devices).map {
                    Self.device(
                        Int64($0 + 1), text: devices == 1 ? deviceText : "\(deviceText)-\($0 + 1)",
                        step: step, created: created)
                }, aggregates: aggregates))
        status = FixedStatus(startedAt: created, tick: clock.now.monotonic)
        operations = RecordedOperations(inventory)
        renderer = RecordedRenderer()
        store = RecordedStore()
        let services = WebServices(
            inventory: inventory, status: status, interruptions: interruptions,
            operations: operations, archives: archives,
            renderer: renderer, store: store, maintenance: maintenance, shares: shares,
            timekeeper: clock,
            zoneOffset: { _ in 0 },
            site: .init(
                version: "1.2.3", baseURL: { "http://127.0.0.1:8080" }, timeZone: "UTC",
                timeoutMilliseconds: 1_500, retries: 2, stateFolder: Self.stateFolder),
            logger: logger)
        do {
            server = WebServer(
                services: services, resources: try WebResources(folder: Places.resources))
        } catch {
            throw Unexpected("\(error)")
        }
    }

    /// A device whose every text is `text`, with one interface and its graph.
    private static func device(
        _ number: Int64, text: String, step: Step, created: Timestamp
    ) -> DeviceDefinition {
        let id = DeviceID(number)
        let row = QueryRow(
            id: QueryRowID(number), device: id, query: "interfaces", index: [3],
            fields: ["ifName": .text(DeviceText(text)), "ifAlias": .text(DeviceText(text))],
            isPresent: true)
        let source = DataSource(
            id: DataSourceID(number), device: id, template: "interface_traffic", row: row.id,
            profile: "one_minute", width: .wide, createdAt: created)
        let name = DeviceText(text).text
        return DeviceDefinition(
            device: Device(
                id: id, name: name.isEmpty ? "?" : String(name.prefix(150)),
                target: SNMPTarget(
                    host: .address(IPAddress(bytes: [192, 0, 2, UInt8(number & 0xff)])),
                    credentials: .community(Secret("c4nary-secret"))),
                step: step, template: "generic_snmp", site: name, tags: [name],
                system: SystemDescription(
                    description: DeviceText(text), objectID: OID([1, 3, 6, 1]),
                    contact: DeviceText(text), name: DeviceText(text), location: DeviceText(text)),
                createdAt: created),
            rows: [row], dataSources: [source],
            graphs: [
                Graph(
                    id: GraphID(number), device: id, template: "interface_traffic",
                    dataSource: source.id, title: "\(name) - Traffic")
            ])
    }

    struct Answer {
        let status: Int
        let headers: HTTPFields
        let body: String
        let bytes: [UInt8]
    }

    func get(
        _ path: String, headers: [(HTTPField.Name, String)] = [(.accept, "text/html")],
        host: String = "127.0.0.1:8080", method: HTTPRequest.Method = .get
    ) async throws -> Answer {
        try await ask(
            server.publicRouter(hosts: ["Graphs.Example.net"]), method, path, headers: headers,
            host: host)
    }

    func admin(
        _ method: HTTPRequest.Method, _ path: String, body: String = ""
    ) async throws -> Answer {
        try await ask(
            server.adminRouter(checksPeer: false), method, path, headers: [], host: "localhost",
            body: body)
    }

    func publicly(_ method: HTTPRequest.Method, _ path: String) async throws -> Answer {
        try await ask(
            server.publicRouter(hosts: []), method, path, headers: [], host: "127.0.0.1", body: "{}"
        )
    }

    private func ask(
        _ router: Router<WebContext>, _ method: HTTPRequest.Method, _ path: String,
        headers: [(HTTPField.Name, String)], host: String, body: String = ""
    ) async throws -> Answer {
        var fields = HTTPFields()
        for (name, value) in headers { fields[name] = value }
        let request = Request(
            head: HTTPRequest(
                method: method, scheme: "http", authority: host, path: path, headerFields: fields),
            body: .init(buffer: ByteBuffer(string: body)))
        let context = WebContext(
            source: ApplicationRequestContextSource(
                channel: NIOAsyncTestingChannel(), logger: Logger(label: "test")))
        let response = try await router.buildResponder().respond(to: request, context: context)
        let collector = BodyCollector()
        try await response.body.write(collector)
        let bytes = collector.bytes
        return Answer(
            status: response.status.code, headers: response.headers,
            body: String(decoding: bytes, as: UTF8.self), bytes: bytes)
    }
}

private final class BodyCollector: ResponseBodyWriter, Sendable {
    private let collected = Mutex<[UInt8]>([])
    var bytes: [UInt8] { collected.withLock { $0 } }
    func write(_ buffer: ByteBuffer) async throws {
        collected.withLock { $0 += buffer.readableBytesView }
    }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

final class FixedInterruptions: InterruptionLog, Sendable {
    let book = Mutex(InterruptionBook())

    func interruptions(
        of scopes: [Interruption.Scope]?, in range: TimeRange
    ) -> [Interruption] { book.withLock { $0.interruptions(of: scopes, in: range) } }

    var version: Int { book.withLock { $0.version } }

    func version(of device: DeviceID) -> Int { book.withLock { $0.version(of: device) } }
}

final class FixedStatus: PollStatus, Sendable {
    private struct State {
        var summary: PollSummary
        var device = DeviceStatus()
        var devices: [DeviceID: DeviceStatus] = [:]
        var source: SourceStatus?
    }
    private let state: Mutex<State>

    init(startedAt: Timestamp, tick: MonotonicTime) {
        var summary = PollSummary(startedAt: startedAt)
        summary.lastTick = tick
        state = Mutex(State(summary: summary))
    }

    func device(_ id: DeviceID) -> DeviceStatus { state.withLock { $0.devices[id] ?? $0.device } }
    func source(_ id: DataSourceID) -> SourceStatus? { state.withLock { $0.source } }
    func summary() -> PollSummary { state.withLock { $0.summary } }

    func set(_ status: DeviceStatus, of device: DeviceID) {
        state.withLock { $0.devices[device] = status }
    }

    func set(
        device: DeviceStatus? = nil, source: SourceStatus? = nil, tick: MonotonicTime?? = nil
    ) {
        state.withLock { state in
            if let device { state.device = device }
            if let source { state.source = source }
            if let tick { state.summary.lastTick = tick }
        }
    }
}

final class RecordedOperations: DeviceOperations, Sendable {
    let added = Mutex<[AddDeviceRequest]>([])
    let changed = Mutex<[(DeviceID, DeviceChange)]>([])
    let deleted = Mutex<[(DeviceID, Bool)]>([])
    let graphOrders = Mutex<[(GraphOrder, DeviceID)]>([])
    let aggregateOrders = Mutex<[(AggregateOrder, GraphID?)]>([])
    let deletedGraphs = Mutex<[(GraphID, Bool)]>([])
    let remaps = Mutex<[Remap]>([])
    let undone = Mutex<[RemapID]>([])
    let failure = Mutex<OperationFailure?>(nil)
    let walked = Mutex<[SNMPWalkRequest]>([])
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
        return GraphOrderReport(
            items: [.impossible("interface_errors", words: "it has no values")],
            dryRun: order.dryRun ?? false)
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
        return reads.map { read in
            .success(
                RoundRobinSeries(answering: read, names: ["traffic_in", "traffic_out"]) {
                    name, end in
                    Double(end / 60 % 97) * (name == "traffic_in" ? 1_000 : 400)
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
