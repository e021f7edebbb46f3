import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

private typealias Fixture = ReshapeFixture

@Suite struct ReshapeJobTests {
    private let start = ReshapeFixture.midnight
    private let now = Timestamp(seconds: ReshapeFixture.midnight + 100_000_000)

    private func sample(_ fixture: ReshapeFixture) throws -> (RoundRobinFile, RoundRobinFile) {
        let old = try Fixture.file(step: 300, Profiles.fiveMinutes)
        let new = try Fixture.file(step: 60, Profiles.oneMinute)
        try fixture.make("f.rrd", old, start: start)
        try fixture.feed("f.rrd", (Int64(1)...700).map { "\(start + $0 * 300 + 17):\($0)" })
        return (old, new)
    }

    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

    private func names(_ fixture: ReshapeFixture) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path).sorted()
    }

    @Test func `the new file takes the old one's place, which stays as the undo copy`() throws {
        let fixture = try Fixture()
        let (_, new) = try sample(fixture)
        let before = try bytes(fixture.path("f.rrd"))
        let report = try Reshaper.reshape(
            fixture.path("f.rrd"), to: new, keepOldAt: fixture.undo, horizon: now)
        #expect(try bytes(fixture.undo) == before)
        let after = try bytes(fixture.path("f.rrd"))
        #expect(after != before)
        #expect(report.bytesBefore == Int64(before.count))
        #expect(report.bytesAfter == Int64(after.count))
        #expect(try names(fixture) == ["f.rrd", "undo"])
        let rights = try FileManager.default.attributesOfItem(atPath: fixture.path("f.rrd"))
        #expect(rights[.posixPermissions] as? Int == 0o640)
    }

    @Test func `a file that is as it should be is not touched`() throws {
        let fixture = try Fixture()
        let (old, _) = try sample(fixture)
        let report = try Reshaper.reshape(
            fixture.path("f.rrd"), to: old, keepOldAt: fixture.undo, horizon: now)
        #expect(report.plan.isNothingToDo && report.archives.isEmpty)
        #expect(report.plan.words == ["nothing to do"])
        #expect(try names(fixture) == ["f.rrd"])
    }

    /// The steps in their order; a kill may come behind each.
    private static let steps = 6

    @Test(arguments: 0...steps)
    func `wherever it is killed, a whole file is in place and the next attempt succeeds`(
        count: Int
    ) throws {
        let fixture = try Fixture()
        let (_, new) = try sample(fixture)
        let path = fixture.path("f.rrd")
        let before = try bytes(path)
        let job = try ReshapeJob(path, to: new, undoPath: fixture.undo, horizon: now)
        var written: [UInt8] = []
        let steps: [() throws -> Void] = [
            { try job.removeLeftovers() }, { try job.create() }, { written = try job.fill() },
            { _ = try job.verify(written) }, { try job.keepOld() }, { try job.replace() },
        ]
        try #require(steps.count == Self.steps)
        for step in steps.prefix(count) { try step() }
        // What librrd itself leaves when it is killed while it makes a file.
        try fixture.folder.write("half", to: "f.rrd.reshapeXa91bc")
        let isReplaced = count == Self.steps
        #expect(try bytes(path) == (isReplaced ? Data(written) : before))
        let report = try Reshaper.reshape(path, to: new, keepOldAt: fixture.undo, horizon: now)
        #expect(report.plan.isNothingToDo == isReplaced)
        #expect(try bytes(fixture.undo) == before)
        #expect(try names(fixture) == ["f.rrd", "undo"])
        #expect(try fixture.contents("f.rrd").stepSeconds == 60)
    }

    @Test func `an older undo copy is never overwritten`() throws {
        let fixture = try Fixture()
        let (_, new) = try sample(fixture)
        let before = try bytes(fixture.path("f.rrd"))
        try fixture.folder.write("history", to: "undo/1/old.rrd")
        #expect(throws: ReshapeFailure.undoExists(path: fixture.undo)) {
            try Reshaper.reshape(
                fixture.path("f.rrd"), to: new, keepOldAt: fixture.undo, horizon: now)
        }
        #expect(try bytes(fixture.path("f.rrd")) == before)
        #expect(try names(fixture) == ["f.rrd", "undo"])
    }

    @Test func `files that the guard refuses are left alone`() throws {
        let fixture = try Fixture()
        let (_, new) = try sample(fixture)
        let whole = try bytes(fixture.path("f.rrd"))
        try whole.dropLast(8).write(to: URL(filePath: fixture.path("f.rrd")))
        for path in [fixture.path("f.rrd"), fixture.path("none.rrd"), fixture.folder.path] {
            let failure = #expect(throws: ReshapeFailure.self) {
                try Reshaper.reshape(path, to: new, keepOldAt: fixture.undo, horizon: now)
            }
            #expect(failure?.code == "reshape_unreadable")
            #expect(failure?.words.hasPrefix(path) == true)
        }
        #expect(try names(fixture) == ["f.rrd"])
    }

    @Test func `what would be too large is refused before anything is made`() throws {
        let fixture = try Fixture()
        _ = try sample(fixture)
        let largest = ReshapeFailure.largestFileBytes / 8
        for (rows, isRefused) in [(largest - 100, false), (largest, true)] {
            let file = try Fixture.file(step: 300, [Fixture.archive(.average, 1, rows)])
            let failure: ReshapeFailure?
            do {
                _ = try Reshaper.plan(fixture.path("f.rrd"), to: file, horizon: now)
                failure = nil
            } catch {
                failure = error
            }
            #expect((failure?.code == "reshape_too_large") == isRefused)
        }
    }

    @Test(
        arguments: [(0, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, 2), (.max, .max, 1)]
            as [(Int, Int, Int)])
    func `what is no round-robin file is refused before anything is made`(
        steps: Int, rows: Int, share: Int
    ) throws {
        let fixture = try Fixture()
        _ = try sample(fixture)
        let file = try Fixture.file(
            step: 300,
            [Fixture.archive(.average, steps, rows, unknownShare: Double(share) / 2)])
        let isSound = steps == 1 && rows == 1 && share < 2
        let path = fixture.path("f.rrd")
        if isSound {
            _ = try Reshaper.plan(path, to: file, horizon: now)
        } else {
            let failure = #expect(throws: ReshapeFailure.self) {
                try Reshaper.plan(path, to: file, horizon: now)
            }
            #expect(failure?.code == "reshape_impossible")
        }
    }

    @Test func `an archive that reaches back before 1970 is taken`() throws {
        let fixture = try Fixture()
        _ = try sample(fixture)
        let file = try Fixture.file(
            step: 300,
            [Fixture.archive(.average, 1, 600), Fixture.archive(.average, 288, 30_000)])
        try fixture.reshape("f.rrd", to: file)
        #expect(try fixture.contents("f.rrd").known(1).count == 2)
    }

    @Test func `a folder that cannot be made is said, and nothing is left`() throws {
        let fixture = try Fixture()
        let (_, new) = try sample(fixture)
        try fixture.folder.write("a file in the way", to: "undo")
        let failure = #expect(throws: ReshapeFailure.self) {
            try Reshaper.reshape(
                fixture.path("f.rrd"), to: new, keepOldAt: fixture.undo, horizon: now)
        }
        #expect(failure?.words.contains("Not a directory") == true)
        #expect(try names(fixture) == ["f.rrd", "undo"])
    }

    @Test func `a file that reads otherwise than it was meant does not replace the old one`()
        throws
    {
        let fixture = try Fixture()
        let (_, new) = try sample(fixture)
        let job = try ReshapeJob(
            fixture.path("f.rrd"), to: new, undoPath: fixture.undo, horizon: now)
        try job.create()
        var written = try job.fill()
        written[written.count - 1] ^= 0x40
        #expect(throws: ReshapeFailure.self) { try job.verify(written) }
        // Also where what is read is what was written, but not what the old file says.
        written[written.count - 1] ^= 0x40
        let head = HeadLayout(version: 3, sourceCount: 1, archiveCount: new.archives.count)
        written[head.headBytes + new.archives[0].rows * 8 - 1] ^= 0x80
        try Data(written).write(to: URL(filePath: fixture.path("f.rrd.reshape")))
        let failure = #expect(throws: ReshapeFailure.self) { try job.verify(written) }
        #expect(failure?.code == "reshape_not_as_meant")
    }

    @Test func `a plan says what changes and what is lost`() throws {
        let fixture = try Fixture()
        let (_, new) = try sample(fixture)
        let plan = try Reshaper.plan(fixture.path("f.rrd"), to: new, horizon: now)
        #expect(plan.changes.first == .step(from: 300, to: 60))
        #expect(
            plan.losses == [
                .coarser(
                    .average, fromAge: 90_000, toAge: 180_000, oldRowSeconds: 300,
                    newRowSeconds: 600),
                .function(.minimum),
                .coarser(
                    .maximum, fromAge: 90_000, toAge: 180_000, oldRowSeconds: 300,
                    newRowSeconds: 600),
                .function(.last),
            ])
        #expect(
            plan.words.contains(
                "AVERAGE between 1 d 1 h and 2 d 2 h ago: 10 min rows instead of 5 min"))
        #expect(plan.words.contains("LAST is not kept any more"))
        #expect(try names(fixture) == ["f.rrd"])
    }
}
