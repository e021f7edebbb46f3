import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerEngine

/// A database whose writes end when the test lets them.
private final class HeldEvents: EventStore, Sendable {
    private struct State {
        var events: [Event] = []
        var isHeld = true
        var failures = 0
        var held: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    var heldCount: Int { state.withLock { $0.held.count } }

    /// - Parameter failures: of the writes that come first.
    func open(failures: Int = 0) {
        let held = state.withLock { state in
            state.isHeld = false
            state.failures = failures
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func write(_ batch: EventBatch) async throws(InventoryFailure) {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                if state.isHeld { state.held.append(continuation) }
                return state.isHeld
            }
            if !isHeld { continuation.resume() }
        }
        let isWritten = state.withLock { state in
            guard state.failures == 0 else {
                state.failures -= 1
                return false
            }
            state.events += batch.written
            return true
        }
        guard isWritten else { throw .failed(operation: "write", detail: "as the test wants") }
    }

    func events(_ query: EventQuery) async throws(InventoryFailure) -> [Event] {
        state.withLock { $0.events.reversed() }
    }
}

@Suite struct EventRecorderTests {
    private let store = HeldEvents()

    private func recorder() throws -> EventRecorder {
        EventRecorder(
            nextID: 1, store: store, inventory: try Scene().inventory, timekeeper: ManualClock(),
            logger: Fixture.logger)
    }

    /// Reports one event whose write goes on, then another, and lets three read it.
    ///
    /// - Parameter failures: of the writes.
    /// - Returns: what each of them found.
    private func read(_ recorder: EventRecorder, failures: Int) async throws -> [[String]] {
        recorder.report(NewEvent(.mark, "one"))
        return try await withThrowingTaskGroup(of: [String]?.self) { group in
            group.addTask {
                await recorder.write()
                return nil
            }
            try await waitUntil("the write goes on") { store.heldCount == 1 }
            recorder.report(NewEvent(.mark, "two"))
            for _ in 0..<3 {
                group.addTask { try await recorder.events(EventQuery()).map(\.words) }
            }
            try await waitUntil("they wait for it") { recorder.waitingCount == 3 }
            store.open(failures: failures)
            var found: [[String]] = []
            for try await words in group { if let words { found.append(words) } }
            return found
        }
    }

    @Test func `whoever reads while a write goes on finds what was reported before`() async throws {
        let found = try await read(try recorder(), failures: 0)
        #expect(found == [["two", "one"], ["two", "one"], ["two", "one"]])
    }

    @Test func `a write that fails is made good by those who waited for it`() async throws {
        let recorder = try recorder()
        let found = try await read(recorder, failures: 1)
        #expect(found == [["two", "one"], ["two", "one"], ["two", "one"]])
        #expect(recorder.waitingCount == 0)
    }

    @Test func `nobody waits for ever for a database that does not write`() async throws {
        let recorder = try recorder()
        let found = try await read(recorder, failures: 10)
        #expect(found == [[], [], []])
        store.open()
        let events = try await recorder.events(EventQuery())
        #expect(events.map(\.words) == ["two", "one"])
    }
}

@Suite struct SilentSourcesTests {
    private let source = DataSourceID(5)

    /// Notes samples without a value, which are the so many in a row.
    private func note(
        _ lost: ClosedRange<Int>, isRefused: Bool = false, _ silence: inout SilentSources
    ) {
        for count in lost {
            silence.note(
                source, loss: (lost: count, reason: .disabled), isKnown: false, isRefused: isRefused
            )
        }
    }

    @Test func `silence is told at the third sample, and once`() {
        var silence = SilentSources(of: DeviceID(1), told: [])
        note(1...2, &silence)
        #expect(silence.events.isEmpty)
        note(3...9, &silence)
        #expect(silence.events.map(\.kind) == [.sourceSilent])
        #expect(silence.told == [source])
    }

    @Test func `a refusal at the third sample puts it off`() {
        var silence = SilentSources(of: DeviceID(1), told: [])
        note(1...2, &silence)
        note(3...3, isRefused: true, &silence)
        #expect(silence.events.isEmpty && silence.told.isEmpty)
        note(4...5, &silence)
        #expect(silence.events.map(\.kind) == [.sourceSilent])
        // At the next poll it is known already, and then it is over.
        var next = SilentSources(of: DeviceID(1), told: silence.told)
        note(6...6, &next)
        #expect(next.events.isEmpty)
        next.note(source, loss: nil, isKnown: true, isRefused: false)
        #expect(next.events.map(\.kind) == [.sourceRecovered] && next.told.isEmpty)
    }
}
