import PollerHealth
import PollerModel
import Synchronization
import TestSupport
import Testing

@Suite struct SharedExaminationTests {
    /// Looks as soon as it may, and counts how often it was asked to.
    private final class Look: Sendable {
        private struct State {
            var count: Int64 = 0
            var mayLook = false
            var held: [CheckedContinuation<Void, Never>] = []
        }
        private let state = Mutex(State())

        var count: Int64 { state.withLock { $0.count } }

        func examine() async -> Examination {
            await withCheckedContinuation { continuation in
                let mayLook = state.withLock { state in
                    state.count += 1
                    if !state.mayLook { state.held.append(continuation) }
                    return state.mayLook
                }
                if mayLook { continuation.resume() }
            }
            return Examination(at: Timestamp(seconds: count), [], isOfDaemon: true)
        }

        func begin() {
            let held = state.withLock { state in
                state.mayLook = true
                defer { state.held = [] }
                return state.held
            }
            for continuation in held { continuation.resume() }
        }
    }

    @Test func `all who ask during an examination share it`() async throws {
        let look = Look()
        let shared = SharedExamination(timekeeper: ManualClock())
        try await withThrowingTaskGroup(of: Examination.self) { group in
            for _ in 0..<20 {
                group.addTask { await shared.examination { await look.examine() } }
            }
            try await waitUntil("somebody looks") { look.count > 0 }
            look.begin()
            for try await found in group { #expect(found.time == Timestamp(seconds: 1)) }
        }
        #expect(look.count == 1)
    }

    @Test func `what was found is good for a few seconds, and is looked for again then`() async {
        let (clock, look) = (ManualClock(), Look())
        look.begin()
        let shared = SharedExamination(timekeeper: clock)
        let times = { await shared.examination { await look.examine() }.time.seconds }
        #expect(await times() == 1)
        clock.advance(milliseconds: SharedExamination.keptMilliseconds - 1)
        #expect(await times() == 1)
        clock.advance(milliseconds: 1)
        #expect(await times() == 2)
        #expect(await times() == 2)
    }

    @Test func `whoever changed something has it looked for again at once`() async {
        let (clock, look) = (ManualClock(), Look())
        look.begin()
        let shared = SharedExamination(timekeeper: clock)
        let fresh = { (isFresh: Bool) in
            await shared.examination(isFresh: isFresh) { await look.examine() }.time.seconds
        }
        #expect(await fresh(true) == 1)
        #expect(await fresh(true) == 2)
        #expect(await fresh(false) == 2)
    }

    @Test func `an examination that began before a change is not what comes after it`() async throws
    {
        let look = Look()
        let shared = SharedExamination(timekeeper: ManualClock())
        async let first = shared.examination { await look.examine() }
        try await waitUntil("somebody looks") { look.count == 1 }
        async let second = shared.examination(isFresh: true) { await look.examine() }
        look.begin()
        #expect(await first.time == Timestamp(seconds: 1))
        #expect(await second.time == Timestamp(seconds: 2))
    }
}
