import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

/// Damaged heads, at random from a seed. Whatever the guard lets through goes to librrd in this
/// process, so one that it should not have let through ends the tests.
///
/// What the guard cannot know, since no checksum stands in the file: another pointer, newest value,
/// sum of the running step, or time of the newest row, each within its limits. librrd survives
/// them, but rows after them may be shifted, or the one row that is being formed may be wrong. The
/// journal's `InFlight` puts these back after a death; against a disk that changes bits it does
/// nothing.
@Suite struct HeadDamageTests {
    /// $POLLERD_TEST_DAMAGED_HEADS makes it more.
    private static let count =
        ProcessInfo.processInfo.environment["POLLERD_TEST_DAMAGED_HEADS"].flatMap { Int($0) } ?? 500

    @Test(.timeLimit(.minutes(30)), arguments: [HeadFixture.simple, HeadFixture.forecast])
    func `a damaged head ends nothing, and what comes after it is kept`(
        definitions: [String]
    ) async throws {
        let seed =
            ProcessInfo.processInfo.environment["POLLERD_TEST_SEED"].flatMap { UInt64($0) }
            ?? .random(in: 0 ... .max)
        // Said before anything can happen that would keep it from being said.
        print("seed of the damaged heads: \(seed)")
        var generator = SeededGenerator(seed: seed)
        let fixture = try StoreFixture(now: HeadFixture.start + 3_600)
        try FileManager.default.createDirectory(
            atPath: "\(fixture.folder.path)/rrd/1", withIntermediateDirectories: true)
        let sound = try HeadFixture(definitions)
        let head = FileHead()
        var passed = 0
        for number in 1...Self.count {
            var damaged = sound
            let what = damaged.damage(&generator)
            let file = try damagedFile(number)
            let path = fixture.path(file)
            try Data(damaged.bytes).write(to: URL(filePath: path))
            var isSound = false
            do {
                try head.read(path, horizon: HeadFixture.horizon)
                isSound = true
                passed += 1
            } catch {}
            try await read(file, fixture)
            let rows = (1...30).map { step -> RoundRobinRow in
                let time = HeadFixture.start + Int64(step) * 60
                return row(time, .counter(UInt64(step) * 60_000), .gauge(Double(step)))
            }
            let taken = await fixture.store.update([.init(file: file, rows: rows)])[0]
            // A time or newest value that is damaged may say that there are newer rows already.
            guard case .success = taken else {
                #expect(isSound, "seed \(seed), \(number): \(what): \(taken)")
                continue
            }
            do {
                try await fixture.store.settle([file.path])
            } catch {
                #expect(isSound, "seed \(seed), \(number): \(what): \(error.words)")
                continue
            }
            try await read(file, fixture)
            guard !isSound else { continue }
            let last = try await fixture.store.lastRows([file])[0].get()
            #expect(
                last.time.seconds == HeadFixture.start + 30 * 60, "seed \(seed), \(number): \(what)"
            )
        }
        print("damaged heads: \(passed) of \(Self.count) passed the guard")
        #expect(passed < Self.count)
    }

    private func damagedFile(_ number: Int) throws -> RoundRobinFile {
        let file = try StoreFixture.file(number)
        return RoundRobinFile(
            path: file.path, step: file.step, heartbeatSeconds: 120,
            sources: [.init(name: "in", kind: .counter), .init(name: "out", kind: .gauge)],
            archives: file.archives)
    }

    /// Everything that reads a file. What it says does not matter, as long as it says something.
    private func read(_ file: RoundRobinFile, _ fixture: StoreFixture) async throws {
        _ = await fixture.store.lastRows([file])
        let (start, end) = (HeadFixture.start - 3_600, HeadFixture.start + 3_600)
        for function in ConsolidationFunction.allCases {
            _ = try? await fixture.store.series(
                of: file, function: function, start: Timestamp(seconds: start),
                end: Timestamp(seconds: end))
        }
        _ = try? await fixture.draw(file, from: start, to: end)
    }
}
