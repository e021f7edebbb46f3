import Foundation
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerHealth

@Suite struct NameProbeTests {
    @Test func `names that have addresses, fail and take too long are told apart`() {
        let stuck = DispatchSemaphore(value: 0)
        let lookups = NameProbe().probe(
            ["good.example", "bad.example", "stuck.example"], hasServer: true
        ) { name in
            if name.hasPrefix("stuck") { stuck.wait() }
            return name.hasPrefix("bad") ? "Name or service not known" : nil
        }
        stuck.signal()
        #expect(lookups.failures == ["bad.example": "Name or service not known"])
        #expect(lookups.slow.keys.sorted() == ["stuck.example"] && lookups.notLookedUp == 0)
    }

    @Test func `what nobody waits for any more is not begun, and not called slow`() async throws {
        let stuck = DispatchSemaphore(value: 0)
        let asked = Mutex<[String]>([])
        let (probe, most) = (NameProbe(), NameProbe.largestThreadCount)
        let names = (1...(most + 10)).map { "sw\($0).example" }
        let lookUp: @Sendable (String) -> String? = { name in
            asked.withLock { $0.append(name) }
            stuck.wait()
            return nil
        }
        let first = probe.probe(names, hasServer: true, lookUp: lookUp)
        #expect(first.slow.count == most && first.notLookedUp == 10)
        // While the threads of one live, the next one begins none.
        let second = probe.probe(names, hasServer: true, lookUp: lookUp)
        #expect(second.slow.count == most && second.notLookedUp == 10)
        #expect(asked.withLock { $0.count } == most)
        for _ in 0..<most { stuck.signal() }
        try await waitUntil("its threads have ended") { !probe.isBusy }
        #expect(asked.withLock { $0.count } == most)
        let third = probe.probe(names, hasServer: true) { _ in "no" }
        #expect(third.failures.count == names.count && third.notLookedUp == 0)
    }

    @Test func `no more than a hundred names are looked up`() {
        let names = (0..<(NameProbe.largestCount + 1)).map { "sw\($0).example" }
        let lookups = NameProbe().probe(names, hasServer: true) { _ in "no" }
        #expect(lookups.failures.count == NameProbe.largestCount)
        #expect(lookups.failures["sw\(NameProbe.largestCount).example"] == nil)
    }

    @Test func `where there are no names, nothing is asked`() {
        let lookups = NameProbe().probe([], hasServer: false) { _ in "no" }
        #expect(lookups.notLookedUp == 0 && lookups.failures.isEmpty && lookups.slow.isEmpty)
    }

    @Test func `the system's resolver knows this machine, and no name that cannot be`() {
        let lookups = NameProbe().probe(["localhost", "nobody.invalid"], hasServer: true)
        #expect(lookups.failures["localhost"] == nil)
        // RFC 6761 §6.4: there is no such name, whether somebody answers or not.
        let isSaid =
            lookups.failures["nobody.invalid"] != nil || lookups.slow["nobody.invalid"] != nil
        #expect(isSaid)
    }
}
