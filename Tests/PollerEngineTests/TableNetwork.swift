import PollerModel
import Synchronization

/// One agent whose interfaces a test renumbers while it counts.
final class TableNetwork: SNMPTransport, Sendable {
    private struct State {
        var names: [String]
        var lastChange: UInt32 = 0
        var bootedAt: Int64 = -1_000_000_000
        var unwalkable: Set<OID> = []
        var delay: Int64 = 1
        var readingDelay: Int64 = 0
        var isStopping = false
        var isSilent = false
        var failsAtChanges = false
        var walks = 0
        var showsChanges = true
        var ahead: [String: UInt64] = [:]
        /// What the interfaces are called after the first group of the next poll, and a restart.
        var restartWithin: [String]?
    }

    static let index = OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 1])
    static let status = OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 8])
    static let name = OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1])
    private static let inOctets = OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6])
    private static let outOctets = OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 10])
    private static let lastChange = OID([1, 3, 6, 1, 2, 1, 31, 1, 5, 0])

    private let simulation: Simulation
    private let state: Mutex<State>

    /// - Parameter names: of the interfaces with the indexes 1, 2, 3, …
    init(_ simulation: Simulation, names: [String]) {
        self.simulation = simulation
        state = Mutex(State(names: names))
    }

    /// Octets in a millisecond.
    static func rate(_ name: String) -> UInt64 { UInt64(name.utf8.last ?? 0) - 40 }

    var walkCount: Int { state.withLock { $0.walks } }

    /// The interfaces stand at other indexes from now on, and the agent says so.
    func renumber(_ names: [String]) {
        state.withLock { ($0.names, $0.lastChange) = (names, $0.lastChange + 1) }
    }

    /// The agent starts again, so long ago, with its interfaces at other indexes.
    func restart(_ names: [String], age: Int64) {
        let now = simulation.now.monotonic.milliseconds
        state.withLock { ($0.names, $0.lastChange, $0.bootedAt) = (names, 0, now - age) }
    }

    /// Walks of these columns end with an error.
    func refuseWalks(of columns: Set<OID>) { state.withLock { $0.unwalkable = columns } }
    func delay(_ milliseconds: Int64) { state.withLock { $0.delay = milliseconds } }
    /// Of each message with which a table is read.
    func delayReadings(_ milliseconds: Int64) { state.withLock { $0.readingDelay = milliseconds } }
    /// Whether the agent has the objects that tell of changes.
    func showsChanges(_ shows: Bool) { state.withLock { $0.showsChanges = shows } }
    /// The agent has an error of its own for these objects.
    func failAtChanges() { state.withLock { $0.failsAtChanges = true } }
    /// Puts an interface's counters forward.
    func skip(_ name: String, by count: UInt64) { state.withLock { $0.ahead[name] = count } }
    func restartWithinPoll(_ names: [String]) { state.withLock { $0.restartWithin = names } }
    func fallSilent(_ isSilent: Bool) { state.withLock { $0.isSilent = isSilent } }
    func stop() { state.withLock { $0.isStopping = true } }

    var counters: SNMPCounters { SNMPCounters() }
    func takeKnowledge() -> SNMPKnowledge { SNMPKnowledge() }

    func resolve(_ host: DeviceHost) async throws(SNMPFailure) -> IPAddress {
        IPAddress(bytes: [127, 0, 0, 1])
    }

    func walk(_ request: SNMPWalkRequest) async throws(SNMPFailure) -> SNMPWalkResponse {
        await waitToRead()
        let state = state.withLock { state in
            state.walks += 1
            return state
        }
        if state.isStopping { throw .stopped }
        if state.unwalkable.contains(request.root) {
            throw .errorStatus(.genErr, object: request.root)
        }
        let now = simulation.now
        let rows = state.names.indices.compactMap { position -> VarBind? in
            let object = request.root.appending([UInt32(position + 1)])
            return Self.value(object, state, now).map { VarBind(object, $0) }
        }
        return SNMPWalkResponse(rows: rows, cut: nil, effort: SNMPEffort(messages: 1))
    }

    private func waitToRead() async {
        let wait = state.withLock { $0.readingDelay }
        if wait > 0 { await simulation.sleep(milliseconds: wait) }
    }

    /// Single instances, which discovery reads of small tables in place of a walk.
    private func read(_ request: SNMPGetRequest) -> SNMPGetResponse {
        let now = simulation.now
        let state = state.withLock { state in
            state.walks += request.groups.count
            return state
        }
        let groups = request.groups.map { objects -> Result<SNMPGroupAnswer, SNMPFailure> in
            if state.isStopping { return .failure(.stopped) }
            let columns = Set(objects.map { OID(Array($0.arcs.dropLast())) })
            if let refused = columns.first(where: state.unwalkable.contains) {
                return .failure(.errorStatus(.genErr, object: refused))
            }
            return .success(
                SNMPGroupAnswer(
                    values: objects.map { .success(Self.value($0, state, now) ?? .noSuchInstance) },
                    companion: nil, receivedAt: now))
        }
        return SNMPGetResponse(groups: groups, effort: SNMPEffort(messages: 1))
    }

    /// A stop lets the first group through and no other.
    func get(_ request: SNMPGetRequest) async -> SNMPGetResponse {
        // A poll asks for sysUpTime along with everything.
        guard request.companion != nil else {
            await waitToRead()
            return read(request)
        }
        await simulation.sleep(milliseconds: state.withLock { $0.delay })
        if state.withLock({ $0.isSilent }) {
            let failure = SNMPFailure.noAnswer(attempts: 1, milliseconds: 1)
            return SNMPGetResponse(
                groups: request.groups.map { _ in .failure(failure) }, effort: SNMPEffort())
        }
        let now = simulation.now
        let before = state.withLock { state in
            let before = state
            if let names = state.restartWithin {
                state.restartWithin = nil
                (state.names, state.bootedAt) = (names, now.monotonic.milliseconds - 1_000)
            }
            return before
        }
        let after = state.withLock { $0 }
        let groups = request.groups.enumerated().map {
            position, objects -> Result<SNMPGroupAnswer, SNMPFailure> in
            let state = position == 0 ? before : after
            if state.isStopping, position > 0 { return .failure(.stopped) }
            if state.failsAtChanges, objects.contains(Self.lastChange) {
                return .failure(.errorStatus(.genErr, object: Self.lastChange))
            }
            let age = now.monotonic.milliseconds - state.bootedAt
            return .success(
                SNMPGroupAnswer(
                    values: objects.map { .success(Self.value($0, state, now) ?? .noSuchInstance) },
                    companion: .timeTicks(UInt32(truncatingIfNeeded: age / 10)), receivedAt: now))
        }
        return SNMPGetResponse(groups: groups, effort: SNMPEffort(messages: 1))
    }

    private static func value(_ object: OID, _ state: State, _ now: Moment) -> SNMPValue? {
        if object == lastChange { return state.showsChanges ? .timeTicks(state.lastChange) : nil }
        guard let arc = object.arcs.last, (1...UInt32(state.names.count)).contains(arc) else {
            return nil
        }
        let interface = state.names[Int(arc) - 1]
        switch OID(Array(object.arcs.dropLast())) {
        case index: return .integer(Int64(arc))
        case name: return .octets(Array(interface.utf8))
        case inOctets, outOctets:
            return .counter64(
                UInt64(now.monotonic.milliseconds - state.bootedAt) * rate(interface)
                    + (state.ahead[interface] ?? 0))
        default: return nil
        }
    }
}
