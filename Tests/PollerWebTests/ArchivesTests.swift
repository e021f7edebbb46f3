import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// Sees all files as the test says.
final class FixedMaintenance: ArchiveMaintenance, Sendable {
    let seen = Mutex(ArchiveObservation(.missing))
    let observed = Mutex<[String]>([])
    let purged = Mutex<[String]>([])
    let failure = Mutex<ArchiveFailure?>(nil)
    static let orphan = "rrd/9/9.rrd"

    private func check() throws(ArchiveFailure) {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    func observe(
        _ files: [RoundRobinFile]
    ) async throws(ArchiveFailure) -> [ArchiveObservation] {
        try check()
        observed.withLock { $0 += files.map(\.path) }
        let seen = seen.withLock { $0 }
        return files.map { _ in seen }
    }

    func orphans(
        unless isKnown: @escaping @Sendable (String) -> Bool
    ) async throws(ArchiveFailure) -> OrphanTally {
        try check()
        var tally = OrphanTally()
        for file in ["rrd/1/1.rrd", "rrd/01/1.rrd", "rrd/2/1.rrd", Self.orphan]
        where !isKnown(file) {
            tally.add(
                OrphanFile(
                    file: file, bytes: 7, modified: Timestamp(seconds: 1_700_000_000),
                    now: Timestamp(seconds: 1_700_000_900)))
        }
        return tally
    }

    func purge(
        unless isKnown: @escaping @Sendable (String) -> Bool
    ) async throws(ArchiveFailure) -> PurgeResult {
        var result = PurgeResult()
        result.moved = try await orphans(unless: isKnown)
        result.folder = "archive/20261126T020000Z"
        result.keep("rrd/9/8.rrd", because: "could not be moved: it is cursed")
        purged.withLock { $0 += result.moved.files.map(\.file) }
        return result
    }

    func quarantined() async throws(ArchiveFailure) -> QuarantineTally {
        QuarantineTally(
            files: [.init(file: "quarantine/x", bytes: 3, reason: nil)], count: 1)
    }

    func info(_ place: ArchivePlace) async throws(ArchiveFailure) -> RoundRobinInfo {
        try check()
        return RoundRobinInfo(entries: [
            .init(key: "filename", value: .text(place.description)),
            .init(key: "step", value: .integer(60)),
            .init(key: "value", value: .number(.nan, printed: "NaN")),
            .init(key: "xff", value: .number(0.5, printed: "5.0000000000e-01")),
            .init(key: "minimum", value: .number(-.infinity, printed: "-inf")),
        ])
    }
}

@Suite struct ArchivesTests {
    private func object(_ answer: WebFixture.Answer) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(answer.bytes))
        return try #require(value as? [String: Any])
    }

    @Test func `a check tells findings, what rests, orphans and the quarantine`() async throws {
        let fixture = try WebFixture(devices: 2)
        let answer = try await fixture.admin(.get, "/api/v1/rrd/check")
        #expect(answer.status == 200)
        let report = try object(answer)
        #expect(report["checked"] as? Int == 2 && report["errors"] as? Int == 2)
        #expect(report["warnings"] as? Int == 0 && report["damaged"] as? Int == 0)
        let findings = try #require(report["findings"] as? [[String: Any]])
        #expect(findings.map { $0["data_source"] as? Int } == [1, 2])
        #expect(findings[0]["code"] as? String == "file_missing")
        #expect(findings[0]["file"] as? String == "rrd/1/1.rrd")
        #expect(
            findings[0]["device"] as? String == "sw1-1" && findings[0]["device_id"] as? Int == 1)
        let resting = try #require(report["resting"] as? [[String: Any]])
        #expect(resting.map { $0["data_sources"] as? Int } == [1, 1])
        #expect((resting[0]["reason"] as? String)?.contains("has not been polled") == true)
        let orphans = try #require(report["orphans"] as? [String: Any])
        #expect(orphans["count"] as? Int == 3 && orphans["bytes"] as? Int == 21)
        let first = try #require((orphans["files"] as? [[String: Any]])?.first)
        #expect(first["file"] as? String == "rrd/01/1.rrd" && first["age_seconds"] as? Int == 900)
        #expect((report["quarantine"] as? [String: Any])?["count"] as? Int == 1)
    }

    @Test(arguments: [
        ("device=2", ["rrd/2/2.rrd"]), ("data_source=3", ["rrd/3/3.rrd"]),
        ("device=3,1&data_source=1", ["rrd/1/1.rrd", "rrd/3/3.rrd"]),
    ])
    func `some data sources are checked alone`(query: String, files: [String]) async throws {
        let fixture = try WebFixture(devices: 3)
        let report = try object(await fixture.admin(.get, "/api/v1/rrd/check?\(query)"))
        #expect(report["checked"] as? Int == files.count)
        #expect(fixture.maintenance.observed.withLock { $0 } == files)
        #expect(report["orphans"] is NSNull && report["quarantine"] is NSNull)
    }

    @Test(arguments: [
        ("check?device=9", 404, "no device 9"), ("check?device=1,", 404, "no device "),
        ("check?device=x%0A", 404, "no device x"),
        ("check?data_source=1,77", 404, "no data source 77"),
        ("info?file=", 400, "is not the path"),
        ("info?file=pollerd.sqlite", 400, "is not the path"),
        ("info?file=rrd/1/../1/1.rrd", 400, "is not the path"),
        ("info?file=rrd/1/01.rrd", 400, "is not the path"),
        ("info?file=/etc/passwd", 400, "is not the path"),
        ("info?file=rrd/1/1.rrd%00", 400, "is not the path"),
        ("info?file=rrd/%D9%A1/1.rrd", 400, "is not the path"),
    ])
    func `what is not there is said, and no other file is reached`(
        path: String, status: Int, words: String
    ) async throws {
        let answer = try await WebFixture().admin(.get, "/api/v1/rrd/\(path)")
        #expect(answer.status == status)
        #expect(answer.body.contains(words), "\(answer.body)")
    }

    @Test func `info is told as a text and by its keys, null for what is unknown`() async throws {
        let fixture = try WebFixture()
        for path in ["data-sources/1/info", "rrd/info?file=rrd/1/1.rrd"] {
            let report = try object(await fixture.admin(.get, "/api/v1/\(path)"))
            #expect(report["file"] as? String == "rrd/1/1.rrd")
            #expect(
                report["text"] as? String == """
                    filename = "rrd/1/1.rrd"
                    step = 60
                    value = NaN
                    xff = 5.0000000000e-01
                    minimum = -inf

                    """)
            let entries = try #require(report["entries"] as? [[String: Any]])
            #expect(entries.count == 5 && entries[1]["value"] as? Int == 60)
            #expect(entries[2]["value"] is NSNull && entries[3]["value"] as? Double == 0.5)
            #expect(entries[4]["value"] as? String == "-inf")
        }
        #expect(try await fixture.get("/api/v1/data-sources/2/info").status == 404)
    }

    @Test func `each failure has its status and code`() async throws {
        let fixture = try WebFixture()
        let place = try #require(ArchivePlace("rrd/1/1.rrd"))
        for (failure, status) in [
            (ArchiveFailure.elsewhere, 422), (.missing(place), 404),
            (.damaged(place, words: "is a FIFO"), 422),
            (.folder(path: "rrd", operation: "read", detail: "no"), 503), (.store(.stopped), 503),
        ] {
            fixture.maintenance.failure.withLock { $0 = failure }
            let answer = try await fixture.get("/api/v1/data-sources/1/info")
            #expect(answer.status == status)
            #expect(answer.body.contains("\"code\":\"\(failure.code)\""), "\(answer.body)")
            // And the next check is not kept waiting by one that failed.
            #expect(try await fixture.admin(.get, "/api/v1/rrd/check").status == status)
        }
    }

    @Test func `a purge is for the admin socket, and moves nothing in a dry run`() async throws {
        let fixture = try WebFixture()
        #expect(try await fixture.publicly(.post, "/api/v1/rrd/purge").status == 401)
        let planned = try await fixture.admin(
            .post, "/api/v1/rrd/purge", body: "{\"dry_run\":true}")
        #expect(planned.body.contains("\"dry_run\":true") && planned.body.contains("\"count\":3"))
        #expect(planned.body.contains("\"folder\":null"))
        #expect(fixture.maintenance.purged.withLock { $0.isEmpty })
        let done = try object(await fixture.admin(.post, "/api/v1/rrd/purge", body: "{}"))
        #expect(done["folder"] as? String == "archive/20261126T020000Z")
        #expect(done["count"] as? Int == 3 && done["kept_count"] as? Int == 1)
        #expect(
            fixture.maintenance.purged.withLock { $0 } == [
                "rrd/01/1.rrd", "rrd/2/1.rrd", FixedMaintenance.orphan,
            ])
    }

    @Test(arguments: [
        ("{\"dryrun\":true}", "did you mean “dry_run”?"), ("{\"dry_run\":1}", "wrong type"),
        ("", "not JSON"),
    ])
    func `an order to purge that is misspelt moves nothing`(body: String, words: String)
        async throws
    {
        let fixture = try WebFixture()
        let answer = try await fixture.admin(.post, "/api/v1/rrd/purge", body: body)
        #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
        #expect(fixture.maintenance.purged.withLock { $0.isEmpty })
    }
}
