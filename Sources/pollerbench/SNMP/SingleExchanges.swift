import CBench
import PollerModel
import PollerSNMP

/// What one exchange costs, by its kind: the engine's thread beside the C loop, both as fast as
/// they can with the same devices at a time.
struct SingleExchanges {
    enum Kind: CaseIterable {
        case get1, get10, get60, bulk50, bulk200

        var name: String {
            switch self {
            case .get1: "GET 1"
            case .get10: "GET 10"
            // The first message to an agent never holds more than ten.
            case .get60: "GET 10 and 60"
            case .bulk50: "GETBULK 50"
            case .bulk200: "4 GETBULK 50"
            }
        }

        var questions: [cbench_question] {
            let get = { cbench_question(count: $0, is_bulk: 0, is_bare: 1) }
            let bulk = cbench_question(count: 50, is_bulk: 1, is_bare: 0)
            return switch self {
            case .get1: [get(1)]
            case .get10: [get(10)]
            case .get60: [get(10), get(60)]
            case .bulk50: [bulk]
            case .bulk200: [bulk, bulk, bulk, bulk]
            }
        }

        /// Objects of a GET; 0 for walks.
        var objects: Int {
            switch self {
            case .get1: 1
            case .get10: 10
            case .get60: 70
            case .bulk50, .bulk200: 0
            }
        }

        /// Rows of a walk: one less than the messages hold, so that no further one is sent.
        var rows: Int { self == .bulk50 ? 49 : 199 }
    }

    let engine: SNMPEngine
    var loop: CLoop
    /// How to ask the n-th device.
    let target: @Sendable (Int) -> SNMPTarget
    let version: SNMPVersion

    private static let table = OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1])
    private static let learningRounds = 12

    func measure(_ kind: Kind) async throws {
        // Until the messages are as large as they get.
        for _ in 0..<Self.learningRounds { _ = await round(kind) }
        let clock = try ThreadClock(ofThread: "snmp")
        let start = try clock.seconds
        var messages = 0
        var failures = 0
        for _ in 0..<3 {
            let (sent, failed) = await round(kind)
            messages += sent
            failures += failed
        }
        let spent = try clock.seconds - start
        var loop = loop
        loop.questions = kind.questions
        var limit = cbench_snmp_result()
        for _ in 0..<3 {
            let result = try loop.run()
            limit.messages += result.messages
            limit.cpu_nanoseconds += result.cpu_nanoseconds
        }
        let own = spent * 1e6 / Double(max(1, messages))
        var figures = Figures(bench: "snmp", of: kind.name)
        figures.add("snmp_version", version.rawValue)
        figures.add("messages", messages)
        figures.add("failures", failures)
        figures.add("messages_per_cpu_second", 1e6 / own)
        figures.add("microseconds_per_message", own)
        figures.add("c_microseconds_per_message", limit.microsecondsPerMessage)
        figures.add("ratio", own / limit.microsecondsPerMessage)
        figures.print()
    }

    /// Asks every device once.
    private func round(_ kind: Kind) async -> (messages: Int, failures: Int) {
        await withTaskGroup(of: (Int, Int).self) { group in
            var sum = (messages: 0, failures: 0)
            for device in 0..<loop.devices {
                if device >= loop.window, let one = await group.next() {
                    sum.messages += one.0
                    sum.failures += one.1
                }
                group.addTask { await ask(kind, target(device)) }
            }
            for await one in group {
                sum.messages += one.0
                sum.failures += one.1
            }
            return sum
        }
    }

    private func ask(_ kind: Kind, _ target: SNMPTarget) async -> (Int, Int) {
        guard kind.objects == 0 else {
            let objects = (0..<kind.objects).map {
                Self.table.appending([$0.isMultiple(of: 2) ? 6 : 10, UInt32($0 / 2 + 1)])
            }
            let response = await engine.get(
                SNMPGetRequest(target: target, groups: objects.map { [$0] }))
            let failures = response.groups.count { if case .failure = $0 { true } else { false } }
            return (response.effort.messages, failures)
        }
        var target = target
        target.maxRepetitions = 50
        do {
            let walk = try await engine.walk(
                SNMPWalkRequest(target: target, root: Self.table, rowLimit: kind.rows))
            return (walk.effort.messages, walk.rows.count == kind.rows ? 0 : 1)
        } catch {
            return (0, 1)
        }
    }
}
