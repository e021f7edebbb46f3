import Foundation
import Testing

@testable import PollerRRD

@Suite struct TimedConditionTests {
    /// What two threads share; only touched under `condition`.
    private final class Shared: @unchecked Sendable {
        let condition = TimedCondition()
        var isSet = false
        var woken = 0
    }

    @Test func `a wait ends with its time`() {
        let condition = TimedCondition()
        let begin = ContinuousClock.now
        // A wake without a reason is allowed, and does not come for ever.
        condition.withLock { while condition.wait(milliseconds: 30) {} }
        let elapsed = ContinuousClock.now - begin
        #expect(elapsed >= .milliseconds(30) && elapsed < .seconds(20), "\(elapsed)")
        #expect(!condition.withLock { condition.wait(milliseconds: 0) })
    }

    @Test func `a signal wakes one that waits with a limit, and long before it`() {
        let shared = Shared()
        let begin = ContinuousClock.now
        Thread {
            shared.condition.withLock {
                shared.isSet = true
                shared.condition.signal()
            }
        }.start()
        let isSet = shared.condition.withLock {
            while !shared.isSet, shared.condition.wait(milliseconds: 60_000) {}
            return shared.isSet
        }
        #expect(isSet && ContinuousClock.now - begin < .seconds(50))
    }

    @Test func `a broadcast wakes all that wait`() {
        let shared = Shared()
        for _ in 0..<3 {
            Thread {
                shared.condition.withLock {
                    while !shared.isSet { shared.condition.wait() }
                    shared.woken += 1
                    shared.condition.broadcast()
                }
            }.start()
        }
        let woken = shared.condition.withLock {
            shared.isSet = true
            shared.condition.broadcast()
            while shared.woken < 3, shared.condition.wait(milliseconds: 60_000) {}
            return shared.woken
        }
        #expect(woken == 3)
    }
}
