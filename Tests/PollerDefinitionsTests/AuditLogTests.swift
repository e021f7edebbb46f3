import GRDB
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// Who changed what, in a real database.
@Suite struct AuditLogTests {
    private let fixture: InventoryFixture
    private var log: Inventory { fixture.inventory }

    init() throws { fixture = try InventoryFixture() }

    private func entry(
        _ actor: String = "ann", seconds: Int64 = 0, notes: [AuditEntry.Note] = []
    ) -> AuditEntry {
        AuditEntry(
            time: fixture.now.advanced(seconds: seconds), actor: actor, address: "192.0.2.1",
            action: "POST /x", status: 200, notes: notes)
    }

    private func change(_ sql: String) throws {
        try DatabaseQueue(path: fixture.folder.path + "/pollerd.sqlite").write {
            try $0.execute(sql: sql)
        }
    }

    @Test func `entries are numbered, chained and kept over a restart`() async throws {
        let note = AuditEntry.Note(object: "device 3 (<b>“x”\n)", before: nil, after: "{\"a\":1}")
        let first = try await log.append(entry(notes: [note]))
        let second = try await log.append(entry("bob", seconds: 1))
        #expect(first.id == AuditRecordID(1) && second.id == AuditRecordID(2))
        #expect(first.previous == [UInt8](repeating: 0, count: 32))
        #expect(second.previous == first.digest)
        try log.close()
        let reopened = try fixture.reopened()
        #expect(try await reopened.auditRecords(AuditQuery()) == [second, first])
        let check = try await reopened.checkAudit()
        #expect(check.flaw == nil && check.count == 2 && check.digest == second.digest)
    }

    @Test func `an empty log is sound`() async throws {
        let check = try await log.checkAudit()
        #expect(check.flaw == nil && check.count == 0 && check.newest == nil)
    }

    @Test func `entries are found by who, since when, and page by page`() async throws {
        let actors = ["ann", "bob", "ann (token ci)", "anna", "ann (tokens)"]
        for (index, actor) in actors.enumerated() {
            _ = try await log.append(entry(actor, seconds: Int64(index)))
        }
        let ids = { (query: AuditQuery) in
            try await log.auditRecords(query).map(\.id.rawValue)
        }
        #expect(try await ids(AuditQuery(actor: "ann")) == [3, 1])
        #expect(try await ids(AuditQuery(actor: "ANN")) == [3, 1])
        #expect(try await ids(AuditQuery(since: fixture.now.advanced(seconds: 3))) == [5, 4])
        #expect(try await ids(AuditQuery(limit: 2)) == [5, 4])
        #expect(try await ids(AuditQuery(before: AuditRecordID(4), limit: 2)) == [3, 2])
        #expect(try await ids(AuditQuery(actor: "x' OR 1=1 --")) == [])
    }

    @Test(arguments: [
        ("UPDATE audit SET actor = 'eve' WHERE id = 2", "record 2 was changed"),
        ("UPDATE audit SET notes = '[]' WHERE id = 3", "record 3 was changed"),
        ("UPDATE audit SET notes = 'x' WHERE id = 3", "record 3 was changed"),
        ("UPDATE audit SET status = 201 WHERE id = 4", "record 4 was changed"),
        ("UPDATE audit SET previous = zeroblob(32) WHERE id = 2", "record 2 was changed"),
        ("UPDATE audit SET digest = zeroblob(32) WHERE id = 2", "record 2 was changed"),
        ("DELETE FROM audit WHERE id = 2", "record 2 is missing"),
        ("DELETE FROM audit WHERE id < 3", "records 1 to 2 are missing"),
        ("DELETE FROM audit WHERE id > 2", "records 3 to 4 are missing"),
        ("DELETE FROM audit", "records 1 to 4 are missing"),
    ])
    func `whatever is changed behind its back is found, and named`(
        sql: String, words: String
    ) async throws {
        for index in 0..<4 {
            let note = AuditEntry.Note(object: "device \(index)", before: nil, after: nil)
            _ = try await log.append(entry(seconds: Int64(index), notes: [note]))
        }
        try change(sql)
        let flaw = try await log.checkAudit().flaw
        #expect(flaw?.words.hasPrefix(words) == true, "\(flaw?.words ?? "none")")
    }

    @Test func `entries go after 400 days, from the oldest on, and the chain holds`() async throws {
        let kept = AuditRecord.keptSeconds
        for seconds in [0, 1, 10 * kept, 2] { _ = try await log.append(entry(seconds: seconds)) }
        // The clock was set back, so the last is older than one before it, and stays.
        #expect(try await log.auditRecords(AuditQuery()).map(\.id.rawValue) == [4, 3])
        #expect(try await log.checkAudit().flaw == nil)
        _ = try await log.append(entry(seconds: 11 * kept))
        #expect(try await log.auditRecords(AuditQuery()).map(\.id.rawValue) == [5])
        #expect(try await log.checkAudit().flaw == nil)
        #expect(try await log.checkAudit().count == 1)
        try change("DELETE FROM audit_removed")
        #expect(try await log.checkAudit().flaw == .missing(from: 1, to: 4))
    }

    @Test func `an entry is kept until it is 400 days old, and not a moment longer`() async throws {
        for (milliseconds, count) in [(-1, 2), (0, 1)] as [(Int64, Int)] {
            let fixture = try InventoryFixture()
            _ = try await fixture.inventory.append(entry())
            let time = fixture.now.advanced(seconds: AuditRecord.keptSeconds)
                .advanced(milliseconds: milliseconds)
            _ = try await fixture.inventory.append(
                AuditEntry(
                    time: time, actor: "ann", address: "", action: "x", status: 200, notes: []))
            #expect(try await fixture.inventory.auditRecords(AuditQuery()).count == count)
        }
    }

    @Test func `a hundred thousand entries are kept`() async throws {
        _ = try await log.append(entry())
        // As if so many had been written since: their digests are not looked at here.
        try change(
            """
            WITH RECURSIVE number (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number
                WHERE n < \(AuditRecord.largestCount))
            INSERT INTO audit SELECT n, time, actor, address, action, status, notes, previous,
                digest FROM audit, number WHERE id = 1
            """)
        #expect(try await log.auditRecords(AuditQuery(before: AuditRecordID(2))).count == 1)
        _ = try await log.append(entry())
        #expect(try await log.auditRecords(AuditQuery(before: AuditRecordID(2))).isEmpty)
        #expect(try await log.auditRecords(AuditQuery(before: AuditRecordID(3))).count == 1)
    }
}
