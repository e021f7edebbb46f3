import PollerModel
import Synchronization

/// An agent without a socket: turns request bytes into answer bytes.
package final class Agent: Sendable {
    package let community: String
    private struct State {
        var tree: ObjectTree
        var faults: Faults
        var requests = 0
        /// The tree after so many events, of one life of the agent.
        var shown: (events: Int, isReborn: Bool, tree: ObjectTree)?

        /// The tree as it is by then.
        mutating func tree(at seconds: Double) -> ObjectTree {
            guard !faults.events.isEmpty else { return tree }
            let count = faults.events.count { Double($0.seconds) <= seconds }
            let isReborn = faults.rebootAfterSeconds.map { seconds >= $0 } ?? false
            if let shown, shown.events == count, shown.isReborn == isReborn { return shown.tree }
            let changed = TableEvent.tree(
                tree, after: faults.events, at: seconds, reboot: faults.rebootAfterSeconds)
            shown = (count, isReborn, changed)
            return changed
        }
    }
    private let state: Mutex<State>
    /// Largest answer, so that a GETBULK ends where a real agent's would.
    static let largestMessage = 1_400
    static let largestRepetitions = 200

    package init(community: String, tree: ObjectTree, faults: Faults = Faults()) {
        self.community = community
        state = Mutex(State(tree: tree, faults: faults))
    }

    /// Another tree from now on, as after a change of hardware.
    package func replace(_ tree: ObjectTree) {
        state.withLock { ($0.tree, $0.shown) = (tree, nil) }
    }

    /// Other faults from now on.
    package func change(_ faults: Faults) {
        state.withLock { ($0.faults, $0.shown) = (faults, nil) }
    }

    package var faults: Faults { state.withLock { $0.faults } }

    /// Requests seen, answered or not.
    package var requestCount: Int { state.withLock { $0.requests } }

    /// - Parameter seconds: since the agent started.
    /// - Returns: nil where it stays silent: to other communities, malformed requests, and
    ///   where its faults say so.
    package func answer(
        _ request: some Sequence<UInt8>, at seconds: Double
    ) -> (bytes: [UInt8], delayMilliseconds: Int64)? {
        let (tree, faults, count) = state.withLock { state in
            state.requests += 1
            return (state.tree(at: seconds), state.faults, state.requests)
        }
        // A request that is no SNMP is dropped, as agents do.
        guard let message = try? SNMPMessage(decoding: request),
            message.community == Array(community.utf8), !faults.isDead,
            !(faults.lossEvery > 0 && count % faults.lossEvery == 0)
        else { return nil }
        var uptime = seconds
        if let reboot = faults.rebootAfterSeconds, seconds >= reboot { uptime -= reboot }
        let view = AgentView(tree: tree, faults: faults, seconds: uptime, version: message.version)
        guard var answer = view.answer(to: message) else { return nil }
        if faults.wrongIDEvery > 0, count % faults.wrongIDEvery == 0 { answer.requestID &+= 1 }
        return (answer.encoded, faults.delayMilliseconds)
    }
}

/// What an agent shows at one moment.
private struct AgentView {
    let tree: ObjectTree
    let faults: Faults
    let seconds: Double
    let version: SNMPVersion

    func answer(to message: SNMPMessage) -> SNMPMessage? {
        var answer = message
        answer.pdu = .response
        (answer.errorStatus, answer.errorIndex) = (0, 0)
        if let limit = faults.tooBigAbove, message.varbinds.count > limit {
            answer.errorStatus = SNMPFailure.ErrorStatus.tooBig.rawValue
            answer.varbinds = []
            return answer
        }
        if message.varbinds.contains(where: { isBroken($0.oid) }) {
            answer.errorStatus = SNMPFailure.ErrorStatus.genErr.rawValue
            return answer
        }
        switch message.pdu {
        case .get: answer.varbinds = message.varbinds.map { VarBind($0.oid, value(of: $0.oid)) }
        case .getNext: answer.varbinds = message.varbinds.map { next(after: $0.oid) }
        case .getBulk:
            guard version == .v2c, !faults.hasNoBulk else { return nil }
            answer.varbinds = bulk(message)
        case .response, .set: return nil
        }
        return version == .v1 ? asVersion1(answer, request: message) : answer
    }

    /// SNMPv1 has no exceptions: the first one turns the whole answer into noSuchName
    /// (RFC 1157 §4.1.2).
    private func asVersion1(_ answer: SNMPMessage, request: SNMPMessage) -> SNMPMessage {
        guard let index = answer.varbinds.firstIndex(where: { !$0.value.isPresent }) else {
            return answer
        }
        var refusal = answer
        refusal.varbinds = request.varbinds
        refusal.errorStatus = SNMPFailure.ErrorStatus.noSuchName.rawValue
        refusal.errorIndex = index + 1
        return refusal
    }

    private func isBroken(_ oid: OID) -> Bool { faults.broken.contains { oid.hasPrefix($0) } }

    private func isHidden(_ oid: OID, _ value: SNMPValue) -> Bool {
        if faults.hidden.contains(where: { oid.hasPrefix($0) }) { return true }
        // SNMPv1 has no Counter64 (RFC 3584 §4.2.2.1).
        if version == .v1, case .counter64 = value { return true }
        return false
    }

    private func value(of oid: OID) -> SNMPValue {
        if let value = tree.value(of: oid)?.value(at: seconds), !isHidden(oid, value) {
            return value
        }
        if faults.hidden.contains(where: { oid.hasPrefix($0) }) { return .noSuchObject }
        let parent = OID(Array(oid.arcs.dropLast()))
        return tree.hasObjects(below: parent) ? .noSuchInstance : .noSuchObject
    }

    private func next(after oid: OID) -> VarBind {
        if let loop = faults.loop, oid >= loop, let value = tree.value(of: loop) {
            return VarBind(loop, value.value(at: seconds))
        }
        var current = oid
        while let (found, object) = tree.next(after: current) {
            let value = object.value(at: seconds)
            if !isHidden(found, value) { return VarBind(found, value) }
            current = found
        }
        return VarBind(oid, .endOfMibView)
    }

    /// RFC 3416 §4.2.3; ends early where the message is full.
    private func bulk(_ message: SNMPMessage) -> [VarBind] {
        let nonRepeaters = min(max(0, message.errorStatus), message.varbinds.count)
        var varbinds = message.varbinds.prefix(nonRepeaters).map { next(after: $0.oid) }
        var columns = message.varbinds.dropFirst(nonRepeaters).map(\.oid)
        var size = 60
        for _ in 0..<min(max(0, message.errorIndex), Agent.largestRepetitions)
        where !columns.isEmpty {
            for position in columns.indices {
                let varbind = next(after: columns[position])
                columns[position] = varbind.oid
                size += varbind.oid.arcs.count + 20
                if case .octets(let bytes) = varbind.value { size += bytes.count }
                guard size <= Agent.largestMessage else { return varbinds }
                varbinds.append(varbind)
            }
        }
        return varbinds
    }
}
