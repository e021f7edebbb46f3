import Foundation
import PollerModel
import Testing

@testable import PollerHealth

@Suite struct NameProbeTests {
    @Test func `names that have addresses, fail and take too long are told apart`() {
        let stuck = DispatchSemaphore(value: 0)
        let lookups = NameProbe.probe(
            ["good.example", "bad.example", "stuck.example"], hasServer: true
        ) { name in
            if name.hasPrefix("stuck") { stuck.wait() }
            return name.hasPrefix("bad") ? "Name or service not known" : nil
        }
        stuck.signal()
        #expect(lookups.count == 3)
        #expect(lookups.failures == ["bad.example": "Name or service not known"])
        #expect(lookups.slow == ["stuck.example": NameProbe.patienceMilliseconds])
    }

    @Test func `no more than a hundred names are looked up`() {
        let names = (0..<(NameProbe.largestCount + 1)).map { "sw\($0).example" }
        let lookups = NameProbe.probe(names, hasServer: true) { _ in "no" }
        #expect(lookups.count == NameProbe.largestCount)
        #expect(lookups.failures.count == NameProbe.largestCount)
        #expect(lookups.failures["sw\(NameProbe.largestCount).example"] == nil)
    }

    @Test func `where there are no names, nothing is asked`() {
        let lookups = NameProbe.probe([], hasServer: false) { _ in "no" }
        #expect(lookups.count == 0 && lookups.failures.isEmpty && lookups.slow.isEmpty)
    }

    @Test func `the system's resolver knows this machine, and no name that cannot be`() {
        let lookups = NameProbe.probe(["localhost", "nobody.invalid"], hasServer: true)
        #expect(lookups.failures["localhost"] == nil)
        // RFC 6761 §6.4: there is no such name, whether somebody answers or not.
        let isSaid =
            lookups.failures["nobody.invalid"] != nil || lookups.slow["nobody.invalid"] != nil
        #expect(isSaid)
    }
}
