import PollerModel
import Synchronization
import TestSupport

/// Devices that count at known rates and fail as a seed says.
final class SimulatedNetwork: SNMPTransport, Sendable {
    struct Faults {
        /// Of a hundred polls.
        var lostPercent = 0
        var slowPercent = 0
        /// Of a thousand polls.
        var rebootPermille = 0
    }

    /// What happened, for comparison with what was stored.
    struct Truth {
        var polls = 0
        var lost = 0
        var reboots = 0
    }

    private struct Device {
        var bootedAt: Int64
        var truth = Truth()
    }

    private struct State {
        var random: SeededGenerator
        var devices: [UInt16: Device] = [:]
        var trace: [String] = []
    }

    let simulation: Simulation
    let faults: Faults
    private let state: Mutex<State>

    init(_ simulation: Simulation, seed: UInt64, faults: Faults) {
        self.simulation = simulation
        self.faults = faults
        state = Mutex(State(random: SeededGenerator(seed: seed)))
    }

    /// Octets in a millisecond; devices are told apart by their port.
    static func rate(_ port: UInt16) -> UInt64 { UInt64(port) * 7 + 3 }

    func truth(_ port: UInt16) -> Truth { state.withLock { $0.devices[port]?.truth ?? Truth() } }
    var trace: [String] { state.withLock { $0.trace } }

    var counters: SNMPCounters { SNMPCounters() }
    func takeKnowledge() -> SNMPKnowledge { SNMPKnowledge() }

    func resolve(_ host: DeviceHost) async throws(SNMPFailure) -> IPAddress {
        guard case .address(let address) = host else {
            throw .nameNotResolved(name: host.description, detail: "simulated")
        }
        return address
    }

    /// One interface, eth0: its index and its name are all that is known of it.
    private static func cell(_ column: OID) -> SNMPValue? {
        switch column {
        case TableNetwork.index: .integer(1)
        case TableNetwork.name: .octets(Array("eth0".utf8))
        default: nil
        }
    }

    /// Single instances, which discovery reads of small tables in place of a walk.
    private static func read(_ objects: [OID], at moment: Moment) -> SNMPGroupAnswer {
        SNMPGroupAnswer(
            values: objects.map {
                .success(cell(OID(Array($0.arcs.dropLast()))) ?? .noSuchInstance)
            }, companion: nil, receivedAt: moment)
    }

    func walk(_ request: SNMPWalkRequest) async throws(SNMPFailure) -> SNMPWalkResponse {
        let rows =
            Self.cell(request.root).map { [VarBind(request.root.appending([1]), $0)] } ?? []
        return SNMPWalkResponse(rows: rows, cut: nil, effort: SNMPEffort(messages: 1))
    }

    func get(_ request: SNMPGetRequest) async -> SNMPGetResponse {
        // A poll asks for sysUpTime along with everything.
        guard request.companion != nil else {
            let moment = simulation.now
            return SNMPGetResponse(
                groups: request.groups.map { .success(Self.read($0, at: moment)) },
                effort: SNMPEffort(messages: 1))
        }
        let port = request.target.port
        let fate = state.withLock { state -> (isLost: Bool, delay: Int64) in
            let now = simulation.now.monotonic.milliseconds
            var device = state.devices[port] ?? Device(bootedAt: -1_000_000_000)
            device.truth.polls += 1
            if Int.random(in: 0..<1_000, using: &state.random) < faults.rebootPermille {
                device.bootedAt = now - Int64.random(in: 0..<5_000, using: &state.random)
                device.truth.reboots += 1
            }
            let isLost = Int.random(in: 0..<100, using: &state.random) < faults.lostPercent
            let isSlow = Int.random(in: 0..<100, using: &state.random) < faults.slowPercent
            if isLost { device.truth.lost += 1 }
            state.devices[port] = device
            return (
                isLost, Int64.random(in: isSlow ? 1_000...90_000 : 1...50, using: &state.random)
            )
        }
        await simulation.sleep(milliseconds: fate.isLost ? 4_500 : fate.delay)
        let moment = simulation.now
        state.withLock {
            $0.trace.append(
                "\(moment.monotonic.milliseconds) \(port) \(fate.isLost ? "lost" : "ok")")
        }
        let effort = SNMPEffort(messages: 1, microseconds: fate.delay * 1_000)
        guard !fate.isLost else {
            let failure = SNMPFailure.noAnswer(attempts: 3, milliseconds: 4_500)
            return SNMPGetResponse(
                groups: request.groups.map { _ in .failure(failure) }, effort: effort)
        }
        let age = moment.monotonic.milliseconds - state.withLock { $0.devices[port]?.bootedAt ?? 0 }
        let answer = { (objects: [OID]) in
            SNMPGroupAnswer(
                values: objects.map { .success(Self.value($0, port: port, age: age)) },
                companion: .timeTicks(UInt32(truncatingIfNeeded: age / 10)), receivedAt: moment)
        }
        return SNMPGetResponse(groups: request.groups.map { .success(answer($0)) }, effort: effort)
    }

    /// Column 6 counts in 64 bits, column 10 in 32.
    private static func value(_ object: OID, port: UInt16, age: Int64) -> SNMPValue {
        let count = UInt64(age) * rate(port)
        if object.hasPrefix(OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1])) { return .counter64(count) }
        if object.hasPrefix(OID([1, 3, 6, 1, 2, 1, 2, 2, 1])) {
            return .counter32(UInt32(truncatingIfNeeded: count))
        }
        return .integer(1)
    }
}

/// Keeps every row in memory, and refuses what librrd would refuse.
final class MemoryStore: RoundRobinStore, Sendable {
    private let files = Mutex<[String: [RoundRobinRow]]>([:])

    func rows(_ path: String) -> [RoundRobinRow] { files.withLock { $0[path] ?? [] } }
    var paths: [String] { files.withLock { $0.keys.sorted() } }

    func create(_ files: [RoundRobinFile], start: Timestamp) async -> [Result<Void, StoreFailure>] {
        self.files.withLock { kept in
            for file in files where kept[file.path] == nil { kept[file.path] = [] }
        }
        return files.map { _ in .success(()) }
    }

    var counters: StoreCounters { StoreCounters() }

    func settle(_ paths: [String]) async throws(StoreFailure) {}

    func update(_ updates: [RoundRobinUpdate]) async -> [Result<RowsAccepted, StoreFailure>] {
        files.withLock { files in
            updates.map { update in
                for row in update.rows {
                    if let last = files[update.file.path]?.last, row.time <= last.time {
                        return .failure(.refused(path: update.file.path, reason: "not later"))
                    }
                    files[update.file.path, default: []].append(row)
                }
                return .success(RowsAccepted())
            }
        }
    }

    func lastRows(_ files: [RoundRobinFile]) async -> [Result<RoundRobinLastRow, StoreFailure>] {
        files.map { file in
            guard let row = rows(file.path).last else {
                return .failure(.failed(path: file.path, operation: "read", detail: "no row"))
            }
            let values = zip(file.sources, row.values).map { ($0.name, $1) }
            return .success(
                RoundRobinLastRow(
                    time: row.time,
                    values: Dictionary(uniqueKeysWithValues: values)))
        }
    }

    func series(_ reads: [SeriesRead]) async -> [Result<RoundRobinSeries, StoreFailure>] {
        reads.map {
            .failure(.failed(path: $0.path, operation: "read", detail: "not kept as archives"))
        }
    }

    func remove(_ paths: [String]) async -> [Result<Void, StoreFailure>] {
        files.withLock { kept in for path in paths { kept[path] = nil } }
        return paths.map { _ in .success(()) }
    }
}

/// Definitions that a test changes. Rows that are new to a table are left out.
final class MemoryInventory: DeviceInventory, Sendable {
    private struct State {
        var definitions: Definitions
        var watches: [DeviceID: [OID: String]] = [:]
        var readsToFail = 0
        /// The newest first.
        var remaps: [Remap] = []
    }
    private let state: Mutex<State>

    init(_ definitions: Definitions) { state = Mutex(State(definitions: definitions)) }

    func failReading(times: Int) { state.withLock { $0.readsToFail = times } }

    var definitions: Definitions { state.withLock { $0.definitions } }

    func add(
        _ device: NewDevice, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition {
        let definition = Fixture.definition(
            id: Int64(definitions.devices.count + 1), new: device, now: now)
        state.withLock {
            $0.definitions = $0.definitions.replacing(definition.device.id, with: definition)
        }
        return definition
    }

    func complete(
        _ device: DeviceID, with discovered: DiscoveredDevice, proposals: [GraphProposal],
        at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition {
        throw .notFound("device \(device)")
    }

    func change(
        _ device: DeviceID, to change: DeviceChange, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition {
        guard let old = definitions.devices[device] else { throw .notFound("device \(device)") }
        var changed = old.device
        do { try change.apply(to: &changed, at: now) } catch { throw .unfit(error) }
        let definition = DeviceDefinition(
            device: changed, rows: old.rows, dataSources: old.dataSources, graphs: old.graphs)
        state.withLock {
            $0.definitions = $0.definitions.replacing(device, with: definition)
            if changed.agentSince != old.device.agentSince { $0.watches[device] = nil }
        }
        return definition
    }

    func change(
        _ devices: [DeviceID], to change: DeviceChange, at now: Timestamp
    ) async throws(InventoryFailure) -> [DeviceDefinition] {
        var changed: [DeviceDefinition] = []
        for device in devices { changed.append(try await self.change(device, to: change, at: now)) }
        return changed
    }

    func remove(_ device: DeviceID) async throws(InventoryFailure) -> DeviceDefinition {
        let definition = definitions.devices[device]
        guard let definition else { throw .notFound("device \(device)") }
        state.withLock { $0.definitions = $0.definitions.replacing(device, with: nil) }
        return definition
    }

    func apply(
        _ change: TableChange, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition {
        let definition = definitions.devices[change.device]
        guard let definition else { throw .notFound("device \(change.device)") }
        let moved = Dictionary(
            uniqueKeysWithValues: change.rows.map { ($0.id, $0.noted(at: now)) })
        let changed = DeviceDefinition(
            device: definition.device, rows: definition.rows.map { moved[$0.id] ?? $0 },
            dataSources: definition.dataSources, graphs: definition.graphs)
        state.withLock {
            $0.definitions = $0.definitions.replacing(change.device, with: changed)
            guard change.isRemap else { return }
            let remap = Remap(
                id: RemapID(Int64($0.remaps.count + 1)), device: change.device,
                query: change.query, time: now, reason: change.reason, rows: change.moves,
                undoes: change.undoes)
            $0.remaps.insert(remap, at: 0)
        }
        return changed
    }

    func remaps(of device: DeviceID) async throws(InventoryFailure) -> [Remap] {
        state.withLock { $0.remaps }
    }

    func undoRemap(
        _ remap: RemapID, of device: DeviceID, at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition {
        let (remaps, definitions) = state.withLock { ($0.remaps, $0.definitions) }
        guard let known = remaps.first(where: { $0.id == remap }),
            let definition = definitions.devices[device]
        else { throw .unknownRemap(remap, of: device) }
        let change: TableChange
        do {
            change = try RemapUndo.plan(known, of: definition, catalogue: definitions.catalogue)
        } catch { throw .unfitRemap(error) }
        return try await apply(change, at: now)
    }

    func makeGraphs(
        _ proposals: [GraphProposal], judged templates: [String], of device: DeviceID,
        at now: Timestamp
    ) async throws(InventoryFailure) -> DeviceDefinition { throw .notFound("device \(device)") }

    func removeGraph(_ graph: GraphID) async throws(InventoryFailure) -> RemovedGraph {
        throw .unknownGraph(graph)
    }

    func makeAggregate(
        _ order: AggregateOrder, at now: Timestamp
    ) async throws(InventoryFailure) -> Aggregate { throw .unknownGraph(GraphID(0)) }

    func changeAggregate(
        _ id: GraphID, to order: AggregateOrder
    ) async throws(InventoryFailure) -> Aggregate { throw .unknownGraph(id) }

    func removeAggregate(_ id: GraphID) async throws(InventoryFailure) -> Aggregate {
        throw .unknownGraph(id)
    }

    func recognise(
        _ device: DeviceID, as templates: [String], system: SystemDescription
    ) async throws(InventoryFailure) -> DeviceDefinition { throw .notFound("device \(device)") }

    func setProfile(
        of sources: [DataSourceID], to profile: String
    ) async throws(InventoryFailure) -> [DeviceDefinition] {
        var changed: [DeviceID: DeviceDefinition] = [:]
        for id in sources {
            guard let old = definitions.dataSource(id)?.definition else {
                throw .unknownDataSource(id)
            }
            let latest = changed[old.device.id] ?? old
            changed[old.device.id] = DeviceDefinition(
                device: latest.device, rows: latest.rows,
                dataSources: latest.dataSources.map { source in
                    guard source.id == id else { return source }
                    return DataSource(
                        id: id, device: source.device, template: source.template, row: source.row,
                        profile: profile, width: source.width, createdAt: source.createdAt)
                }, graphs: latest.graphs)
        }
        state.withLock { state in
            state.definitions = state.definitions.replacing(changed.map { ($0.key, $0.value) })
        }
        return Array(changed.values)
    }

    func remember(_ knowledge: SNMPKnowledge) async throws(InventoryFailure) {}

    func watchValues(of device: DeviceID) async throws(InventoryFailure) -> [OID: String] {
        let watches = state.withLock { state -> [OID: String]? in
            if state.readsToFail > 0 {
                state.readsToFail -= 1
                return nil
            }
            return state.watches[device] ?? [:]
        }
        guard let watches else { throw .failed(operation: "read", detail: "as the test wants") }
        return watches
    }

    func setWatchValues(
        _ values: [OID: String], of device: DeviceID
    ) async throws(InventoryFailure) {
        state.withLock { $0.watches[device] = values }
    }
}
