import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import PollerDefinitions
import PollerModel
import PollerSecrets
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// The router with doubles behind it, asked without a socket.
struct WebFixture {
    let inventory: FixedInventory
    let status: FixedStatus
    let interruptions = FixedInterruptions()
    let events = ReportedEvents()
    let health = FixedHealth()
    let operations: RecordedOperations
    let archives = RecordedArchives()
    let renderer: RecordedRenderer
    let store: RecordedStore
    let maintenance = FixedMaintenance()
    let search: FixedSearch
    let live: ScriptedLive
    let clock = ManualClock(1_795_622_409)
    let services: WebServices
    var accountDesk: AccountDesk { services.accounts }
    let database: AccountDatabase
    var accounts: any AccountRegister { database.inventory }
    let graphs: MemoryGraphs
    let audit: RecordedAudit
    let trees: MemoryTrees
    let dashboards = MemoryDashboards()
    private let server: WebServer
    static let stateFolder = "/var/lib/pollerd-test"

    init(
        devices: Int = 1, deviceText: String = "sw1", aggregates: [Aggregate] = [],
        shares: some ShareRegister = NoShares(), guestsMayLook: Bool = true,
        outside: Outside = Outside(), meter: (any DaemonMeter)? = nil,
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
        trees = MemoryTrees(inventory)
        status = FixedStatus(startedAt: created, tick: clock.now.monotonic)
        operations = RecordedOperations(inventory)
        graphs = MemoryGraphs(inventory)
        renderer = RecordedRenderer()
        store = RecordedStore()
        search = FixedSearch(inventory)
        live = ScriptedLive()
        database = try AccountDatabase()
        audit = RecordedAudit(database.inventory)
        let workings = WebWorkings(timekeeper: clock)
        services = WebServices(
            inventory: inventory, status: status, interruptions: interruptions,
            operations: operations, archives: archives,
            renderer: renderer, store: store, maintenance: maintenance, shares: shares,
            search: search, live: live, trees: trees, dashboards: dashboards, graphs: graphs,
            accounts: database.inventory, audit: audit,
            access: .init(
                guestsMayLook: guestsMayLook, hasher: PasswordHasher(cost: .init(logCost: 4))),
            timekeeper: clock,
            zoneOffset: { _ in 0 },
            site: .init(
                version: "1.2.3", baseURL: { "http://127.0.0.1:8080" }, timeZone: "UTC",
                timeoutMilliseconds: 1_500, retries: 2, stateFolder: Self.stateFolder,
                outside: outside),
            settings: .init(
                file: "/etc/pollerd/test.yaml",
                entries: [
                    .init(
                        key: "web.listen", value: "127.0.0.1:1", standard: "127.0.0.1:8080",
                        line: 3, meaning: "Where the pages are.")
                ]),
            workings: workings,
            meter: meter
                ?? WorkingsMeter(
                    workings: workings, clock: clock, inventory: inventory, status: status),
            events: events, health: health, logger: logger)
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

    /// As a browser asks, on the pages' own address.
    func send(
        _ method: HTTPRequest.Method, _ path: String, headers: [(HTTPField.Name, String)],
        body: String, peer: IPAddress? = nil
    ) async throws -> Answer {
        try await ask(
            server.publicRouter(hosts: []), method, path, headers: headers,
            host: "127.0.0.1:8080", body: body, peer: peer)
    }

    /// The same on a port of its own.
    func service(
        limits: ConnectionLimits, onRunning: @escaping @Sendable (UInt16) async -> Void
    ) throws -> any Service {
        let resources = try WebResources(folder: Places.resources)
        return WebServer(services: services, resources: resources, limits: limits).publicService(
            at: .network(IPAddress(bytes: [127, 0, 0, 1]), port: 0), onRunning: onRunning)
    }

    func addRoutes(to router: some RouterMethods<WebContext>) { server.addRoutes(to: router) }

    private func ask(
        _ router: Router<WebContext>, _ method: HTTPRequest.Method, _ path: String,
        headers: [(HTTPField.Name, String)], host: String, body: String = "",
        peer: IPAddress? = nil
    ) async throws -> Answer {
        let response = try await respond(
            router, method, path, headers: headers, host: host, body: body, peer: peer)
        let collector = BodyCollector()
        try await response.body.write(collector)
        let bytes = collector.bytes
        return Answer(
            status: response.status.code, headers: response.headers,
            body: String(decoding: bytes, as: UTF8.self), bytes: bytes)
    }

    /// The answer before its body was made.
    func respond(_ path: String) async throws -> Response {
        try await respond(
            server.publicRouter(hosts: []), .get, path, headers: [], host: "127.0.0.1", body: "")
    }

    private func respond(
        _ router: Router<WebContext>, _ method: HTTPRequest.Method, _ path: String,
        headers: [(HTTPField.Name, String)], host: String, body: String,
        peer: IPAddress? = nil
    ) async throws -> Response {
        var fields = HTTPFields()
        for (name, value) in headers { fields[name] = value }
        let request = Request(
            head: HTTPRequest(
                method: method, scheme: "http", authority: host, path: path, headerFields: fields),
            body: .init(buffer: ByteBuffer(string: body)))
        let channel = NIOAsyncTestingChannel()
        if let peer {
            channel.remoteAddress = try SocketAddress(ipAddress: peer.description, port: 1_024)
        }
        let context = WebContext(
            source: ApplicationRequestContextSource(
                channel: channel, logger: Logger(label: "test")))
        return try await server.fronted(router, services.site.outside).respond(
            to: request, context: context)
    }
}

/// The numbers of a web without a daemon behind it, and of the fixture's devices.
struct WorkingsMeter: DaemonMeter {
    let workings: WebWorkings
    let clock: ManualClock
    let inventory: FixedInventory
    let status: FixedStatus

    func numbers() async -> DaemonNumbers {
        var numbers = DaemonNumbers(
            at: clock.now, summary: PollSummary(startedAt: Timestamp(seconds: 1_795_000_000)))
        numbers.web = workings.numbers
        let definitions = inventory.definitions
        for definition in definitions.fleet {
            let status = status.device(definition.device.id)
            numbers.devices.take(status.state, reason: status.reason?.code)
        }
        let counts = definitions.fleetCounts
        (numbers.dataSources, numbers.graphs) = (counts.dataSources, counts.graphs)
        return numbers
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
