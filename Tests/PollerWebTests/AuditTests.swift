import HTTPTypes
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

/// What is kept of who changed what, and how it is shown.
@Suite struct AuditTests {
    @Test func `a change of a device is kept with before and after, and without its secrets`()
        async throws
    {
        let fixture = try WebFixture()
        let body = #"{"site":"Berlin","community":"c4nary-new"}"#
        let answer = try await fixture.admin(.patch, "/api/v1/devices/1", body: body)
        #expect(answer.status == 200, "\(answer.body)")
        let entry = try #require(fixture.audit.entries.last)
        #expect(entry.action == "PATCH /api/v1/devices/1" && entry.status == 200)
        let note = try #require(entry.notes.first)
        #expect(note.object == "device 1 (sw1)")
        #expect(note.after?.contains("\"Community\":\"as given\"") == true, "\(note)")
        #expect(!"\(fixture.audit.entries)".contains("c4nary"))
    }

    @Test func `what goes on while it is answered is kept with its end`() async throws {
        let fixture = try WebFixture(devices: 2)
        _ = try await fixture.admin(
            .post, "/api/v1/device-batches",
            body: #"{"devices":[1,2],"action":"poll"}"#)
        let entry = try #require(fixture.audit.entries.last)
        #expect(fixture.audit.entries.count == 1)
        #expect(entry.action == "POST /api/v1/device-batches" && entry.notes.count == 2)
        #expect(entry.notes.allSatisfy { $0.after?.contains("\"action\":\"poll\"") == true })
    }

    @Test func `removed graphs and devices are kept as they were`() async throws {
        let fixture = try WebFixture()
        _ = try await fixture.admin(.delete, "/api/v1/graphs/1")
        _ = try await fixture.admin(.delete, "/api/v1/devices/1")
        let notes = fixture.audit.entries.flatMap(\.notes)
        #expect(notes.map(\.object) == ["graph 1 (sw1 - Traffic)", "device 1 (sw1)"])
        #expect(notes.allSatisfy { $0.before != nil && $0.after == nil })
        #expect(!"\(notes)".contains("c4nary"))
    }

    @Test func `whoever tries passwords does not fill the log`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        let visitor = Visitor(fixture)
        let account = try await visitor.logIn()
        let count = fixture.audit.entries.count
        #expect(
            fixture.audit.entries.last?.notes.first?.object == "log-in of user \(account.id) (ann)")
        _ = try await Visitor(fixture).post(
            "/login", [("name", "c4nary"), ("password", "wrong password 1")])
        _ = try await Visitor(fixture).post("/setup", [("token", "x")])
        // An answer that leads elsewhere is no log-in either.
        #expect(try await Visitor(fixture).post("/login/code").status == 303)
        #expect(fixture.audit.entries.count == count)
    }

    @Test func `a log-in and a setup are kept as done by whoever came in`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        let (token, _) = try await fixture.accountDesk.makeSetupToken()
        let made = try await Visitor(fixture).post(
            "/setup",
            [
                ("token", token), ("name", "ann"), ("password", Visitor.password),
                ("again", Visitor.password),
            ])
        #expect(made.status == 303)
        try await Visitor(fixture).logIn("bob", role: .viewer)
        #expect(fixture.audit.entries.map(\.actor) == ["ann", "bob"])
        #expect(fixture.audit.entries.map(\.action) == ["POST /setup", "POST /login"])
        let records = try await fixture.audit.records(AuditQuery(actor: "Bob"))
        #expect(records.map(\.entry.action) == ["POST /login"])
    }

    @Test func `what was done is kept though the request is cancelled`() async throws {
        let fixture = try WebFixture()
        let status = try await withThrowingTaskGroup(of: Int.self) { group in
            // As at the end of its time.
            group.cancelAll()
            group.addTask { try await fixture.admin(.post, "/api/v1/devices/1/poll").status }
            return try await group.next()
        }
        #expect(status == 200)
        #expect(fixture.audit.entries.map(\.action) == ["POST /api/v1/devices/1/poll"])
    }

    @Test func `a request notes so many objects, and says how many more there were`() {
        let trail = AuditTrail()
        for index in 0..<(AuditTrail.largestCount + 3) { trail.note(object: "device \(index)") }
        #expect(trail.notes.count == AuditTrail.largestCount + 1)
        #expect(trail.notes.last?.object == "and 3 more")
        let long = AuditTrail()
        let text = String(repeating: "x", count: AuditTrail.largestBytes / 2 - 10)
        for _ in 0..<3 { long.note(object: text) }
        #expect(long.notes.count == 3 && long.notes.last?.object == "and 1 more")
    }

    // MARK: Reading

    private func filled() async throws -> (WebFixture, Visitor) {
        let fixture = try WebFixture(guestsMayLook: false)
        let visitor = Visitor(fixture)
        try await visitor.logIn()
        for index in 0..<250 {
            await fixture.audit.record(
                AuditEntry(
                    time: fixture.clock.now.wall, actor: index % 2 == 0 ? "bob" : "eve",
                    address: "192.0.2.1", action: "POST /x\(index)", status: 200,
                    notes: [.init(object: "=cmd|<b>\(index)", before: nil, after: "{}")]))
        }
        return (fixture, visitor)
    }

    @Test func `the log is listed by who and since when, page by page`() async throws {
        let (fixture, visitor) = try await filled()
        let page = try await visitor.get("/api/v1/audit?actor=bob&limit=100")
        #expect(page.body.contains("POST /x248") && !page.body.contains("\"eve\""))
        let cursor = try #require(page.body.firstMatch(of: /"next":"(\d+)"/)?.output.1)
        let next = try await visitor.get("/api/v1/audit?actor=bob&limit=100&cursor=\(cursor)")
        #expect(next.body.contains("POST /x48\"") && next.body.contains("\"next\":null"))
        fixture.clock.advance(milliseconds: 60_000)
        let since = try await visitor.get("/api/v1/audit?since=now-30s")
        #expect(since.body.contains("\"items\":[]"))
        for query in ["limit=0", "limit=1001", "since=soon", "cursor=x"] {
            #expect(try await visitor.get("/api/v1/audit?\(query)").status == 400, "\(query)")
        }
    }

    @Test func `the page shows a hundred at a time, escaped, and a file of all`() async throws {
        let (_, visitor) = try await filled()
        let page = try await visitor.get("/admin/audit")
        #expect(page.status == 200 && page.body.contains("POST /x249"))
        #expect(!page.body.contains("POST /x149<") && !page.body.contains("<b>249"))
        let place = try #require(
            page.body.firstMatch(of: /href="(\/admin\/audit\?cursor=\d+)"/)?.output.1)
        let older = try await visitor.get(String(place))
        #expect(older.body.contains("POST /x149<") && older.body.contains("newest"))
        let filtered = try await visitor.get("/admin/audit?actor=nobody+else")
        #expect(filtered.body.contains("Nothing matches"))
        let mistaken = try await visitor.get("/admin/audit?since=soon")
        #expect(mistaken.status == 400 && mistaken.body.contains("is no time"))
        let file = try await visitor.get("/admin/audit.csv?actor=eve")
        #expect(file.headers[.contentType] == "text/csv; charset=utf-8")
        #expect(file.body.split(separator: "\r\n").count == 126)
        #expect(file.body.contains("'=cmd|<b>249"))
    }

    @Test func `a log that was changed is found, on the page and through the API`() async throws {
        let (fixture, visitor) = try await filled()
        let sound = try await visitor.get("/admin/audit?check=1")
        #expect(sound.body.contains("records are as they were written"))
        try fixture.database.change("UPDATE audit SET actor = 'nobody' WHERE id = 7")
        let broken = try await visitor.get("/admin/audit?check=1")
        #expect(broken.body.contains("record 7 was changed"))
        let check = try await fixture.admin(.get, "/api/v1/audit/check")
        #expect(check.body.contains("\"sound\":false") && check.body.contains("record 7"))
    }
}
