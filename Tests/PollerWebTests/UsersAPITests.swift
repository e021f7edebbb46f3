import Foundation
import HTTPTypes
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

/// Accounts as administrators change them, through API and pages.
@Suite struct UsersAPITests {
    private func fixture(_ devices: Int = 1) throws -> WebFixture {
        try WebFixture(devices: devices, guestsMayLook: false)
    }

    private func decode<Value: Decodable>(
        _ type: Value.Type, _ answer: WebFixture.Answer
    ) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(answer.bytes))
    }

    @Test func `an account without a password gets one that is shown once and must be changed`()
        async throws
    {
        let fixture = try fixture()
        let answer = try await fixture.admin(
            .post, "/api/v1/users",
            body: #"{"name":"bob","role":"operator","scope":["site:Berlin","tag:core"]}"#)
        #expect(answer.status == 201, "\(answer.body)")
        let made = try decode(AccountPasswordReport.self, answer)
        let password = try #require(made.password)
        #expect(made.user.scope == ["site:Berlin", "tag:core"] && made.user.mustChangePassword)
        let visitor = Visitor(fixture)
        let login = try await visitor.post("/login", [("name", "bob"), ("password", password)])
        #expect(login.status == 303)
        #expect(try await visitor.get("/").headers[.location] == "/account")
        let list = try await fixture.admin(.get, "/api/v1/users")
        #expect(list.body.contains("\"bob\"") && !list.body.contains(password))
        #expect(!"\(fixture.audit.entries)".contains(password))
    }

    @Test(arguments: [
        (#"{"name":"a b","role":"viewer"}"#, 400, "a name"),
        (#"{"name":"bob","role":"viewr"}"#, 400, "viewer"),
        (#"{"name":"bob","role":"viewer","scope":["tree:9"]}"#, 400, "no tree"),
        (#"{"name":"bob","role":"viewer","scope":["site:a\nb"]}"#, 400, "site:NAME"),
        (#"{"name":"bob","role":"viewer","scopes":[]}"#, 400, "scope"),
        (#"{"name":"bob","role":"viewer","password":"short"}"#, 400, "at least 12"),
        (#"{"name":"bob","role":"administrator","scope":["tag:x"]}"#, 400, "sees everything"),
        (#"{"name":"ANN","role":"viewer"}"#, 409, "already"),
        (#"{"name":"bob","role":"viewer","disabled":true}"#, 400, "enabled"),
    ])
    func `an order that makes no account is refused in words`(
        order: String, status: Int, words: String
    ) async throws {
        let fixture = try fixture()
        try await Visitor(fixture).logIn()
        let answer = try await fixture.admin(.post, "/api/v1/users", body: order)
        #expect(answer.status == status && answer.body.contains(words), "\(answer.body)")
        #expect(try await fixture.accounts.accounts().count == 1)
    }

    @Test func `a change ends the sessions, and the last administrator stays`() async throws {
        let fixture = try fixture()
        let bob = Visitor(fixture)
        let account = try await bob.logIn("bob", role: .viewer)
        let path = "/api/v1/users/\(account.id)"
        let changed = try await fixture.admin(.patch, path, body: #"{"role":"operator"}"#)
        #expect(changed.status == 200 && changed.body.contains("\"operator\""))
        #expect(try await bob.get("/").headers[.location]?.hasSuffix("why=gone") == true)
        let ann = try await Visitor(fixture).logIn("ann", role: .administrator)
        for (method, body) in [
            (HTTPRequest.Method.patch, #"{"role":"viewer"}"#), (.patch, #"{"disabled":true}"#),
            (.delete, ""),
        ] {
            let answer = try await fixture.admin(method, "/api/v1/users/\(ann.id)", body: body)
            #expect(answer.status == 409 && answer.body.contains("last administrator"))
        }
        #expect(try await fixture.admin(.delete, path).status == 204)
        #expect(try await fixture.admin(.get, path).status == 404)
        for body in [#"{"name":"x"}"#, #"{"password":"correct horse battery"}"#] {
            let answer = try await fixture.admin(
                .patch, "/api/v1/users/\(ann.id)", body: body)
            #expect(answer.status == 400)
        }
    }

    @Test func `a new password and the end of sessions lock somebody out at once`() async throws {
        let fixture = try fixture()
        let bob = Visitor(fixture)
        let account = try await bob.logIn("bob", role: .viewer)
        let path = "/api/v1/users/\(account.id)"
        let sessions = try await fixture.admin(.get, path + "/sessions")
        #expect(try decode(ListReport<SessionReport>.self, sessions).items.count == 1)
        #expect(try await fixture.admin(.delete, path + "/sessions").status == 204)
        #expect(try await bob.get("/").status == 303)
        let answer = try await fixture.admin(.post, path + "/password", body: "{}")
        let password = try #require(try decode(AccountPasswordReport.self, answer).password)
        let old = try await bob.post("/login", [("name", "bob"), ("password", Visitor.password)])
        #expect(old.status == 401)
        let new = try await bob.post("/login", [("name", "bob"), ("password", password)])
        #expect(new.status == 303)
    }

    @Test func `why somebody sees an object is said, and what is no object is not found`()
        async throws
    {
        let fixture = try fixture(3)
        let bob = try await Visitor(fixture).logIn(
            "bob", role: .operator, scope: .parts([.site("sw1-2")]))
        let path = "/api/v1/users/\(bob.id)/explain"
        let seen = try await fixture.admin(.get, path + "?device=2")
        #expect(seen.body.contains("\"sees\":true") && seen.body.contains("site:sw1-2"))
        let unseen = try await fixture.admin(.get, path + "?graph=1")
        #expect(unseen.body.contains("\"sees\":false"), "\(unseen.body)")
        #expect(unseen.body.contains("does not cover"))
        for (query, status) in [
            ("", 400), ("?device=1&graph=1", 400), ("?device=9", 404), ("?graph=x", 404),
        ] {
            #expect(try await fixture.admin(.get, path + query).status == status, "\(query)")
        }
    }

    // MARK: Pages

    @Test func `an administrator adds, changes and removes an account by forms alone`()
        async throws
    {
        let fixture = try fixture()
        let ann = Visitor(fixture)
        try await ann.logIn()
        let empty = try await ann.get("/admin/users")
        #expect(empty.status == 200 && empty.body.contains("Add a user"))
        let made = try await ann.post(
            "/admin/users",
            [("name", "bob"), ("role", "viewer"), ("scope", "site:Berlin\r\ntag:core\r\n")])
        #expect(made.status == 201 && made.body.contains("shown this once"), "\(made.body)")
        let bob = try #require(try await fixture.accounts.accounts().last)
        #expect(bob.scope == .parts([.site("Berlin"), .tag("core")]))
        let path = "/admin/users/\(bob.id)"
        #expect(try await !ann.get(path).body.contains("shown this once"))
        for (form, fields, words) in [
            ("access", [("role", "operator"), ("scope", "")], "is changed"),
            ("disable", [], "is changed"), ("enable", [], "is changed"),
            ("sessions/end", [], "have ended"),
            ("second-factor/remove", [], "password alone"),
            ("password", [("password", "a new long one 7")], "has another password"),
        ] as [(String, [(String, String)], String)] {
            let answer = try await ann.post("\(path)/\(form)", fields)
            #expect(answer.status == 303, "\(form): \(answer.body)")
            #expect(try await ann.get(path).body.contains(words), "\(form)")
        }
        #expect(try await fixture.accounts.account(bob.id)?.scope == .everything)
        #expect(try await fixture.accounts.account(bob.id)?.role == .operator)
        let unsure = try await ann.post(path + "/remove")
        #expect(unsure.status == 400 && unsure.body.contains("Tick the box"))
        #expect(try await ann.post(path + "/remove", [("sure", "1")]).status == 303)
        #expect(try await ann.get("/admin/users").body.contains("bob is removed"))
        #expect(try await ann.get(path).status == 404)
    }

    @Test func `a mistake is said beside the form, which keeps what was typed`() async throws {
        let fixture = try fixture()
        let ann = Visitor(fixture)
        let account = try await ann.logIn()
        for (fields, words) in [
            ([("name", "bob"), ("role", "administrator"), ("scope", "tag:x")], "sees everything"),
            ([("name", "<b>"), ("role", "viewer"), ("scope", "tag:x")], "letters, digits"),
            ([("name", "ANN"), ("role", "viewer"), ("scope", "tag:x")], "already"),
        ] {
            let answer = try await ann.post("/admin/users", fields)
            #expect([400, 409].contains(answer.status) && answer.body.contains(words))
            #expect(answer.body.contains(">tag:x</textarea>"))
            #expect(!answer.body.contains("value=\"<b>\""))
        }
        let last = try await ann.post(
            "/admin/users/\(account.id)/access", [("role", "viewer"), ("scope", "")])
        #expect(last.status == 409 && last.body.contains("last administrator"))
        let page = try await ann.get("/admin/users/\(account.id)?object=device+1")
        #expect(page.body.contains("✓ sees") && page.body.contains("the scope is everything"))
        try await Visitor(fixture).logIn("bob", role: .viewer, scope: .parts([.site("x")]))
        let bob = try #require(try await fixture.accountDesk.accounts(called: "BOB").first)
        let unseen = try await ann.get("/admin/users/\(bob.id)?object=device+1").body
        #expect(unseen.contains("does not see") && unseen.contains("pollerctl user scope bob"))
        let nonsense = try await ann.get("/admin/users/\(account.id)?object=%3Cb%3E")
        #expect(nonsense.body.contains("Write device or graph") && !nonsense.body.contains("<b>"))
    }
}
