import Testing

@testable import PollerModel

/// What is said of files that are not as they should be.
@Suite struct ArchiveCheckTests {
    private let now = Timestamp(seconds: 1_700_000_000)
    private let archives = [
        RoundRobinArchive(function: .average, stepsPerRow: 1, rows: 100),
        RoundRobinArchive(function: .maximum, stepsPerRow: 10, rows: 50),
    ]

    private func check(
        step seconds: Int64 = 60, expectation: ArchiveCheck.Expectation? = nil,
        created: Int64 = 86_400, isSampled: Bool = false
    ) throws -> ArchiveCheck {
        let step = try #require(Step(seconds: seconds))
        let source = DataSource(
            id: DataSourceID(7), device: DeviceID(1), template: "t", row: nil, profile: "minute",
            width: .wide, createdAt: now.advanced(seconds: -created))
        return ArchiveCheck(
            source: source,
            file: RoundRobinFile(
                path: source.path, step: step, heartbeatSeconds: 2 * seconds,
                sources: [
                    .init(name: "in", kind: .counter), .init(name: "load", kind: .gauge),
                ], archives: archives),
            expectation: expectation ?? .rows(since: source.createdAt), isSampled: isSampled,
            now: now)
    }

    private func layout(
        step: Int64 = 60, heartbeat: Int64 = 120,
        sources: [(String, String)] = [("in", "COUNTER"), ("load", "GAUGE")],
        archives: [RoundRobinArchive?]? = nil
    ) -> ArchiveLayout {
        ArchiveLayout(
            stepSeconds: step,
            sources: sources.map { .init(name: $0, kind: $1, heartbeatSeconds: heartbeat) },
            archives: archives ?? self.archives)
    }

    private func seen(_ layout: ArchiveLayout, age: Int64 = 60) -> ArchiveObservation {
        var seen = ArchiveObservation(.sound(layout))
        seen.newest = now.advanced(seconds: -age)
        seen.rights = ArchiveRights(owner: 5, user: 5, mode: 0o640, isUsable: true)
        return seen
    }

    private func findings(_ layout: ArchiveLayout, step: Int64 = 60) throws -> [ArchiveFinding] {
        try check(step: step).findings(seen(layout))
    }

    @Test func `a file that is as it should be has no findings`() throws {
        #expect(try findings(layout()).isEmpty)
        // Another order, DERIVE for a counter, and a share that went through a text.
        #expect(
            try findings(
                layout(
                    sources: [("load", "GAUGE"), ("in", "DERIVE")],
                    archives: [
                        archives[1],
                        .init(
                            function: .average, stepsPerRow: 1, rows: 100,
                            unknownShare: 0.5 + 1e-12),
                    ])
            ).isEmpty)
    }

    @Test func `a layout that differs is said in words`() throws {
        let step = try findings(layout(step: 300))
        #expect(step.map(\.code) == [.stepDiffers] && step[0].severity == .warning)
        #expect(step[0].words == "has a step of 300 s, its profile “minute” says 60 s")
        #expect(step[0].fix == "pollerctl rrd reshape --data-source ID puts it right")
        let heartbeat = try findings(layout(heartbeat: 600))
        #expect(heartbeat.map(\.code) == [.heartbeatDiffers] && heartbeat[0].severity == .warning)
        let lacking = try findings(
            layout(sources: [("in", "GAUGE"), ("other", "GAUGE")]))
        #expect(lacking.map(\.severity) == [.error])
        #expect(lacking[0].words == "lacks load; keeps in as GAUGE, and it is a COUNTER")
        let surplus = try findings(
            layout(sources: [("in", "COUNTER"), ("load", "GAUGE"), ("old", "GAUGE")]))
        #expect(surplus.map(\.severity) == [.warning])
        #expect(surplus[0].words == "also holds old, which nothing fills any more")
        let foreign = try findings(layout(sources: [("x", "GAUGE")]))
        #expect(foreign.map(\.words) == ["holds x instead of in, load"])
        let archives = try findings(layout(archives: [self.archives[0], nil]))
        #expect(archives.map(\.code) == [.archivesDiffer] && archives[0].severity == .warning)
        #expect(
            archives[0].words
                == "lacks MAX of 10 min × 50 rows, and has one of a function that pollerd does not "
                + "write too many, as its profile “minute” says")
    }

    @Test func `a heartbeat below the step of the profile is an error, one at it is not`() throws {
        let starved = try findings(layout(heartbeat: 299), step: 300)
        #expect(starved.map(\.code) == [.heartbeatDiffers, .stepDiffers])
        #expect(starved[0].severity == .error)
        #expect(
            starved[0].words.hasSuffix(
                "it is asked every 300 s, so that all its values are unknown"))
        let enough = try findings(layout(heartbeat: 300), step: 300)
        #expect(enough.allSatisfy { $0.severity == .warning })
    }

    @Test func `a file is stale above its heartbeat, not at it`() throws {
        #expect(try check().findings(seen(layout(), age: 120)).isEmpty)
        let stale = try check().findings(seen(layout(), age: 121))
        #expect(stale.map(\.code) == [.stale] && stale[0].severity == .warning)
        #expect(stale[0].words.contains("no row for 2 min 1 s, though its device is up"))
        #expect(stale[0].fix.contains("data-source last 7"))
        // Nothing is expected, or not for long enough.
        let old = seen(layout(), age: 86_400)
        #expect(try check(expectation: .none(reason: "down")).findings(old).isEmpty)
        let since = now.advanced(seconds: -120)
        #expect(try check(expectation: .rows(since: since)).findings(old).isEmpty)
    }

    @Test func `a file that is missing counts once it cannot be just being made`() throws {
        let missing = ArchiveObservation(.missing)
        let limit = OrphanFile.youngestSeconds
        #expect(try check(created: limit - 1).findings(missing).isEmpty)
        #expect(try check(created: 0, isSampled: true).findings(missing).count == 1)
        let findings = try check(created: limit).findings(missing)
        #expect(findings.map(\.code) == [.missing] && findings[0].severity == .error)
    }

    @Test func `what weighs most comes first, and nothing is left out`() throws {
        var seen = seen(layout(step: 300), age: 86_400)
        seen.isWhole = false
        seen.librrdWords = "no"
        seen.trouble = .failed(path: "rrd/1/7.rrd", operation: "updated", detail: "full")
        seen.rights = ArchiveRights(owner: 33, user: 5, mode: 0o644, isUsable: true)
        #expect(
            try check().findings(seen).map(\.code) == [
                .refusedByLibrary, .unwritten, .stepDiffers, .otherOwner, .openToAll, .holes,
                .stale,
            ])
        seen.rights = ArchiveRights(owner: 33, user: 5, mode: 0o600, isUsable: false)
        let words = try check().findings(seen).first { $0.code == .notUsable }?.words
        #expect(words?.contains("it is of user 33 and has mode 0600") == true)
    }

    @Test func `damage is one finding, with the guard's words`() throws {
        let seen = ArchiveObservation(.damaged(words: "is a FIFO, not a file"))
        let findings = try check().findings(seen)
        #expect(findings.map(\.code) == [.damaged])
        #expect(findings[0].words == "is a FIFO, not a file")
        let other = try check().findings(
            ArchiveObservation(.unreadable(words: "cannot be read: Permission denied")))
        #expect(other.map(\.code) == [.unreadable] && other[0].fix.contains("chown"))
    }

    @Test(arguments: [
        ("rrd/1/7.rrd", true), ("rrd/9223372036854775807/1.rrd", true), ("rrd/01/7.rrd", false),
        ("rrd/1/7.rrd/", false), ("/rrd/1/7.rrd", false), ("rrd/1/7", false),
        ("rrd/0/7.rrd", false),
        ("rrd/1/7.rrdAbC123", false), ("rrd/1/.rrd", false), ("rrd/../7.rrd", false), ("", false),
        ("rrd/1/7.rrd\n", false), ("rrd/-1/7.rrd", false), ("rrd/9223372036854775808/1.rrd", false),
        ("archive/1/7.rrd", false),
    ])
    func `only the exact path of a file is one`(text: String, isPlace: Bool) {
        #expect((ArchivePlace(text)?.description == text) == isPlace)
    }
}
