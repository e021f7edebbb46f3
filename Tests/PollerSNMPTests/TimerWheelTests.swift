import PollerModel
import Testing

@testable import PollerSNMP

@Suite struct TimerWheelTests {
    @Test(arguments: [1, 9, 10, 11, 1_500, 10_240, 10_241, 60_000] as [Int64])
    func `a timer rings at its deadline or one tick later, never before`(delay: Int64) {
        let start = MonotonicTime(milliseconds: 123_456)
        var wheel = TimerWheel(now: start)
        let deadline = start.advanced(milliseconds: delay)
        wheel.set(7, at: deadline)
        var rang: Int64?
        for elapsed in Int64(0)...(delay + 30) {
            let due = wheel.due(at: start.advanced(milliseconds: elapsed))
            if !due.isEmpty { rang = rang ?? elapsed }
        }
        #expect(rang.map { (delay...(delay + 20)).contains($0) } == true, "\(rang ?? -1)")
        #expect(wheel.count == 0)
    }

    @Test func `a long pause rings everything once`() {
        let start = MonotonicTime(milliseconds: 0)
        var wheel = TimerWheel(now: start)
        for key in 0..<1_000 { wheel.set(key, at: start.advanced(milliseconds: Int64(key * 37))) }
        let due = wheel.due(at: start.advanced(milliseconds: 100_000))
        #expect(Set(due.map(\.key)).count == 1_000)
        #expect(wheel.due(at: start.advanced(milliseconds: 200_000)).isEmpty)
    }
}
