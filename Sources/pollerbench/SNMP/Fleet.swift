import ArgumentParser
import PollerModel
import PollerSNMP
import Synchronization

/// What became of some polls.
struct FleetOutcome {
    var right = 0
    var wrong = 0
    var lost = 0
    var answered = 0
    var silent = 0
    var messages = 0
    var retransmissions = 0
    private var milliseconds: [Int64] = []

    /// - Parameters:
    ///   - rates: of each object, in counts a hundredth of a second.
    ///   - took: from asking for the poll to having it.
    mutating func count(_ response: SNMPGetResponse, took: Duration, rates: [[UInt64]]) {
        messages += response.effort.messages
        retransmissions += response.effort.retransmissions
        guard case .success = response.groups[0] else {
            silent += 1
            return
        }
        answered += 1
        milliseconds.append(Int64(took / .milliseconds(1)))
        for (group, rates) in zip(response.groups, rates) {
            guard case .success(let answer) = group, case .timeTicks(let ticks)? = answer.companion
            else {
                lost += rates.count
                continue
            }
            for (value, rate) in zip(answer.values, rates) {
                switch value {
                case .success(.counter64(let count)) where count == rate * UInt64(ticks):
                    right += 1
                case .success: wrong += 1
                case .failure: lost += 1
                }
            }
        }
    }

    mutating func add(_ other: FleetOutcome) {
        right += other.right
        wrong += other.wrong
        lost += other.lost
        answered += other.answered
        silent += other.silent
        messages += other.messages
        retransmissions += other.retransmissions
        milliseconds += other.milliseconds
    }

    /// The time that `share` of the answered polls did not exceed.
    func latency(_ share: Double) -> Int {
        let sorted = milliseconds.sorted()
        guard !sorted.isEmpty else { return 0 }
        return Int(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])
    }
}

/// The devices of an agentfarm.
struct Fleet: Sendable {
    let engine: SNMPEngine
    let first: UInt32
    let port: UInt16
    let devices: Int
    let interfaces: Int
    let timeout: Int64

    private static let column = OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1])

    /// Polls every device once, evenly spread over so many seconds.
    ///
    /// - Parameter isCounted: of which devices the outcome is told, by position.
    func cycle(
        seconds: Int, isCounted: @escaping @Sendable (Int) -> Bool = { _ in true }
    ) async -> FleetOutcome {
        let groups = (1...interfaces).map {
            [
                Self.column.appending([6, UInt32($0)]), Self.column.appending([10, UInt32($0)]),
            ]
        }
        let pace = Duration.seconds(seconds) / devices
        let clock = ContinuousClock()
        let start = clock.now
        let sum = Sum()
        await withDiscardingTaskGroup { group in
            for device in 0..<devices {
                // A cancelled sleep only means an earlier poll.
                try? await clock.sleep(until: start + pace * device)
                group.addTask {
                    let one = await poll(device, groups)
                    if isCounted(device) { sum.outcome.withLock { $0.add(one) } }
                }
            }
        }
        return sum.outcome.withLock { $0 }
    }

    private final class Sum: Sendable {
        let outcome = Mutex(FleetOutcome())
    }

    func target(_ device: Int) -> SNMPTarget {
        SNMPTarget(
            host: .address(IPAddress(v4: first + UInt32(device))), port: port,
            credentials: .community(Secret("public")), timeoutMilliseconds: timeout, retries: 2)
    }

    /// By the low 24 bits of its address the farm knows a device.
    func index(_ device: Int) -> Int { Int((first + UInt32(device)) & 0xff_ffff) }

    /// What each interface of a device receives and sends, in octets a hundredth of a second.
    func rates(_ device: Int) -> [[UInt64]] {
        let index = index(device)
        return (1...interfaces).map { interface in
            [
                UInt64(1_000 + (index * 7_919 + interface * 104_729) % 90_000),
                UInt64(1_000 + (index * 6_101 + interface * 15_485_863) % 90_000),
            ]
        }
    }

    private func poll(_ device: Int, _ groups: [[OID]]) async -> FleetOutcome {
        let clock = ContinuousClock()
        let start = clock.now
        let response = await engine.get(
            SNMPGetRequest(
                target: target(device), groups: groups, companion: WellKnownObject.sysUpTime))
        let took = clock.now - start
        var outcome = FleetOutcome()
        outcome.count(response, took: took, rates: rates(device))
        return outcome
    }

    /// The address and port of the first agent.
    static func place(_ text: String) throws -> (first: UInt32, port: UInt16) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let address = IPAddress(parts[0]), address.isV4,
            let port = UInt16(parts[1]), port > 0
        else { throw ValidationError("“\(text)” is no IPv4 address and port, as 127.0.1.0:26161") }
        return (UInt32(truncatingIfNeeded: address.low), port)
    }
}
