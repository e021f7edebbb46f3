import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// How often each picture was drawn, and how many requests had an answer.
private final class Tally: Sendable {
    let drawn = Mutex<[Int: Int]>([:])
    let answered = Atomic(0)
}

@Suite(.timeLimit(.minutes(10))) struct PictureCacheTests {
    private let clock = ManualClock()
    private let tally = Tally()
    private let cache: PictureCache<Int>

    init() { cache = PictureCache(capacityBytes: 1 << 20, timekeeper: clock) }

    /// Asks for a picture whose drawing counts, and waits at the gate.
    private func ask(
        _ key: Int, at gate: Gate? = nil, failure: RenderFailure? = nil
    ) async -> Result<Picture, PictureFailure> {
        do {
            return .success(
                try await cache.picture(key) { isWanted throws(RenderFailure) in
                    await gate?.pass()
                    guard isWanted() else { throw .unwanted }
                    count(key)
                    if let failure { throw failure }
                    guard let picture = try? Picture.sample(key) else { throw .stopped }
                    return picture
                })
        } catch {
            return .failure(error)
        }
    }

    private func count(_ key: Int) { tally.drawn.withLock { $0[key, default: 0] += 1 } }

    /// So many requests for each of the keys, all at once; what became of them.
    private func outcomes(
        _ requests: Int, for keys: Range<Int>, at gate: Gate, failure: RenderFailure? = nil
    ) async throws -> [(key: Int, Result<Picture, PictureFailure>)] {
        try await withThrowingTaskGroup(of: (Int, Result<Picture, PictureFailure>).self) { group in
            for request in 0..<requests {
                let key = keys.lowerBound + request % keys.count
                group.addTask { (key, await ask(key, at: gate, failure: failure)) }
            }
            try await waitUntil("all wait") { cache.counters.waiting == requests }
            gate.open()
            var outcomes: [(Int, Result<Picture, PictureFailure>)] = []
            for try await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
    }

    @Test func `two hundred requests for fifty pictures draw fifty`() async throws {
        for (key, outcome) in try await outcomes(200, for: 0..<50, at: Gate()) {
            #expect(try outcome == .success(.sample(key)))
        }
        #expect(tally.drawn.withLock { $0.count == 50 && $0.values.allSatisfy { $0 == 1 } })
        #expect(try await ask(7) == .success(.sample(7)))
        #expect(tally.drawn.withLock { $0[7] } == 1)
        let counters = cache.counters
        #expect(counters.misses == 200 && counters.hits == 1 && counters.drawn == 50)
        #expect(counters.kept == 50 && counters.underWay == 0 && counters.waiting == 0)
        #expect(counters.keptBytes == 50 * (64 + PictureLimits.overheadBytes))
    }

    @Test func `a failure is told to all who waited, and the next request draws again`()
        async throws
    {
        let failure = RenderFailure.failed(detail: "no fonts")
        for (_, outcome) in try await outcomes(20, for: 3..<4, at: Gate(), failure: failure) {
            #expect(outcome == .failure(.render(failure)))
        }
        #expect(tally.drawn.withLock { $0 } == [3: 1])
        #expect(cache.counters.failed == 1 && cache.counters.kept == 0)
        #expect(try await ask(3) == .success(.sample(3)))
        #expect(tally.drawn.withLock { $0 } == [3: 2])
    }

    @Test func `who leaves does not take the picture from the others`() async throws {
        let gate = Gate()
        let first = Task { await ask(1, at: gate) }
        try await waitUntil("it is being drawn") { gate.heldCount == 1 }
        async let second = ask(1, at: gate)
        try await waitUntil("both wait") { cache.counters.waiting == 2 }
        first.cancel()
        #expect(await first.value == .failure(.cancelled))
        gate.open()
        #expect(try await second == .success(.sample(1)))
        #expect(tally.drawn.withLock { $0 } == [1: 1])
    }

    @Test func `a request that is cancelled before it waits does not wait`() async {
        let gate = Gate()
        let request = Task {
            while !Task.isCancelled { await Task.yield() }
            return await ask(1, at: gate)
        }
        request.cancel()
        #expect(await request.value == .failure(.cancelled))
        gate.open()
    }

    @Test func `what nobody waits for is not drawn, and who comes later gets another`() async throws
    {
        let gate = Gate()
        let first = Task { await ask(1, at: gate) }
        try await waitUntil("it is being drawn") { gate.heldCount == 1 }
        first.cancel()
        _ = await first.value
        gate.open()
        try await waitUntil("it was given up") { cache.counters.underWay == 0 }
        #expect(cache.counters.unwanted == 1 && tally.drawn.withLock { $0.isEmpty })
        #expect(try await ask(1) == .success(.sample(1)))
    }

    @Test func `at its deadline a request is told how many wait before it`() async throws {
        let gate = Gate()
        async let first = ask(1, at: gate)
        try await waitUntil("the first waits") { cache.counters.waiting == 1 }
        async let second = ask(2, at: gate)
        try await waitUntil("the second waits") { cache.counters.waiting == 2 }
        clock.advance(milliseconds: PictureLimits.deadlineSeconds * 1_000 - 1)
        async let third = ask(1, at: gate)
        try await waitUntil("the third waits") { cache.counters.waiting == 3 }
        #expect(cache.counters.late == 0)
        clock.advance(milliseconds: 1)
        #expect(await first == .failure(.late(before: 0)))
        #expect(await second == .failure(.late(before: 1)))
        #expect(
            PictureFailure.late(before: 1).words
                == "the picture was not drawn within 10 s: 1 other waits before it")
        #expect(cache.counters.late == 2 && cache.counters.waiting == 1)
        // The second picture is not drawn any more; the first has somebody who still waits.
        gate.open()
        #expect(try await third == .success(.sample(1)))
        try await waitUntil("both are over") { cache.counters.underWay == 0 }
        #expect(tally.drawn.withLock { $0 } == [1: 1])
    }

    @Test func `so many may wait and no more`() async throws {
        let gate = Gate()
        let most = PictureLimits.largestWaiting
        try await withThrowingTaskGroup(of: Result<Picture, PictureFailure>.self) { group in
            for _ in 0..<most { group.addTask { await ask(1, at: gate) } }
            try await waitUntil("all wait") { cache.counters.waiting == most }
            let refused = await ask(1, at: gate)
            #expect(refused == .failure(.render(.overloaded(waiting: most))))
            #expect(cache.counters.refused == 1)
            gate.open()
            for try await outcome in group { #expect(try outcome == .success(.sample(1))) }
        }
    }

    @Test func `so many are drawn at once and no more`() async throws {
        let gate = Gate()
        let most = PictureLimits.largestUnderWay
        try await withThrowingTaskGroup(of: Result<Picture, PictureFailure>.self) { group in
            for key in 0..<most { group.addTask { await ask(key, at: gate) } }
            try await waitUntil("all are under way") { cache.counters.underWay == most }
            let refused = await ask(most, at: gate)
            #expect(refused == .failure(.render(.overloaded(waiting: most))))
            // One that is under way already is waited for.
            group.addTask { await ask(0, at: gate) }
            try await waitUntil("it waits") { cache.counters.waiting == most + 1 }
            gate.open()
            for try await outcome in group {
                if case .failure(let failure) = outcome { Issue.record("\(failure)") }
            }
        }
        #expect(tally.drawn.withLock { $0.count } == most)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `in any disorder everybody is answered once`(seed: UInt64) async throws {
        let requests = Places.isFast ? 300 : 3_000
        await withTaskGroup(of: Void.self) { group in
            var random = SeededGenerator(seed: seed)
            for number in 0..<requests {
                let key = Int.random(in: 0..<12, using: &random)
                let kind = Int.random(in: 0..<10, using: &random)
                let pause = Int.random(in: 0..<6, using: &random)
                // A continuation that is lost or told twice ends the process or this test's time.
                group.addTask {
                    let request = Task {
                        await ask(key + number / 100 * 12, failure: kind == 0 ? .stopped : nil)
                    }
                    for _ in 0..<pause { await Task.yield() }
                    if kind < 4 { request.cancel() }
                    if kind == 4 { clock.advance(milliseconds: 3_000) }
                    _ = await request.value
                    tally.answered.add(1, ordering: .relaxed)
                }
                if number % 64 == 63 { await group.next() }
            }
        }
        #expect(tally.answered.load(ordering: .relaxed) == requests)
        try await waitUntil("nothing is under way") { cache.counters.underWay == 0 }
        let counters = cache.counters
        #expect(counters.waiting == 0 && counters.hits + counters.misses == requests)
    }
}
